/** What the commands share: words in, a workspace open, an answer out. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { openEngine, type Engine } from '../engine.ts';
import type { SpawnWorker } from '../transport/spawn.ts';

export interface Command {
  readonly usage: string;
  /** Answers the exit status. */
  run(words: readonly string[], spawn: SpawnWorker): Promise<number>;
}

/** A mistake in the words of the command line. */
export class UsageError extends Error {}

/** Options by name, and the workspace. `json` is every command's. @throws UsageError for anything not named */
export function readWords<Options extends ParseArgsOptionsConfig>(words: readonly string[], options: Options, usage: string) {
  const config = { ...options, json: { type: 'boolean', default: false } } as const;
  const { values, positionals } = (() => {
    try {
      return parseArgs({ args: [...words], options: config, allowPositionals: true, strict: true });
    } catch (error) {
      throw new UsageError(`${(error as Error).message.split('. ')[0]}. Usage: shelfsight ${usage}`);
    }
  })();
  if (positionals.length !== 1) {
    throw new UsageError(`${positionals.length === 0 ? 'Name the workspace folder' : `One workspace folder was expected, not ${positionals.length} words`}. Usage: shelfsight ${usage}`);
  }
  return { values, folder: resolve(positionals[0]!) };
}

/** Runs `work` with the workspace open and closes it, however `work` ends. */
export async function withWorkspace<T>(folder: string, spawn: SpawnWorker, work: (engine: Engine) => Promise<T>): Promise<T> {
  if (!existsSync(join(folder, 'workspace.sqlite'))) {
    throw new UsageError(`There is no workspace at ${folder}. Create one with: shelfsight import ${folder} --catalog FILE --sessions FILE`);
  }
  return withEngine(folder, spawn, work);
}

/** The same, creating the workspace where there is none. */
export async function withEngine<T>(folder: string, spawn: SpawnWorker, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine(folder, spawn);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}.`);
  }
}

/** One SKU a line; blank lines are nothing. */
export function readSkus(file: string): readonly string[] {
  const skus = readText(file).replace(/^\uFEFF/, '').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  if (skus.length === 0) throw new UsageError(`${file} names no SKU. Write one SKU a line.`);
  return skus;
}

export function readObject(file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError(`${file} must hold one JSON object.`);
  return value as Readonly<Record<string, unknown>>;
}

/** A whole number of at least `least`. */
export function readCount(option: string, text: string | undefined, least = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least) throw new UsageError(`--${option} is "${text}"; it takes a whole number of at least ${least}.`);
  return value;
}

/** A part of the sessions. */
export function readShare(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const share = Number(text);
  if (!(share >= 0.001 && share <= 1)) throw new UsageError(`--${option} is "${text}"; it takes a number from 0.001 to 1.`);
  return share;
}

export function oneOf<const Choice extends string>(option: string, text: string | undefined, choices: readonly Choice[]): Choice | undefined {
  if (text === undefined || choices.includes(text as Choice)) return text as Choice | undefined;
  throw new UsageError(`--${option} is "${text}"; it takes one of ${choices.join(', ')}.`);
}

/** Drops what was not given, so that an absent option is an absent field. */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

export function printAnswer(json: boolean, document: unknown, text: () => string): void {
  console.log(json ? JSON.stringify(document) : text());
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Columns as wide as their widest cell; columns of numbers stand to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const right = header.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d\s.,%–-]+$/.test(row[column]!)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (right[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
