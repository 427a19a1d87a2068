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
  /** Moments with a draft in the top K, ascending, and how many there are at each. */
  readonly entered: Int32Array;
  readonly entering: Uint16Array;
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
export function displace(panel: Panel, standings: Standings, slots: Int32Array, { k, leftOut, own, entered, entering }: Entries): Losses {
  const before = own !== null || leftOut.includes(1) ? slotsWithout(panel, standings, slots, k, leftOut, own) : slots;
  const lost = new Map<number, number>();
  let total = 0;
  for (let i = 0; i < entered.length; i++) {
    const moment = entered[i]!;
    const place = own === null ? -1 : placeOf(standings, own, moment);
    for (let d = entering[i]!; d > 0; d--) {
      const row = otherAt(standings, moment, k - d, place);
      if (row < 0) continue; // fewer than K candidates: nobody has to go
      lost.set(row, (lost.get(row) ?? 0) + 1);
      total++;
    }
  }
  const losers = [...lost].map(([row, count]) => ({ row, slots: count, before: before[row]! })).sort((a, b) => b.slots - a.slots || b.before - a.before || a.row - b.row);
  return { slots: total, losers, before };
}

/** Slots in the sessions that count, with the old places of `own` given to those behind. */
function slotsWithout(panel: Panel, standings: Standings, slots: Int32Array, k: number, leftOut: Uint8Array, own: Draft | null): Int32Array {
  const before = Int32Array.from(slots);
  for (let session = 0; session < leftOut.length; session++) {
    if (leftOut[session] !== 1 && own === null) continue;
    for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
      if (leftOut[session] === 1) {
        countTop(standings, moment, k, before, -1);
        continue;
      }
      const place = placeOf(standings, own!, moment);
      if (place < 0 || place >= k) continue;
      before[own!.row]!--;
      const follower = k < standings.listed ? standings.rows[moment * standings.listed + k]! : -1;
      if (follower >= 0) before[follower]!++;
    }
  }
  return before;
}

/**
 * Mean places that rows move down, over the moments in whose top K they stood.
 * @param ranksAt by place in `entered`: ranks of the drafts among the live SKUs, of those in the top K
 */
export function placesLost(standings: Standings, losses: readonly Loss[], { k, own, entered }: Entries, ranksAt: (entry: number) => readonly number[]): Map<number, number> {
  const moved = new Map(losses.map(({ row }) => [row, 0]));
  const asked = new Uint8Array(standings.items);
  for (const { row } of losses) asked[row] = 1;
  for (let entry = 0; entry < entered.length; entry++) {
    const moment = entered[entry]!;
    const ranks = ranksAt(entry);
    const place0 = own === null ? -1 : placeOf(standings, own, moment);
    let first = k;
    for (const rank of ranks) first = Math.min(first, rank - 1);
    for (let place = first; place < k; place++) {
      const row = otherAt(standings, moment, place, place0);
      if (row < 0 || asked[row] !== 1) continue;
      let down = 0;
      for (const rank of ranks) if (rank <= place + 1) down++;
      moved.set(row, moved.get(row)! + down);
    }
  }
  return new Map(losses.map(({ row, before }) => [row, before === 0 ? 0 : moved.get(row)! / before]));
}

/** Row at a place among the others, 0 for the best; `own` is the place that is given up, or -1. -1 where nobody stands. */
function otherAt(standings: Standings, moment: number, place: number, own: number): number {
  const listed = own >= 0 && own <= place ? place + 1 : place;
  return listed < standings.listed ? standings.rows[moment * standings.listed + listed]! : -1;
}
