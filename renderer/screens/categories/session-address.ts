/** The session lab as an address: the SKUs, each encoded, joined by commas; how it is looked at stands behind them, words joined by points. */
export type LabView = 'items' | 'contributions';

export interface LabAddress {
  readonly session: readonly string[];
  readonly view: LabView;
  /** Drafts compete. */
  readonly drafts: boolean;
}

export function sessionAddress(skus: readonly string[]): string {
  return skus.map(encodeURIComponent).join(',');
}

export function readSessionAddress(detail: string): readonly string[] {
  try {
    return detail.split(',').filter((part) => part !== '').map(decodeURIComponent);
  } catch {
    return [];
  }
}

export function labView({ view, drafts }: Pick<LabAddress, 'view' | 'drafts'>): string {
  return [...(view === 'items' ? [] : [view]), ...(drafts ? ['drafts'] : [])].join('.');
}

export function readLabAddress(detail: string, view = ''): LabAddress {
  const words = view.split('.');
  return { session: readSessionAddress(detail), view: words.includes('contributions') ? 'contributions' : 'items', drafts: words.includes('drafts') };
}

/** Parts of a pasted text, whatever separates them: line breaks, commas, semicolons, tabs, bars. */
export function readPasted(text: string): readonly string[] {
  return text.split(/[\n\r,;\t|]+/).map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2')).filter((part) => part !== '');
}
