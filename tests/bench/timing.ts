/** Timings of several ways to do one thing, taken in turn so that a busy moment of the machine hits all of them. */

export interface Timing {
  readonly name: string;
  readonly runs: number;
  /** Milliseconds. */
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly all: readonly number[];
}

export type Contender = readonly [name: string, run: () => unknown];

export interface Repeats {
  readonly warmUp: number;
  readonly runs: number;
}

/** A B A B … after `warmUp` rounds that do not count. */
export async function alternate(contenders: readonly Contender[], { warmUp, runs }: Repeats): Promise<readonly Timing[]> {
  const samples = contenders.map((): number[] => []);
  for (let round = -warmUp; round < runs; round++) {
    for (const [index, [, run]] of contenders.entries()) {
      const start = performance.now();
      await run();
      if (round >= 0) samples[index]!.push(performance.now() - start);
    }
  }
  return contenders.map(([name], index) => summarize(name, samples[index]!));
}

/** `samples` in milliseconds, not empty. */
export function summarize(name: string, samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  return { name, runs: sorted.length, min: sorted[0]!, median: quantile(sorted, 0.5), max: sorted.at(-1)!, all: samples };
}

/** Of sorted values, between neighbours by distance. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}

export function printTimings(timings: readonly Timing[]): string {
  const width = Math.max(...timings.map(({ name }) => name.length));
  const number = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1)).padStart(9);
  return timings.map(({ name, runs, min, median, max }) => `${name.padEnd(width)}  min ${number(min)}  median ${number(median)}  max ${number(max)} ms  (${runs} runs)`).join('\n');
}
