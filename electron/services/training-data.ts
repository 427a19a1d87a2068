/** Stored data as a training job may see them. */
import type { StoredDataset } from '../../db/dataset.ts';
import type { TrainJob } from '../../models/jobs.ts';
import { AppError } from '../api/errors.ts';

/** A part of the workspace's data to train on, as a back-test hides the rest. */
export interface TrainingData {
  readonly dataset: TrainJob['dataset'];
  readonly hidden: Int32Array;
  /** The hidden rows by SKU. */
  readonly hide: readonly string[];
  readonly dataVersion: number;
}

/** What a job may see: no SKU. */
export function plainDataset({ items, ids, live, sessions, hash }: StoredDataset): TrainJob['dataset'] {
  return { items, ids, live, sessions, hash };
}

/** @throws AppError `invalid` that names the first SKU the catalogue does not hold: a misspelt list must not go unnoticed */
export function rowsOf(dataset: StoredDataset, skus: readonly string[], what: string): Int32Array {
  if (skus.length === 0) return new Int32Array(0);
  const rowOf = new Map(dataset.skus.map((sku, row) => [sku.normalize('NFC'), row]));
  const missing = skus.filter((sku) => !rowOf.has(sku.normalize('NFC')));
  if (missing.length > 0) {
    throw new AppError('invalid', `${missing.length} of ${skus.length} SKUs ${what} are not live in the catalogue, the first is "${missing[0]}". Correct the list.`);
  }
  return Int32Array.from(new Set(skus.map((sku) => rowOf.get(sku.normalize('NFC'))!))).sort();
}
