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
import { displace, placesLost } from './displacement.ts';
import type { Entries, Losses } from './displacement.ts';
import type { Panel } from './panel.ts';
import { sessionsByItem } from './panel.ts';
import { countTop, medianRank, placeAtSome, placeDraft, placeInTop, topOf } from './placement.ts';
import type { Draft, Placement, Span, TopPlacement } from './placement.ts';
import { Resampler } from './resampler.ts';
import { competes, pickMoments, type Standings } from './standings.ts';

/** By the ladder of the standings. */
const rankLabels = ['1', '2-5', '6-10', '11-20', '21-50', '51-100', '101-500', 'beyond'] as const;

export interface DraftRequest extends Draft {
  readonly k: number;
}

/** Moments that are enough for a median: beyond twice as many, every so-manieth speaks for all. Its place is certain to a third of a percent. */
const enoughForMedian = 20_000;

/** A draft in the top K, with its sums over the sessions that count. */
export interface Placed extends TopPlacement {
  /** [sessions] 1 where the session holds the SKU. */
  readonly leftOut: Uint8Array;
  /** Sessions and moments that count: those of the panel without the SKU's own. */
  readonly sessions: number;
  readonly moments: number;
  /** [sessions] entered moments of each. */
  readonly slots: Int32Array;
  readonly gained: number;
  readonly reached: number;
}

/** A row of the catalogue that loses slots, as shares of all slots. */
export interface Displaced {
  readonly row: number;
  readonly slots: number;
  readonly before: number;
  readonly after: number;
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
  readonly displaced: readonly Displaced[];
  readonly sessions: number;
  readonly moments: number;
}

/** The best moment of a session that a draft enters. `session` is a row of the session table. */
export interface Entered {
  readonly session: number;
  readonly moment: number;
  readonly rank: number;
  readonly score: number;
  readonly rows: readonly number[];
}

interface Spokesmen {
  readonly moments: Int32Array;
  readonly at: Int32Array;
}

/** A panel with its standings, ready to place drafts in milliseconds. */
export class ExposureBoard {
  readonly panel: Panel;
  readonly standings: Standings;
  readonly resampler: Resampler;
  readonly #slots = new Map<number, { readonly rows: Int32Array; readonly sorted: Int32Array }>();
  /** [moments] session of each. */
  readonly #sessionOf: Int32Array;
  readonly #sessionsWith: (row: number) => Int32Array;
  /** Moments that the median is taken of, and how everybody stands at these. */
  readonly #spokesmen: Spokesmen;
  readonly #spoken: Standings;

  constructor(panel: Panel, standings: Standings) {
    if (standings.moments !== panel.ends.length) throw new Error(`Standings of ${standings.moments} moments do not belong to a panel of ${panel.ends.length}.`);
    this.panel = panel;
    this.standings = standings;
    this.resampler = new Resampler(panel);
    this.#sessionOf = new Int32Array(standings.moments);
    for (let session = 0; session < panel.sessions.length; session++) this.#sessionOf.fill(session, panel.momentOffsets[session], panel.momentOffsets[session + 1]);
    this.#sessionsWith = sessionsByItem(panel, standings.items);
    const stride = Math.max(1, Math.floor(standings.moments / enoughForMedian));
    const at = Int32Array.from({ length: Math.ceil(standings.moments / stride) }, (_, i) => i);
    this.#spokesmen = { moments: at.map((i) => i * stride), at };
    this.#spoken = stride === 1 ? standings : pickMoments(standings, this.#spokesmen.moments);
  }

  /** Exposure of a candidate on the panel as it is, without any draft. */
  exposureOf(row: number, k: number): number {
    return this.standings.moments === 0 ? 0 : this.slotsOf(k).rows[row]! / (k * this.standings.moments);
  }

  /** [sessions] 1 where the session holds one of the rows, its last event included. */
  sessionsWith(...rows: readonly number[]): Uint8Array {
    const flags = new Uint8Array(this.panel.sessions.length);
    for (const row of rows) for (const session of this.#sessionsWith(row)) flags[session] = 1;
    return flags;
  }

  /**
   * Places a draft in the top K, which is all that most numbers ask.
   * @param leftOut sessions that do not count: those that hold the SKU, or more.
   * @throws Error where the scores are not the panel's, hold a NaN, or K exceeds the rows listed.
   */
  place(draft: DraftRequest, leftOut: Uint8Array = this.sessionsWith(draft.row)): Placed {
    this.#check(draft);
    const spans = countedSpans(this.panel, leftOut);
    return this.#sum(placeInTop(this.standings, draft, draft.k, spans), leftOut, spans);
  }

  /** The same with the rank at every moment. */
  placeEverywhere(draft: DraftRequest, leftOut: Uint8Array = this.sessionsWith(draft.row)): Placed & Placement {
    this.#check(draft);
    const spans = countedSpans(this.panel, leftOut);
    const placement = placeDraft(this.standings, draft);
    return { ...placement, ...this.#sum(topOf(placement, draft.k, spans), leftOut, spans) };
  }

  #check({ k, row, scores, presentScores }: DraftRequest): void {
    const { standings } = this;
    if (scores.length !== standings.moments) throw new Error(`${scores.length} scores for ${standings.moments} moments.`);
    if (k < 1 || (k >= standings.listed && standings.listed < standings.candidates.length)) throw new Error(`K is ${k}; these standings list ${standings.listed - 1} places at most.`);
    if (competes(standings.candidates, row) !== (presentScores !== null)) throw new Error(`Row ${row} needs its present scores exactly where it competes.`);
  }

  #sum(top: TopPlacement, leftOut: Uint8Array, spans: readonly Span[]): Placed {
    const slots = new Int32Array(this.panel.sessions.length);
    let reached = 0;
    for (let i = 0; i < top.entered.length; i++) if (slots[this.#sessionOf[top.entered[i]!]!]!++ === 0) reached++;
    let sessions = slots.length;
    for (let session = leftOut.indexOf(1); session >= 0; session = leftOut.indexOf(1, session + 1)) sessions--;
    return { ...top, leftOut, slots, sessions, moments: spans.reduce((sum, [from, to]) => sum + to - from, 0), gained: top.entered.length, reached };
  }

  /** Moments that a median is taken of, without those of sessions that do not count; `at`: their places among all of them. */
  spokesmen(leftOut: Uint8Array): Spokesmen {
    const { moments, at } = this.#spokesmen;
    if (!leftOut.includes(1)) return this.#spokesmen;
    const counted = at.filter((place) => leftOut[this.#sessionOf[moments[place]!]!] !== 1);
    return { moments: counted.map((place) => moments[place]!), at: counted };
  }

  /** The three numbers of one draft. */
  outcome(draft: DraftRequest, { gained, reached, sessions, moments, leftOut }: Placed): { readonly exposure: number; readonly reach: number; readonly medianRank: number; readonly medianRankError: number } {
    const asked = this.spokesmen(leftOut);
    return { exposure: moments === 0 ? 0 : gained / (draft.k * moments), reach: sessions === 0 ? 0 : reached / sessions, ...medianRank(placeAtSome(this.#spoken, draft, asked.moments, asked.at)) };
  }

  /** @throws Error as `place`. */
  preview(draft: DraftRequest, placed: Placed = this.place(draft)): DraftExposure {
    const { standings } = this;
    const { k } = draft;
    const { gained, sessions, moments } = placed;
    const losses = this.#losses(draft, placed);
    const others = standings.candidates.length - (draft.presentScores === null ? 0 : 1);
    return {
      ...this.outcome(draft, placed),
      ...this.resampler.intervals(placed.slots, placed.leftOut, k, { sessions, moments }),
      averageExposure: 1 / (others + 1),
      percentile: others === 0 ? 0 : this.#fewer(losses, gained, draft, k) / others,
      ranks: rankLabels.map((label, index) => ({ label, moments: placed.labels[index]! })),
      slotsGained: gained,
      slotsLost: losses.slots,
      displaced: this.shares(losses, k, moments),
      sessions,
      moments,
    };
  }

  /** Mean places that displaced SKUs move down, by row. */
  placesLost(draft: DraftRequest, placed: Placed, displaced: readonly Displaced[]): ReadonlyMap<number, number> {
    const all = draft.k * placed.moments;
    const losses = displaced.map(({ row, slots, before }) => ({ row, slots, before: Math.round(before * all) }));
    return placesLost(this.standings, losses, this.#entries(draft, placed), (entry) => [placed.enteredRanks[entry]!]);
  }

  /** Losses as shares of all slots. */
  shares({ losers }: Losses, k: number, moments: number): readonly Displaced[] {
    const all = k * moments;
    return losers.map(({ row, slots, before }) => ({ row, slots, before: before / all, after: (before - slots) / all }));
  }

  /** Top-K slots of every row over the whole panel, and those of the candidates in ascending order. */
  slotsOf(k: number): { readonly rows: Int32Array; readonly sorted: Int32Array } {
    const known = this.#slots.get(k);
    if (known !== undefined) return known;
    const rows = new Int32Array(this.standings.items);
    for (let moment = 0; moment < this.standings.moments; moment++) countTop(this.standings, moment, k, rows, 1);
    const slots = { rows, sorted: this.standings.candidates.map((row) => rows[row]!).sort() };
    this.#slots.set(k, slots);
    return slots;
  }

  #entries(draft: DraftRequest, { entered, leftOut }: Placed): Entries {
    return { k: draft.k, leftOut, own: draft.presentScores === null ? null : draft, entered, entering: new Uint16Array(entered.length).fill(1) };
  }

  #losses(draft: DraftRequest, placed: Placed): Losses {
    return displace(this.panel, this.standings, this.slotsOf(draft.k).rows, this.#entries(draft, placed));
  }

  /** Other candidates that have fewer slots than `gained` when the draft has come. */
  #fewer({ before, losers }: Losses, gained: number, draft: DraftRequest, k: number): number {
    const { rows, sorted } = this.slotsOf(k);
    let count = 0;
    if (before === rows) {
      let high = sorted.length;
      while (count < high) {
        const middle = (count + high) >> 1;
        if (sorted[middle]! < gained) count = middle + 1;
        else high = middle;
      }
    } else {
      const own = draft.presentScores === null ? -1 : draft.row;
      for (const row of this.standings.candidates) if (row !== own && before[row]! < gained) count++;
    }
    for (const loss of losers) if (loss.before >= gained && loss.before - loss.slots < gained) count++;
    return count;
  }

  /** The best moment of each session that the draft enters, best rank first, `count` at most. */
  entered(draft: DraftRequest, { entered, enteredRanks }: Placed, count = Infinity): readonly Entered[] {
    const { panel } = this;
    const best: { session: number; moment: number; rank: number; score: number }[] = [];
    for (let i = 0; i < entered.length; i++) {
      const moment = entered[i]!;
      const candidate = { session: panel.sessions[this.#sessionOf[moment]!]!, moment, rank: enteredRanks[i]!, score: draft.scores[moment]! };
      const last = best.at(-1); // moments come session by session
      if (last?.session !== candidate.session) best.push(candidate);
      else if (candidate.rank < last.rank || (candidate.rank === last.rank && candidate.score > last.score)) best[best.length - 1] = candidate;
    }
    best.sort((a, b) => a.rank - b.rank || b.score - a.score || a.session - b.session);
    return best.slice(0, count).map((entry) => ({ ...entry, rows: [...panel.items.subarray(panel.starts[entry.moment]!, panel.ends[entry.moment]!)] }));
  }
}

/** The moments of the sessions that count. */
function countedSpans({ momentOffsets }: Panel, leftOut: Uint8Array): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (let session = leftOut.indexOf(1); session >= 0; session = leftOut.indexOf(1, session + 1)) {
    if (momentOffsets[session]! > from) spans.push([from, momentOffsets[session]!]);
    from = momentOffsets[session + 1]!;
  }
  const end = momentOffsets.at(-1)!;
  return end > from ? [...spans, [from, end]] : spans;
}
