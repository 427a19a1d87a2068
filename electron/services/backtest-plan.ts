/** What a back-test hides and what it hands to the trainer: from a date or a list of SKUs to rows. */
import type { StoredDataset } from '../../db/dataset.ts';
import { knownBefore, knownWithout, launchesSince } from '../../models/backtest-split.ts';
import type { TrainingPart } from '../../models/backtest-jobs.ts';
import { hiddenSet } from '../../models/examples.ts';
import { AppError } from '../api/errors.ts';
import { rowsOf, type TrainingData } from './training-data.ts';

/** Fewer launches tell nothing of a rank correlation. */
export const fewestLaunches = 10;
/** Of the SKUs that stay, so many are hidden too: the factors of the predictions are chosen on them. */
const foldShare = 0.1;
const largestFold = 1_000;

export interface BacktestPlan {
  readonly launches: Int32Array;
  /** Empty with a clock: factors are chosen on the earlier launches. */
  readonly fold: Int32Array;
  readonly part: TrainingPart;
}

/** @throws AppError `invalid` where the text is no date */
export function readDate(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text.trim()) ? Date.parse(/[Zz]|[+-]\d{2}:\d{2}$|^.{10}$/.test(text.trim()) ? text.trim() : `${text.trim().replace(' ', 'T')}Z`) : NaN;
  if (Number.isNaN(time)) throw new AppError('invalid', `“${text}” is no date. Write it as 2026-11-01.`);
  return time;
}

export function hasClock({ times }: Pick<StoredDataset, 'times'>): boolean {
  return times.some((time) => time >= 0);
}

/** @throws AppError `invalid` with what to do instead */
export function planSince(dataset: StoredDataset, since: number): BacktestPlan {
  if (!hasClock(dataset)) throw new AppError('invalid', 'The sessions have no times, so nobody can say what was launched after a date. Give a list of SKUs to hide instead.');
  const { rows } = launchesSince(dataset, since);
  const day = new Date(since).toISOString().slice(0, 10);
  if (rows.length < fewestLaunches) throw new AppError('invalid', `${rows.length === 0 ? 'No SKU was' : `Only ${rows.length} SKU${rows.length === 1 ? ' was' : 's were'}`} first seen on or after ${day}; a back-test needs at least ${fewestLaunches}. Choose an earlier date, or give a list of SKUs to hide.`);
  const part = knownBefore(dataset, since);
  if (part.dataset.sessions.items.length === 0) throw new AppError('invalid', `There is no event before ${day} to learn from. Choose a later date.`);
  return { launches: rows, fold: new Int32Array(0), part };
}

/** @param fold SKUs of the fold where it was drawn before */
export function planHidden(dataset: StoredDataset, hide: readonly string[], seed: number, fold: readonly string[] | null): BacktestPlan {
  const launches = rowsOf(dataset, hide, 'to hide');
  if (launches.length < fewestLaunches) throw new AppError('invalid', `The list names ${launches.length} SKU${launches.length === 1 ? '' : 's'}; a back-test needs at least ${fewestLaunches}.`);
  const listed = new Set(launches);
  const others = Int32Array.from(dataset.skus.keys()).filter((row) => !listed.has(row));
  const drawn = fold === null ? hiddenSet(Array.from(others, (row) => dataset.skus[row]!), seed, foldShare).slice(0, largestFold).map((place) => others[place]!) : rowsOf(dataset, fold, 'of the fold');
  const part = knownWithout(dataset, Int32Array.from([...launches, ...drawn]));
  if (part.dataset.sessions.items.length === 0) throw new AppError('invalid', 'Without these SKUs no event is left to learn from. Hide fewer.');
  return { launches, fold: drawn, part };
}

export function trainingDataOf(dataset: StoredDataset, { part }: BacktestPlan): TrainingData {
  return { dataset: part.dataset, hidden: part.hidden, hide: Array.from(part.hidden, (row) => dataset.skus[row]!), dataVersion: dataset.dataVersion };
}
