/**
 * Byte-pair encoding over characters: learns which neighbouring pieces to join, and joins them in a word.
 * Source: Sennrich, Haddow & Birch 2016 (arXiv 1508.07909), with the bookkeeping that makes it fast: each merge touches only the
 * words that hold the pair, pair counts are kept up to date by difference, and the best pair comes from a heap.
 */

/** Pairs occurring less often are not joined: a merge of its own for a single word is that word learned by heart. */
const minimumPairCount = 2;

/** Longest token in characters. Longer runs are part numbers and noise, or sentences of a script without spaces. */
const longestToken = 24;

export interface BytePairs {
  /** Pieces in order of birth: the characters by code point, then one per merge. */
  readonly pieces: readonly string[];
  /** Merge m joins pieces `merges[m][0]` and `merges[m][1]` (indices into `pieces`) into piece `pieces.length - merges.length + m`. */
  readonly merges: readonly (readonly [left: number, right: number])[];
}

/**
 * Learns at most `size` pieces from words with their counts. Deterministic: the order of `words` does not matter, and pairs of equal
 * count are joined in order of their pieces. Characters beyond half of `size` are left out, rarest first; words that hold one are not learned from.
 */
export function learnBytePairs(words: ReadonlyMap<string, number>, size: number): BytePairs {
  const pieces = alphabet(words, Math.max(1, size >> 1));
  const pieceIndex = new Map(pieces.map((piece, index) => [piece, index]));
  const lengths = pieces.map(() => 1); // characters per piece

  const sequences: number[][] = [];
  const counts: number[] = [];
  for (const word of [...words.keys()].sort()) {
    const sequence = Array.from(word, (character) => pieceIndex.get(character) ?? -1);
    if (sequence.length < 2 || sequence.includes(-1)) continue;
    sequences.push(sequence);
    counts.push(words.get(word)!);
  }

  // Pair (a, b) has the key a * 2^21 + b: exact in a double for two million pieces.
  const shift = 2 ** 21;
  const pairCounts = new Map<number, number>();
  const pairWords = new Map<number, number[]>();
  const changed = new Set<number>();
  const addPair = (left: number, right: number, by: number, word: number): void => {
    const key = left * shift + right;
    pairCounts.set(key, (pairCounts.get(key) ?? 0) + by);
    changed.add(key);
    if (by < 0) return;
    const where = pairWords.get(key);
    if (where === undefined) pairWords.set(key, [word]);
    else if (where[where.length - 1] !== word) where.push(word);
  };
  for (let word = 0; word < sequences.length; word++) {
    const sequence = sequences[word]!;
    for (let i = 0; i + 1 < sequence.length; i++) addPair(sequence[i]!, sequence[i + 1]!, counts[word]!, word);
  }

  const heap = new PairHeap();
  const pushChanged = (): void => {
    for (const key of changed) {
      const count = pairCounts.get(key)!;
      if (count >= minimumPairCount) heap.push(count, key);
    }
    changed.clear();
  };
  pushChanged();

  const merges: [number, number][] = [];
  while (pieces.length < size) {
    const best = heap.pop();
    if (best === null) break;
    if (pairCounts.get(best.key) !== best.count) continue; // a newer entry tells the present count
    const left = Math.floor(best.key / shift);
    const right = best.key % shift;
    const joined = pieces[left]! + pieces[right]!;
    // Two merges with one result would make the order of merges ambiguous; the first way to build a piece is the only one.
    if (lengths[left]! + lengths[right]! > longestToken || pieceIndex.has(joined)) {
      pairCounts.delete(best.key);
      continue;
    }
    const piece = pieces.length;
    pieces.push(joined);
    lengths.push(lengths[left]! + lengths[right]!);
    pieceIndex.set(joined, piece);
    merges.push([left, right]);
    for (const word of pairWords.get(best.key)!) {
      const sequence = sequences[word]!;
      const count = counts[word]!;
      let to = 0;
      for (let from = 0; from < sequence.length; from++) {
        if (sequence[from] === left && sequence[from + 1] === right) {
          const before = to > 0 ? sequence[to - 1]! : -1;
          const after = from + 2 < sequence.length ? sequence[from + 2]! : -1;
          if (before >= 0) {
            addPair(before, left, -count, word);
            addPair(before, piece, count, word);
          }
          if (after >= 0) {
            addPair(right, after, -count, word);
            addPair(piece, after, count, word);
          }
          sequence[to++] = piece;
          from++;
        } else {
          sequence[to++] = sequence[from]!;
        }
      }
      sequence.length = to;
    }
    pairCounts.delete(best.key);
    pairWords.delete(best.key);
    changed.delete(best.key);
    pushChanged();
  }
  return { pieces, merges };
}

/** The characters of the words by code point, at most `limit`: the most frequent ones. */
function alphabet(words: ReadonlyMap<string, number>, limit: number): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words) for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  const byPoint = (a: string, b: string): number => a.codePointAt(0)! - b.codePointAt(0)!;
  return [...counts.keys()]
    .sort((a, b) => counts.get(b)! - counts.get(a)! || byPoint(a, b))
    .slice(0, limit)
    .sort(byPoint);
}

/** Largest count first, then the smallest key. Entries are never changed: a pair whose count moved is pushed again. */
class PairHeap {
  readonly #counts: number[] = [];
  readonly #keys: number[] = [];

  push(count: number, key: number): void {
    const counts = this.#counts;
    const keys = this.#keys;
    let hole = counts.length;
    counts.push(count);
    keys.push(key);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!before(count, key, counts[parent]!, keys[parent]!)) break;
      counts[hole] = counts[parent]!;
      keys[hole] = keys[parent]!;
      hole = parent;
    }
    counts[hole] = count;
    keys[hole] = key;
  }

  pop(): { readonly count: number; readonly key: number } | null {
    const counts = this.#counts;
    const keys = this.#keys;
    if (counts.length === 0) return null;
    const top = { count: counts[0]!, key: keys[0]! };
    const count = counts.pop()!;
    const key = keys.pop()!;
    const size = counts.length;
    if (size === 0) return top;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      if (child + 1 < size && before(counts[child + 1]!, keys[child + 1]!, counts[child]!, keys[child]!)) child++;
      if (!before(counts[child]!, keys[child]!, count, key)) break;
      counts[hole] = counts[child]!;
      keys[hole] = keys[child]!;
      hole = child;
    }
    counts[hole] = count;
    keys[hole] = key;
    return top;
  }
}

function before(countA: number, keyA: number, countB: number, keyB: number): boolean {
  return countA > countB || (countA === countB && keyA < keyB);
}

/**
 * Joins the pieces of one word: the merge learned first goes first, the leftmost of equals before the others, until none applies.
 * Candidates wait in a heap, so that a word of 8,000 characters (hostile files have them) costs milliseconds.
 * @param pieces [length] piece ids of the characters, -1 for unknown ones; changed in place, the joined pieces come first.
 * @param rankOf rank and result of a merge, or undefined.
 * @returns the number of pieces left.
 */
export function joinPieces(pieces: number[], rankOf: (left: number, right: number) => { readonly rank: number; readonly piece: number } | undefined): number {
  const length = pieces.length;
  const next = Int32Array.from({ length }, (_, i) => i + 1);
  const previous = Int32Array.from({ length }, (_, i) => i - 1);
  const born = new Int32Array(length); // counts the changes of a position: older candidates are void
  const heap: { readonly rank: number; readonly at: number; readonly left: number; readonly right: number; readonly piece: number }[] = [];
  const offer = (at: number): void => {
    const follower = next[at]!;
    if (follower >= length || pieces[at]! < 0 || pieces[follower]! < 0) return;
    const merge = rankOf(pieces[at]!, pieces[follower]!);
    if (merge !== undefined) pushCandidate(heap, { rank: merge.rank, at, left: born[at]!, right: born[follower]!, piece: merge.piece });
  };
  for (let at = 0; at + 1 < length; at++) offer(at);
  while (heap.length > 0) {
    const { at, left, right, piece } = popCandidate(heap);
    const follower = next[at]!;
    if (born[at] !== left || follower >= length || born[follower] !== right) continue;
    pieces[at] = piece;
    born[at]!++;
    born[follower] = -1;
    const after = next[follower]!;
    next[at] = after;
    if (after < length) previous[after] = at;
    if (previous[at]! >= 0) offer(previous[at]!);
    offer(at);
  }
  let count = 0;
  for (let at = 0; at < length; at = next[at]!) pieces[count++] = pieces[at]!;
  return count;
}

interface Candidate {
  readonly rank: number;
  readonly at: number;
  readonly left: number;
  readonly right: number;
  readonly piece: number;
}

function pushCandidate(heap: Candidate[], candidate: Candidate): void {
  let hole = heap.length;
  heap.push(candidate);
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    if (!sooner(candidate, heap[parent]!)) break;
    heap[hole] = heap[parent]!;
    hole = parent;
  }
  heap[hole] = candidate;
}

function popCandidate(heap: Candidate[]): Candidate {
  const top = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && sooner(heap[child + 1]!, heap[child]!)) child++;
    if (!sooner(heap[child]!, last)) break;
    heap[hole] = heap[child]!;
    hole = child;
  }
  heap[hole] = last;
  return top;
}

function sooner(a: Candidate, b: Candidate): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.at < b.at);
}
