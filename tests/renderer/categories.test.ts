/** The analyst's screens in a real browser: by keyboard alone, accessible, and every view at its address. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { drawFlows } from '../../renderer/screens/categories/flow.ts';
import { plainDemand, readDemand, demandView } from '../../renderer/screens/categories/demand-address.ts';
import { labView, readLabAddress, readPasted, sessionAddress } from '../../renderer/screens/categories/session-address.ts';
import { formatSettings, plain, readSettings } from '../../renderer/screens/report/settings.ts';
import { seriousViolations } from '../helpers/axe.ts';
import { slowBrand } from './harness/opening.ts';
import { assertSound, openPages, skip, type Pages } from './harness/pages.ts';

const run = '20260101-none';
let pages: Pages;

before(async () => {
  if (skip === false) pages = await openPages('ready', 'empty', 'stale');
});
after(() => pages?.close());

test('addresses hold what is looked at, for any SKU, name and category', () => {
  const skus = ['A,B', '+demand', 'ä/ö', '100%', 'x y'];
  const lab = { session: skus, view: 'contributions', drafts: true } as const;
  assert.deepEqual(readLabAddress(sessionAddress(skus), labView(lab)), lab);
  assert.deepEqual(readLabAddress('a', 'nonsense.words'), { session: ['a'], view: 'items', drafts: false });
  const demand = { level: 'l2', segment: { entry: ['Bath & Co', 'a > b'], least: 2, most: 9, sku: '100%', brand: 'K+L' }, from: ['Bath & Co'], to: ['x=y', 'ä'], cell: true, which: 'missed', reading: 'difference', drafts: ['D 1', 'D&2'] } as const;
  assert.deepEqual(readDemand(decodeURIComponent(demandView(demand))), demand);
  assert.deepEqual([readDemand(''), readDemand('level=nine&least=-1&which=never&unknown=1')], [plainDemand, plainDemand]);
  assert.deepEqual(readSettings(formatSettings({ view: 'calibration', repeats: 'removed', k: '5', task: 'leaf', of: 'listed' })), { view: 'calibration', repeats: 'removed', k: '5', task: 'leaf', of: 'listed' });
  assert.deepEqual([formatSettings(plain), readSettings('nonsense')], ['', plain]);
});

test('a pasted list is read whatever separates it', () => {
  assert.deepEqual(readPasted('A1, B2;C3\tD4|E5\r\n "F 6" \n\n'), ['A1', 'B2', 'C3', 'D4', 'E5', 'F 6']);
});

test('bands of a flow leave one bar: predicted and actual both fill its height', () => {
  const to = [[30, 41], [25.5, 20], [9, 4]].map(([predicted, actual], index) => ({ path: [`c${index}`], predicted: predicted!, actual: actual! }));
  const { source, targets, height } = drawFlows({ chosen: { from: ['a'], moments: 70, to, rest: { predicted: 5.5, actual: 5 } } }, 200);
  for (const reading of ['predicted', 'actual'] as const) assert.ok(Math.abs(targets.reduce((sum, target) => sum + target.bands[reading].thickness, 0) - source.height) < 1e-6, reading);
  assert.deepEqual(targets.map(({ name }) => name), ['c0', 'c1', 'c2', 'all others']);
  assert.ok(targets.every(({ y }, index) => y > (targets[index - 1]?.y ?? 0) && y < height));
});

const views: Readonly<Record<string, string>> = {
  'categories/1051297,1052856': 'From top-N items', 'categories/1051297,1052856/contributions': 'Columns: the five most probable next items', 'categories/%2Bdemand': 'From row to column',
  'categories/%2Bdemand/level%3Dl1%26to%3DPaint': 'Moments behind the count', [`report/${run}`]: 'The report could not be read.', 'report': 'Beside other systems @20',
  'report/20261120-091201-m2trec/calibration.leaf': 'promise kept', 'report/20261120-091201-m2trec/confusion.leaf': 'Most confused siblings, Leaf', 'report/20261120-091201-m2trec/exposure': 'Coverage and concentration',
};
for (const [address, text] of Object.entries(views)) {
  test(`${address}: nothing violated, accessible in light and dark, no sideways scrolling`, { skip }, async () => {
    const opened = await pages.look('ready', address);
    const { page } = opened;
    if (address.includes('%26to')) await page.getByRole('region', { name: text }).getByRole('listitem').first().waitFor();
    else await page.getByText(text).first().waitFor();
    await assertSound(opened);
  });
}

test('a workspace without a model says what each view needs', { skip }, async () => {
  const { page } = await pages.open('empty', 'categories');
  await page.getByRole('heading', { name: 'No model yet' }).waitFor();
  for (const address of ['categories/%2Bdemand', 'report']) {
    await page.evaluate((hash) => { location.hash = hash; }, `#/${address}`);
    await page.getByRole('heading', { name: 'No model yet' }).waitFor();
  }
  await page.context().close();
});

test('the session lab by keyboard: search, paste, reorder, contributions, tree, and back again', { skip }, async () => {
  const { page } = await pages.open('ready', 'categories');
  const field = page.getByRole('combobox', { name: 'Add a SKU: search, or paste a list' });
  const session = page.getByRole('list', { name: 'Session, oldest first' });
  await field.focus();
  await page.keyboard.type('grout');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await session.getByRole('listitem').first().waitFor();
  await page.evaluate(() => navigator.clipboard.writeText('1051297; 1052856\nnobody-1 nobody-2'));
  await field.focus();
  await page.keyboard.press('Control+v');
  await page.getByText('2 of 4 SKUs not in the catalogue: nobody-1, nobody-2').first().waitFor();
  await session.getByRole('listitem').nth(2).waitFor();
  const order = async (): Promise<string> => decodeURIComponent(new URL(page.url()).hash.slice('#/categories/'.length)).split('/')[0]!;
  const before = (await order()).split(',');
  const last = session.getByRole('button', { name: /^Item 3: / });
  await last.focus();
  await page.keyboard.press('Alt+ArrowUp');
  await page.waitForFunction((wanted) => decodeURIComponent(location.hash) === wanted, `#/categories/${[before[0], before[2], before[1]].join(',')}`);
  await session.getByRole('button', { name: /^Item 2: .*moves/ }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Delete');
  await page.waitForFunction((wanted) => decodeURIComponent(location.hash) === wanted, `#/categories/${[before[0], before[1]].join(',')}`);
  await page.goBack();
  await session.getByRole('listitem').nth(2).waitFor();
  await session.getByRole('button', { name: /^Item 1: .*moves/ }).press('Enter');
  await page.getByText(/^Without item 1, \d+ of these 20 would be other SKUs/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText(/^Without item 1,/).waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: 'Contributions' }).press('Space');
  await page.waitForURL(/\/contributions$/);
  await page.getByRole('button', { name: 'What each item contributed' }).waitFor();
  const tree = page.getByRole('tree', { name: 'Next categories' });
  await tree.focus();
  await page.keyboard.press('Home');
  await tree.locator('[role="treeitem"][aria-selected="true"][aria-expanded="true"]').waitFor();
  const open_ = await tree.getByRole('treeitem').count();
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((count) => document.querySelectorAll('[role="treeitem"]').length < count, open_);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((count) => document.querySelectorAll('[role="treeitem"]').length === count, open_);
  await page.context().close();
});

test('items of a session are reordered by drag', { skip }, async () => {
  const { page } = await pages.open('ready', 'categories/1051297,1052856');
  const session = page.getByRole('list', { name: 'Session, oldest first' });
  await session.getByRole('button', { name: /^Item 2: .*moves/ }).waitFor();
  await session.getByRole('listitem').nth(1).dragTo(session.getByRole('listitem').nth(0));
  await page.waitForFunction(() => decodeURIComponent(location.hash) === '#/categories/1052856,1051297');
  await page.context().close();
});

test('category demand by keyboard: a cell opens its moments, Esc closes them, back and forward lead through', { skip }, async () => {
  const { page } = await pages.open('ready', 'categories/%2Bdemand/level%3Dl1');
  const grid = page.getByRole('grid', { name: /^Moments from row to column/ });
  await grid.locator('button[tabindex="0"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const cell = page.locator('button.cell:focus');
  const [, from, to, count] = /^(.+) to (.+): .* predicted, ([\d,]+) went$/.exec((await cell.getAttribute('aria-label'))!)!;
  await page.keyboard.press('Enter');
  const list = page.getByRole('region', { name: 'Moments behind the count' });
  await list.getByRole('heading', { name: `${from} → ${to}` }).waitFor();
  await list.getByText(`${count} moments`, { exact: true }).waitFor();
  await page.getByRole('heading', { name: `From ${from}` }).waitFor();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  await page.goBack();
  await list.waitFor();
  await page.goForward();
  await list.waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: 'Difference' }).press('Space');
  await page.waitForURL(/reading%3Ddifference/);
  await page.getByRole('spinbutton', { name: 'Items, from' }).fill('3');
  await page.keyboard.press('Enter');
  await page.waitForURL(/least%3D3/);
  await page.getByRole('button', { name: 'Whole panel' }).press('Enter');
  await page.waitForURL((url) => !url.href.includes('least'));
  await page.context().close();
});

test('a model that opens shows how far it is, here and among the jobs, and can be stopped', { skip }, async () => {
  const { page } = await pages.open('ready', `categories/%2Bdemand/brand%3D${encodeURIComponent(encodeURIComponent(slowBrand))}`);
  const pane = page.getByRole('region', { name: 'Category demand' });
  await pane.getByText('Ranking all SKUs at each moment').waitFor();
  assert.equal(await pane.getByRole('progressbar', { name: `Opening the model ${run}` }).getAttribute('aria-valuenow'), '43');
  await page.getByRole('button', { name: /Ranking all SKUs at each moment 43 %/ }).waitFor();
  assert.deepEqual(await seriousViolations(page), []);
  await pane.getByRole('button', { name: 'Cancel' }).press('Enter');
  await pane.getByText('Opening the model was stopped.').waitFor();
  await page.getByRole('button', { name: 'No jobs' }).waitFor();
  await page.context().close();
});

test('the report by keyboard: from the palette to every part, exported, stale data marked', { skip }, async () => {
  const { page } = await pages.open('stale', 'catalog');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('model report');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/report\//);
  await page.getByText(/The catalogue or the sessions have changed since this was measured/).waitFor();
  for (const [part, text] of [['Calibration', 'Expected calibration error'], ['Confusion', 'Most confused siblings'], ['Exposure', 'Coverage and concentration'], ['Measures', 'Next item @20']] as const) {
    await page.getByRole('link', { name: part, exact: true }).press('Enter');
    await page.getByText(text).first().waitFor();
  }
  await page.getByRole('radio', { name: '5', exact: true }).press('Space');
  await page.waitForURL(/\/k5$/);
  await page.getByText('Next item @5').waitFor();
  for (const [button, name] of [['CSV', /^model-report-.*\.csv$/], ['HTML', /^model-report-.*\.html$/]] as const) {
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: button, exact: true }).press('Enter');
    const download = await waiting;
    assert.match(download.suggestedFilename(), name);
    assert.ok(readFileSync(await download.path(), 'utf8').length > 0);
  }
  await page.getByRole('button', { name: 'Measure again' }).press('Enter');
  await page.getByRole('progressbar', { name: 'Measuring the report' }).waitFor();
  await page.getByRole('progressbar', { name: 'Measuring the report' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.waitForURL(/#\/training\//);
  await page.context().close();
});
