/** Back-tests of launches: what was asked, what came of it, and every launch. Definition and report are JSON that this layer does not look into. */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { StorageError } from './errors.ts';
import type { RunStatus } from './runs.ts';
import { readDataVersion } from './version.ts';

export interface NewBacktest {
  readonly id: string;
  readonly definition: unknown;
  readonly launches: number;
  readonly dataHash: string;
  readonly dataVersion: number;
}

export interface Backtest extends NewBacktest {
  readonly runId: string | null;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly seconds: number;
  readonly report: unknown;
  readonly message: string | null;
  /** Live items or sessions have changed since. */
  readonly stale: boolean;
}

export interface BacktestChange {
  readonly runId?: string;
  readonly status?: RunStatus;
  readonly seconds?: number;
  readonly message?: string | null;
}

export function createBacktest(db: WritableDB, { id, definition, launches, dataHash, dataVersion }: NewBacktest): void {
  db.prepare(`INSERT INTO backtests (id, definition, status, started_at, launches, data_hash, data_version) VALUES (?, ?, 'running', ?, ?, ?, ?)`)
    .run(id, JSON.stringify(definition), Date.now(), launches, dataHash, dataVersion);
}

/** Sets the fields that are given. @throws StorageError `not-found` */
export function updateBacktest(db: WritableDB, id: string, change: BacktestChange): void {
  const columns = { runId: 'run_id', status: 'status', seconds: 'seconds', message: 'message' } as const;
  const given = (Object.keys(columns) as (keyof BacktestChange)[]).filter((name) => change[name] !== undefined);
  if (given.length === 0) return;
  const { changes } = db.prepare(`UPDATE backtests SET ${given.map((name) => `${columns[name]} = ?`).join(', ')} WHERE id = ?`).run(...given.map((name) => change[name]), id);
  if (changes === 0) throw missing(id);
}

/** Newest first. */
export function listBacktests(db: ReadableDB): readonly Backtest[] {
  const version = readDataVersion(db);
  return db.prepare<[], RawBacktest>(`SELECT * FROM backtests ORDER BY started_at DESC, rowid DESC`).all().map((row) => toBacktest(row, version));
}

/** @throws StorageError `not-found` */
export function getBacktest(db: ReadableDB, id: string): Backtest {
  const row = db.prepare<[string], RawBacktest>(`SELECT * FROM backtests WHERE id = ?`).get(id);
  if (row === undefined) throw missing(id);
  return toBacktest(row, readDataVersion(db));
}

/** The finished one that ended last; null before a first. */
export function latestBacktest(db: ReadableDB): Backtest | null {
  const row = db.prepare<[], RawBacktest>(`SELECT * FROM backtests WHERE status = 'done' ORDER BY started_at DESC, rowid DESC LIMIT 1`).get();
  return row === undefined ? null : toBacktest(row, readDataVersion(db));
}

/** The back-test that a run was trained for, or null. */
export function backtestOfRun(db: ReadableDB, runId: string): string | null {
  return db.prepare<[string], string>(`SELECT id FROM backtests WHERE run_id = ?`).pluck().get(runId) ?? null;
}

export function deleteBacktest(db: WritableDB, id: string): void {
  db.prepare(`DELETE FROM backtests WHERE id = ?`).run(id);
}

export interface BacktestLaunch {
  readonly sku: string;
  readonly title: string;
  readonly brand: string;
  readonly categoryPath: readonly string[];
  /** ms; null without a clock. */
  readonly firstSeen: number | null;
  readonly predicted: number;
  readonly clicks: number;
  readonly exposure: number;
  readonly category: number;
  readonly similarity: number;
  readonly actual: number;
  readonly moments: number;
  readonly factor: number;
  readonly part: 'chosen' | 'reported';
  readonly confidence: 'normal' | 'low';
  readonly reasons: readonly { readonly code: string; readonly detail: string }[];
}

/** Finishes it: report and launches are there together or not at all. */
export function saveBacktest(db: WritableDB, id: string, report: unknown, launches: readonly BacktestLaunch[]): void {
  transact(db, () => {
    db.prepare(`DELETE FROM backtest_launches WHERE backtest = ?`).run(id);
    const insert = db.prepare(`INSERT INTO backtest_launches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    for (const row of launches) {
      insert.run(
        id, row.sku, row.title, row.brand, JSON.stringify(row.categoryPath), row.firstSeen, row.predicted, row.clicks, row.exposure, row.category, row.similarity,
        row.actual, row.moments, row.factor, row.part, row.confidence, JSON.stringify(row.reasons),
      );
    }
    db.prepare(`UPDATE backtests SET report = ?, status = 'done', message = NULL WHERE id = ?`).run(JSON.stringify(report), id);
  });
}

export const launchSorts = ['sku', 'title', 'predicted', 'actual', 'factor', 'firstSeen', 'clicks', 'exposure'] as const;
export type LaunchSort = (typeof launchSorts)[number];
const sortColumns: Readonly<Record<LaunchSort, string>> = {
  sku: 'sku', title: 'title COLLATE NOCASE', predicted: 'predicted', actual: 'actual', factor: 'factor', firstSeen: 'first_seen', clicks: 'clicks', exposure: 'exposure',
};

export interface LaunchQuery {
  readonly search?: string;
  /** Only launches this reason holds for. */
  readonly reason?: string;
  readonly sort?: LaunchSort;
  readonly descending?: boolean;
  readonly offset: number;
  readonly limit: number;
}

export function listBacktestLaunches(db: ReadableDB, id: string, query: LaunchQuery): { readonly total: number; readonly rows: readonly BacktestLaunch[] } {
  const conditions = ['backtest = ?'];
  const values: unknown[] = [id];
  const search = query.search?.trim() ?? '';
  if (search !== '') {
    conditions.push(`(instr(lower(sku), lower(?)) > 0 OR instr(lower(title), lower(?)) > 0 OR instr(lower(brand), lower(?)) > 0 OR instr(lower(category), lower(?)) > 0)`);
    values.push(search, search, search, search);
  }
  if (query.reason !== undefined) {
    conditions.push(`EXISTS (SELECT 1 FROM json_each(reasons) WHERE json_extract(value, '$.code') = ?)`);
    values.push(query.reason);
  }
  const where = conditions.join(' AND ');
  const total = db.prepare<unknown[], number>(`SELECT count(*) FROM backtest_launches WHERE ${where}`).pluck().get(...values)!;
  const rows = db.prepare<unknown[], RawLaunch>(
    `SELECT sku, title, brand, category AS path, first_seen AS firstSeen, predicted, clicks, exposure, category_popularity AS category, title_similarity AS similarity,
       actual, moments, factor, part, confidence, reasons
     FROM backtest_launches WHERE ${where} ORDER BY ${sortColumns[query.sort ?? 'factor']} ${query.descending === false ? 'ASC' : 'DESC'} NULLS LAST, sku LIMIT ? OFFSET ?`,
  ).all(...values, query.limit, query.offset);
  return { total, rows: rows.map(({ path, reasons, ...row }) => ({ ...row, categoryPath: JSON.parse(path), reasons: JSON.parse(reasons) })) };
}

type RawLaunch = Omit<BacktestLaunch, 'categoryPath' | 'reasons'> & { readonly path: string; readonly reasons: string };

interface RawBacktest {
  readonly id: string;
  readonly run_id: string | null;
  readonly definition: string;
  readonly status: RunStatus;
  readonly started_at: number;
  readonly seconds: number;
  readonly launches: number;
  readonly data_hash: string;
  readonly data_version: number;
  readonly report: string | null;
  readonly message: string | null;
}

function toBacktest(row: RawBacktest, dataVersion: number): Backtest {
  return {
    id: row.id, runId: row.run_id, definition: JSON.parse(row.definition), status: row.status, startedAt: row.started_at, seconds: row.seconds, launches: row.launches,
    dataHash: row.data_hash, dataVersion: row.data_version, report: row.report === null ? null : JSON.parse(row.report), message: row.message, stale: row.data_version !== dataVersion,
  };
}

function missing(id: string): StorageError {
  return new StorageError('not-found', `There is no back-test ${id}.`);
}
