/**
 * Run by damage.ts, in a process of its own that a crash may take: damages files of a workspace in one way after another and prints what
 * came of each. Arguments: a folder to work in, which file, how often, seed.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../../db/errors.ts';
import { openWorkspace } from '../../db/database.ts';
import { retireItems } from '../../db/items.ts';
import { recoverWorkspace } from '../../db/recovery.ts';
import { Random } from '../../models/random.ts';
import { operations } from './operations.ts';
import { readState } from './oracle.ts';

const [root, which, count, seed] = process.argv.slice(2) as [string, string, string, string];
const random = new Random(Number(seed));
const template = join(root, 'template');
const folder = join(root, 'life');

mkdirSync(template);
await operations['import of a catalogue']!.prepare(template);
const whole = await countRows();
if (which.endsWith('-wal')) await keepLog();

for (let index = 0; index < Number(count); index++) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(template, folder, { recursive: true });
  const how = damage(join(folder, which));
  const before = hashes();
  writeSync(1, `${JSON.stringify({ how })}\n`); // before: a crash must name its cause
  const outcome = await open();
  const changed = outcome.refused === null ? [] : Object.keys(before).filter((name) => hashes()[name] !== before[name]);
  if (changed.length > 0) outcome.violations.push(`refused, but changed ${changed.join(', ')}`);
  const salvaged = outcome.refused === null ? null : await salvage(outcome.violations);
  writeSync(1, `${JSON.stringify({ how, ...outcome, salvaged })}\n`);
}

/** The share of SKUs and events that a salvage brings over; the new workspace must be whole. Null where nothing can be read. */
async function salvage(violations: string[]): Promise<number | null> {
  try {
    const { tables } = await recoverWorkspace(folder, 'salvage');
    const { problems } = await readState(folder);
    violations.push(...problems.map((problem) => `salvaged: ${problem}`));
    return tables!.filter(({ table }) => table === 'skus' || table === 'events').reduce((sum, { rows }) => sum + rows, 0) / whole;
  } catch (error) {
    if (!(error instanceof StorageError)) violations.push(`salvage: ${error instanceof Error ? error.stack! : String(error)}`);
    return null;
  }
}

async function countRows(): Promise<number> {
  const workspace = openWorkspace(template);
  const count = workspace.reader.prepare<[], number>(`SELECT (SELECT count(*) FROM skus) + (SELECT count(*) FROM events)`).pluck().get()!;
  await workspace.close();
  return count;
}

/** A template whose last changes lie in the log only, as a killed process leaves them. */
async function keepLog(): Promise<void> {
  const copy = join(root, 'copy');
  const workspace = openWorkspace(template);
  await workspace.write((db) => retireItems(db, Array.from({ length: 100 }, (_, at) => `sku-${at}`)));
  mkdirSync(copy);
  for (const name of ['workspace.sqlite', 'workspace.sqlite-wal']) copyFileSync(join(template, name), join(copy, name));
  await workspace.close();
  for (const name of ['workspace.sqlite', 'workspace.sqlite-wal']) copyFileSync(join(copy, name), join(template, name));
}

/** Flips bits, writes over a stretch, cuts, or lengthens; answers what it did. */
function damage(file: string): string {
  const bytes = readFileSync(file);
  const at = random.below(bytes.length);
  const way = random.below(5);
  if (way === 0) {
    writeFileSync(file, bytes.subarray(0, at));
    return `${which} cut at ${at}`;
  }
  if (way === 1) {
    const length = 1 + random.below(6_000);
    bytes.fill(random.below(256), at, Math.min(bytes.length, at + length));
  } else if (way === 2) {
    // Headers of pages and of the file: where the structure is.
    const page = 4_096 * random.below(Math.ceil(bytes.length / 4_096));
    for (let flips = 1 + random.below(4); flips > 0; flips--) bytes[Math.min(bytes.length - 1, page + random.below(120))]! ^= 1 << random.below(8);
  } else if (way === 3) {
    bytes.copy(bytes, 4_096 * random.below(Math.ceil(bytes.length / 4_096)), 4_096 * random.below(Math.ceil(bytes.length / 4_096)), at + 4_096);
  } else bytes[at]! ^= 1 << random.below(8);
  writeFileSync(file, bytes);
  return `${which} ${['', 'filled', 'header flipped', 'pages moved', 'bit flipped'][way]!} at ${at}`;
}

function hashes(): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => name === 'workspace.sqlite' || (name.endsWith('-wal') && existsSync(join(folder, name))));
  return Object.fromEntries(names.map((name) => [name, createHash('sha256').update(readFileSync(join(folder, name))).digest('hex')]));
}

async function open(): Promise<{ readonly refused: string | null; readonly violations: string[] }> {
  try {
    const { problems } = await readState(folder);
    return { refused: null, violations: problems.filter((problem) => !/rows to search|finds orphans|left behind/.test(problem)) };
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const good = error instanceof StorageError && /Restore|Move|Choose|Update|put a copy/.test(sentence);
    return { refused: sentence, violations: good ? [] : [`no sentence: ${error instanceof Error ? error.stack! : sentence}`] };
  }
}
