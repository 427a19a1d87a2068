/** Training runs: what was asked, how it went, its curves. Config, attributes and reports are JSON that this layer does not look into. */
import { openPlain, transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { StorageError } from './errors.ts';
import { readDataVersion } from './version.ts';

export type RunStatus = 'running' | 'paused' | 'stopped' | 'done' | 'failed';

export interface NewRun {
  readonly runId: string;
  readonly model: string;
  readonly head: 'tied' | 'id';
  readonly mode: 'causal' | 'prefix';
  readonly seed: number;
  readonly config: unknown;
  readonly device: string;
  readonly dataHash: string;
  /** `readDataVersion` at the moment the data was read. */
  readonly dataVersion: number;
  /** SKUs whose events were removed from training. */
  readonly hidden: readonly string[];
}

export interface Run extends NewRun {
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly seconds: number;
  readonly epochs: number;
  readonly bestEpoch: number | null;
  readonly parameters: number;
  readonly attributes: unknown;
  readonly validation: Readonly<Record<string, number>> | null;
  readonly message: string | null;
  readonly active: boolean;
  /** Live items or sessions have changed since its data was read. */
  readonly stale: boolean;
}

export interface RunChange {
  readonly status?: RunStatus;
  readonly device?: string;
  readonly seconds?: number;
  readonly epochs?: number;
  readonly bestEpoch?: number | null;
  readonly parameters?: number;
  readonly attributes?: unknown;
  readonly validation?: Readonly<Record<string, number>> | null;
  readonly message?: string | null;
}

/** One point of the curves: a training step, or an epoch's end where `validation` is given. */
export interface CurvePoint {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** Seconds into the run. */
  readonly elapsed?: number;
  readonly validation?: Readonly<Record<string, number>>;
}

export function createRun(db: WritableDB, run: NewRun): void {
  db.prepare(
    `INSERT INTO runs (run_id, model, head, mode, seed, config, status, device, started_at, data_hash, data_version, hidden)
     VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?)`,
  ).run(run.runId, run.model, run.head, run.mode, run.seed, JSON.stringify(run.config), run.device, Date.now(), run.dataHash, run.dataVersion, JSON.stringify(run.hidden));
}

/** Sets the fields that are given and leaves the others. @throws StorageError `not-found` */
export function updateRun(db: WritableDB, runId: string, change: RunChange): void {
  const columns: string[] = [];
  const values: unknown[] = [];
  const set = (column: string, value: unknown): void => {
    columns.push(`${column} = ?`);
    values.push(value);
  };
  if (change.status !== undefined) set('status', change.status);
  if (change.device !== undefined) set('device', change.device);
  if (change.seconds !== undefined) set('seconds', change.seconds);
  if (change.epochs !== undefined) set('epochs', change.epochs);
  if (change.bestEpoch !== undefined) set('best_epoch', change.bestEpoch);
  if (change.parameters !== undefined) set('parameters', change.parameters);
  if (change.attributes !== undefined) set('attributes', JSON.stringify(change.attributes));
  if (change.validation !== undefined) set('validation', change.validation === null ? null : JSON.stringify(change.validation));
  if (change.message !== undefined) set('message', change.message);
  if (columns.length === 0) return;
  const { changes } = db.prepare(`UPDATE runs SET ${columns.join(', ')} WHERE run_id = ?`).run(...values, runId);
  if (changes === 0) throw missing(runId);
}

/** Newest first. */
export function listRuns(db: ReadableDB): readonly Run[] {
  const version = readDataVersion(db);
  return db.prepare<[], RawRun>(`SELECT * FROM runs ORDER BY started_at DESC, rowid DESC`).all().map((row) => toRun(row, version));
}

/** Puts a run of the workspace `later` into a copy that was made before it began. Both are files. */
export function takeRunOver(copy: string, later: string, runId: string): void {
  const db = openPlain(copy);
  try {
    db.prepare(`ATTACH ? AS later`).run(later);
    db.transaction(() => {
      for (const table of ['runs', 'run_curve']) db.prepare(`INSERT OR REPLACE INTO main.${table} SELECT * FROM later.${table} WHERE run_id = ?`).run(runId);
    })();
  } finally {
    db.close();
  }
}

/** Leaves one run in a copy of a workspace, or none: what is known of the others goes, and back-tests with them. */
export function keepRunOnly(copy: ReturnType<typeof openPlain>, runId: string | null): void {
  copy.pragma('foreign_keys = ON');
  copy.transaction(() => {
    copy.prepare(`DELETE FROM backtests`).run();
    copy.prepare(`DELETE FROM runs WHERE run_id IS NOT ?`).run(runId);
  })();
  copy.exec('VACUUM');
}

/** @throws StorageError `not-found` */
export function getRun(db: ReadableDB, runId: string): Run {
  const row = db.prepare<[string], RawRun>(`SELECT * FROM runs WHERE run_id = ?`).get(runId);
  if (row === undefined) throw missing(runId);
  return toRun(row, readDataVersion(db));
}

/** The run whose model the screens use, or null before a first one. */
export function activeRun(db: ReadableDB): Run | null {
  const row = db.prepare<[], RawRun>(`SELECT * FROM runs WHERE active = 1`).get();
  return row === undefined ? null : toRun(row, readDataVersion(db));
}

/** Exactly one run is active afterwards. @throws StorageError `not-found`; `invalid` where the run has no finished model */
export function activateRun(db: WritableDB, runId: string): void {
  transact(db, () => {
    const { status } = getRun(db, runId);
    if (status !== 'done') throw new StorageError('invalid', `Run ${runId} is ${status}: only a finished run can become the model in use.`);
    db.prepare(`UPDATE runs SET active = 0 WHERE active = 1`).run();
    db.prepare(`UPDATE runs SET active = 1 WHERE run_id = ?`).run(runId);
  });
}

/** Adds points; a step that is there already (after a resume) is replaced. A loss that is no number is the caller's bug. */
export function addCurvePoints(db: WritableDB, runId: string, points: readonly CurvePoint[]): void {
  transact(db, () => {
    const insert = db.prepare(`INSERT OR REPLACE INTO run_curve (run_id, step, kind, epoch, loss, elapsed, validation) VALUES (?, ?, ?, ?, ?, ?, ?)`);
    for (const { step, epoch, loss, elapsed, validation } of points) {
      insert.run(runId, step, validation === undefined ? 0 : 1, epoch, loss, elapsed ?? null, validation === undefined ? null : JSON.stringify(validation));
    }
  });
}

export function readCurve(db: ReadableDB, runId: string): readonly CurvePoint[] {
  return readPoints(db, runId, [0, 1]);
}

/** The ends of its epochs only. */
export function readEpochs(db: ReadableDB, runId: string): readonly CurvePoint[] {
  return readPoints(db, runId, [1]);
}

function readPoints(db: ReadableDB, runId: string, kinds: readonly number[]): readonly CurvePoint[] {
  const rows = db.prepare<[string, string], { step: number; epoch: number; loss: number; elapsed: number | null; validation: string | null }>(
    `SELECT step, epoch, loss, elapsed, validation FROM run_curve WHERE run_id = ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY step, kind`,
  ).all(runId, JSON.stringify(kinds));
  return rows.map(({ elapsed, validation, ...point }) => ({
    ...point, ...(elapsed === null ? {} : { elapsed }), ...(validation === null ? {} : { validation: JSON.parse(validation) }),
  }));
}

interface RawRun {
  readonly run_id: string;
  readonly model: string;
  readonly head: 'tied' | 'id';
  readonly mode: 'causal' | 'prefix';
  readonly seed: number;
  readonly config: string;
  readonly status: RunStatus;
  readonly device: string;
  readonly started_at: number;
  readonly seconds: number;
  readonly epochs: number;
  readonly best_epoch: number | null;
  readonly parameters: number;
  readonly attributes: string;
  readonly validation: string | null;
  readonly data_hash: string;
  readonly data_version: number;
  readonly hidden: string;
  readonly message: string | null;
  readonly active: number;
}

function toRun(row: RawRun, dataVersion: number): Run {
  return {
    runId: row.run_id, model: row.model, head: row.head, mode: row.mode, seed: row.seed, config: JSON.parse(row.config), status: row.status,
    device: row.device, startedAt: row.started_at, seconds: row.seconds, epochs: row.epochs, bestEpoch: row.best_epoch, parameters: row.parameters,
    attributes: JSON.parse(row.attributes), validation: row.validation === null ? null : JSON.parse(row.validation),
    dataHash: row.data_hash, dataVersion: row.data_version,
    hidden: JSON.parse(row.hidden), message: row.message, active: row.active === 1, stale: row.data_version !== dataVersion,
  };
}

function missing(runId: string): StorageError {
  return new StorageError('not-found', `There is no training run ${runId}.`);
}
