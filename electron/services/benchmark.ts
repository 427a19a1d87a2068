/** The benchmark: what was trained and counted, side by side. */
import type { BenchmarkApi } from '../api/benchmark.ts';
import { AppError } from '../api/errors.ts';

export function createBenchmarkService(): BenchmarkApi {
  const unbuilt = async (): Promise<never> => {
    throw new AppError('invalid', 'The benchmark is not in this version of Shelfsight.');
  };
  return {
    async table() {
      return { data: null, systems: [], rows: [], published: [], queue: null };
    },
    start: unbuilt,
    evaluate: unbuilt,
    async cancel() {},
    export: unbuilt,
  };
}
