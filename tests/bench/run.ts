/**
 * `npm run bench [-- NAME] [--json] [options]`: every other file of this folder is a benchmark, tests/bench/<name>.ts. It exports
 * `title` and `run(options)`; what it returns is printed here, after the machine it was measured on.
 */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeMachine, printMachine } from './machine.ts';

export interface BenchResult {
  /** For people; a progress message belongs on standard error. */
  readonly lines: readonly string[];
  /** The same figures for `--json`. */
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface Bench {
  readonly title: string;
  run(options: Readonly<Record<string, string>>): Promise<BenchResult>;
}

const folder = import.meta.dirname;
const words = process.argv.slice(2);
const json = words.includes('--json');
const wanted = words.filter((word) => !word.startsWith('--'));
/** `--rows=1000` */
const options = Object.fromEntries(words.filter((word) => word.startsWith('--') && word.includes('=')).map((word) => [word.slice(2, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));

const harness = ['run', 'machine', 'timing'];
const names = globSync('*.ts', { cwd: folder }).map((file) => basename(file, '.ts')).filter((name) => !harness.includes(name)).sort();
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. Choose from: ${names.join(', ')}.`);
  process.exit(1);
}

const machine = describeMachine();
if (!json) console.log(`${printMachine(machine)}\n`);
const results: Record<string, unknown> = {};
for (const name of wanted.length > 0 ? wanted : names) {
  const bench = await import(join(folder, `${name}.ts`)) as Bench;
  if (!json) console.log(`── ${name}: ${bench.title}`);
  const { lines, figures } = await bench.run(options);
  if (!json) console.log(`${lines.join('\n')}\n`);
  results[name] = figures;
}
if (json) console.log(JSON.stringify({ machine, results }));
process.exit(0);
