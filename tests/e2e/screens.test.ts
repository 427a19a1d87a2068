/** Every screen in its states, light and dark, at both ends of the window sizes: screenshots to look at, no sideways scrolling, no complaint. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright';
import { expect, goTo, launchBrowser, openApp, type Visit } from './browser.ts';
import { startHost, type Host } from './host.ts';
import { shoot } from './pictures.ts';
import { prepareWorkspace, temporaryFolder, writeShop, writeTable, type ShopFiles } from './shop.ts';
import { chooseFile, importChosen, manySeeds, runStatus, startEndlessTraining, startTraining } from './steps.ts';


const folder = temporaryFolder();
let files: ShopFiles;
let browser: Browser;
const hosts: Host[] = [];

before(async () => {
  files = writeShop(folder.path);
  await prepareWorkspace(join(folder.path, 'trained'), files);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await Promise.all(hosts.map((host) => host.stop()));
  folder.remove();
});

async function open(workspace: string): Promise<Visit> {
  await Promise.all(hosts.splice(0).map((host) => host.stop())); // one writer for each workspace
  const host = await startHost(join(folder.path, workspace));
  hosts.push(host);
  return openApp(browser, host);
}

test('screens of an empty workspace, and an import in its phases', async () => {
  const visit = await open('empty');
  const { page } = visit;
  await expect(page.getByRole('heading', { name: 'Import the catalogue' })).toBeVisible();
  await shoot(page, 'home');
  for (const [place, heading] of [['catalog', 'No catalogue yet'], ['sessions', 'No sessions yet'], ['training', 'No run yet'], ['benchmark', 'Nothing to compare on yet'], ['launch', 'No drafts yet'], ['categories', 'No model yet'], ['settings', 'Settings']] as const) {
    await goTo(page, place);
    await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();
    await shoot(page, `empty-${place}`);
  }
  await goTo(page, 'catalog/%2Bimport');
  await expect(page.getByRole('heading', { name: 'Drop a file anywhere on this screen' })).toBeVisible();
  await shoot(page, 'import-1-choose');
  const file = writeTable(join(folder.path, 'supplier.csv'), [
    ['Artikelnummer', 'Bezeichnung', 'Marke', 'Preis', 'Warengruppe'],
    ['T-1', 'White wall tile', 'Calderra', '25,97', 'Tile > Wall Tile'], ['T-2', 'Grey floor tile', 'Calderra', 'auf Anfrage', 'Tile > Floor Tile'],
    ['', 'A tile without a key', 'Calderra', '9,97', 'Tile'], ['T-1', 'White wall tile again', 'Calderra', '25,97', 'Tile'],
  ]);
  await chooseFile(page, file);
  await shoot(page, 'import-2-look');
  await importChosen(page);
  await shoot(page, 'import-3-done');
  await goTo(page, 'catalog/T-1');
  await expect(page.getByRole('complementary', { name: 'SKU details' }).getByText('White wall tile')).toBeVisible();
  assert.deepEqual(visit.problems, []);
});

test('screens of a workspace with a model', async () => {
  const visit = await open('trained');
  const { page } = visit;
  await goTo(page, 'home');
  await expect(page.getByLabel('Done')).toHaveCount(4);
  await shoot(page, 'home-done');
  await goTo(page, 'catalog/NEW-1001');
  await expect(page.getByRole('button', { name: 'Preview launch' })).toBeVisible();
  await shoot(page, 'catalog');
  await goTo(page, 'sessions/s00001');
  await expect(page.getByRole('button', { name: 'What comes next' })).toBeVisible();
  await shoot(page, 'sessions');
  await page.getByRole('button', { name: 'What comes next' }).click();
  await expect(page.getByRole('tree', { name: 'Next categories' }).getByRole('treeitem').first()).toBeVisible();
  await shoot(page, 'categories');
  await page.getByText('Contributions', { exact: true }).click();
  await expect(page.getByRole('region', { name: 'Next items' }).getByRole('table').first()).toBeVisible();
  await shoot(page, 'categories-contributions');
  await goTo(page, 'categories/%2Bdemand');
  await expect(page.getByRole('region', { name: 'Category demand' }).getByRole('table').first()).toBeVisible();
  await shoot(page, 'categories-demand');
  await page.getByRole('grid', { name: /^Moments from row to column/ }).locator('button.cell').first().click();
  await expect(page.getByRole('region', { name: 'Moments behind the count' }).getByRole('listitem').first()).toBeVisible();
  await shoot(page, 'categories-demand-moments');
  await page.locator('header .model').click();
  await expect(page.getByRole('heading', { name: 'Not measured yet' })).toBeVisible();
  await shoot(page, 'report-empty');
  await page.getByRole('button', { name: 'Measure the report' }).click();
  for (const [part, landmark] of [['Measures', 'Next item @20'], ['Calibration', 'promise kept'], ['Confusion', /are a sibling/], ['Exposure', 'Gini of exposure']] as const) {
    await page.getByRole('link', { name: part, exact: true }).click();
    await expect(page.getByText(landmark).first()).toBeVisible();
    await shoot(page, `report-${part.toLowerCase()}`);
  }
  await goTo(page, 'launch');
  await expect(page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: /^No numbers yet/ })).toBeDisabled();
  await shoot(page, 'board');
  await page.getByRole('grid', { name: 'Drafts' }).focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('3 drafts selected')).toBeVisible();
  await page.keyboard.press('e');
  await page.getByRole('combobox', { name: 'New brand' }).fill('Calderra');
  await expect(page.getByRole('region', { name: 'What would change' })).toContainText(/drafts? would change/);
  await shoot(page, 'board-bulk-edit');
  await page.keyboard.press('Escape');
  for (const [sku, name] of [['NEW-1002', 'launch'], ['NEW-1005', 'launch-low-confidence']] as const) {
    await goTo(page, `launch/${sku}`);
    await expect(page.getByRole('heading', { name: sku })).toBeVisible();
    await expect(page.locator('.number-button .big')).toHaveText(/^\d/);
    await expect(page.getByText('Computing the board’s numbers…')).toHaveCount(0);
    await shoot(page, name);
  }
  for (const [sku, sides] of [['NEW-1002', 'where.nearest'], ['NEW-1002', 'why.losers'], ['NEW-1005', 'todo.nearest'], ['NEW-1002', 'variants.losers']] as const) {
    await goTo(page, `launch/${sku}/${sides}`);
    await expect(page.getByRole('heading', { name: sku })).toBeVisible();
    await expect(page.locator('.number-button .big')).toHaveText(/^\d/);
    await expect(page.locator('main .later')).toHaveCount(0);
    await shoot(page, `launch-${sides.split('.')[0]}`);
  }
  await page.getByRole('textbox', { name: 'Title' }).fill('Bondarra TrueFill Sage 10 lb. Unsanded Grout for Narrow Joints');
  await page.getByRole('button', { name: 'Save as variant B' }).first().click();
  await expect(page.getByRole('img', { name: /^Win rate of B/ })).toBeVisible();
  await shoot(page, 'launch-variants-compared');
  await page.getByRole('button', { name: 'Drop B' }).click();
  await goTo(page, 'launch/NEW-1002/sessions.losers.brief');
  await expect(page.getByRole('dialog', { name: 'Launch brief' }).getByRole('heading', { name: 'How sure we are' })).toBeVisible();
  await shoot(page, 'launch-brief');
  await page.keyboard.press('Escape');
  await goTo(page, `launch/${encodeURIComponent('+together:NEW-1001,NEW-1002,NEW-1003,NEW-1004,NEW-1005')}`);
  await expect(page.getByRole('heading', { name: '5 drafts launched together' })).toBeVisible();
  await shoot(page, 'launch-together');
  await goTo(page, 'launch/NEW-1002/sessions.losers');
  await expect(page.getByRole('heading', { name: 'NEW-1002' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Title' }).fill('TORVANE 20-Volt MAX Cordless Brushless Drill/Driver');
  await expect(page.locator('.number-button .delta')).toHaveText(/[▲▼] [+−]\d/);
  await shoot(page, 'launch-edited');
  await page.getByRole('textbox', { name: 'Title' }).press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('drill');
  await expect(page.getByRole('option').nth(4)).toBeVisible();
  await shoot(page, 'palette');
  await page.keyboard.press('Escape');
  assert.deepEqual(visit.problems, []);
});

test('the training screen before, while and after', async () => {
  const visit = await open('trained');
  const { page } = visit;
  await goTo(page, 'training');
  await expect(runStatus(page)).toHaveText('Done');
  await shoot(page, 'training-1-before');
  await startEndlessTraining(page);
  await expect.poll(async () => (await page.locator('polyline.raw').getAttribute('points'))?.split(' ').length).toBeGreaterThan(4);
  await shoot(page, 'training-2-while');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(runStatus(page)).toHaveText('Stopped');
  await startTraining(page, { epochs: 2 });
  await expect(runStatus(page)).toHaveText('Done');
  await expect(page.getByRole('heading', { name: 'Validation after each epoch' })).toBeVisible();
  await shoot(page, 'training-3-after');
  assert.deepEqual(visit.problems, []);
});

test('the benchmark before, while and after', async () => {
  const visit = await open('trained');
  const { page } = visit;
  await goTo(page, 'benchmark');
  await expect(page.getByRole('heading', { name: 'No figures yet' })).toBeVisible();
  await shoot(page, 'benchmark-1-before');
  await goTo(page, 'benchmark/run');
  const form = page.getByRole('region', { name: 'Results' });
  const queue = page.getByRole('list', { name: 'Tasks of the queue' });
  await form.getByRole('textbox', { name: 'Seeds' }).fill(manySeeds);
  await form.getByRole('combobox', { name: 'Device' }).selectOption('cpu');
  await form.getByRole('button', { name: 'Start benchmark' }).click();
  await expect(queue.getByText(/^Training, epoch/)).toBeVisible();
  await shoot(page, 'benchmark-2-while');
  await page.getByRole('button', { name: 'Cancel queue' }).click();
  await expect(page.getByRole('button', { name: 'Cancel queue' })).toHaveCount(0);
  await form.getByText('Small', { exact: true }).click();
  await form.getByRole('textbox', { name: 'Epochs' }).fill('2');
  await form.getByRole('textbox', { name: 'Seeds' }).fill('1, 2');
  await form.getByRole('checkbox', { name: '50\u00a0%', exact: true }).check();
  await form.getByRole('button', { name: 'Start benchmark' }).click();
  await expect(page.getByText(/^The benchmark queue is done: 8 tasks\.$/).first()).toBeVisible({ timeout: 600_000 });
  await shoot(page, 'benchmark-3-done');
  for (const [view, landmark] of [['', 'Untrained baselines'], ['categories', 'Heuristics of the paper'], ['convergence', 'By time'], ['sessions', 'of its figure at'], ['cost', 'HIT@20 by training time']] as const) {
    await goTo(page, view === '' ? 'benchmark' : `benchmark/${view}`);
    await expect(page.getByText(landmark).first()).toBeVisible();
    await shoot(page, `benchmark-${view === '' ? 'table' : view}`);
  }
  assert.deepEqual(visit.problems, []);
});
