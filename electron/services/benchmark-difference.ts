/** Two rows of the table, prefix by prefix: whether one is better by more than chance (measures.md 1.3). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Workspace } from '../../db/database.ts';
import { readDataset } from '../../db/dataset.ts';
import { readRanks } from '../../db/evaluations.ts';
import { PairedBootstrap } from '../../models/bootstrap.ts';
import { sliceTargets } from '../../models/evaluate.ts';
import { learnableRows, splitSessions, testPrefixes, trainingCounts } from '../../models/examples.ts';
import type { BenchmarkRow, BenchmarkTable, CompareRows, PairedDifference, RowDifference, Slice } from '../api/benchmark.ts';
import { AppError } from '../api/errors.ts';

/** The prefixes behind every stored report of one state of the data. */
interface TestPrefixes {
  readonly hash: string;
  /** [prefixes] row of the session */
  readonly sessions: Int32Array;
  /** [prefixes] each, 1 where the prefix belongs to the slice */
  readonly slices: Readonly<Record<Slice, Uint8Array>>;
}

const resamples = 1_000;
/** Resamples between two turns of the event loop: about 10 ms for 16,000 sessions. */
const perTurn = 25;
const seed = 1;

export function differenceReader(workspace: Workspace): (table: BenchmarkTable, request: CompareRows) => Promise<RowDifference> {
  let known: Promise<TestPrefixes> | null = null;

  async function prefixesOf(hash: string): Promise<TestPrefixes> {
    const present = await known?.catch(() => null);
    if (present?.hash === hash) return present;
    known = readPrefixes(workspace);
    return known;
  }

  /** [prefixes] means of the seeds of a row, of 1[hit] and of 1 / rank. */
  function readValues(row: BenchmarkRow, dataHash: string, repeats: CompareRows['repeats'], count: number): { readonly hit: Float64Array; readonly mrr: Float64Array } {
    const hit = new Float64Array(count);
    const mrr = new Float64Array(count);
    for (const system of row.systems) {
      const ranks = readRanks(workspace.reader, { system, dataHash, repeats });
      if (ranks?.length !== count) throw new AppError('invalid', `${system} has not been evaluated with repeats ${repeats} in a way that can be compared. Evaluate it first.`);
      for (let prefix = 0; prefix < count; prefix++) {
        if (ranks[prefix] === 0) continue;
        hit[prefix]! += 1 / row.systems.length;
        mrr[prefix]! += 1 / ranks[prefix]! / row.systems.length;
      }
    }
    return { hit, mrr };
  }

  return async ({ data, rows }, { group, against, repeats, slice = 'all' }) => {
    const find = (wanted: string): BenchmarkRow => {
      const row = rows.find((candidate) => candidate.group === wanted);
      if (row === undefined) throw new AppError('not-found', `There is no row "${wanted}" in the table.`);
      if (row.means[repeats]?.['20']?.[slice] == null) throw new AppError('invalid', `${row.label} has no figures for ${slice} prefixes with repeats ${repeats}.`);
      return row;
    };
    const [one, other] = [find(group), find(against)];
    const prefixes = await prefixesOf(data!.hash);
    const count = prefixes.sessions.length;
    const [mine, its] = [readValues(one, data!.hash, repeats, count), readValues(other, data!.hash, repeats, count)];
    const member = prefixes.slices[slice];
    const pick = (values: Float64Array): Float64Array => values.filter((_, prefix) => member[prefix] === 1);
    const sessions = prefixes.sessions.filter((_, prefix) => member[prefix] === 1);
    return {
      n: sessions.length,
      hit: await resample(pick(mine.hit), pick(its.hit), sessions),
      mrr: await resample(pick(mine.mrr), pick(its.mrr), sessions),
    };
  };
}

async function readPrefixes(workspace: Workspace): Promise<TestPrefixes> {
  const { sessions: table, live, hash } = await readDataset(workspace, { drafts: false });
  const split = splitSessions(table);
  const prefixes = testPrefixes(table, split, live);
  const counts = trainingCounts(table, split, learnableRows(live, new Int32Array(0)));
  return { hash, sessions: prefixes.sessions, slices: { all: new Uint8Array(prefixes.ends.length).fill(1), ...sliceTargets(prefixes, table, counts) } };
}

async function resample(one: Float64Array, other: Float64Array, sessions: Int32Array): Promise<PairedDifference> {
  const bootstrap = new PairedBootstrap(one, other, sessions, seed);
  for (let drawn = 0; drawn < resamples; drawn += perTurn) {
    bootstrap.draw(perTurn);
    await nextTurn();
  }
  return bootstrap.difference();
}
