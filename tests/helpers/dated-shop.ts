/** The small shop with launches: some SKUs are not seen before a day of their own, as if they had come onto the market then. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { writeShop, type ShopFiles } from './shop.ts';

/** Nearly a fifth of the SKUs is launched, in the last two fifths of the time. */
const launchedShare = 0.18;

export interface DatedShop extends ShopFiles {
  /** ISO day from which on SKUs are launched. */
  readonly since: string;
}

/** Files in a folder that the caller removes. The sessions have no split: time alone says what is known. */
export function writeDatedShop(): DatedShop {
  const files = writeShop();
  const [header = '', ...rows] = readFileSync(files.sessions, 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  const cells = rows.map((row) => row.split(','));
  const time = (row: readonly string[]): number => Date.parse(row[columns.indexOf('timestamp')]!);
  const [first, last] = [Math.min(...cells.map(time)), Math.max(...cells.map(time))];
  const begin = first + 0.6 * (last - first);
  const kept = cells.filter((row) => {
    const sku = row[columns.indexOf('sku')]!;
    return draw(`launched ${sku}`) > launchedShare || time(row) >= begin + draw(`when ${sku}`) * 0.2 * (last - first);
  });
  const split = columns.indexOf('split');
  const withoutSplit = (row: readonly string[]): string => row.filter((_, column) => column !== split).join(',');
  writeFileSync(files.sessions, [withoutSplit(columns), ...kept.map(withoutSplit)].join('\n') + '\n');
  return { ...files, since: new Date(begin).toISOString().slice(0, 10) };
}

/** In [0, 1), by the text alone. */
function draw(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
