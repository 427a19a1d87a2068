/** The two data sets of `../shared/data`, read without the importer so that tests of `models` do not wait for `db`. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import Papa from 'papaparse';
import type { ItemFeatures, Split } from '../../db/records.ts';
import { splitCodes } from '../../db/records.ts';
import type { Dataset } from '../../models/jobs.ts';

export type DataName = 'amazon_scientific' | 'diginetica';

export interface NamedDataset extends Dataset {
  readonly skus: readonly string[];
  /** sha256 of each file as it lies on disk: a figure without it cannot be compared. */
  readonly files: Readonly<Record<'catalog.csv.gz' | 'sessions.csv.gz', string>>;
}

const cache = new Map<DataName, NamedDataset>();

/** Rows are in file order, which the README of each set says is the order of time. */
export function readDataset(name: DataName): NamedDataset {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const files = { 'catalog.csv.gz': hashFile(name, 'catalog.csv.gz'), 'sessions.csv.gz': hashFile(name, 'sessions.csv.gz') };
  const catalog = readRows(name, 'catalog.csv.gz');
  const skus = catalog.map((row) => row['sku']!);
  const rowOf = new Map(skus.map((sku, row) => [sku, row]));
  const events = readRows(name, 'sessions.csv.gz');
  const offsets = [0];
  for (let event = 1; event < events.length; event++) {
    if (events[event]!['session_id'] !== events[event - 1]!['session_id']) offsets.push(event);
  }
  offsets.push(events.length);
  const dataset: NamedDataset = {
    skus,
    files,
    ids: Int32Array.from(skus.keys()),
    items: catalog.map(readFeatures),
    live: new Uint8Array(skus.length).fill(1),
    sessions: {
      offsets: Int32Array.from(offsets),
      items: Int32Array.from(events, (event) => rowOf.get(event['sku']!) ?? -1),
      splits: Uint8Array.from(events, (event) => splitCodes[event['split'] as Split] ?? splitCodes.none),
    },
    hash: createHash('sha256').update(Object.values(files).join(' ')).digest('hex'),
  };
  cache.set(name, dataset);
  return dataset;
}

function readBytes(name: DataName, file: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../../shared/data/${name}/${file}`, import.meta.url)));
}

function hashFile(name: DataName, file: string): string {
  return createHash('sha256').update(readBytes(name, file)).digest('hex');
}

function readRows(name: DataName, file: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(gunzipSync(readBytes(name, file)).toString('utf8'), { header: true, skipEmptyLines: true }).data;
}

function readFeatures(row: Record<string, string>): ItemFeatures {
  const levels = [row['category_l1'], row['category_l2'], row['category_l3'], row['leaf']].filter((level) => level !== undefined && level !== '');
  const path = row['category_path'] ? row['category_path'].split(' > ') : levels;
  return {
    title: row['title']!, description: row['description'] ?? '', brand: row['brand']!, categoryPath: path as string[], color: [], material: [],
    size: '', department: '', manufacturer: '', price: null, attrs: [],
  };
}
