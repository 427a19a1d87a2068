/** Everything without a mouse, and nothing that a screen reader stumbles over. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seriousViolations } from '../helpers/axe.ts';
import { expect, goTo, openTrainedShop, type Stage, type Visit } from './browser.ts';

let stage: Stage;
let visit: Visit;

before(async () => {
  stage = await openTrainedShop();
  visit = stage.visit;
});
after(() => stage?.close());

test('Ctrl K finds screens, actions and SKUs', async () => {
  const { page } = visit;
  await goTo(page, 'home');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Search SKUs, screens and actions' });
  await expect(field).toBeFocused();
  await page.keyboard.type('sessions');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/sessions$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('NEW-1003');
  const found = page.getByRole('option');
  await expect(found).toHaveCount(1); // what "NE" found is gone
  await expect(found).toHaveAccessibleName(/TORVANE 20-Volt MAX/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/launch\/NEW-1003$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(field).toHaveCount(0);
});

test('? lists the shortcuts, and G goes to each place', async () => {
  const { page } = visit;
  await goTo(page, 'catalog');
  await expect(page.getByRole('grid', { name: 'Catalog' })).toBeVisible();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toContainText('Save the draft');
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  for (const [key, screen] of [['s', 'sessions'], ['t', 'training'], ['b', 'benchmark'], ['l', 'launch'], ['r', 'categories'], ['c', 'catalog']] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`#/${screen}`));
  }
});

test('the rail is reached by Tab and opens by Enter', async () => {
  const { page } = visit;
  await goTo(page, 'settings');
  await page.reload(); // the focus is at the start of the page
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await page.keyboard.press('Tab'); // the mark
  for (const place of ['Catalogue', 'Sessions', 'Training', 'Benchmark', 'Launch', 'Categories']) {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: place, exact: true })).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/categories$/);
});

test('the grid moves by rows, pages and ends, and tells which row of how many', async () => {
  const { page } = visit;
  await goTo(page, 'catalog');
  const grid = page.getByRole('grid', { name: 'Catalog' });
  const total = stage.files.items + 12;
  await expect(grid).toHaveAttribute('aria-rowcount', String(total + 1));
  await grid.focus();
  /** Rows count from 1, the header among them. */
  const active = async (): Promise<number> => {
    const id = await grid.getAttribute('aria-activedescendant');
    return Number(await page.locator(`[id="${id}"]`).getAttribute('aria-rowindex'));
  };
  const after = async (key: string, wanted: (row: number) => boolean): Promise<number> => {
    await page.keyboard.press(key);
    await expect.poll(async () => wanted(await active())).toBe(true);
    return active();
  };
  assert.equal(await active(), 2);
  await after('ArrowDown', (row) => row === 3);
  await after('ArrowDown', (row) => row === 4);
  await after('ArrowUp', (row) => row === 3);
  const paged = await after('PageDown', (row) => row > 10);
  await after('PageUp', (row) => row < paged);
  await after('End', (row) => row === total + 1);
  const last = page.getByRole('row').and(page.locator(`[aria-rowindex="${total + 1}"]`));
  await expect(last).toBeInViewport();
  await expect(last.getByRole('gridcell').first()).not.toBeEmpty();
  await after('Home', (row) => row === 2);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: 'SKU details' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'SKU details' })).toHaveCount(0);
});

test('from the board to a saved edit by keyboard only', async () => {
  const { page } = visit;
  await goTo(page, 'catalog');
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page.getByRole('grid', { name: 'Drafts' })).toBeVisible();
  const grid = page.getByRole('grid', { name: 'Drafts' });
  const focused = async (): Promise<boolean> => (await grid.and(page.locator(':focus')).count()) === 1;
  for (let presses = 0; !(await focused()) && presses < 60; presses++) await page.keyboard.press('Tab');
  await expect(grid).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/launch\/NEW-10\d\d$/);
  const field = page.getByRole('textbox', { name: 'Title' });
  await expect(field).not.toHaveValue('');
  for (let presses = 0; (await field.and(page.locator(':focus')).count()) === 0 && presses < 60; presses++) await page.keyboard.press('Tab');
  await page.keyboard.press('End');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(', by keyboard only');
  await page.keyboard.press('Control+s');
  await expect(page.getByText(/^Saved draft NEW-10\d\d\.$/).first()).toBeVisible();
  await expect(grid.getByRole('row', { name: /, by keyboard only/ })).toBeVisible();
});

const places = ['home', 'catalog', 'catalog/1706673', 'catalog/%2Bimport', 'sessions', 'sessions/s00001', 'training', 'benchmark', 'benchmark/run', 'launch/NEW-1005', 'launch/NEW-1005/todo.nearest', 'launch/NEW-1002/where.losers', 'launch/NEW-1002/why.losers', 'launch/NEW-1002/variants.losers', 'launch/NEW-1002/sessions.losers.brief', 'launch/%2Btogether%3ANEW-1001%2CNEW-1002', 'launch/%2Bnew', 'categories', 'settings'];

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on any screen, ${colorScheme}`, async () => {
    const { page } = visit;
    await page.emulateMedia({ colorScheme });
    const found: string[] = [];
    const look = async (place: string): Promise<void> => {
      for (const violation of await seriousViolations(page)) found.push(`${place}: ${violation}`);
    };
    for (const place of places) {
      await goTo(page, place);
      await page.waitForLoadState();
      await expect(page.locator('main .later')).toHaveCount(0);
      if (place === 'launch/NEW-1005') await expect(page.getByText('Low confidence', { exact: true })).toBeVisible();
      await look(place);
    }
    for (const overlay of ['Control+k', '?'] as const) {
      await page.keyboard.press(overlay);
      await expect(page.getByRole('dialog')).toBeVisible();
      await look(`dialog of ${overlay}`);
      await page.keyboard.press('Escape');
    }
    assert.deepEqual(found, []);
  });
}

test('nothing complained', () => assert.deepEqual(visit.problems, []));
