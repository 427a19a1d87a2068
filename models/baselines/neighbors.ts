/** Baselines that look at what stood near the last item in training sessions. Nothing is stored but where each item occurred. */
import type { Sequences } from '../examples.ts';
import type { Scorer } from '../scorer.ts';
import { popularityFallback } from './popularity.ts';
import type { BaselineData } from './popularity.ts';

/** 1/distance for distances 1..10, times the least common multiple of 1..10: whole numbers, so that equal sums are equal. */
const reach = 10;
const unit = 2520;

/** Count of j right after the last item; popularity where j never followed it. */
export function fitMarkov(data: BaselineData): Scorer {
  return fitNeighbors('markov', data, (items, position, _start, end, add) => {
    if (position + 1 < end) add(items[position + 1]!, 1);
  });
}

/**
 * Sum of 1/distance to the last item over pairs within ten positions, both directions; popularity where j never stood near it. An item
 * is no neighbour of itself: repeats are not what this baseline is about.
 */
export function fitCooccurrence(data: BaselineData): Scorer {
  return fitNeighbors('co-occurrence', data, (items, position, start, end, add) => {
    for (let other = Math.max(start, position - reach); other < Math.min(end, position + reach + 1); other++) {
      if (items[other] !== items[position]) add(items[other]!, unit / Math.abs(other - position));
    }
  });
}

type Visit = (items: Int32Array, position: number, start: number, end: number, add: (row: number, weight: number) => void) => void;

/** Scores are whole sums of weights over all occurrences of the last item, plus popularity below 1, which also decides between equal sums. */
function fitNeighbors(name: string, data: BaselineData, visit: Visit): Scorer {
  const fallback = popularityFallback(data);
  const { items, offsets } = data.sequences;
  const occurrences = indexOccurrences(data.sequences, data.items.length);
  const sequenceOf = new Int32Array(items.length);
  for (let s = 0; s < offsets.length - 1; s++) sequenceOf.fill(s, offsets[s], offsets[s + 1]);
  return {
    name,
    async scores(prefixes, out) {
      for (let b = 0; b < prefixes.offsets.length - 1; b++) {
        const base = b * fallback.length;
        out.set(fallback, base);
        const add = (row: number, weight: number): void => {
          out[base + row]! += weight;
        };
        const last = prefixes.items[prefixes.offsets[b + 1]! - 1]!;
        for (let o = occurrences.offsets[last]!; o < occurrences.offsets[last + 1]!; o++) {
          const position = occurrences.positions[o]!;
          const sequence = sequenceOf[position]!;
          visit(items, position, offsets[sequence]!, offsets[sequence + 1]!, add);
        }
      }
    },
  };
}

/** Item i occurs at `positions[offsets[i]] .. positions[offsets[i + 1] - 1]` of the sequences' items, ascending. */
export interface Occurrences {
  /** [items + 1] */
  readonly offsets: Int32Array;
  /** [events] */
  readonly positions: Int32Array;
}

export function indexOccurrences({ items }: Sequences, itemCount: number): Occurrences {
  const offsets = new Int32Array(itemCount + 1);
  for (const row of items) offsets[row + 1]!++;
  for (let row = 0; row < itemCount; row++) offsets[row + 1]! += offsets[row]!;
  const next = offsets.slice(0, itemCount);
  const positions = new Int32Array(items.length);
  items.forEach((row, position) => (positions[next[row]!++] = position));
  return { offsets, positions };
}
