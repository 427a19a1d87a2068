/** The block every benchmark prints first: measures.md section 5. A figure without its machine says nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly os: string;
  readonly node: string;
  readonly onnxruntime: string;
  readonly sqlite: string;
  readonly commit: string;
  /** Before the benchmark; above the number of cores its timings are worth little. */
  readonly load: number;
  readonly date: string;
}

export function describeMachine(): Machine {
  const version = (name: string): string => (createRequire(import.meta.url)(join(root, 'node_modules', name, 'package.json')) as { version: string }).version;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    os: `${type()} ${release()}${distribution()}`,
    node: process.versions.node,
    onnxruntime: version('onnxruntime-node'),
    sqlite: `better-sqlite3 ${version('better-sqlite3')}`,
    commit: commit(),
    load: Number(loadavg()[0]!.toFixed(2)),
    date: new Date().toISOString(),
  };
}

export function printMachine(machine: Machine): string {
  return Object.entries(machine).map(([name, value]) => `${name.padEnd(12)} ${value}`).join('\n');
}

function commit(): string {
  try {
    const git = (...words: string[]): string => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes');
  } catch {
    return 'unknown';
  }
}

function distribution(): string {
  try {
    const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return name === undefined ? '' : `, ${name}`;
  } catch {
    return '';
  }
}
