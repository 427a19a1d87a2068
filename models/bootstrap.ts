import { Random } from './random.ts';

export interface Difference {
  /** mean of a minus mean of b */
  readonly mean: number;
  /** 95 % of the resamples lie between */
  readonly interval: readonly [number, number];
  /** false where the interval holds 0: report "no difference shown" */
  readonly shown: boolean;
}

/**
 * Paired bootstrap over sessions for the difference of two systems on the same prefixes. `a` and `b` are [prefixes] values of one measure,
 * `sessions` tells the session of each: prefixes of one session are not independent, so whole sessions are drawn.
 */
export function bootstrapDifference(a: Float64Array, b: Float64Array, sessions: Int32Array, seed: number, resamples = 1000): Difference {
  const bootstrap = new PairedBootstrap(a, b, sessions, seed);
  bootstrap.draw(resamples);
  return bootstrap.difference();
}

/** The same in portions, for a thread that must answer others in between. */
export class PairedBootstrap {
  /** [sessions drawn from] */
  readonly #sums: Float64Array;
  readonly #sizes: Float64Array;
  readonly #mean: number;
  readonly #random: Random;
  readonly #means: number[] = [];

  constructor(a: Float64Array, b: Float64Array, sessions: Int32Array, seed: number) {
    const group = new Map<number, number>();
    for (const session of sessions) if (!group.has(session)) group.set(session, group.size);
    this.#sums = new Float64Array(group.size);
    this.#sizes = new Float64Array(group.size);
    for (let i = 0; i < sessions.length; i++) {
      const g = group.get(sessions[i]!)!;
      this.#sums[g]! += a[i]! - b[i]!;
      this.#sizes[g]!++;
    }
    this.#mean = this.#sums.reduce((total, sum) => total + sum, 0) / Math.max(1, sessions.length);
    this.#random = new Random(seed);
  }

  draw(resamples: number): void {
    const groups = this.#sums.length;
    for (let resample = 0; resample < resamples; resample++) {
      let sum = 0;
      let size = 0;
      for (let draw = 0; draw < groups; draw++) {
        const g = this.#random.below(groups);
        sum += this.#sums[g]!;
        size += this.#sizes[g]!;
      }
      this.#means.push(sum / size);
    }
  }

  difference(): Difference {
    const means = Float64Array.from(this.#means).sort();
    const interval = [means[Math.floor(0.025 * means.length)]!, means[Math.ceil(0.975 * means.length) - 1]!] as const;
    return { mean: this.#mean, interval, shown: interval[0] > 0 || interval[1] < 0 };
  }
}
