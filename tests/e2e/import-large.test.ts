/** 100,000 rows through the screen: the page stays alive, a cancel leaves nothing. How alive is measured by tests/bench/responsive.ts. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Browser } from 'playwright';
import { expect, goTo, launchBrowser, openApp, type Visit } from './browser.ts';
import { startHost, type Host } from './host.ts';
import { sequence } from './sequence.ts';
import { temporaryFolder, writeLargeCatalog } from './shop.ts';
import { chooseFile } from './steps.ts';

const rows = 100_000;
const folder = temporaryFolder();
let file: string;
let host: Host;
let browser: Browser;
let visit: Visit;
const test = sequence();

before(async () => {
  file = writeLargeCatalog(folder.path, rows);
  host = await startHost(join(folder.path, 'workspace'));
  browser = await launchBrowser();
  visit = await openApp(browser, host);
});
after(async () => {
  await browser?.close();
  await host?.stop();
  folder.remove();
});

test('a large file is checked', async () => {
  const { page } = visit;
  await goTo(page, 'catalog/%2Bimport');
  await chooseFile(page, file);
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
