/** The launch back-test as an analyst uses it: started from the palette, watched, read, searched by keyboard, exported, opened by its address. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import type { Locator, Page } from 'playwright';
import { importShop, openTestEngine, removeFolder } from '../helpers/shop.ts';
import { writeDatedShop, type DatedShop } from '../helpers/dated-shop.ts';
import { expect, foreign, goTo, openStage, type Stage } from './browser.ts';
import { shootSound } from './pictures.ts';
import { sequence } from './sequence.ts';

let stage: Stage<DatedShop>;
let page: Page;
const test = sequence();

before(async () => {
  stage = await openStage(async (_folder, workspace) => {
    const files = writeDatedShop();
    const engine = await openTestEngine(workspace);
    await importShop(engine, files);
    await engine.close();
    return files;
  });
  ({ page } = stage.visit);
});
after(async () => {
  await stage?.close();
  if (stage !== undefined) removeFolder(stage.files.folder);
});

const body = (): Locator => page.getByRole('region', { name: 'Back-test', exact: true });
const grid = (): Locator => page.getByRole('grid', { name: 'Launches' });
const rows = (): Locator => grid().getByRole('row').filter({ has: page.getByRole('gridcell') });

test('the palette leads to a form that offers a date the data have', async () => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Search/ }).fill('back-test');
  await expect(page.getByRole('option', { name: /Launch back-test/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/backtest$/);
  await expect(page.getByRole('heading', { name: 'New back-test' })).toBeVisible();
  await expect(page.getByText(/None yet\. A back-test shows/)).toBeVisible();
  await expect(body().getByText(/The sessions reach from/)).toContainText(/\d+ SKUs first seen since/);
  await expect(page.getByRole('link', { name: 'Launch', exact: true })).toHaveAttribute('aria-current', 'page');
  await shootSound(page, 'backtest-form');
});

test('a list that is too short, and a date with too few launches, say what is missing', async () => {
  await body().getByText('A list of SKUs', { exact: true }).click();
  await body().getByRole('textbox', { name: /SKUs, one a line/ }).fill('A-1\nA-2');
  await expect(body().getByText('List at least 10 live SKUs.')).toBeVisible();
  await expect(body().getByRole('button', { name: 'Start back-test' })).toBeDisabled();
  await body().getByRole('textbox', { name: /SKUs, one a line/ }).fill(Array.from({ length: 12 }, (_, index) => `NO-${index}`).join('\n'));
  await body().getByRole('button', { name: 'Start back-test' }).click();
  await expect(body().getByText(/12 of 12 SKUs to hide are not live in the catalogue, the first is "NO-0"/)).toBeVisible();
  await body().getByText('First seen since a date', { exact: true }).click();
});

test('it trains without the launches, previews them, and shows what came of it', async () => {
  await body().getByLabel(/Launched on or after/).fill(stage.files.since);
  await body().getByRole('textbox', { name: 'Epochs' }).fill('2');
  await expect(body().getByRole('button', { name: 'Start back-test' })).toBeEnabled();
  await body().getByRole('button', { name: 'Start back-test' }).click();
  await expect(page).toHaveURL(/#\/backtest\/backtest-/);
  await expect(page.getByRole('region', { name: 'Result' })).toBeVisible({ timeout: 300_000 });
  await expect(body().getByText(/^The forecast /)).toBeVisible();
  await expect(page.getByRole('table').first().getByRole('row')).toHaveCount(6); // the head, the forecast, what it is made of, both baselines
  await expect(page.getByRole('img', { name: /launches; \d+ within a factor of 2/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Back-tests' }).getByRole('link', { name: /Since .* Done/ })).toHaveAttribute('aria-current', 'true');
  await shootSound(page, 'backtest-result');
});

test('every number says how it was computed', async () => {
  const aside = page.getByRole('region', { name: 'How computed' });
  await body().getByRole('button', { name: /^Rank correlation/ }).click();
  await expect(aside.getByText(/Spearman’s coefficient between forecast and actual clicks/)).toBeVisible();
  await body().getByRole('button', { name: /^Median error factor/ }).click();
  await expect(aside.getByText(/2 means twice or half/)).toBeVisible();
  await expect(aside.getByText(/the earlier half of the launches/).first()).toBeVisible();
});

test('the launches are found, sorted and opened by keyboard, and the address opens them again', async () => {
  await body().getByRole('radiogroup', { name: 'View' }).getByText('Launches', { exact: true }).click();
  await expect(page).toHaveURL(/#\/backtest\/[^/]+\/launches$/);
  await expect(rows().first()).toBeVisible();
  const total = Number(await grid().getAttribute('aria-rowcount')) - 1;
  assert.ok(total > 100);
  await grid().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const aside = page.getByRole('region', { name: 'How computed' });
  await expect(aside.getByRole('link', { name: 'Show it in the catalog' })).toBeVisible();
  await expect(grid().getByRole('row', { selected: true })).toHaveCount(1);
  await shootSound(page, 'backtest-launches');
  const sku = (await aside.getByRole('link', { name: 'Show it in the catalog' }).getAttribute('href'))!.split('/').at(-1)!;
  await page.getByRole('searchbox', { name: 'Search launches' }).fill(sku);
  await expect(grid()).toHaveAttribute('aria-rowcount', '2');
  await page.getByRole('searchbox', { name: 'Search launches' }).fill('no such words');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all launches' }).click();
  await expect(grid()).toHaveAttribute('aria-rowcount', String(total + 1));

  const coming = page.waitForEvent('download');
  await body().getByRole('button', { name: 'CSV' }).click();
  const file = readFileSync(await (await coming).path(), 'utf8');
  assert.equal(file.trimEnd().split('\r\n').length, total + 1);

  const address = page.url();
  await goTo(page, 'catalog');
  await expect(page.getByRole('grid', { name: 'Catalog' })).toBeVisible();
  await page.goto(address);
  await expect(rows().first()).toBeVisible();
});

test('an address of nothing says so; removing asks once', async () => {
  const address = page.url();
  await goTo(page, 'backtest/backtest-of-nobody');
  await expect(page.getByText('There is no back-test backtest-of-nobody.')).toBeVisible();
  await page.goto(address);
  await body().getByRole('button', { name: 'Remove', exact: true }).click();
  await body().getByRole('button', { name: 'Keep' }).click();
  await body().getByRole('button', { name: 'Remove', exact: true }).click();
  await body().getByRole('button', { name: 'Remove for good' }).click();
  await expect(page.getByText(/None yet\. A back-test shows/)).toBeVisible();
  assert.deepEqual(stage.visit.problems, []);
  assert.deepEqual(foreign(stage.visit.requests, stage.host), []);
});
