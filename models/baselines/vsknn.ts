/**
 * VSKNN, the session nearest neighbours that most neural models do not beat: Ludewig & Jannach 2018; constants and quirks follow
 * rn5l/session-rec, algorithms/knn/vsknn.py and its Diginetica setting (conf/save/diginetica/window/window_digi_baselines.yml:
 * k 500, sample 5000, quadratic weights, `div` decay, idf weight 5).
 */
import type { Sequences } from '../examples.ts';
import type { Scorer } from '../scorer.ts';
import { indexOccurrences } from './neighbors.ts';
import { popularityFallback } from './popularity.ts';
import type { BaselineData } from './popularity.ts';

const neighborCount = 500;
const sampleSize = 5000;
const idfWeight = 5;

/**
 * A session is near when it holds items of the prefix, late ones weighing most: weight (position / length)² of an item's last place.
 * Of the 5000 most recent sessions that share an item, the 500 nearest each give their items
 * similarity · (1 + 5 idf) / (steps back to the latest shared item). Nobody's neighbours: popularity.
 */
export function fitVsknn(data: BaselineData): Scorer {
  const { items, offsets } = data.sequences;
  const itemCount = data.items.length;
  const fallback = popularityFallback(data);
  const sessionsOf = indexSessions(data.sequences, itemCount);
  const idf = Float64Array.from({ length: itemCount }, (_, row) => {
    const count = sessionsOf.events[row + 1]! - sessionsOf.events[row]!;
    return count === 0 ? 0 : Math.log((offsets.length - 1) / count);
  });
  const similarity = new Float64Array(offsets.length - 1);
  const decay = new Float64Array(offsets.length - 1);
  const sums = new Float64Array(itemCount);

  /** Sessions that share an item with the prefix, their similarity and decay filled in, the nearest first. */
  const findNeighbors = (prefix: Int32Array): number[] => {
    const found: number[] = [];
    const distinct = new Set<number>();
    for (let back = 1; back <= prefix.length; back++) {
      const row = prefix[prefix.length - back]!;
      if (distinct.has(row)) continue;
      distinct.add(row);
      const weight = ((prefix.length - back + 1) / prefix.length) ** 2;
      for (let s = sessionsOf.offsets[row]!; s < sessionsOf.offsets[row + 1]!; s++) {
        const session = sessionsOf.sessions[s]!;
        if (similarity[session] === 0) {
          found.push(session);
          decay[session] = 1 / back;
        }
        similarity[session]! += weight;
      }
    }
    // Sequences stand in the order of time: a larger number is more recent, which also decides between equal similarities.
    found.sort((a, b) => b - a);
    for (const session of found.splice(sampleSize)) similarity[session] = 0;
    found.sort((a, b) => similarity[b]! - similarity[a]! || b - a);
    for (const session of found.splice(neighborCount)) similarity[session] = 0;
    for (const session of found) similarity[session]! /= distinct.size;
    return found;
  };

  return {
    name: 'vsknn',
    async scores(prefixes, out) {
      for (let b = 0; b < prefixes.offsets.length - 1; b++) {
        const base = b * itemCount;
        out.set(fallback, base);
        const touched: number[] = [];
        for (const session of findNeighbors(prefixes.items.subarray(prefixes.offsets[b]!, prefixes.offsets[b + 1]!))) {
          const weight = similarity[session]! * decay[session]!;
          similarity[session] = 0;
          for (let position = offsets[session]!; position < offsets[session + 1]!; position++) {
            const row = items[position]!;
            if (items.indexOf(row, offsets[session]) < position) continue; // a session is a set of items
            if (sums[row] === 0) touched.push(row);
            sums[row]! += weight * (1 + idfWeight * idf[row]!);
          }
        }
        for (const row of touched) {
          out[base + row] = 1 + sums[row]!; // above every fallback, which is below 1
          sums[row] = 0;
        }
      }
    },
  };
}

interface ItemSessions {
  /** [items + 1] events per row, summed */
  readonly events: Int32Array;
  /** [items + 1] item i stands in `sessions[offsets[i]] ..`, each session once, ascending */
  readonly offsets: Int32Array;
  readonly sessions: Int32Array;
}

function indexSessions(sequences: Sequences, itemCount: number): ItemSessions {
  const occurrences = indexOccurrences(sequences, itemCount);
  const sessionOf = new Int32Array(sequences.items.length);
  for (let s = 0; s < sequences.offsets.length - 1; s++) sessionOf.fill(s, sequences.offsets[s], sequences.offsets[s + 1]);
  const offsets = new Int32Array(itemCount + 1);
  const sessions = new Int32Array(sequences.items.length);
  let end = 0;
  for (let row = 0; row < itemCount; row++) {
    for (let o = occurrences.offsets[row]!; o < occurrences.offsets[row + 1]!; o++) {
      const session = sessionOf[occurrences.positions[o]!]!;
      if (end === offsets[row] || sessions[end - 1] !== session) sessions[end++] = session;
    }
    offsets[row + 1] = end;
  }
  return { events: occurrences.offsets, offsets, sessions: sessions.slice(0, end) };
}
