/**
 * `npm run pictures`: makes the demo shop, trains every system on it, back-tests a month of launches, and takes the README's pictures of the
 * screens. `npm run pictures -- WORKSPACE` takes them of a demo workspace that is ready, where the last of it was made before.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { generateDemo } from '../../build/demo/generate.ts';
import { expect, goTo, openStage } from './browser.ts';
import { chooseFile } from './steps.ts';
import { writeTable } from './shop.ts';

const root = join(import.meta.dirname, '../..');
/** From then on eighteen SKUs of the demo are first seen. */
const launchesSince = '2026-09-01';

interface Picture {
  readonly name: string;
  readonly address: string;
  /** What is done there, until what is to be seen is on screen. */
  readonly until: (page: Page) => Promise<void>;
}

const seen = async (page: Page, text: string | RegExp): Promise<void> => expect(page.getByText(text).first()).toBeVisible();
const numberShown = async (page: Page): Promise<void> => {
  await expect(page.locator('.number-button .big')).toHaveText(/^\d/);
  await expect(page.locator('main .later')).toHaveCount(0);
};

const pictures: readonly Picture[] = [
  { name: 'home', address: 'home', until: async (page) => expect(page.getByLabel('Done').first()).toBeVisible() },
  { name: 'catalog', address: 'catalog/NEW-1001', until: async (page) => expect(page.getByRole('button', { name: 'Preview launch' })).toBeVisible() },
  { name: 'board', address: 'launch', until: async (page) => expect(page.getByRole('grid', { name: 'Drafts' }).getByText(/^\d.*%$/).nth(20)).toBeVisible() },
  { name: 'launch', address: 'launch/NEW-1002/sessions.losers', until: numberShown },
  { name: 'why', address: 'launch/NEW-1002/why.nearest', until: numberShown },
  { name: 'todo', address: 'launch/NEW-1005/todo.losers', until: numberShown },
  {
    name: 'variants', address: 'launch/NEW-1002/variants.losers',
    async until(page) {
      await numberShown(page);
      await page.getByRole('textbox', { name: 'Title' }).fill('Bondarra TrueFill Sage 10 lb. Unsanded Grout for Narrow Joints');
      await page.getByRole('button', { name: 'Save as variant B' }).first().click();
      await expect(page.getByRole('img', { name: /^Win rate of B/ })).toBeVisible();
      await page.getByRole('button', { name: 'Dismiss' }).click();
    },
  },
  {
    name: 'lab', address: 'sessions/s19900',
    async until(page) {
      await page.getByRole('button', { name: 'What comes next' }).click();
      await expect(page.getByRole('tree', { name: 'Next categories' }).getByRole('treeitem').first()).toBeVisible();
    },
  },
  { name: 'categories', address: 'categories/%2Bdemand', until: async (page) => expect(page.getByRole('region', { name: 'Category demand' }).getByRole('table').first()).toBeVisible() },
  { name: 'backtest', address: 'backtest', until: async (page) => seen(page, 'Learned from') },
  {
    name: 'benchmark', address: 'benchmark',
    async until(page) {
      await seen(page, 'Untrained baselines');
      await expect(page.getByText('Comparing…')).toHaveCount(0);
    },
  },
  { name: 'training', address: 'training', until: async (page) => expect(page.getByRole('heading', { name: 'Validation after each epoch' })).toBeVisible() },
  {
    name: 'report', address: 'report',
    async until(page) {
      await page.getByRole('button', { name: 'Measure the report' }).click();
      await page.getByRole('link', { name: 'Calibration', exact: true }).click();
      await seen(page, 'promise kept');
    },
  },
];

const [ready] = process.argv.slice(2);
const stage = await openStage(async (folder, workspace) => {
  if (ready !== undefined) shelfsight(`copies ${ready}`, () => spawnSync('cp', ['-r', ready, workspace], { stdio: 'inherit' }).status);
  else prepare(folder, workspace);
});
try {
  const { page } = stage.visit;
  for (const { name, address, until } of pictures) {
    await goTo(page, address);
    await until(page);
    await take(page, name);
  }
  await goTo(page, 'catalog/%2Bimport');
  await chooseFile(page, writeTable(join(stage.folder, 'supplier.csv'), [
    ['Artikelnummer', 'Bezeichnung', 'Marke', 'Preis', 'Warengruppe'],
    ['T-1', 'White wall tile', 'Calderra', '25,97', 'Tile > Wall Tile'], ['T-2', 'Grey floor tile', 'Calderra', 'auf Anfrage', 'Tile > Floor Tile'],
    ['', 'A tile without a key', 'Calderra', '9,97', 'Tile'], ['T-1', 'White wall tile again', 'Calderra', '25,97', 'Tile'],
  ]));
  await page.getByRole('button', { name: 'Check file' }).click();
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
  await take(page, 'import');
} finally {
  await stage.close();
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(root, 'build/readme', `${name}.png`) });
  console.error(`build/readme/${name}.png`);
}

function prepare(folder: string, workspace: string): void {
  const files = generateDemo(join(folder, 'files'));
  for (const words of [
    ['import', workspace, '--catalog', files.catalog, '--sessions', files.sessions],
    ['import', workspace, '--catalog', files.drafts, '--drafts'],
    ['compare', workspace, '--epochs', '4'],
    ['backtest', workspace, '--since', launchesSince, '--epochs', '4'],
    ['train', workspace],
  ]) shelfsight(words.join(' '), () => spawnSync(process.execPath, [join(root, 'electron/cli.ts'), ...words], { stdio: ['ignore', 'ignore', 'inherit'] }).status);
}

function shelfsight(what: string, run: () => number | null): void {
  if (run() !== 0) throw new Error(`Failed: ${what}`);
}
