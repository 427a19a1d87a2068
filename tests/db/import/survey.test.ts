/** What is taken for known of a file after its first rows is taken back where later rows say otherwise: the result is that of a whole survey. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { importFile } from '../../../db/import/import.ts';
import { temporaryWorkspace } from '../../helpers/database.ts';

/** More rows than the first look at a file takes in. */
const rows = 6_000;
const plain = (first: string, price: string): string => Array.from({ length: rows }, (_, index) => `S${index};Plain shirt number ${index};${index === 0 ? first : price}`).join('\n');

const files: readonly (readonly [title: string, text: string, prices: readonly (number | null)[], codes: readonly string[]])[] = [
  ['nothing at first, a comma at the end', `sku;title;price\n${plain('1.234', '5')}\nlast;Shirt;1,50\n`, [1234, 1.5], ['I_DECIMAL_COMMA', 'I_DELIMITER']],
  ['a comma at the end that changes no other price', `sku;title;price\n${plain('7', '5')}\nlast;Shirt;1,50\n`, [7, 1.5], ['I_DECIMAL_COMMA', 'I_DELIMITER']],
  ['a comma at first, a point at the end', `sku;title;price\n${plain('1.234', '5,5')}\nlast;Shirt;1.50\n`, [null, 1.5], ['I_DELIMITER', 'W_PRICE_UNREADABLE']],
  ['a point at first, a comma in a rejected row', `sku;title;price\n${plain('1.234', '5.5')}\n;Shirt;1,50\nlast;Shirt;2\n`, [null, 2], ['E_SKU_EMPTY', 'I_DELIMITER', 'W_PRICE_UNREADABLE']],
];

for (const [title, text, prices, codes] of files) {
  test(title, async (t) => {
    const workspace = temporaryWorkspace(t);
    const path = join(workspace.folder, 'uploads', 'prices.csv');
    writeFileSync(path, text);
    const report = await importFile(workspace, path, 'prices.csv', { kind: 'catalog' });
    const read = workspace.reader.prepare<[], number | null>(`SELECT price FROM items WHERE sku IN ('S0', 'last') ORDER BY id`).pluck().all();
    assert.deepEqual([read, Object.keys(report.issueCounts).sort(), report.created], [prices, codes, rows + 1]);
  });
}
