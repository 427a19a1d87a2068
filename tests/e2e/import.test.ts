/** Story 1: files in by the wizard, from the choice to the undo. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Page } from 'playwright';
import { expect, goTo, openStage, type Stage, type Visit } from './browser.ts';
import { shootSound } from './pictures.ts';
import { sequence } from './sequence.ts';
import { writeTable } from './shop.ts';
import { chooseFile, importChosen, tile } from './steps.ts';

const fixtures = join(import.meta.dirname, '../fixtures/import');

interface Files {
  readonly first: string;
  readonly second: string;
  readonly sessions: string;
  readonly broken: string;
}

let stage: Stage<Files>;
let visit: Visit;
const test = sequence();

before(async () => {
  stage = await openStage((folder) => ({
    first: writeTable(join(folder, 'catalog.csv'), [['sku', 'title', 'brand', 'price'], ['A', 'Oak shelf', 'Acme', '10.00'], ['B', 'Brass hinge', 'Acme', '2.50'], ['C', 'Knob', 'Bolt', '1.00']]),
    second: writeTable(join(folder, 'supplier.csv'), [
      ['Artikelnummer', 'Bezeichnung', 'Marke', 'Preis', 'Farbe'],
      ['A', 'Oak shelf, oiled', '', '12,50', 'Eiche'], ['B', 'Brass hinge', 'Acme', '2,50', ''], ['D', 'Lamp', 'Bolt', '39,00', 'Schwarz'],
      ['E', '', 'Bolt', '4,00', ''], ['F', '', 'Bolt', '5,00', ''], ['', 'Without a key', 'Bolt', '6,00', ''], ['D', 'Lamp again', 'Bolt', '39,00', ''],
    ]),
    sessions: writeTable(join(folder, 'visits.csv'), [['session_id', 'sku', 'timestamp'], ['s1', 'A', '1700000000'], ['s1', 'B', '1700000060'], ['s2', 'X', '1700000000']]),
    broken: writeTable(join(folder, 'words.csv'), [['code_x', 'words'], ['A1', 'Solid brass hinge'], ['A2', 'Oak cabinet door']]),
  }));
  visit = stage.visit;
});
after(() => stage?.close());

async function open(page: Page): Promise<void> {
  await goTo(page, 'catalog/%2Bimport');
  await expect(page.getByRole('heading', { name: 'Drop a file anywhere on this screen' })).toBeVisible();
}

test('a file is recognised: guesses with confidence and examples, each with its own control', async () => {
  const { page } = visit;
  await open(page);
  await chooseFile(page, stage.files.first);
  await importChosen(page);
  await open(page);
  await chooseFile(page, stage.files.second);
  await expect(page.getByRole('combobox', { name: 'Field for column Bezeichnung' })).toHaveValue('title');
  await expect(page.getByRole('row', { name: /^Encoding/ })).toContainText('sure');
  await expect(page.getByRole('row', { name: /^Farbe/ })).toContainText('Eiche');
  await shootSound(page, 'import-2-recognised');
});

test('an override re-reads the file at once, and a step back keeps it', async () => {
  const { page } = visit;
  await page.getByRole('combobox', { name: 'Field for column Farbe' }).selectOption('');
  await expect(page.getByRole('heading', { name: /4 mapped, 1 kept as attributes/ })).toBeVisible();
  await page.goBack();
  await page.goForward();
  await expect(page.getByRole('combobox', { name: 'Field for column Farbe' })).toHaveValue('');
  await page.getByRole('combobox', { name: 'Delimiter' }).selectOption(';');
  await expect(page.getByRole('alert').first()).toContainText('required');
  await shootSound(page, 'import-2-question');
  await page.getByRole('combobox', { name: 'Delimiter' }).selectOption(',');
  await page.getByRole('combobox', { name: 'Field for column Farbe' }).selectOption('');
  await expect(page.getByRole('heading', { name: /4 mapped, 1 kept as attributes/ })).toBeVisible();
});

test('problems are grouped by what mends them; one answer mends a group; rejected rows come as a file', async () => {
  const { page } = visit;
  await page.getByRole('button', { name: 'Check file' }).click();
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
  assert.match(page.url(), /\+import\/check$|%2Bimport\/check$/);
  await expect(tile(page, 'Rejected')).toHaveText('4');
  const blockers = page.getByRole('region', { name: 'Blockers' });
  await expect(blockers.getByRole('row', { name: /E_TITLE_EMPTY/ })).toContainText('2');
  await expect(page.getByRole('region', { name: 'Notes' })).toContainText('decimal comma');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download 4 rejected rows' }).click();
  const rejected = readFileSync(await (await download).path(), 'utf8');
  assert.deepEqual([rejected.trimEnd().split('\r\n').length, rejected.includes('_reason'), rejected.includes('Without a key')], [5, true, true]);
  await shootSound(page, 'import-3-check');
  await blockers.getByRole('button', { name: 'Import rows without a title' }).click();
  await expect(tile(page, 'Rejected')).toHaveText('2');
  await expect(tile(page, 'Would be new')).toHaveText('3');
});

test('the difference is shown before anything is stored', async () => {
  const { page } = visit;
  const difference = page.getByRole('region', { name: 'Difference to the present catalogue' });
  await expect(difference.getByRole('row', { name: /title/ })).toContainText('Oak shelf, oiled');
  await expect(difference).toContainText('brand of 1 SKU');
  await expect(difference).toContainText('1 live SKU is not in the file');
  await difference.getByRole('checkbox').check();
  await shootSound(page, 'import-3-difference');
  await expect(page.getByRole('button', { name: 'Import 4 SKUs, retire 1' })).toBeEnabled();
});

test('a commit is one step: what happened, and all of it back', async () => {
  const { page } = visit;
  await page.getByRole('button', { name: /^Import [\d,]+ / }).click();
  await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
  assert.deepEqual(await Promise.all(['New', 'Changed', 'Retired', 'Rejected'].map((label) => tile(page, label).textContent())), ['3', '1', '1', '2']);
  await shootSound(page, 'import-4-done');
  await expect(page.locator('footer .facts')).toContainText('5 live SKUs');
  await page.getByRole('button', { name: 'Undo this import' }).click();
  await expect(page.locator('footer')).toContainText('undone: 2 SKUs restored, 3 SKUs removed');
  await expect(page.locator('footer .facts')).toContainText('3 live SKUs');
  await page.getByRole('button', { name: 'Redo this import' }).click();
  await expect(page.locator('footer .facts')).toContainText('5 live SKUs');
});

test('the same file again: what was chosen is remembered, and nothing would change', async () => {
  const { page } = visit;
  await open(page);
  await chooseFile(page, stage.files.second);
  await expect(page.getByText('a file of the same shape')).toContainText('supplier.csv');
  await expect(page.getByRole('combobox', { name: 'Field for column Farbe' })).toHaveValue('');
  await shootSound(page, 'import-2-remembered');
  await page.getByRole('button', { name: 'Check file' }).click();
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
  assert.deepEqual(await Promise.all(['Would be new', 'Would change'].map((label) => tile(page, label).textContent())), ['0', '0']);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Forget these choices' }).click();
  await expect(page.getByText('a file of the same shape')).toHaveCount(0);
  await expect(page.getByRole('combobox', { name: 'Field for column Farbe' })).toHaveValue('color');
});

test('what was changed since is listed, and kept unless it shall go too', async () => {
  const { page } = visit;
  await open(page);
  await chooseFile(page, { name: 'prices.csv', mimeType: 'text/csv', buffer: Buffer.from('sku,title,price\nD,Lamp,41\n') });
  await importChosen(page);
  await open(page);
  await page.getByRole('button', { name: 'Undo the import of supplier.csv' }).click();
  const dialog = page.getByRole('dialog', { name: 'Undo an import' });
  await expect(dialog.getByRole('row', { name: /^D/ })).toContainText('import of prices.csv');
  await shootSound(page, 'import-5-changed-since');
  await dialog.getByRole('button', { name: 'Undo the others' }).click();
  await expect(page.locator('footer')).toContainText('1 kept because it was changed since');
  await expect(page.getByRole('button', { name: 'Redo the import of supplier.csv' })).toBeVisible();
  await shootSound(page, 'import-5-undone');
  await goTo(page, 'catalog/D');
  await expect(page.getByRole('complementary', { name: 'SKU details' })).toContainText('Lamp');
});

test('drafts never touch what is live', async () => {
  const { page } = visit;
  await open(page);
  await chooseFile(page, { name: 'launch.csv', mimeType: 'text/csv', buffer: Buffer.from('sku,title\nA,Overwritten\nN1,New vase\n') }, 'launch list (drafts)');
  await page.getByRole('button', { name: 'Check file' }).click();
  await expect(tile(page, 'Already live, left alone')).toHaveText('1');
  await page.getByRole('button', { name: 'Import 1 drafts' }).click();
  await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
  await goTo(page, 'catalog/A');
  await expect(page.getByRole('complementary', { name: 'SKU details' })).toContainText('Oak shelf');
});

test('a catalogue and its sessions go in together', async () => {
  const { page } = visit;
  await open(page);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a catalogue or sessions file' }).click();
  await (await chooser).setFiles([stage.files.sessions, stage.files.first]);
  await expect(page.getByRole('button', { name: /visits\.csv.*sessions/ })).toBeVisible();
  await page.getByRole('button', { name: 'Check files' }).click();
  await expect(page.getByRole('button', { name: /^Import [\d,]+ SKUs and 3 events/ })).toBeEnabled();
  await shootSound(page, 'import-3-two-files');
  await page.getByRole('button', { name: /^Import [\d,]+ SKUs and 3 events/ }).click();
  await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
  await expect(page.locator('footer .facts')).toContainText('2 sessions');
  await page.getByRole('button', { name: 'Undo this import' }).click();
  await expect(page.locator('footer .facts')).toContainText('0 sessions');
});

test('a file that says nothing asks, and goes on by the answer', async () => {
  const { page } = visit;
  await open(page);
  await chooseFile(page, stage.files.broken);
  await expect(page.getByRole('button', { name: 'Check file' })).toBeDisabled();
  await shootSound(page, 'import-2-unknown');
  await page.getByRole('button', { name: 'Use it: code_x is sku' }).click();
  await expect(page.getByRole('row', { name: /^code_x/ })).toContainText('sure');
  await page.getByRole('button', { name: 'Take the guesses: words is title' }).click();
  await expect(page.getByRole('button', { name: 'Check file' })).toBeEnabled();
  await page.getByRole('button', { name: 'Choose another file' }).click();
  await chooseFile(page, { name: 'picture.csv', mimeType: 'text/csv', buffer: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') });
  await expect(page.getByRole('alert').first()).toContainText('PNG');
  await shootSound(page, 'import-2-not-a-table');
});

test('a format without a header, and one without titles, go in by one click', async () => {
  const { page } = visit;
  await page.getByRole('button', { name: 'Choose another file' }).click();
  await chooseFile(page, { name: 'clicks.dat', mimeType: 'text/plain', buffer: Buffer.from('1,2014-04-07T10:51:09.277Z,214536502,0\n1,2014-04-07T10:54:09.868Z,214536500,0\n') });
  await page.getByRole('button', { name: 'Read as yoochoose, without a header' }).click();
  await expect(page.getByRole('button', { name: 'Check file' })).toBeEnabled();
  await expect(page.getByRole('combobox', { name: 'Field for column session_id' })).toHaveValue('session_id');
  await page.getByRole('button', { name: 'Choose another file' }).click();
  await chooseFile(page, { name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from('ITEM_ID,PRICE,CATEGORY_L1\nA,18.02,Accessories\n') });
  await expect(page.getByRole('combobox', { name: 'Format' })).toHaveValue('personalize');
  await expect(page.getByRole('button', { name: 'Check file' })).toBeEnabled();
});

test('the whole way is walked by keyboard alone', async () => {
  const { page } = visit;
  await open(page);
  const press = async (name: string | RegExp, key = 'Enter'): Promise<void> => {
    const button = page.getByRole('button', { name });
    await expect(button).toBeEnabled();
    // As many as a screen has at most; the focus starts anew on every step.
    for (let tabs = 0; tabs < 80 && !(await button.evaluate((element) => element === element.ownerDocument.activeElement)); tabs += 1) await page.keyboard.press('Tab');
    await expect(button).toBeFocused();
    await page.keyboard.press(key);
  };
  const chooser = page.waitForEvent('filechooser');
  await press('Choose a catalogue or sessions file');
  await (await chooser).setFiles({ name: 'keys.csv', mimeType: 'text/csv', buffer: Buffer.from('sku,title\nK1,A key\nK2,\n') });
  await press('Check file');
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
  await press('Import rows without a title');
  await expect(tile(page, 'Would be new')).toHaveText('2');
  await press('Import 2 SKUs');
  await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
  await press('Undo this import');
  await expect(page.locator('footer')).toContainText('Import of keys.csv undone: 2 SKUs removed.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('grid', { name: 'Catalog' })).toBeVisible();
});

test('of the columns of every format’s files at least 95 % are right with no click', async (t) => {
  const { page } = visit;
  let right = 0;
  const wrong: string[] = [];
  for (const id of readdirSync(fixtures)) {
    const { cases } = JSON.parse(readFileSync(join(fixtures, id, 'expected.json'), 'utf8')) as { readonly cases: readonly { readonly file: string; readonly kind: 'catalog' | 'sessions'; readonly files?: readonly string[]; readonly mapping?: object; readonly columns: Readonly<Record<string, string | readonly string[] | null>> }[] };
    for (const { file, kind, files, mapping, columns } of cases) {
      if (files !== undefined || mapping !== undefined) continue;
      await open(page);
      await chooseFile(page, join(fixtures, id, file));
      await expect(page.getByRole('heading', { name: 'What was recognised' })).toBeVisible();
      // Files that hold both are sessions until the user says that the catalogue in them is meant.
      const wanted = page.getByRole('radio', { name: kind === 'sessions' ? 'Sessions' : 'Catalogue' });
      if (!(await wanted.isChecked())) {
        await wanted.check({ force: true });
        await expect(page.getByRole('button', { name: 'Check file' })).toBeEnabled();
      }
      for (const [header, expected] of Object.entries(columns)) {
        const control = page.getByRole('combobox', { name: `Field for column ${header}`, exact: true });
        const found = (await control.count()) === 0 ? 'no such column' : await control.inputValue();
        const good = expected === null ? found === '' : [expected].flat().includes(found);
        if (good) right += 1;
        else wrong.push(`${id}/${file}: ${header} taken for ${found || 'an attribute'}, expected ${String(expected)}`);
      }
    }
  }
  t.diagnostic(`${right} of ${right + wrong.length} columns right with no click`);
  assert.ok(right / (right + wrong.length) >= 0.95, wrong.join('\n'));
});

test('nothing complained', async () => assert.deepEqual(visit.problems, []));
