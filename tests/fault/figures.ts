/** How large the sweeps are, and what came of them: `npm run test:nightly` prints the figures of all as one table (build/checks.ts). */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Part of its full size that every sweep has: `npm run test:nightly -- --share=0.1`. */
const share = Number(process.env['SHELFSIGHT_SWEEP_SHARE'] ?? 1);

/** So many of `count`, and one at least. */
export function scaled(count: number): number {
  return Math.max(1, Math.round(count * share));
}

export interface Figures {
  /** Of promises.md. */
  readonly promise: string;
  readonly sweep: string;
  /** Faults that were tried. */
  readonly cases: number;
  readonly detail: string;
  readonly violations: number;
}

export function publish(figures: Figures): void {
  const folder = process.env['SHELFSIGHT_TEST_FOLDER'];
  if (folder === undefined) console.log(figures);
  else appendFileSync(join(folder, 'figures.jsonl'), `${JSON.stringify(figures)}\n`);
}
