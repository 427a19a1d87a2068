/** The delimiter of a text: what an Excel line `sep=;` says, else the one under which the sample looks most like a table. */
import type { ImportKind } from '../records.ts';
import { limits } from './limits.ts';
import { mapColumns } from './mapping.ts';
import { RecordReader } from './record-reader.ts';
import type { FileRecord } from './record-reader.ts';

export const delimiterNames: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };

export interface Dialect {
  readonly delimiter: string;
  /** A first line `sep=;` decides and is no record. */
  readonly fromSepLine: boolean;
}

/** `sample`: the beginning of the text. `skipLines`: lines above the header that the user named. */
export function detectDialect(sample: string, kinds: readonly ImportKind[], skipLines: number): Dialect {
  const declared = /^sep=(.)(?:\r|\n|$)/i.exec(sample)?.[1];
  if (declared !== undefined) return { delimiter: declared, fromSepLine: true };
  const scores = Object.keys(delimiterNames).map((delimiter) => ({ delimiter, score: scoreDelimiter(sample, delimiter, kinds, skipLines) }));
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
  return { delimiter: best.score > 0 ? best.delimiter : ',', fromSepLine: false };
}

/** Known headers weigh most; then the share of records of the most frequent width; then the width. 0 where there is one column only. */
function scoreDelimiter(sample: string, delimiter: string, kinds: readonly ImportKind[], skipLines: number): number {
  const records = sampleRecords(sample, delimiter, skipLines);
  const widths = new Map<number, number>();
  for (const { fields } of records) if (fields.length > 1) widths.set(fields.length, (widths.get(fields.length) ?? 0) + 1);
  if (widths.size === 0) return 0;
  const [width, count] = [...widths].reduce((a, b) => (b[1] > a[1] ? b : a));
  const known = Math.max(...kinds.map((kind) => Math.max(0, ...records.filter(({ line }) => line <= limits.headerSearchLines).map(({ fields }) => {
    const columns = mapColumns(fields, kind, []);
    return columns.missing.length === 0 ? columns.columns.filter(({ field }) => field !== null).length : 0;
  }))));
  return known * 1000 + (count / records.length) * 100 + Math.min(width, 50) / 50;
}

/** Records of a sample that are whole: the last one may be cut. */
export function sampleRecords(sample: string, delimiter: string, skipLines: number, whole = false): readonly FileRecord[] {
  const records: FileRecord[] = [];
  const reader = new RecordReader(delimiter, (record) => {
    if (records.length < 200) records.push(record);
  }, skipLines);
  reader.write(sample);
  if (whole || records.length === 0) reader.end();
  return records;
}
