/**
 * What was seen together: a small memory beside the model, for SKUs that have been seen.
 *
 *   score(S, j) = model(S, j) + β m(S, j)
 *   m(S, j)     = Σ over the last 8 seen SKUs i of S of 0.8^age · C(i, j)
 *   C(i, j)     = c(i, j) / sqrt((n_i + 20) (n_j + 20)), the best 100 per i, brought to a mean of 1
 *   c(i, j)     = Σ over pairs at most 10 positions apart of 1 / sqrt(distance), times `backward` where j came before i, times 3 where j is i
 *
 * Counted on training sequences alone; n are events. β and `backward` are chosen on validation.
 *
 * A SKU without events would fall behind all that were ever seen together. It takes over what the session recalls of its 20 nearest seen
 * SKUs by item vector: m(S, j) = 1.25 Σ w_k m(S, k), w a softmax of 20 · cosine. (Shrunk item-to-item counts: Sarwar et al. 2001,
 * section 3; decayed over a session: measures.md 3.3.)
 */
import type { SparseRows } from './bags.ts';
import type { Sequences } from './examples.ts';
import { linksOf, type Links } from './links.ts';
import { findNearest, type NearestQuestion } from './nearest.ts';

const reach = 10;
const shrinkage = 20;
/** What coming back to a SKU counts: in shops where many do, it is the strongest sign there is (on diginetica 3 adds a point of NDCG@20). */
const again = 3;
/** Neighbours kept of each SKU: 50 lose a tenth of a point of HR@20, more gain nothing. At most 120 MB for 150,000 SKUs. */
const mostNeighbours = 100;
/** Seen SKUs of a session that are asked, latest first, and what each counts beside the one after it. */
export const recency = { last: 8, decay: 0.8 } as const;

/**
 * Nearest seen SKUs that speak for one without events, how sharply closeness counts, and what their mean is multiplied by: a mean has
 * lower peaks than any one of them, and at 1.25 new SKUs keep the share of the lists that the model alone gives them.
 */
export const inheritance = { count: 20, sharpness: 20, gain: 1.25 } as const;

/** Neighbours of the SKUs that training has seen, by workspace number: a changed catalogue finds its rows again. */
export interface Memory extends SparseRows {
  /** [seen] workspace numbers; `ids` of the sparse rows are places in this list. */
  readonly skus: Int32Array;
}

/** @param numbers [items] workspace number of each row of the sequences. */
export function countMemory({ items, offsets }: Sequences, numbers: Int32Array, backward: number): Memory {
  const events = new Int32Array(numbers.length);
  for (const row of items) events[row]!++;
  const seen = Int32Array.from(events.keys()).filter((row) => events[row]! > 0);
  const place = new Int32Array(numbers.length).fill(-1);
  for (const [index, row] of seen.entries()) place[row] = index;
  const counts = Array.from(seen, () => new Map<number, number>());
  const add = (from: number, to: number, weight: number): void => void counts[from]!.set(to, (counts[from]!.get(to) ?? 0) + weight);
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let i = offsets[s]! + 1; i < offsets[s + 1]!; i++) {
      for (let j = Math.max(offsets[s]!, i - reach); j < i; j++) {
        const [earlier, later] = [place[items[j]!]!, place[items[i]!]!];
        const weight = 1 / Math.sqrt(i - j);
        add(earlier, later, earlier === later ? again * weight : weight);
        if (earlier !== later) add(later, earlier, backward * weight);
      }
    }
  }
  const size = (index: number): number => events[seen[index]!]! + shrinkage;
  const lists = counts.map((list, i) => [...list].map(([j, count]) => [j, count / Math.sqrt(size(i) * size(j))] as const)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostNeighbours));
  const ends = new Int32Array(seen.length + 1);
  for (const [i, list] of lists.entries()) ends[i + 1] = ends[i]! + list.length;
  const weights = Float32Array.from(lists.flatMap((list) => list.map(([, weight]) => weight)));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  return {
    skus: seen.map((row) => numbers[row]!), offsets: ends,
    ids: Int32Array.from(lists.flatMap((list) => list.map(([j]) => j))), weights: weights.map((weight) => weight / mean),
  };
}

/** One file of an artifact: the number of SKUs, their workspace numbers, offsets, neighbours, and weights as float32. */
export function memoryToBytes({ skus, offsets, ids, weights }: Memory): Uint8Array {
  const words = new Int32Array(1 + skus.length + offsets.length + 2 * ids.length);
  words[0] = skus.length;
  words.set(skus, 1);
  words.set(offsets, 1 + skus.length);
  words.set(ids, 1 + skus.length + offsets.length);
  words.set(new Int32Array(weights.buffer, weights.byteOffset, weights.length), words.length - weights.length);
  return new Uint8Array(words.buffer);
}

export function memoryFromBytes(bytes: Uint8Array): Memory {
  const { buffer } = new Uint8Array(bytes); // a copy begins at a whole word
  const words = new Int32Array(buffer);
  const seen = words[0]!;
  const entries = (words.length - 2 - 2 * seen) / 2;
  const idsAt = 2 + 2 * seen;
  return {
    skus: words.subarray(1, 1 + seen), offsets: words.subarray(1 + seen, idsAt), ids: words.subarray(idsAt, idsAt + entries),
    weights: new Float32Array(buffer, 4 * (idsAt + entries), entries),
  };
}

/** Item vectors [items, width], by which SKUs without events find the nearest that have some. */
export interface Likeness extends NearestQuestion {
  /** Keeps what was found for the rows before `settled`, which stay as they are; a search of 360,000 SKUs among 240,000 takes minutes. */
  readonly kept?: { readonly settled: number; readonly numbers: (compute: () => Promise<Float32Array>) => Promise<Float32Array> };
}

/** A memory in the rows of one catalogue. */
export class Recall {
  /** [items] 1 for rows the memory has seen. */
  readonly seen: Uint8Array;
  readonly #memory: Memory;
  /** [items] place among the memory's SKUs, or -1; and the row of each place, or -1. */
  readonly #placeOf: Int32Array;
  readonly #rowOf: Int32Array;
  /** Rows without events; newcomer i inherits from rows [i · count, (i + 1) · count), by weight. */
  readonly #newcomers: Int32Array;
  readonly #inherited: { readonly rows: Int32Array; readonly weights: Float32Array };
  /** The same the other way round: what each seen row hands on, and to whom. A session then asks few rows, not all newcomers. */
  #heirs: Links | null = null;
  /** By place: rows i with C(i, place), made by the first that asks. */
  #sources: Links | null = null;
  /** [items] what the latest session recalls, and the rows that are not 0. */
  readonly #recalled: Float64Array;
  #touched: number[] = [];

  private constructor(memory: Memory, numbers: Int32Array) {
    const places = new Map([...memory.skus].map((sku, place) => [sku, place]));
    this.#memory = memory;
    this.#placeOf = numbers.map((sku) => places.get(sku) ?? -1);
    this.#rowOf = new Int32Array(memory.skus.length).fill(-1);
    for (const [row, place] of this.#placeOf.entries()) if (place >= 0) this.#rowOf[place] = row;
    this.seen = Uint8Array.from(this.#placeOf, (place) => (place >= 0 ? 1 : 0));
    this.#newcomers = Int32Array.from(numbers.keys()).filter((row) => this.seen[row] === 0);
    this.#inherited = { rows: new Int32Array(this.#newcomers.length * inheritance.count).fill(-1), weights: new Float32Array(this.#newcomers.length * inheritance.count) };
    this.#recalled = new Float64Array(numbers.length);
  }

  /** @param numbers [items] workspace number of each row. `likeness` null: the model cannot score SKUs without events either. */
  static async open(memory: Memory, numbers: Int32Array, likeness: Likeness | null): Promise<Recall> {
    const recall = new Recall(memory, numbers);
    if (likeness !== null) await recall.#inherit(likeness);
    return recall;
  }

  async #inherit(likeness: Likeness): Promise<void> {
    const seen = Int32Array.from(this.seen.keys()).filter((row) => this.seen[row] === 1);
    const { kept } = likeness;
    const settled = kept === undefined ? 0 : this.#newcomers.filter((row) => row < kept.settled).length;
    const search = (part: Int32Array): Promise<Float32Array> => findNearest(likeness, seen, part, inheritance.count);
    const old = settled === 0 ? new Float32Array(0) : await kept!.numbers(() => search(this.#newcomers.subarray(0, settled)));
    const found = [old, await search(this.#newcomers.subarray(settled))];
    const { count } = inheritance;
    const { rows, weights } = this.#inherited;
    for (let i = 0; i < this.#newcomers.length; i++) {
      const pairs = i < settled ? found[0]!.subarray(2 * count * i) : found[1]!.subarray(2 * count * (i - settled));
      let nearest = 0;
      for (; nearest < count && pairs[nearest]! >= 0; nearest++) rows[i * count + nearest] = pairs[nearest]!;
      weights.set(shares(pairs.subarray(count, count + nearest)), i * count);
    }
    this.#heirs = linksOf(this.seen.length, (add) => {
      for (let at = 0; at < rows.length; at++) if (rows[at]! >= 0) add(rows[at]!, this.#newcomers[Math.trunc(at / count)]!, weights[at]!);
    });
  }

  /** The seen SKUs of a session that still count, latest first, with 0.8^age; one that occurs twice comes twice. */
  forEachRemembered(session: Int32Array, visit: (row: number, share: number) => void): void {
    for (let at = session.length - 1, age = 0; at >= 0 && age < recency.last; at--) {
      if (this.seen[session[at]!] !== 1) continue; // says nothing, and does not make the others older
      visit(session[at]!, recency.decay ** age++);
    }
  }

  /** Adds share · C(i, row) to `into` for every i whose presence in a session recalls the row; a SKU without events is recalled by those of the SKUs it inherits from. */
  addSources(row: number, share: number, into: Map<number, number>): void {
    const place = this.#placeOf[row]!;
    if (place < 0) {
      const from = inheritance.count * this.#newcomerOf(row);
      const { rows, weights } = this.#inherited;
      for (let at = from; at < from + inheritance.count && rows[at]! >= 0; at++) this.addSources(rows[at]!, share * weights[at]!, into);
      return;
    }
    const { offsets, rows, weights } = (this.#sources ??= this.#invert());
    for (let at = offsets[place]!; at < offsets[place + 1]!; at++) into.set(rows[at]!, (into.get(rows[at]!) ?? 0) + share * weights[at]!);
  }

  #invert(): Links {
    const { offsets, ids, weights } = this.#memory;
    return linksOf(this.#rowOf.length, (add) => {
      for (const [place, row] of this.#rowOf.entries()) if (row >= 0) for (let e = offsets[place]!; e < offsets[place + 1]!; e++) add(ids[e]!, row, weights[e]!);
    });
  }

  /** Newcomers are ascending rows. */
  #newcomerOf(row: number): number {
    let [low, high] = [0, this.#newcomers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#newcomers[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Recalls a session (catalogue rows, oldest first) and hands out m of every row where it is not 0, newcomers last. The array is valid
   * until the next call.
   */
  recall(session: Int32Array): { readonly rows: readonly number[]; readonly values: Float64Array } {
    for (const row of this.#touched) this.#recalled[row] = 0;
    const touched: number[] = [];
    const put = (row: number, value: number): void => {
      if (this.#recalled[row] === 0) touched.push(row);
      this.#recalled[row]! += value;
    };
    const { offsets, ids, weights } = this.#memory;
    this.forEachRemembered(session, (remembered, share) => {
      const place = this.#placeOf[remembered]!;
      for (let e = offsets[place]!; e < offsets[place + 1]!; e++) {
        const row = this.#rowOf[ids[e]!]!;
        if (row >= 0) put(row, share * weights[e]!);
      }
    });
    const heirs = this.#heirs;
    if (heirs !== null) {
      for (const row of touched.slice()) for (let at = heirs.offsets[row]!; at < heirs.offsets[row + 1]!; at++) put(heirs.rows[at]!, heirs.weights[at]! * this.#recalled[row]!);
    }
    this.#touched = touched;
    return { rows: touched, values: this.#recalled };
  }

  /** scores [items] += β m(session). */
  add(session: Int32Array, weight: number, scores: Float32Array): void {
    const { rows, values } = this.recall(session);
    for (const row of rows) scores[row]! += weight * values[row]!;
  }
}

/** Softmax of sharpness · cosine, times the gain. */
export function shares(cosines: ArrayLike<number>): Float64Array {
  const weights = new Float64Array(cosines.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] = Math.exp(inheritance.sharpness * (cosines[i]! - 1));
  for (let i = 0; i < weights.length; i++) weights[i] = (inheritance.gain * weights[i]!) / sum;
  return weights;
}
