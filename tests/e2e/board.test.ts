/** The launch board: filters with an address, bulk edits with a preview, undo and redo by name, all of it by keyboard. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { seriousViolations } from '../helpers/axe.ts';
import { expect, goTo, openTrainedShop, type Stage, type Visit } from './browser.ts';
import { writeTable } from './shop.ts';
import { chooseFile, importChosen } from './steps.ts';

let stage: Stage;
let visit: Visit;

before(async () => {
  stage = await openTrainedShop();
  visit = stage.visit;
});
after(() => stage?.close());

const grid = (): Locator => visit.page.getByRole('grid', { name: 'Drafts' });
const row = (name: string): Locator => grid().getByRole('row', { name });
const selected = (): Locator => visit.page.getByRole('status').filter({ hasText: 'selected' });
const facets = (): Locator => visit.page.getByRole('group', { name: 'Filters' });

/** The board with numbers for every draft: its order does not move any more. */
async function openBoard(address = 'launch'): Promise<void> {
  await goTo(visit.page, address);
  await expect(grid()).toBeVisible();
  await expect(facets().getByRole('button', { name: /^No numbers yet/ })).toBeDisabled();
}

test('the board tells every draft with its interval, readiness and what is missing', async () => {
  const { page } = visit;
  await openBoard();
  await expect(grid()).toHaveAttribute('aria-rowcount', '13');
  const first = grid().getByRole('row').nth(1);
  await expect(first.getByRole('gridcell').nth(2)).toContainText(/\d %/);
  await expect(first.getByRole('gridcell').nth(2).locator('[title*="95 % interval"]')).toHaveCount(1);
  const facts = page.getByRole('region', { name: 'The row the keyboard is on' });
  for (const part of ['Readiness', 'Fields', 'Words', 'Category', 'Standing']) await expect(facts.getByText(part, { exact: false }).first()).toBeVisible();
  await expect(facts).toContainText(/95 % interval .* an average SKU has/);
  await facts.getByRole('link', { name: 'Fields' }).press('Enter'); // a part opens its evidence
  await expect(page).toHaveURL(/#\/launch\/NEW-\d+\/todo/);
  await expect(page.getByRole('heading', { name: 'Readiness' })).toBeVisible();
  await openBoard();
});

test('a filter stands in the address: it can be reopened, and Back takes it away', async () => {
  const { page } = visit;
  await facets().getByRole('button', { name: /^material \d/ }).click();
  await expect(page).toHaveURL(/missing%3Dmaterial$/);
  await expect(grid()).not.toHaveAttribute('aria-rowcount', '13');
  await expect(page.getByText(/^\d+ of 12 drafts$/)).toBeVisible();
  const found = await grid().getAttribute('aria-rowcount');
  const address = page.url();
  await page.goBack();
  await expect(grid()).toHaveAttribute('aria-rowcount', '13');
  await page.goto(address);
  await page.reload();
  await expect(facets().getByRole('button', { name: /^material \d/ })).toHaveAttribute('aria-pressed', 'true');
  await expect(grid()).toHaveAttribute('aria-rowcount', found!);
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(grid()).toHaveAttribute('aria-rowcount', '13');
  await expect(page).toHaveURL(/#\/launch$/);
  await page.getByRole('searchbox', { name: 'Search drafts' }).fill('no such thing');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all drafts' }).click();
  await page.getByRole('button', { name: 'Draft', exact: true }).click();
  await expect(page).toHaveURL(/sort%3Dtitle$/);
  await expect(page.getByRole('columnheader', { name: 'Draft' })).toHaveAttribute('aria-sort', 'ascending');
});

test('by keyboard only: columns are chosen and moved, and a view keeps them with the filters under a name', async () => {
  const { page } = visit;
  await openBoard();
  const heads = async (): Promise<readonly string[]> => (await grid().getByRole('columnheader').allInnerTexts()).map((text) => text.replace(/[ ↑↓]+$/, '')).filter((text) => text !== '');
  const shows = (columns: readonly string[]) => expect.poll(heads).toEqual(columns);
  await shows(['Draft', 'Exposure', 'Reach', 'Rank', 'Readiness', 'Confidence', 'Missing']);
  await page.getByRole('button', { name: 'Columns' }).focus();
  await page.keyboard.press('Enter');
  const menu = page.getByRole('dialog', { name: 'Columns' });
  await menu.getByRole('checkbox', { name: 'Draft' }).focus();
  await page.keyboard.press('Space'); // it says which row it is: it stays
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(menu.getByRole('checkbox', { name: 'Brand' })).not.toBeChecked();
  await menu.getByRole('checkbox', { name: 'Missing' }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(menu.getByRole('checkbox', { name: 'Missing' })).toBeFocused();
  await expect(menu.getByRole('list')).toHaveAttribute('aria-busy', 'false');
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  const chosen = ['Draft', 'Category', 'Exposure', 'Reach', 'Rank', 'Readiness', 'Missing', 'Confidence'];
  await shows(chosen);
  await page.reload(); // the workspace keeps them
  await openBoard();
  await shows(chosen);
  await facets().getByRole('button', { name: /^material \d/ }).click();
  await page.getByRole('button', { name: 'Views' }).press('Enter');
  const views = page.getByRole('dialog', { name: 'Views' });
  await views.getByRole('textbox', { name: 'Name for what is shown now' }).fill('Without material');
  await page.keyboard.press('Enter');
  await expect(views.getByRole('link', { name: 'Without material' })).toHaveAttribute('aria-current', 'true');
  await views.getByRole('textbox', { name: 'Name for what is shown now' }).fill('WITHOUT material');
  await page.keyboard.press('Enter');
  await expect(views.getByRole('alert')).toContainText('A view “Without material” is saved already');
  await views.getByRole('button', { name: 'Rename Without material' }).press('Enter');
  await views.getByRole('textbox', { name: 'New name of the view Without material' }).fill('To be filled');
  await page.keyboard.press('Enter');
  await expect(views.getByRole('link', { name: 'To be filled' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Columns' }).press('Enter');
  await menu.getByRole('button', { name: 'Standard columns' }).press('Enter');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(grid()).toHaveAttribute('aria-rowcount', '13');
  await shows(['Draft', 'Exposure', 'Reach', 'Rank', 'Readiness', 'Confidence', 'Missing']);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('to be fil');
  await expect(page.getByRole('option', { name: /To be filled/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/missing%3Dmaterial%26columns%3D/);
  await shows(chosen);
  await page.getByRole('button', { name: 'Views' }).press('Enter');
  await views.getByRole('button', { name: 'Delete To be filled' }).press('Enter');
  await expect(views.getByRole('link', { name: 'To be filled' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.getByRole('contentinfo').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('The view “To be filled” is back.').first()).toBeVisible();
});

test('by keyboard only: select a range, edit it with a preview, undo and redo it by name', async () => {
  const { page } = visit;
  await openBoard('launch/%2Bboard%3Asort%3Dsku');
  await expect(grid().getByRole('row').nth(1)).toContainText('NEW-1001');
  await facets().getByRole('button', { name: /^All \d+$/ }).first().click(); // every brand with its count
  await grid().focus();
  await page.keyboard.press('Space');
  await expect(selected()).toHaveText('1 draft selected');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(selected()).toHaveText('3 drafts selected');
  await page.keyboard.press('Control+a');
  await expect(selected()).toHaveText('12 drafts selected');
  await page.keyboard.press('Escape');
  await expect(selected()).toHaveCount(0);
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(selected()).toHaveText('3 drafts selected');
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Edit 3 drafts' });
  await expect(dialog.getByRole('combobox', { name: 'Field' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type('Vexholm');
  const preview = dialog.getByRole('region', { name: 'What would change' });
  await expect(preview).toContainText('3 drafts would change');
  await expect(preview.getByRole('row').filter({ hasText: 'Vexholm' })).toHaveCount(3);
  await expect(facets().getByRole('button', { name: /^Vexholm/, includeHidden: true })).toHaveText(/Vexholm\s*1$/); // nothing is stored yet: NEW-1005 had it before
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  const brand = facets().getByRole('button', { name: /^Vexholm/ });
  await expect(brand).toHaveText(/Vexholm\s*4$/);
  await expect(page.getByRole('button', { name: 'Undo: set brand of 3 drafts' })).toBeEnabled();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Undone: set brand of 3 drafts.').first()).toBeVisible();
  await expect(brand).toHaveText(/Vexholm\s*1$/);
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByText('Done again: set brand of 3 drafts.').first()).toBeVisible();
  await expect(brand).toHaveText(/Vexholm\s*4$/);
  await page.keyboard.press('Control+z');
  await expect(brand).toHaveText(/Vexholm\s*1$/);
});

test('rows keep their places under the keyboard while numbers arrive; sorted again, it stays on its draft', async () => {
  const { page } = visit;
  await openBoard('launch/%2Bboard%3Asort%3Dconfidence%26order%3Ddown'); // normal before low
  const shown = async (): Promise<readonly string[]> => (await grid().locator('[role=rowgroup] [role=row]').evaluateAll((rows) => rows.toSorted((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex)).map((row) => /NEW-\d+/.exec(row.textContent)?.[0] ?? '')));
  const active = async (): Promise<string> => /NEW-\d+/.exec((await page.locator(`[id="${await grid().getAttribute('aria-activedescendant')}"]`).textContent()) ?? '')?.[0] ?? '';
  // Somebody else, in another window.
  const ask = (method: string, request: object): Promise<unknown> => page.evaluate(([channel, method, request]) => new Promise((resolve) => {
    const socket = new WebSocket(channel);
    socket.onopen = () => socket.send(JSON.stringify({ id: 1, service: 'launch', method, request }));
    socket.onmessage = ({ data }) => {
      const reply = JSON.parse(data) as { id?: number; value?: unknown };
      if (reply.id !== 1) return;
      socket.close();
      resolve(reply.value);
    };
  }), [`${new URL(page.url()).origin.replace('http', 'ws')}/channel`, method, request] as const);
  const before = (await ask('draftSkus', { sort: 'confidence', descending: true, offset: 0, limit: 100 })) as readonly string[];
  await expect.poll(shown).toEqual(before);
  await grid().focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(active).toBe(before[1]);
  await expect(row(before[0]!)).toContainText('Normal');
  await ask('editDrafts', { skus: [before[0]], changes: [{ field: 'title', to: '' }], dryRun: false }); // it loses its numbers and gets others: without a title confidence is low
  await expect(row(before[0]!)).toContainText('◐ Low');
  assert.deepEqual([await shown(), await active()], [before, before[1]]);
  await expect(page.getByText('Edited after this was sorted')).toBeVisible();
  await page.keyboard.press('o');
  await expect(page.getByRole('button', { name: 'Sort again' })).toHaveCount(0);
  await expect.poll(active).toBe(before[1]);
  await expect.poll(async () => (await shown())[0]).toBe(before[1]);
  await page.keyboard.press('Control+z');
  await expect(page.getByText(/^Undone: /).first()).toBeVisible();
});

test('from the board to a saved edit, and back by undo, without a mouse', async () => {
  const { page } = visit;
  await openBoard('launch/%2Bboard%3Asort%3Dsku');
  await expect(grid().getByRole('row').nth(1)).toContainText('NEW-1001'); // until they are there, the rows before can be opened
  await expect(grid().getByRole('row').nth(2)).toContainText('NEW-1002');
  await grid().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/launch\/NEW-1002/);
  const title = page.getByRole('textbox', { name: 'Title' });
  await expect(title).not.toHaveValue('');
  const before = await title.inputValue();
  for (let presses = 0; (await title.and(page.locator(':focus')).count()) === 0 && presses < 80; presses++) await page.keyboard.press('Tab');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' by keyboard');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved draft NEW-1002.', { exact: true }).first()).toBeVisible();
  await page.keyboard.press('Escape'); // nothing unsaved: one level up, to the board as it was
  await expect(page).toHaveURL(/sort%3Dsku$/);
  await expect(row('by keyboard')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Undone: change title of NEW-1002.').first()).toBeVisible();
  await expect(row('by keyboard')).toHaveCount(0);
  await goTo(page, 'launch/NEW-1002');
  await expect(title).toHaveValue(before);
});

test('deleted drafts come back by the notice, and several are launched together', async () => {
  const { page } = visit;
  await openBoard('launch/%2Bboard%3Asort%3Dsku');
  await goTo(page, 'launch/NEW-1005');
  const title = page.getByRole('textbox', { name: 'Title' });
  await title.fill('Typed and not saved');
  await openBoard('launch/%2Bboard%3Asort%3Dsku');
  await expect(row('NEW-1005').getByRole('img', { name: 'unsaved changes' })).toBeVisible();
  await row('NEW-1003').getByRole('checkbox').click();
  await row('NEW-1006').getByRole('checkbox').click({ modifiers: ['Shift'] });
  await expect(selected()).toHaveText('4 drafts selected');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('Deleted 4 drafts.').first()).toBeVisible();
  await expect(grid()).toHaveAttribute('aria-rowcount', '9');
  await page.getByRole('contentinfo').getByRole('button', { name: 'Undo' }).click();
  await expect(grid()).toHaveAttribute('aria-rowcount', '13');
  await expect(row('NEW-1005').getByRole('img', { name: 'unsaved changes' })).toBeVisible();
  await goTo(page, 'launch/NEW-1005');
  await expect(title).toHaveValue('Typed and not saved');
  await page.getByRole('button', { name: 'Revert' }).click();
  await openBoard('launch/%2Bboard%3Asort%3Dsku');
  await row('NEW-1003').getByRole('checkbox').click();
  await row('NEW-1006').getByRole('checkbox').click();
  await page.getByRole('button', { name: 'Launch together' }).click();
  await expect(page).toHaveURL(/#\/launch\/%2Btogether%3ANEW-1003%2CNEW-1006$/);
  await page.goBack();
  await expect(grid()).toBeVisible();
});

test('what an import wrote since is not undone; the history says so and lets the step go', async () => {
  const { page } = visit;
  await goTo(page, 'launch/NEW-1004');
  await page.getByRole('textbox', { name: 'Title' }).fill('A title before the import');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved draft NEW-1004.', { exact: true }).first()).toBeVisible();
  await goTo(page, 'catalog/%2Bimport');
  await chooseFile(page, writeTable(join(stage.folder, 'launch.csv'), [['sku', 'title'], ['NEW-1004', 'A title of the import']]), 'launch list (drafts)');
  await importChosen(page);
  await openBoard('launch');
  await page.getByRole('button', { name: 'Undo: change title of NEW-1004' }).click();
  await expect(page.getByText(/Not undone: “change title of NEW-1004”\. NEW-1004 has changed since/).first()).toBeVisible();
  await expect(row('A title of the import')).toBeVisible();
  await page.getByRole('button', { name: 'History of edits' }).click();
  const history = page.getByRole('dialog', { name: 'History of edits' });
  await expect(history.getByText('Undo: change title of NEW-1004')).toBeVisible();
  await history.getByRole('button', { name: 'Forget' }).click();
  await expect(history.getByText('change title of NEW-1004')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(history).toBeHidden();
});

test('a SKU is protected from the catalogue, and that is a step like any other', async () => {
  const { page } = visit;
  await goTo(page, 'catalog/1706673');
  const mark = page.getByRole('combobox', { name: 'Protected' });
  await mark.selectOption({ label: 'warn when a launch takes more than 20 % of its slots' });
  await expect(page.getByText(/^1706673 is protected: a preview warns/).first()).toBeVisible();
  await openBoard('launch');
  await page.getByRole('button', { name: 'Undo: protect 1706673' }).click();
  await expect(page.getByText('Undone: protect 1706673.').first()).toBeVisible();
  await goTo(page, 'catalog/1706673');
  await expect(mark).toHaveValue('');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on the board, selected, edited and with its history, ${colorScheme}`, async () => {
    const { page } = visit;
    await page.emulateMedia({ colorScheme });
    await page.reload(); // nothing is selected any more
    await openBoard('launch');
    const found: string[] = [];
    const look = async (what: string): Promise<void> => {
      for (const violation of await seriousViolations(page)) found.push(`${what}: ${violation}`);
    };
    await look('board');
    await row('NEW-1001').getByRole('checkbox').click();
    await look('selected');
    await page.getByRole('button', { name: 'Edit…' }).click();
    await expect(page.getByRole('region', { name: 'What would change' })).toContainText('would change');
    await page.getByRole('combobox', { name: 'New brand' }).fill(`Brand of the ${colorScheme} board`);
    await expect(page.getByRole('region', { name: 'What would change' })).toContainText('1 draft would change');
    await look('dialog');
    await page.getByRole('button', { name: 'Change 1 draft' }).click();
    await expect(page.getByText('Changed 1 draft.').first()).toBeVisible();
    await page.getByRole('button', { name: 'History of edits' }).click();
    await look('history');
    await page.keyboard.press('Escape');
    assert.deepEqual(found, []);
  });
}

test('nothing complained', () => assert.deepEqual(visit.problems, []));
