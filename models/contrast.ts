/** Two texts of one SKU on the same moments: who ranks better, how often, and where only one of them shows. */
import { encodeDrafts, scoreDraft } from './draft.ts';
import type { DraftRequest, Placed } from './exposure.ts';
import type { ContrastJob, ContrastNumbers } from './launch-jobs.ts';
import type { Panel } from './panel.ts';
import type { Placement } from './placement.ts';
import type { Served } from './served.ts';

/** Moments listed for each side, and items shown of each. */
const shown = { moments: 20, items: 6 } as const;

type Everywhere = Placed & Placement;

export async function contrast(served: Served, { a, b, row, k }: ContrastJob): Promise<ContrastNumbers> {
  const { board, info } = served;
  const started = performance.now();
  const encoded = await encodeDrafts(served, [a, b]);
  const encodedAt = performance.now();
  const likeness = served.neighbours.search(encoded[0]!.vector, encoded[1]!.vector);
  const requests = encoded.map((draft, i) => scoreDraft(served, draft, likeness[i]!, row, k));
  const scoredAt = performance.now();
  const [first, second] = requests.map((request) => board.placeEverywhere(request)) as [Everywhere, Everywhere];
  const side = (placed: Everywhere, draft: DraftRequest): ContrastNumbers['a'] => {
    const { exposure, reach, medianRank } = board.outcome(draft, placed);
    return { exposure, exposureInterval: board.resampler.intervals(placed.slots, placed.leftOut, k, placed).exposureInterval, reach, medianRank };
  };
  const sides = { a: side(first, requests[0]!), b: side(second, requests[1]!) };
  const difference = Float64Array.from(second.slots, (slots, session) => (slots - first.slots[session]!) / k);
  const numbers = {
    ...sides,
    difference: { exposure: sides.b.exposure - sides.a.exposure, interval: board.resampler.meanInterval(difference, first.leftOut) },
    wins: countWins(board.panel, first, second, (values) => board.resampler.meanInterval(values, first.leftOut)),
    shows: countShows(first, second),
    onlyA: onlyOne(board.panel, first, second, k).map(({ ahead, behind, ...moment }) => ({ ...moment, rankA: ahead, rankB: behind })),
    onlyB: onlyOne(board.panel, second, first, k).map(({ ahead, behind, ...moment }) => ({ ...moment, rankA: behind, rankB: ahead })),
  };
  const milliseconds = { encode: encodedAt - started, score: scoredAt - encodedAt, displace: performance.now() - scoredAt };
  return { ...numbers, panel: { ...info.panel, n: first.sessions, moments: first.moments }, milliseconds };
}

function countWins(panel: Panel, a: Everywhere, b: Everywhere, intervalOf: (values: Float64Array) => readonly [number, number]): ContrastNumbers['wins'] {
  const values = new Float64Array(panel.sessions.length);
  const wins = { a: 0, b: 0, ties: 0 };
  for (let session = 0; session < values.length; session++) {
    if (a.leftOut[session] === 1) continue;
    for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
      const lead = a.ranks[moment]! - b.ranks[moment]!;
      wins[lead > 0 ? 'b' : lead < 0 ? 'a' : 'ties']++;
      values[session]! += lead > 0 ? 1 : lead < 0 ? 0 : 0.5;
    }
  }
  const winRate = a.moments === 0 ? 0.5 : (wins.b + wins.ties / 2) / a.moments;
  return { ...wins, winRate, interval: a.moments === 0 ? [0, 1] : intervalOf(values) };
}

function countShows(a: Everywhere, b: Everywhere): ContrastNumbers['shows'] {
  const inA = new Set(a.entered);
  const both = b.entered.reduce((count, moment) => count + (inA.has(moment) ? 1 : 0), 0);
  return { both, onlyA: a.gained - both, onlyB: b.gained - both, neither: a.moments - a.gained - b.gained + both };
}

interface OneSided {
  readonly session: number;
  readonly ahead: number;
  readonly behind: number;
  readonly rows: readonly number[];
}

/** For each session the moment with the widest lead among those in whose top K only the first stands; the widest lead first. */
function onlyOne(panel: Panel, first: Everywhere, second: Everywhere, k: number): readonly OneSided[] {
  const best: { session: number; moment: number; lead: number }[] = [];
  for (let session = 0; session < panel.sessions.length; session++) {
    if (first.leftOut[session] === 1) continue;
    let found: (typeof best)[number] | null = null;
    for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
      const lead = second.ranks[moment]! - first.ranks[moment]!;
      if (first.ranks[moment]! <= k && second.ranks[moment]! > k && (found === null || lead > found.lead)) found = { session: panel.sessions[session]!, moment, lead };
    }
    if (found !== null) best.push(found);
  }
  best.sort((a, b) => b.lead - a.lead || a.session - b.session);
  return best.slice(0, shown.moments).map(({ session, moment }) => ({
    session, ahead: first.ranks[moment]!, behind: second.ranks[moment]!, rows: [...panel.items.subarray(panel.starts[moment]!, panel.ends[moment]!)].slice(-shown.items),
  }));
}
