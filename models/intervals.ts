/**
 * Bootstrap intervals of many means over the same sessions: each resample draws whole sessions once, and every mean is taken of it, so
 * hundreds of them cost one set of draws. Prefixes of one session are not independent, so sessions are drawn, never prefixes.
 */
import { Random } from './random.ts';
import type { Estimate } from './report-jobs.ts';

/** A mean over prefixes: the sum of their values by session, and how many they are. */
export class SessionMean {
  readonly sums = new Map<number, { sum: number; size: number }>();
  n = 0;
  #total = 0;

  add(session: number, value: number): void {
    this.n++;
    this.#total += value;
    const own = this.sums.get(session);
    if (own === undefined) this.sums.set(session, { sum: value, size: 1 });
    else {
      own.sum += value;
      own.size++;
    }
  }

  get value(): number {
    return this.n === 0 ? 0 : this.#total / this.n;
  }
}

/**
 * Intervals of means in the order given. `sessions` is the number of sessions drawn from. `tell` hears how many resamples are done and is
 * awaited: whoever waits for the process gets a word in between.
 */
export async function bootstrapMeans(means: readonly SessionMean[], sessions: number, { seed, resamples = 1000, tell = async () => {} }: { readonly seed: number; readonly resamples?: number; readonly tell?: (done: number) => Promise<void> }): Promise<Estimate[]> {
  const flat = means.map(({ sums }) => ({
    rows: Int32Array.from(sums.keys()), sums: Float64Array.from(sums.values(), ({ sum }) => sum), sizes: Float64Array.from(sums.values(), ({ size }) => size),
  }));
  const drawn = means.map(() => new Float64Array(resamples));
  const random = new Random(seed);
  const weights = new Float64Array(sessions);
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let draw = 0; draw < sessions; draw++) weights[random.below(sessions)]!++;
    for (const [index, { rows, sums, sizes }] of flat.entries()) {
      let [sum, size] = [0, 0];
      for (let i = 0; i < rows.length; i++) {
        const weight = weights[rows[i]!]!;
        sum += weight * sums[i]!;
        size += weight * sizes[i]!;
      }
      drawn[index]![resample] = size === 0 ? means[index]!.value : sum / size; // a resample without the slice says nothing new of it
    }
    if (resample % 50 === 49) await tell(resample + 1);
  }
  return means.map((mean, index) => {
    const sorted = drawn[index]!.sort();
    return { value: mean.value, interval: [sorted[Math.floor(0.025 * resamples)]!, sorted[Math.ceil(0.975 * resamples) - 1]!] };
  });
}
