/**
 * Several drafts launched at once: they compete with each other and with the live SKUs. At a moment the drafts stand in the order of
 * their scores, so that the i-th of them (from 0) has
 *
 *   rank = rank among the live SKUs + i,
 *
 * exact, and with d of them in the top K the live SKUs in places K - d + 1 … K drop out. Sessions that hold any of the drafts do not
 * count, for all of them alike.
 */
import { displace, placesLost, type Entries } from './displacement.ts';
import { encodeDrafts, scoreDraft } from './draft.ts';
import type { DraftRequest } from './exposure.ts';
import type { DisplacedRow, TogetherJob, TogetherNumbers } from './launch-jobs.ts';
import { displacedBy } from './losers.ts';
import { medianRank, type Placement, type TopPlacement } from './placement.ts';
import type { Served } from './served.ts';

/** Displaced SKUs listed. */
const shown = 50;

export async function together(served: Served, { drafts, k }: TogetherJob): Promise<TogetherNumbers> {
  const { board, info, labels } = served;
  const { panel } = board;
  const started = performance.now();
  const encoded = await encodeDrafts(served, drafts.map(({ features }) => features));
  const encodedAt = performance.now();
  const requests = encoded.map((draft, i) => scoreDraft(served, draft, served.neighbours.search(draft.vector)[0], drafts[i]!.row, k));
  const scoredAt = performance.now();
  const leftOut = board.sessionsWith(...drafts.map(({ row }) => row));
  const alone = requests.map((request) => board.placeEverywhere(request, leftOut));
  const { ranks, entered, entering } = rankTogether(requests, alone, k);
  const entries: Entries = { k, leftOut, own: null, entered, entering };
  const losses = displace(panel, board.standings, board.slotsOf(k).rows, entries);
  const { moments, sessions } = alone[0]!;
  const asked = board.spokesmen(leftOut).moments;
  const listed = board.shares(losses, k, moments);
  const ranksAt = (entry: number): readonly number[] => alone.map((placed) => placed.ranks[entered[entry]!]!).filter((rank) => rank <= k);
  const places = placesLost(board.standings, losses.losers.slice(0, shown), entries, ranksAt);
  const displaced: readonly DisplacedRow[] = listed.slice(0, shown).map((loss) => ({ ...loss, places: places.get(loss.row)! }));
  const seen = new Uint8Array(panel.sessions.length); // sessions with any draft in a top K
  const answers = alone.map((placed, i) => {
    const slots = new Int32Array(panel.sessions.length);
    for (let session = 0; session < slots.length; session++) {
      if (leftOut[session] === 1) continue;
      for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) if (ranks[i]![moment]! <= k) slots[session]!++;
      if (slots[session]! > 0) seen[session] = 1;
    }
    const gained = slots.reduce((sum, count) => sum + count, 0);
    return {
      alone: moments === 0 ? 0 : placed.gained / (k * moments), exposure: moments === 0 ? 0 : gained / (k * moments),
      exposureInterval: board.resampler.intervals(slots, leftOut, k, placed).exposureInterval,
      reach: sessions === 0 ? 0 : slots.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0) / sessions,
      medianRank: medianRank({ ranks: Int32Array.from(asked, (moment) => ranks[i]![moment]!), errors: Int32Array.from(asked, (moment) => placed.errors[moment]!) }).medianRank, slots: gained, lostTo: placed.gained - gained,
    };
  });
  return {
    drafts: answers, displaced, displacedBy: displacedBy(listed, labels(), drafts.map(({ features }) => features)),
    slotsGained: answers.reduce((sum, { slots }) => sum + slots, 0), slotsLost: losses.slots,
    reach: sessions === 0 ? 0 : seen.reduce((sum, flag) => sum + flag, 0) / sessions,
    panel: { ...info.panel, n: sessions, moments }, milliseconds: { encode: encodedAt - started, score: scoredAt - encodedAt, displace: performance.now() - scoredAt },
  };
}

/** Ranks of each draft when all are there, the moments that any of them enters, and how many stand in the top K of each. */
export function rankTogether(requests: readonly DraftRequest[], alone: readonly (Placement & TopPlacement)[], k: number): { readonly ranks: readonly Int32Array[] } & Pick<Entries, 'entered' | 'entering'> {
  const moments = alone[0]!.ranks.length;
  const ranks = alone.map((placed) => Int32Array.from(placed.ranks));
  const order = requests.map((_, i) => i);
  for (let moment = 0; moment < moments; moment++) {
    // Equal scores take turns from moment to moment: the order of a list of drafts must not favour its first.
    const turn = (draft: number): number => (draft + moment) % requests.length;
    if (order.length > 1) order.sort((a, b) => requests[b]!.scores[moment]! - requests[a]!.scores[moment]! || turn(a) - turn(b));
    for (const [place, draft] of order.entries()) ranks[draft]![moment]! += place;
  }
  const any = new Uint8Array(moments); // whoever enters among the live SKUs alone is beaten by none but a draft that enters too
  for (const { entered } of alone) for (const moment of entered) any[moment] = 1;
  const entered = Int32Array.from(any.keys()).filter((moment) => any[moment] === 1);
  return { ranks, entered, entering: Uint16Array.from(entered, (moment) => ranks.reduce((count, list) => count + (list[moment]! <= k ? 1 : 0), 0)) };
}
