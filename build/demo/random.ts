/** Seeded random numbers (sfc32): integer arithmetic only, so a seed gives the same demo on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, limit). */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** Approximately normal, mean 0, deviation 1 (sum of four uniforms: tails end at 3.5). */
  normal(): number;
  pick<T>(from: readonly T[]): T;
  /** Index drawn in proportion to `weights`; at least one must be above 0. */
  weighted(weights: ArrayLike<number>): number;
}

export function createRandom(seed: number): Random {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }
  // Close seeds start in close states: the first draws are thrown away.
  for (let warmUp = 0; warmUp < 16; warmUp++) next();

  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
    pick(from) {
      const choice = from[below(from.length)];
      if (choice === undefined) throw new Error('pick from an empty list');
      return choice;
    },
    weighted(weights) {
      let total = 0;
      for (let index = 0; index < weights.length; index++) total += weights[index]!;
      if (!(total > 0)) throw new Error(`weights add up to ${total}`);
      let left = next() * total;
      for (let index = 0; index < weights.length; index++) {
        left -= weights[index]!;
        if (left < 0) return index;
      }
      return weights.length - 1;
    },
  };
}
