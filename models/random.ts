/**
 * The one source of chance: xoshiro128** with a state that can be saved, so that a resumed run draws what an uninterrupted one would.
 * Source: Blackman & Vigna, "Scrambled linear pseudorandom number generators" (2018); seeded by splitmix32.
 */
export type RandomState = readonly [number, number, number, number];

export class Random {
  #state: Uint32Array;

  constructor(seed: number | RandomState) {
    this.#state = typeof seed === 'number' ? splitmix(seed) : Uint32Array.from(seed);
  }

  get state(): RandomState {
    return [...this.#state] as unknown as RandomState;
  }

  /** Uniform over the 32-bit integers. */
  uint32(): number {
    const s = this.#state;
    const scrambled = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotateLeft(s[3]!, 11);
    return scrambled;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** Uniform over 0 … n - 1, without modulo bias worth speaking of (n is far below 2^32). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box-Muller, one of the pair). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fisher-Yates in place. */
  shuffle<T extends Int32Array | unknown[]>(list: T): T {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = list[i];
      list[i] = list[j]!;
      list[j] = kept!;
    }
    return list;
  }
}

function rotateLeft(x: number, bits: number): number {
  return ((x << bits) | (x >>> (32 - bits))) >>> 0;
}

function splitmix(seed: number): Uint32Array {
  let x = seed >>> 0;
  return Uint32Array.from({ length: 4 }, () => {
    x = (x + 0x9e3779b9) >>> 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  });
}
