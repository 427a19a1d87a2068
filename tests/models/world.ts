/** Random panels with the score of every row at every moment: small enough to be ranked again in full. */
import { splitCodes } from '../../db/records.ts';
import { drawPanel } from '../../models/panel.ts';
import type { Panel } from '../../models/panel.ts';
import { Random } from '../../models/random.ts';
import { createStandings, StandingsWriter } from '../../models/standings.ts';
import type { Standings } from '../../models/standings.ts';

export interface World {
  readonly panel: Panel;
  readonly live: Uint8Array;
  /** scores[moment][row]: the slow truth. */
  readonly scores: readonly Float32Array[];
}

/** A random world. `grid` > 0 rounds scores to so many steps, so that many tie. */
export function makeWorld(seed: number, sessions: number, items: number, grid = 0): World {
  const random = new Random(seed);
  const offsets = [0];
  const events: number[] = [];
  for (let s = 0; s < sessions; s++) {
    const length = 2 + random.below(5);
    for (let e = 0; e < length; e++) events.push(random.below(items));
    offsets.push(events.length);
  }
  const panel = drawPanel({ offsets: Int32Array.from(offsets), items: Int32Array.from(events), splits: new Uint8Array(events.length).fill(splitCodes.test) }, { sessions, seed, maxContext: 20 });
  const live = Uint8Array.from({ length: items }, () => (random.below(5) === 0 ? 0 : 1));
  const scores = Array.from({ length: panel.ends.length }, () => Float32Array.from({ length: items }, () => draw(random, grid)));
  return { panel, live, scores };
}

export function draw(random: Random, grid: number): number {
  return grid > 0 ? Math.floor(random.uniform() * grid) : random.normal();
}

export function contextOf(panel: Panel, moment: number): Int32Array {
  return panel.items.subarray(panel.starts[moment]!, panel.ends[moment]!);
}

export function fill({ panel, live, scores }: World, k: number, budget?: number): Standings {
  const writer = new StandingsWriter(createStandings(scores.length, live, k, budget));
  for (const [moment, row] of scores.entries()) writer.write(moment, row, contextOf(panel, moment));
  return writer.standings;
}

/** Competitors of a moment with the draft's own row taken out. */
export function rivals({ panel, live, scores }: World, moment: number, own: number): { row: number; score: number }[] {
  const seen = new Set(contextOf(panel, moment));
  return [...live.keys()].filter((row) => live[row] === 1 && row !== own && !seen.has(row)).map((row) => ({ row, score: scores[moment]![row]! }));
}
