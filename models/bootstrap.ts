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
  const group = new Map<number, number>();
  for (const session of sessions) if (!group.has(session)) group.set(session, group.size);
  const sums = new Float64Array(group.size);
  const sizes = new Float64Array(group.size);
  for (let i = 0; i < sessions.length; i++) {
    const g = group.get(sessions[i]!)!;
    sums[g]! += a[i]! - b[i]!;
    sizes[g]!++;
  }
  const random = new Random(seed);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let size = 0;
    for (let draw = 0; draw < group.size; draw++) {
      const g = random.below(group.size);
      sum += sums[g]!;
      size += sizes[g]!;
    }
    means[resample] = sum / size;
  }
  means.sort();
  const interval = [means[Math.floor(0.025 * resamples)]!, means[Math.ceil(0.975 * resamples) - 1]!] as const;
  const mean = sums.reduce((total, sum) => total + sum, 0) / Math.max(1, sessions.length);
  return { mean, interval, shown: interval[0] > 0 || interval[1] < 0 };
}
