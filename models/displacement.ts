/**
 * Who drops out when drafts enter top-K lists. At each moment with d drafts in the top K, the candidates in places K - d + 1 … K of the
 * others go, so slots gained = slots lost. A SKU that is previewed although it competes gives up its own old place first.
 */
import type { Panel } from './panel.ts';
import type { Draft } from './placement.ts';
import { countTop, placeOf } from './placement.ts';
import type { Standings } from './standings.ts';

export interface Entries {
  readonly k: number;
  /** [sessions] 1 for sessions that do not count. */
  readonly leftOut: Uint8Array;
  /** The SKU whose old place is given up; null where none of the drafts competes already. */
  readonly own: Draft | null;
  /** [moments] drafts in the top K. */
  readonly entering: Uint8Array | Uint16Array;
}

export interface Loss {
  readonly row: number;
  readonly slots: number;
  /** Its slots, own place given up, before the drafts came. */
  readonly before: number;
}

export interface Losses {
  readonly slots: number;
  /** Most slots lost first. */
  readonly losers: readonly Loss[];
  /** [items] slots of every row before the drafts came. */
  readonly before: Int32Array;
}

/** @param slots [items] top-K slots of every row over the whole panel; left as it is. */
export function displace(panel: Panel, standings: Standings, slots: Int32Array, { k, leftOut, own, entering }: Entries): Losses {
  const before = own !== null || leftOut.includes(1) ? Int32Array.from(slots) : slots;
  const lost = new Map<number, number>();
  let total = 0;
  for (let session = 0; session < leftOut.length; session++) {
    for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
      if (leftOut[session] === 1) {
        countTop(standings, moment, k, before, -1);
        continue;
      }
      const place = own === null ? -1 : placeOf(standings, moment, own);
      if (place >= 0 && place < k) {
        before[own!.row]!--;
        const follower = k < standings.listed ? standings.rows[moment * standings.listed + k]! : -1;
        if (follower >= 0) before[follower]!++;
      }
      for (let d = entering[moment]!; d > 0; d--) {
        const row = otherAt(standings, moment, k - d, place);
        if (row < 0) continue; // fewer than K candidates: nobody has to go
        lost.set(row, (lost.get(row) ?? 0) + 1);
        total++;
      }
    }
  }
  const losers = [...lost].map(([row, count]) => ({ row, slots: count, before: before[row]! })).sort((a, b) => b.slots - a.slots || b.before - a.before || a.row - b.row);
  return { slots: total, losers, before };
}

/**
 * Mean places that rows move down, over the moments in whose top K they stood.
 * @param ranks of the drafts among the live SKUs at a moment, for moments with an entry
 */
export function placesLost(panel: Panel, standings: Standings, losses: readonly Loss[], { k, leftOut, own, entering }: Entries, ranks: (moment: number) => readonly number[]): Map<number, number> {
  const moved = new Map(losses.map(({ row }) => [row, 0]));
  for (let session = 0; session < leftOut.length; session++) {
    if (leftOut[session] === 1) continue;
    for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
      if (entering[moment] === 0) continue;
      const ahead = ranks(moment);
      const own0 = own === null ? -1 : placeOf(standings, moment, own);
      for (let place = Math.min(...ahead) - 1; place < k; place++) {
        const row = otherAt(standings, moment, place, own0);
        const down = row < 0 ? undefined : moved.get(row);
        if (down !== undefined) moved.set(row, down + ahead.reduce((count, rank) => count + (rank <= place + 1 ? 1 : 0), 0));
      }
    }
  }
  return new Map(losses.map(({ row, before }) => [row, before === 0 ? 0 : moved.get(row)! / before]));
}

/** Row at a place among the others, 0 for the best; `own` is the place that is given up, or -1. -1 where nobody stands. */
function otherAt(standings: Standings, moment: number, place: number, own: number): number {
  const listed = own >= 0 && own <= place ? place + 1 : place;
  return listed < standings.listed ? standings.rows[moment * standings.listed + listed]! : -1;
}
