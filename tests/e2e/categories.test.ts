/** Stories 7 and 8 of product.md on the real app: read category demand for a session and over the panel; trust the model, or know where not to. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import Papa from 'papaparse';
import { expect, goTo, openTrainedShop, type Stage, type Visit } from './browser.ts';

let stage: Stage;
let visit: Visit;

before(async () => {
  stage = await openTrainedShop();
  visit = stage.visit;
});
after(() => stage?.close());

const numberOf = (text: string | null): number => Number((text ?? '').replaceAll(/[^\d.]/g, ''));

test('a session is built from a recorded one, by search, by paste, with a draft; every level of the tree sums to 100 %', async () => {
  const { page } = visit;
  await goTo(page, 'sessions/s00001');
  await page.getByRole('button', { name: 'What comes next' }).click();
  const session = page.getByRole('list', { name: 'Session, oldest first' });
  const tree = page.getByRole('tree', { name: 'Next categories' });
  await expect(tree.getByRole('treeitem').first()).toBeVisible();
  const recorded = await session.getByRole('listitem').count();
  const field = page.getByRole('combobox', { name: 'Add a SKU: search, or paste a list' });
  await field.fill('NEW-1002');
  await expect(page.getByRole('option').first()).toContainText('Draft');
  await field.press('Enter');
  await expect(session.getByRole('listitem')).toHaveCount(recorded + 1);
  await expect(session.getByText('Draft', { exact: true })).toBeVisible();
  await expect(page.getByText(/^Sums: /)).toHaveText('Sums: L1 100.0 % · L2 100.0 % · L3 100.0 % · Leaf 100.0 %');
  const rows = page.getByRole('region', { name: 'Next items' }).getByRole('row');
  await expect(rows).toHaveCount(21);
  // The heuristics of the paper stand beside the model's own first guess.
  const heuristics = page.getByRole('table').filter({ hasText: 'From top-N items' });
  await expect(heuristics.getByRole('row')).toHaveCount(5);
  // A parent that its children contradict is marked with both numbers.
  await expect(tree.getByText(/^children (< )?\d+ %$/).first()).toBeVisible();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(`navigator.clipboard.writeText('nobody-7\\tNEW-1003;NEW-1004')`);
  await field.press('Control+v');
  await expect(page.getByRole('region', { name: 'Session' }).getByRole('status')).toHaveText('1 of 3 SKUs not in the catalogue: nobody-7');
  await expect(session.getByRole('listitem')).toHaveCount(recorded + 3);
});

test('removing an item moves the numbers; what each item contributed is told; the address brings it all back', async () => {
  const { page } = visit;
  const session = page.getByRole('list', { name: 'Session, oldest first' });
  const rows = page.getByRole('region', { name: 'Next items' }).getByRole('row');
  const first = await rows.nth(1).textContent();
  await session.getByRole('button', { name: /^Item 1: .*moves/ }).press('Enter');
  await expect(page.getByText(/^Without item 1, \d+ of these 20 would be other SKUs/)).toBeVisible();
  const last = (await session.getByRole('listitem').count()) - 1;
  await session.getByRole('button', { name: new RegExp(`^Item ${last + 1}: .*moves`) }).press('Delete');
  await expect(session.getByRole('listitem')).toHaveCount(last);
  await expect(rows.nth(1)).not.toHaveText(first ?? '');
  await page.getByRole('radio', { name: 'Contributions' }).press('Space');
  await expect(page.getByRole('button', { name: 'What each item contributed' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'What each item contributed' })).toBeVisible();
  await expect(session.getByRole('listitem')).toHaveCount(last);
});

test('category demand: predicted and actual both sum to the counted moments, and a cell opens the sessions behind it', async () => {
  const { page } = visit;
  await goTo(page, 'categories/%2Bdemand/level%3Dl1');
  const table = page.getByRole('region', { name: 'Predicted against actual by category' }).getByRole('table');
  await expect(table.getByRole('row', { name: /^All / })).toBeVisible();
  const cells = await table.getByRole('row').evaluateAll((rows) => (rows as unknown as { cells: { textContent: string }[] }[]).map(({ cells: own }) => [...own].map(({ textContent }) => textContent)));
  const body = cells.slice(1, -1);
  const [, , total] = cells.at(-1)!.map(numberOf);
  assert.equal(body.reduce((sum, row) => sum + numberOf(row[2]!), 0), total);
  // Predicted counts are rounded to whole moments, or to a tenth below ten.
  assert.ok(Math.abs(body.reduce((sum, row) => sum + numberOf(row[1]!), 0) - total!) <= body.length / 2);
  const cell = page.getByRole('grid', { name: /^Moments from row to column/ }).locator('button.cell').first();
  const [, count] = / predicted, ([\d,]+) went$/.exec((await cell.getAttribute('aria-label'))!)!;
  await cell.click();
  const list = page.getByRole('region', { name: 'Moments behind the count' });
  await expect(list.getByText(`${count} moments`, { exact: true })).toBeVisible();
  await list.getByRole('link').first().click();
  await expect(page).toHaveURL(/#\/sessions\/s\d+$/);
  await page.goBack();
  await expect(list).toBeVisible();
});

test('a segment narrows the panel, an empty one says how to widen it, and drafts show what they would draw from', async () => {
  const { page } = visit;
  await goTo(page, 'categories/%2Bdemand');
  const form = page.getByRole('region', { name: 'Segment' });
  await form.getByRole('spinbutton', { name: 'Items, from' }).fill('900');
  await form.getByRole('button', { name: 'Count this segment' }).click();
  await expect(page.getByRole('heading', { name: 'No moment is in this segment' })).toBeVisible();
  await page.getByRole('button', { name: 'Show the whole panel' }).click();
  await expect(page.getByRole('row', { name: /^All / })).toBeVisible();
  await form.getByRole('textbox', { name: 'Session holds the SKU' }).fill('nobody-9');
  await form.getByRole('button', { name: 'Count this segment' }).click();
  await expect(page.getByRole('alert')).toContainText('"nobody-9" is not in the catalogue');
  await page.goBack();
  await expect(page.getByRole('row', { name: /^All / })).toBeVisible();
  await form.getByRole('button', { name: 'Launch all drafts on the panel' }).click();
  const draw = page.getByRole('region', { name: 'What the drafts would draw from' });
  const [, gained, lost] = /([\d,]+) slots gained = ([\d,]+) slots lost/.exec((await draw.getByText(/slots gained = /).textContent())!)!;
  assert.equal(gained, lost);
  const slots = await draw.getByRole('row').evaluateAll((rows) => (rows as unknown as { cells: { textContent: string }[] }[]).slice(1).map(({ cells }) => cells[2]!.textContent));
  assert.equal(slots.reduce((sum, text) => sum + numberOf(text), 0), numberOf(lost!));
});

test('the report: empty until measured, then measures with n and intervals, beside baselines, exported', async () => {
  const { page } = visit;
  await page.locator('header .model').click();
  await expect(page).toHaveURL(/#\/report\//);
  await expect(page.getByRole('heading', { name: 'Not measured yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Measure the report' }).click();
  const items = page.getByRole('region', { name: 'Next item' }).getByRole('table');
  await expect(items.getByRole('row', { name: /^All / })).toContainText(/\d\d\.\d \d\d\.\d–\d\d\.\d/);
  for (const slice of ['Sparse sessions', 'Tail SKUs', 'Cold SKUs']) await expect(items.getByRole('row', { name: new RegExp(`^${slice}`) })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Next category' }).getByRole('row', { name: /^Leaf / })).toBeVisible();
  const facts = page.getByRole('region', { name: 'How computed' });
  await expect(facts).toContainText(/95 % of 1,000 resamples of whole sessions/);
  await expect(facts).toContainText('Train, validation and test as the file gives them.');
  await page.getByRole('button', { name: /^Evaluate \d+ more$/ }).click();
  const beside = page.getByRole('region', { name: 'Beside other systems' });
  await expect(beside.getByRole('row', { name: /^Popularity / })).toBeVisible();
  await expect(beside.getByRole('row', { name: /^VSKNN / })).toBeVisible();
  await expect(beside.getByRole('row', { name: /^M2TRec \(this run\)/ })).toBeVisible({ timeout: 60_000 });

  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV', exact: true }).click();
  const csv = readFileSync(await (await waiting).path(), 'utf8');
  const rows = Papa.parse<Record<string, string>>(csv.trimEnd(), { header: true });
  assert.deepEqual(rows.errors, []);
  const hit = rows.data.find((row) => row['task'] === 'item' && row['repeats'] === 'allowed' && row['k'] === '20' && row['slice'] === 'all' && row['measure'] === 'hit')!;
  assert.ok(Number(hit['low_95']) <= Number(hit['value']) && Number(hit['value']) <= Number(hit['high_95']) && Number(hit['n']) > 0);
  assert.ok((await items.getByRole('row', { name: /^All / }).textContent())!.includes((Number(hit['value']) * 100).toFixed(1)));
});

test('calibration, confusion and exposure each at their address, reopened at once', async () => {
  const { page } = visit;
  for (const [part, landmark] of [['Calibration', 'promise kept'], ['Confusion', /wrong first guesses are a sibling/], ['Exposure', 'Gini of exposure']] as const) {
    await page.getByRole('link', { name: part, exact: true }).click();
    await expect(page.getByText(landmark).first()).toBeVisible();
  }
  await page.getByRole('button', { name: 'PDF', exact: true }).click();
  const paper = page.getByRole('dialog', { name: 'Model report, all parts' });
  for (const landmark of ['Next item @20', 'promise kept', 'Gini of exposure']) await expect(paper.getByText(landmark).first()).toBeVisible();
  assert.match((await page.pdf({ format: 'A4' })).toString('latin1'), /\/Type\s*\/Page\b(?!s)/);
  await page.keyboard.press('Escape');
  await expect(paper).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('Gini of exposure')).toBeVisible();
  await goTo(page, 'training');
  await page.getByRole('link', { name: 'Model report' }).click();
  await expect(page.getByText('Next item @20')).toBeVisible();
  // From now on the session lab says how far its first guesses are to be believed.
  await goTo(page, 'categories/NEW-1002,NEW-1003');
  await expect(page.getByText(/^On the test first guesses promised [\d.]+ % and came true in [\d.]+ % of [\d,]+ moments/)).toBeVisible();
});

test('other data: the report is marked, nothing of it is compared with what is measured now', async () => {
  const { page } = visit;
  await goTo(page, 'launch/NEW-1002');
  await goTo(page, 'catalog/%2Bimport');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a catalogue or sessions file' }).click();
  await (await chooser).setFiles({ name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from('sku,title,brand,leaf\nLATE-1,A late tile,Calderra,Tile\n') });
  await expect(page.getByRole('button', { name: 'Check file' })).toBeVisible();
  await page.getByRole('button', { name: 'Check file' }).click();
  await page.getByRole('button', { name: /^Import [\d,]+ / }).click();
  await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
  await page.locator('header .model').click();
  await expect(page.getByText(/The catalogue or the sessions have changed since this was measured/)).toBeVisible();
});

test('nothing complained', () => assert.deepEqual(visit.problems, []));
