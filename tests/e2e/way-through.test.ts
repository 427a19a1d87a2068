/** The first way through, as a merchandiser goes it: real files in, a model trained, a SKU that does not exist yet previewed and saved. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import type { Locator } from 'playwright';
import { expect, foreign, goTo, openStage, type Stage, type Visit } from './browser.ts';
import { sequence } from './sequence.ts';
import { writeShop, type ShopFiles } from './shop.ts';
import { chooseFile, importChosen, runStatus, startEndlessTraining, startTraining, tile } from './steps.ts';

let stage: Stage;
let files: ShopFiles;
let visit: Visit;
const test = sequence();

before(async () => {
  stage = await openStage((folder) => writeShop(folder));
  ({ files, visit } = stage);
});
after(() => stage?.close());

/** Rows that cannot be stored, or not whole, at the end of a good file: the problem, its column and value, the row. */
const badRows = [
  { code: 'E_SKU_EMPTY', column: 'sku', value: null, row: ',A tile without a key,Calderra,White,Ceramic,9.97,Tools,,,,' },
  { code: 'E_SKU_DUPLICATE', column: 'sku', value: 'DUP-1', row: 'DUP-1,The same key again,Calderra,White,Ceramic,9.97,Tools,,,,' },
  { code: 'E_ROW_TOO_FEW', column: null, value: null, row: 'SHORT-1,A row cut off' },
  { code: 'W_PRICE_UNREADABLE', column: 'price', value: 'call us', row: 'PRICE-1,A tile with a talkative price,Calderra,White,Ceramic,call us,Tools,,,,' },
];

const rejected = badRows.filter(({ code }) => code.startsWith('E_')).length;
/** The good rows of the bad file: the shop, the first of the duplicates, and the row with an unreadable price. */
const created = (): number => files.items + 2;
const count = (value: number): string => value.toLocaleString('en');

/** The shop's catalogue under a header nobody can guess, with the bad rows at its end. */
function badCatalog(): { readonly name: string; readonly mimeType: string; readonly buffer: Buffer; readonly firstBadLine: number } {
  const text = `${readFileSync(files.catalog, 'utf8').replace(',brand,', ',house of origin,')}DUP-1,A tile with a key of its own,Calderra,White,Ceramic,9.97,Tools,,,,\n`;
  const firstBadLine = text.split('\n').length;
  return { name: 'catalogue.csv', mimeType: 'text/csv', buffer: Buffer.from(text + badRows.map(({ row }) => `${row}\n`).join('')), firstBadLine };
}

/** `takenFor`: what that column is taken for before it is mapped by hand. */
async function chooseBadCatalog(takenFor: '' | 'brand'): Promise<number> {
  const { firstBadLine, ...file } = badCatalog();
  await chooseFile(visit.page, file);
  const field = visit.page.getByLabel('Field for column house of origin');
  await expect(field).toHaveValue(takenFor);
  await field.selectOption('brand');
  await expect(field).toHaveValue('brand');
  return firstBadLine;
}

test('an empty workspace opens on the checklist', async () => {
  const { page } = visit;
  await expect(page).toHaveURL(/#\/home$/);
  await expect(page.getByRole('heading', { level: 2 })).toHaveText(['Look around first', 'Import the catalogue', 'Import recorded sessions', 'Train a model', 'Preview a launch']);
  await expect(page.getByLabel('Done')).toHaveCount(0);
  await page.getByRole('button', { name: 'Import catalogue' }).click();
});

test('a catalogue comes in with a column mapped by hand, and every bad row is named', async () => {
  const { page } = visit;
  const firstBadLine = await chooseBadCatalog('');
  await importChosen(page);
  await expect(tile(page, 'New')).toHaveText(count(created()));
  await expect(tile(page, 'Rejected')).toHaveText(count(rejected));
  for (const [index, { code, column, value }] of badRows.entries()) {
    const row = page.getByRole('row', { name: code });
    await expect(row).toContainText(`Line ${firstBadLine + index}`);
    if (column !== null) await expect(row).toContainText(`column ${column}`);
    if (value !== null) await expect(row).toContainText(`"${value}"`);
    await expect(row.getByRole('cell').last()).not.toBeEmpty(); // what to do
  }
  await page.getByRole('button', { name: 'Show catalog' }).click();
  await expect(page.getByRole('grid', { name: 'Catalog' })).toHaveAttribute('aria-rowcount', String(created() + 1));
  await expect(page.getByText(/\d+ brands/)).not.toHaveText(/\b0 brands/);
});

test('the same file again changes nothing', async () => {
  const { page } = visit;
  await goTo(page, 'catalog/%2Bimport');
  await chooseBadCatalog('brand'); // remembered
  await importChosen(page);
  await expect(tile(page, 'New')).toHaveText('0');
  await expect(tile(page, 'Changed')).toHaveText('0');
  await expect(tile(page, 'Unchanged')).toHaveText(count(created()));
});

test('sessions come in', async () => {
  const { page } = visit;
  await chooseFile(page, files.sessions);
  await expect(page.getByRole('radio', { name: 'Sessions' })).toBeChecked();
  await importChosen(page);
  await expect(tile(page, 'New')).toHaveText(count(files.events));
  await page.getByRole('button', { name: 'Show sessions' }).click();
  await expect(page.getByRole('grid', { name: 'Recorded sessions' })).toHaveAttribute('aria-rowcount', String(files.visits + 1));
});

test('a launch list comes in as drafts and leaves the live SKUs alone', async () => {
  const { page } = visit;
  const facts = page.locator('footer .facts');
  await expect(facts).toContainText(`${count(created())} live SKUs · 0 drafts`);
  await goTo(page, 'catalog/%2Bimport');
  await chooseFile(page, files.drafts, 'launch list (drafts)');
  await importChosen(page);
  await expect(tile(page, 'New')).toHaveText('12');
  await expect(facts).toContainText(`${count(created())} live SKUs · 12 drafts`);
});

test('a model is trained to its end and is put to use', async () => {
  const { page } = visit;
  await startTraining(page, { epochs: 3 });
  await expect(runStatus(page)).toHaveText('Done');
  await expect(page.getByRole('img', { name: /^Training loss over [\d,]+ steps: from / })).toBeVisible();
  await expect(page.getByRole('table').first().getByRole('row')).toHaveCount(1 + 3);
  await expect(page.locator('footer').getByText(/ is done and its model is in use\./)).toBeVisible();
  await expect(page.locator('header .model')).toContainText('tied head');
});

test('a training shows its progress, pauses, goes on, and its cancel leaves the model in use', async () => {
  const { page } = visit;
  const used = await page.locator('header .model').getAttribute('href');
  await startEndlessTraining(page);
  await expect(runStatus(page)).toHaveText('Running');
  const steps = page.getByText(/^step [\d,]+ of [\d,]+$/);
  const stepNow = async (): Promise<number> => Number(/^step ([\d,]+)/.exec((await steps.textContent())!)![1]!.replaceAll(',', ''));
  await expect(steps).toBeVisible();
  const first = await stepNow();
  await expect.poll(stepNow).toBeGreaterThan(first);
  await expect.poll(async () => (await page.locator('polyline.raw').getAttribute('points'))?.split(' ').length).toBeGreaterThan(2);

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(runStatus(page)).toHaveText('Paused');
  const paused = await stepNow();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(runStatus(page)).toHaveText('Running');
  await expect.poll(stepNow).toBeGreaterThan(paused);
  await expect(page.getByRole('heading', { name: 'Validation after each epoch' })).toBeVisible();
  await expect(runStatus(page)).toHaveText('Running');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(runStatus(page)).toHaveText('Stopped');
  await expect(page.locator('header .model')).toHaveAttribute('href', used!);
});

const sku = 'E2E 0001/ü';
const title = 'Bondarra TrueFill Bright White 30 lb. Stain-Resistant Sanded Grout';

/** A number of the headline as it stands on the screen. */
function exposure(): Locator {
  return visit.page.locator('.number-button .big');
}

/** Waits until the numbers are those of what is typed. */
async function settled(): Promise<void> {
  await expect(visit.page.getByText('Unsaved', { exact: true }).or(visit.page.getByText('Not saved')).or(visit.page.getByText('Saved', { exact: true }))).toBeVisible();
  await expect(visit.page.getByText('Computing…', { exact: true })).toHaveCount(0);
}

test('a SKU that does not exist yet is written, previewed and saved', async () => {
  const { page } = visit;
  await goTo(page, 'launch');
  await page.getByRole('button', { name: 'New draft', exact: true }).click();
  await page.getByRole('textbox', { name: 'SKU' }).fill(sku);
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await page.getByRole('combobox', { name: 'Brand' }).fill('Bondarra');
  await page.getByRole('button', { name: 'Level', exact: true }).click();
  for (const [index, level] of ['Flooring & Tile', 'Tile Setting Materials', 'Grout & Sealer', 'Grout'].entries()) await page.getByRole('combobox', { name: `Level ${index + 1}` }).fill(level);
  await page.getByRole('combobox', { name: 'Colour' }).fill('White');
  await page.getByRole('textbox', { name: 'Price' }).fill('19.97');
  await expect(exposure()).toHaveText(/^\d+(\.\d+)?\s*%$/);
  await settled();
  await page.keyboard.press('Control+s');
  await expect(page.getByText(`Saved draft ${sku}.`, { exact: true }).first()).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`#/launch/${encodeURIComponent(sku)}$`));
  const row = page.getByRole('grid', { name: 'Drafts' }).getByRole('row', { name: title });
  await expect(row.getByRole('gridcell').nth(1)).toHaveText(/^\d+(\.\d+)?\s*%$/);
  await settled();
  await expect(exposure()).toHaveText((await row.getByRole('gridcell').nth(1).textContent())!.replace(' ', '')); // board and preview name one number
});

test('an edit moves the numbers against the saved state, and Esc takes it back', async () => {
  const { page } = visit;
  const saved = await exposure().textContent();
  await page.getByRole('textbox', { name: 'Title' }).fill('TORVANE 20-Volt MAX Cordless Brushless Drill/Driver');
  await expect(exposure()).not.toHaveText(saved!);
  await expect(page.locator('.number-button .delta')).toHaveText(/[▲▼] [+−]\d/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue(title);
  await expect(exposure()).toHaveText(saved!);
  await expect(page.locator('.number-button .delta')).toBeEmpty();
});

test('an unknown brand lowers the confidence, with the reason', async () => {
  const { page } = visit;
  await expect(page.getByText('Low confidence', { exact: true })).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Brand' }).fill('Vexholm');
  await expect(page.locator('.confidence').getByText('Low confidence', { exact: true })).toBeVisible();
  await expect(page.locator('.confidence li').first()).toContainText('Vexholm');
  await page.getByRole('textbox', { name: 'Title' }).press('Escape');
  await expect(page.locator('.confidence').getByText('Low confidence', { exact: true })).toHaveCount(0);
});

test('every number says how it was computed, and slots gained are slots lost', async () => {
  const { page } = visit;
  await settled();
  const computed = page.getByRole('complementary', { name: 'How was this computed?' });
  const run = /run (\S+),/.exec((await page.locator('header .model').getAttribute('title'))!)![1];
  await expect(computed).toContainText(run!);
  await expect(computed).toContainText('tied head');
  await expect(computed).toContainText(/Panel\s*[\d,]+ moments in .*[\d,]+ /);
  await expect(computed).toContainText(/Seed\s*1/);
  for (const name of ['Reach', 'Median rank', 'More exposure than']) {
    await page.locator('.tile', { hasText: name }).click();
    await expect(computed).toContainText(run!);
  }
  await page.getByRole('button', { name: 'Slots lost', exact: true }).click();
  const slots = /([\d,]+) slots gained = ([\d,]+) slots lost/.exec((await computed.textContent())!);
  assert.notEqual(slots, null);
  assert.equal(slots![1], slots![2]);
  assert.notEqual(slots![1], '0');
  await expect(page.getByText(new RegExp(`^${slots![1]} slots gained = ${slots![1]} slots lost; [\\d,]+ of them by those listed\\.$`))).toBeVisible();
  await expect(page.getByText(new RegExp(`^${slots![1]} of [\\d,]+ moments$`))).toBeVisible();
});

test('the nearest SKUs and the predicted categories stand beside what was typed', async () => {
  const { page } = visit;
  const effect = page.getByRole('region', { name: 'Effect on others' });
  await effect.getByRole('link', { name: 'Nearest' }).click();
  const nearest = effect.getByRole('table').getByRole('row');
  expect(await nearest.count()).toBeGreaterThan(3);
  await expect(nearest.nth(1)).toContainText(/[01]\.\d\d/);
  const agreement = page.locator('section', { has: page.getByRole('heading', { name: 'Category: stated and predicted' }) }).getByRole('table').last();
  await expect(agreement.getByRole('row', { name: /^L1 Flooring & Tile/ })).toBeVisible();
  await expect(agreement.getByRole('row', { name: /^L2 Tile Setting Materials/ })).toBeVisible();
});

test('the address keeps the draft: reload, back and forward', async () => {
  const { page } = visit;
  await settled();
  const saved = await exposure().textContent();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue(title);
  await expect(exposure()).toHaveText(saved!);
  await page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await expect(page.getByRole('grid', { name: 'Catalog' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue(title);
  await page.goForward();
  await expect(page.getByRole('grid', { name: 'Catalog' })).toBeVisible();
});

test('nothing left this machine and nothing complained', async () => {
  assert.ok(visit.requests.some((address) => address.startsWith('ws://127.0.0.1')), 'the ear hears sockets');
  assert.deepEqual(foreign(visit.requests, stage.host), []);
  assert.deepEqual(visit.problems, []);
});
