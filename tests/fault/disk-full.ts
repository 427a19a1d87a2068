/** Disks of many sizes, each a memory file system in a namespace of its own: no root is needed, and nothing outside sees them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FullDisk } from './disk-full-child.ts';
import { printedLines } from './printed-lines.ts';

const namespace = ['-rm', '--propagation', 'private'];

const probe = mkdtempSync(join(tmpdir(), 'shelfsight-probe-'));
export const cannotMount = spawnSync('unshare', [...namespace, 'mount', '-t', 'tmpfs', 'tmpfs', probe]).status === 0 ? false : 'no file system can be mounted here';
rmSync(probe, { recursive: true, force: true });

export interface FullDiskReport {
  readonly name: string;
  readonly sizes: number;
  /** Disks that the operation did not fit on. */
  readonly full: number;
  readonly violations: readonly string[];
}

export async function fillDisks(name: string, count: number, seed: number): Promise<FullDiskReport> {
  const root = mkdtempSync(join(tmpdir(), 'shelfsight-disk-'));
  const program = fileURLToPath(new URL('./disk-full-child.ts', import.meta.url));
  const { lines: disks, status } = await printedLines<FullDisk>('unshare', [...namespace, process.execPath, program, name, root, String(count), String(seed)]);
  rmSync(root, { recursive: true, force: true });
  const violations = disks.flatMap((disk) => disk.violations.map((violation) => `${name}, ${disk.kibibytes} KiB, ${disk.sentence ?? 'done'}: ${violation}`));
  if (status !== 0 || disks.length !== count) violations.push(`${name}: ended with status ${status} after ${disks.length} of ${count} disks`);
  return { name, sizes: disks.length, full: disks.filter(({ sentence }) => sentence !== null).length, violations };
}
