/** What an address of Launch names: the board with its question, one draft, or several drafts launched together. */
import { boardMark } from './board/query.ts';

const togetherMark = '+together:';

export type Place =
  /** `question` is read by board/query.ts; '' is the whole board. */
  | { readonly kind: 'board'; readonly question: string }
  /** The combined preview of these drafts. */
  | { readonly kind: 'together'; readonly skus: readonly string[] }
  /** A SKU, or `+new`. */
  | { readonly kind: 'draft'; readonly sku: string };

export function readPlace(detail: string): Place {
  if (detail === '') return { kind: 'board', question: '' };
  if (detail.startsWith(boardMark)) return { kind: 'board', question: detail.slice(boardMark.length) };
  if (detail.startsWith(togetherMark)) return { kind: 'together', skus: detail.slice(togetherMark.length).split(',').filter((sku) => sku !== '').map(readSku) };
  return { kind: 'draft', sku: detail };
}

/** A SKU may hold a comma: each is escaped on its own. */
export function togetherDetail(skus: readonly string[]): string {
  return togetherMark + skus.map(encodeURIComponent).join(',');
}

function readSku(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
