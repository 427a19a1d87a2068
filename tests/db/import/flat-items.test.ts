/** The short way from cells to an item gives what the long way gives, and keeps its hands off every row that has something to remark. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSource } from '../../../db/import/container.ts';
import { prepareFlatReader } from '../../../db/import/flat-items.ts';
import { planImport } from '../../../db/import/plan.ts';
import type { Plan } from '../../../db/import/plan.ts';
import { IssueList } from '../../../db/import/report.ts';
import { RowIssues } from '../../../db/import/rows.ts';
import { surveySample } from '../../../db/import/survey.ts';
import { prepareLongReader } from '../../../db/import/validate-items.ts';
import { Random } from '../../../models/random.ts';
import { temporaryFolder } from '../../helpers/database.ts';

/** Cells that are plain, and cells with whatever the contract has a word for. */
const cells = [
  '', '', 'Oak table', 'SKU-1', '007', 'a/b', 'Home > Lamps', 'Home>Lamps', 'A > B > C', '12.50', '3', '89 cm', 'draft', 'RETIRED', 'EUR', 'say "oak"', 'back\\slash', 'naïve', '灯具',
  ' ', ' led', 'led ', '\u00a0x', '\tx', 'NULL', 'n/a', 'None', 'nan', '-', '- 5', '#REF!', '#12', 'No', 'new', 'N/A lamp', '1.234', '1,5', '12.345', '-3', '1e5', 'USD 5', '€ 5',
  '1-Mar', 'MAR-01', '1.23457E+12', 'A\u200bB', 'é', 'e\u0301', '!!!', '👩‍👩‍👧', 'A >  > B', '> A', 'a > b > c > d > e > f > g > h > i > j > k', 'https://example.org/a', 'red, blue', 'red|blue',
  '\ud800', 'line\nbreak', '2024-05-06', '1700000000', 'x'.repeat(300), 'y'.repeat(1_200),
];

async function planOf(folder: string, header: string): Promise<Plan> {
  const path = join(folder, `${header.length}.csv`);
  writeFileSync(path, `${header}\n${header.split(',').map((_, index) => `Plain ${index}`).join(',')}\n`);
  const source = await openSource(path);
  try {
    return await planImport(source, 'catalog', {});
  } finally {
    await source.close();
  }
}

test('both ways to an item are one', async (t) => {
  const folder = temporaryFolder(t);
  const headers = [
    'sku,title,description,brand,category_path,color,material,size,price,weight,Zone,availability,status',
    'sku,title,category_l1,category_l2,category_l3,leaf,price,currency,group_id,created_at,__proto__',
    'sku,title,category_path,category_l1,image_url,manufacturer,department,class,gtin',
  ];
  let short = 0;
  for (const header of headers) {
    const plan = await planOf(folder, header);
    const survey = surveySample(plan)!;
    const flat = prepareFlatReader(plan, survey)!;
    const long = prepareLongReader(plan, survey);
    const random = new Random(header.length);
    for (let row = 0; row < 6_000; row += 1) {
      // Most rows nearly plain, so that the short way is gone often enough.
      const odd = row % 3 === 0 ? 100 : 15;
      const fields = plan.headers.map((name, index) => (random.below(100) < odd ? cells[random.below(cells.length)]! : index === 0 ? `S${row}` : name === 'price' ? `${row % 90}.5` : name === 'created_at' ? '' : `Word ${row}`));
      const found = flat(fields);
      if (found === null) continue;
      short += 1;
      const list = new IssueList('rows.csv', null);
      const issues = new RowIssues(list);
      const record = { fields, line: row + 2, lines: null, faults: [], suspect: false };
      issues.begin(record);
      const expected = long(record, fields, issues);
      assert.equal(issues.settle(), false, JSON.stringify(fields));
      assert.deepEqual([JSON.stringify(found, order), [...list.counts]], [JSON.stringify(expected, order), []], JSON.stringify(fields));
    }
  }
  assert.ok(short > 4_000, `${short} rows went the short way`);
});

/** Keys in one order. */
function order(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
