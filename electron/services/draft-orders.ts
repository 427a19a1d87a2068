/**
 * The order in which the board stands on somebody's screen. Sorting is an act, as in a spreadsheet: it happens when it is asked for, and
 * from then on rows keep their places while numbers arrive in them and drafts are edited. What is no draft any more leaves its place,
 * what is new comes at the end, and `stale` says that sorting now would change something.
 */
import { countComputed, listDraftIds } from '../../db/board.ts';
import type { DraftQuery } from '../../db/board.ts';
import type { ReadableDB } from '../../db/connection.ts';
import { findSkuId } from '../../db/items.ts';
import type { DraftOrder } from '../api/drafts.ts';

/** One for each window, and some that were just left. */
const keptOrders = 16;

interface Kept {
  readonly ids: readonly number[];
  /** Drafts that had numbers when it was sorted. */
  readonly computed: number;
}

export interface DraftOrders {
  /** Sorts now, or keeps the places of `order` where that is still known. `find`: the SKU to tell the place of. */
  arrange(query: Omit<DraftQuery, 'offset' | 'limit'>, order: number | undefined, find: string | undefined): DraftOrder;
  /** A range of an order; undefined where it is not known (any more). */
  range(order: number | undefined, offset: number, limit: number): { readonly total: number; readonly ids: readonly number[] } | undefined;
}

export function createDraftOrders(db: ReadableDB): DraftOrders {
  const orders = new Map<number, Kept>();
  let newest = 0;

  function keep(order: number, kept: Kept): void {
    orders.delete(order);
    orders.set(order, kept);
    if (orders.size > keptOrders) orders.delete(orders.keys().next().value!);
  }

  return {
    arrange(query, order, find) {
      const sorted = listDraftIds(db, query);
      const computed = countComputed(db, query.runId);
      const before = order === undefined ? undefined : orders.get(order);
      const number = before === undefined ? ++newest : order!;
      const ids = before === undefined ? sorted : keepPlaces(before.ids, sorted, listDraftIds(db, { runId: null }));
      keep(number, { ids, computed: before?.computed ?? computed });
      const found = find === undefined ? null : findSkuId(db, find);
      const at = found === null ? -1 : ids.indexOf(found);
      return { order: number, stale: before !== undefined && !isSame(ids, sorted), arrived: Math.max(0, computed - (before?.computed ?? computed)), at: at < 0 ? null : at };
    },
    range(order, offset, limit) {
      const kept = order === undefined ? undefined : orders.get(order);
      return kept && { total: kept.ids.length, ids: kept.ids.slice(offset, offset + limit) };
    },
  };
}

function keepPlaces(before: readonly number[], sorted: readonly number[], drafts: readonly number[]): readonly number[] {
  const present = new Set(drafts);
  const known = new Set(before);
  return [...before.filter((id) => present.has(id)), ...sorted.filter((id) => !known.has(id))];
}

function isSame(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}
