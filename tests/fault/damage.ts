/** Files of a workspace damaged at random; a process of their own tells a crash from a refusal. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printedLines } from './printed-lines.ts';

export interface DamageReport {
  readonly files: number;
  readonly refused: number;
  /** Of the refused ones: how many gave a workspace again, and the mean share of SKUs and events in it. */
  readonly salvaged: number;
  readonly share: number;
  readonly crashes: number;
  readonly violations: readonly string[];
}

interface Line {
  readonly how: string;
  readonly refused?: string | null;
  readonly salvaged?: number | null;
  readonly violations?: readonly string[];
}

export async function damageFiles(which: string, count: number, seed: number): Promise<DamageReport> {
  const root = mkdtempSync(join(tmpdir(), 'shelfsight-damage-'));
  const { lines, status } = await printedLines<Line>(process.execPath, [fileURLToPath(new URL('./damage-child.ts', import.meta.url)), root, which, String(count), String(seed)]);
  rmSync(root, { recursive: true, force: true });
  const ends = lines.filter(({ violations }) => violations !== undefined);
  const violations = ends.flatMap(({ how, violations }) => violations!.map((violation) => `${how}: ${violation}`));
  if (status !== 0) violations.push(`crash (status ${status}) at ${lines.at(-1)?.how ?? 'the start'}`);
  const shares = ends.flatMap(({ salvaged }) => salvaged ?? []);
  const share = shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length);
  return { files: ends.length, refused: ends.filter(({ refused }) => refused !== null).length, salvaged: shares.length, share, crashes: status === 0 ? 0 : 1, violations };
}
