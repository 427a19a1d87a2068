/** 100,000 rows through the screen: the page stays alive, a cancel leaves nothing. How alive is measured by tests/bench/responsive.ts. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { expect, goTo, openStage, type Stage, type Visit } from './browser.ts';
import { sequence } from './sequence.ts';
import { writeLargeCatalog } from './shop.ts';
import { chooseFile } from './steps.ts';

const rows = 100_000;
let stage: Stage<string>;
let visit: Visit;
const test = sequence();

before(async () => {
  stage = await openStage((folder) => writeLargeCatalog(folder, rows));
  visit = stage.visit;
});
after(() => stage?.close());

test('a large file is checked', async () => {
  const { page } = visit;
  await goTo(page, 'catalog/%2Bimport');
  await chooseFile(page, stage.files);
  await page.getByRole('button', { name: 'Check file' }).click();
  await expect(page.getByRole('button', { name: 'Import 100,000 SKUs' })).toBeVisible();
});

test('its import can be left and watched, and its cancel leaves nothing', async () => {
  const { page } = visit;
  await page.getByRole('button', { name: 'Import 100,000 SKUs' }).click();
  await expect(page.getByRole('progressbar', { name: 'Import progress' })).toBeVisible();
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No sessions yet' })).toBeVisible();
  await page.getByRole('button', { name: /Reading rows|Publishing/ }).click(); // the job in the bar
  const jobs = page.getByRole('dialog', { name: 'Jobs' });
  await expect(jobs.getByText('Importing large.csv')).toBeVisible();
  await jobs.getByRole('button', { name: 'Cancel' }).click();
  await expect(jobs.getByText(/^Cancelled/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('footer .facts')).toContainText('0 live SKUs');
  await goTo(page, 'catalog');
  await expect(page.getByRole('heading', { name: 'No catalogue yet' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'No catalogue yet' })).toBeVisible();
});

test('nothing complained', async () => assert.deepEqual(visit.problems, []));
