/**
 * The arithmetic of the launch preview. A panel has sessions with moments m; at each the candidates c (live SKUs not yet seen in the
 * session) are ranked, and the draft j is placed among them without rescoring anybody:
 *
 *   rank(m)    = 1 + #{c != j : score(m, c) >= score(m, j)}          ties count against the draft
 *   entered    = {m : rank(m) <= K}
 *   exposure   = |entered| / (K · moments)                            share of all top-K slots; at most 1 / K
 *   reach      = |{sessions with an entered moment}| / sessions
 *   displaced  : at each entered moment the candidate in place K drops out, so slots gained = slots lost
 *   interval   : 2.5 % and 97.5 % quantiles over 1,000 bootstrap resamples of whole sessions (moments of a session are not independent)
 *   percentile = share of the other candidates with fewer slots than the draft, after its launch
 *
 * A SKU that is in the catalogue already is taken out first: its old score leaves every list, and sessions that hold it leave the panel,
 * because they contain the very events the preview is meant to foretell.
 */
import type { Panel } from './panel.ts';
import { countTop, medianRank, placeDraft, placeOf, sessionsWith } from './placement.ts';
import type { Draft } from './placement.ts';
import { Resampler } from './resampler.ts';
import type { Standings } from './standings.ts';

/** Upper ends of the rank histogram. */
const rankBounds = [1, 5, 10, 20, 50, 100, 500, Infinity] as const;
const rankLabels = ['1', '2-5', '6-10', '11-20', '21-50', '51-100', '101-500', 'beyond'] as const;

export interface DraftRequest extends Draft {
  readonly k: number;
}

export interface DraftExposure {
  readonly exposure: number;
  readonly exposureInterval: readonly [number, number];
  readonly reach: number;
  readonly reachInterval: readonly [number, number];
  readonly medianRank: number;
  /** The true median lies within this distance; 0 where exact. */
  readonly medianRankError: number;
  /** One candidate's even share of the slots. */
  readonly averageExposure: number;
  readonly percentile: number;
  readonly ranks: readonly { readonly label: string; readonly moments: number }[];
  readonly slotsGained: number;
  readonly slotsLost: number;
  /** Most slots lost first. */
  readonly displaced: readonly { readonly row: number; readonly slots: number; readonly before: number; readonly after: number }[];
  /** The best moment of each session it enters, best rank first. `session` is a row of the session table. */
  readonly entered: readonly { readonly session: number; readonly moment: number; readonly rank: number; readonly score: number; readonly rows: readonly number[] }[];
  /** Sessions and moments that counted: those of the panel without the SKU's own. */
  readonly sessions: number;
  readonly moments: number;
}

/** A panel with its standings, ready to place drafts in milliseconds. */
export class ExposureBoard {
  readonly panel: Panel;
  readonly standings: Standings;
  readonly #resampler: Resampler;
  readonly #slots = new Map<number, Int32Array>();

  constructor(panel: Panel, standings: Standings) {
    if (standings.moments !== panel.ends.length) throw new Error(`Standings of ${standings.moments} moments do not belong to a panel of ${panel.ends.length}.`);
    this.panel = panel;
    this.standings = standings;
    this.#resampler = new Resampler(panel);
  }

  /** Exposure of a candidate on the panel as it is, without any draft. */
  exposureOf(row: number, k: number): number {
    return this.standings.moments === 0 ? 0 : this.#slotsOf(k)[row]! / (k * this.standings.moments);
  }

  /** @throws Error where the scores are not the panel's, hold a NaN, or K exceeds the rows listed. */
  preview(draft: DraftRequest): DraftExposure {
    const { panel, standings } = this;
    const { k } = draft;
    if (draft.scores.length !== standings.moments) throw new Error(`${draft.scores.length} scores for ${standings.moments} moments.`);
    if (k < 1 || (k >= standings.listed && standings.listed < standings.candidates.length)) throw new Error(`K is ${k}; these standings list ${standings.listed - 1} places at most.`);
    if (standings.candidates.includes(draft.row) !== (draft.presentScores !== null)) throw new Error(`Row ${draft.row} needs its present scores exactly where it competes.`);
    const leftOut = sessionsWith(panel, draft.row);
    const placement = placeDraft(standings, draft);
    const { ranks } = placement;

    const slots = new Int32Array(panel.sessions.length); // entered moments per session
    const counts = new Array<number>(rankBounds.length).fill(0);
    const counted = new Int32Array(standings.moments); // the moments that count
    let moments = 0;
    let gained = 0;
    let reached = 0;
    for (let session = 0; session < slots.length; session++) {
      if (leftOut[session] === 1) continue;
      for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
        const rank = ranks[moment]!;
        counted[moments++] = moment;
        let label = 0;
        while (rank > rankBounds[label]!) label++;
        counts[label]!++;
        if (rank <= k) slots[session]!++;
      }
      gained += slots[session]!;
      if (slots[session]! > 0) reached++;
    }
    const sessions = leftOut.length - leftOut.reduce((sum, flag) => sum + flag, 0);
    const lost = this.#displace(draft, leftOut, ranks, moments);
    const others = standings.candidates.length - (draft.presentScores === null ? 0 : 1);
    return {
      exposure: moments === 0 ? 0 : gained / (k * moments),
      reach: sessions === 0 ? 0 : reached / sessions,
      ...this.#resampler.intervals(slots, leftOut, k, { sessions, moments }),
      ...medianRank(counted.subarray(0, moments), placement),
      averageExposure: 1 / (others + 1),
      percentile: others === 0 ? 0 : lost.fewer(gained) / others,
      ranks: rankLabels.map((label, index) => ({ label, moments: counts[index]! })),
      slotsGained: gained,
      slotsLost: lost.slots,
      displaced: lost.displaced,
      entered: this.#entered(draft, leftOut, ranks),
      sessions,
      moments,
    };
  }

  /** Top-K slots of every row over the whole panel. */
  #slotsOf(k: number): Int32Array {
    const known = this.#slots.get(k);
    if (known !== undefined) return known;
    const slots = new Int32Array(this.standings.items);
    for (let moment = 0; moment < this.standings.moments; moment++) countTop(this.standings, moment, k, slots, 1);
    this.#slots.set(k, slots);
    return slots;
  }

  /** Who drops out, among the sessions that count and with the SKU's own old place given up. */
  #displace(draft: DraftRequest, leftOut: Uint8Array, ranks: Int32Array, moments: number) {
    const { panel, standings } = this;
    const { k } = draft;
    const own = draft.presentScores === null ? -1 : draft.row;
    const before = Int32Array.from(this.#slotsOf(k));
    const losses = new Int32Array(standings.items);
    const losers: number[] = [];
    let slots = 0;
    for (let session = 0; session < leftOut.length; session++) {
      for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
        if (leftOut[session] === 1) {
          countTop(standings, moment, k, before, -1);
          continue;
        }
        const place = own === -1 ? -1 : placeOf(standings, moment, draft);
        if (place >= 0 && place < k) {
          before[own]!--;
          const follower = k < standings.listed ? standings.rows[moment * standings.listed + k]! : -1;
          if (follower >= 0) before[follower]!++;
        }
        if (ranks[moment]! > k) continue;
        const last = place >= 0 && place < k ? k : k - 1; // place of the K-th of the others
        const row = last < standings.listed ? standings.rows[moment * standings.listed + last]! : -1;
        if (row < 0) continue; // fewer than K candidates: nobody has to go
        if (losses[row]!++ === 0) losers.push(row);
        slots++;
      }
    }
    const all = k * moments;
    const displaced = losers
      .map((row) => ({ row, slots: losses[row]!, before: before[row]! / all, after: (before[row]! - losses[row]!) / all }))
      .sort((a, b) => b.slots - a.slots || b.before - a.before || a.row - b.row);
    const fewer = (gained: number): number => {
      let count = 0;
      for (const row of standings.candidates) if (row !== own && before[row]! - losses[row]! < gained) count++;
      return count;
    };
    return { slots, displaced, fewer };
  }

  #entered(draft: DraftRequest, leftOut: Uint8Array, ranks: Int32Array): DraftExposure['entered'] {
    const { panel } = this;
    const best: { session: number; moment: number; rank: number; score: number }[] = [];
    for (let session = 0; session < leftOut.length; session++) {
      if (leftOut[session] === 1) continue;
      let moment = -1;
      for (let m = panel.momentOffsets[session]!; m < panel.momentOffsets[session + 1]!; m++) {
        if (ranks[m]! > draft.k) continue;
        if (moment === -1 || ranks[m]! < ranks[moment]! || (ranks[m] === ranks[moment] && draft.scores[m]! > draft.scores[moment]!)) moment = m;
      }
      if (moment >= 0) best.push({ session: panel.sessions[session]!, moment, rank: ranks[moment]!, score: draft.scores[moment]! });
    }
    best.sort((a, b) => a.rank - b.rank || b.score - a.score || a.session - b.session);
    return best.map((entry) => ({ ...entry, rows: [...panel.items.subarray(panel.starts[entry.moment]!, panel.ends[entry.moment]!)] }));
  }
}
