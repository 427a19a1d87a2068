/** Small data sets written by hand, for tests whose right answer can be counted. */
import type { ItemFeatures, SessionTable } from '../../db/records.ts';
import { splitCodes } from '../../db/records.ts';
import type { Dataset } from '../../models/jobs.ts';

const codeOf: Readonly<Record<string, number>> = { '.': splitCodes.none, t: splitCodes.train, v: splitCodes.valid, x: splitCodes.test };

/** One session per entry: its rows, and one letter per event (`.` none, `t` train, `v` valid, `x` test). */
export function sessionTable(sessions: readonly (readonly [items: readonly number[], splits: string])[]): SessionTable {
  const offsets = [0];
  for (const [items] of sessions) offsets.push(offsets.at(-1)! + items.length);
  return {
    offsets: Int32Array.from(offsets),
    items: Int32Array.from(sessions.flatMap(([items]) => items)),
    splits: Uint8Array.from(sessions.flatMap(([, splits]) => [...splits].map((letter) => codeOf[letter]!))),
  };
}

export function item(title: string, brand = '', ...categoryPath: string[]): ItemFeatures {
  return { title, description: '', brand, categoryPath, color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [] };
}

export function datasetOf(items: readonly ItemFeatures[], sessions: SessionTable, drafts: readonly number[] = []): Dataset {
  return {
    items, sessions, hash: 'hand', ids: Int32Array.from(items.keys()),
    live: Uint8Array.from(items, (_, row) => (drafts.includes(row) ? 0 : 1)),
  };
}
