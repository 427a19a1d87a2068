/** Which rows of a list of equal rows are in view. Fixed heights make this arithmetic: no measurement, no cache per row. */
export interface RowWindow {
  readonly first: number;
  /** One past the last row to draw. */
  readonly end: number;
}

/** Rows drawn beyond both edges, so a fast wheel does not show white. */
export const overscan = 8;

export function rowsInView(scrollTop: number, height: number, rowHeight: number, total: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const end = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + overscan);
  return { first: Math.min(first, end), end };
}

/** Chromium draws nothing beyond 2^25 px: a longer list is scrolled through a shorter track, a little faster than the wheel turns. */
const longestTrack = 30_000_000;

/** `length` of the scrolled area in px, and how many px of the list one px of it stands for. */
export function trackOf(total: number, rowHeight: number, height: number): { readonly length: number; readonly ratio: number } {
  const length = total * rowHeight;
  return length <= longestTrack ? { length, ratio: 1 } : { length: longestTrack, ratio: (length - height) / (longestTrack - height) };
}

/** Where to scroll so that row `index` is whole in view; the present position when it already is. */
export function scrollToShow(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return scrollTop;
}

/** The row a key moves to, or null where the key means nothing to a list. */
export function rowAfterKey(key: string, index: number, total: number, rowsPerPage: number): number | null {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + rowsPerPage, PageUp: index - rowsPerPage, Home: 0, End: total - 1,
  };
  const target = moves[key];
  return target === undefined || total === 0 ? null : Math.min(total - 1, Math.max(0, target));
}
