/** The first screen: a way into the demo workspace from any other, and back to how the demo was made. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openWorkspace } from '../../db/database.ts';
import { keepImported, keepTrained } from '../../electron/services/demo-start.ts';
import { demoMark } from '../../electron/services/workspace.ts';
import { seriousViolations } from '../helpers/axe.ts';
import { expect, goTo, openStage, type Stage } from './browser.ts';
import { prepareWorkspace, writeShop } from './shop.ts';

let stage: Stage;

before(async () => {
  stage = await openStage(async (folder) => {
    process.env['XDG_DATA_HOME'] = join(folder, 'data'); // where the host looks for the demo
    const files = writeShop(folder);
    const demo = join(folder, 'data', 'shelfsight', 'demo');
    await prepareWorkspace(demo, files);
    writeFileSync(join(demo, demoMark), '{}');
    const opened = openWorkspace(demo);
    keepImported(demo);
    keepTrained(demo);
    await opened.close();
    return files;
  });
});
after(() => stage?.close());

test('an empty workspace offers the demo beside the import, and one key press opens it with its numbers', async () => {
  const { page } = stage.visit;
  const open = page.getByRole('button', { name: 'Open demo workspace' });
  await expect(open).toBeVisible();
  await expect(page.getByRole('button', { name: 'Import catalogue' })).toBeVisible();
  assert.deepEqual(await seriousViolations(page), []);
  await open.press('Enter');
  await expect(page).toHaveURL(/#\/launch$/);
  const grid = page.getByRole('grid', { name: 'Drafts' });
  await expect(grid).toHaveAttribute('aria-rowcount', '13');
  await expect(grid.getByRole('row').nth(1).getByRole('gridcell').nth(2)).toContainText(/\d %/);
  await expect(page.getByRole('banner').getByText('Demo', { exact: true })).toBeVisible();
});

test('what was done to the demo goes with a reset, which is asked for twice', async () => {
  const { page } = stage.visit;
  const grid = page.getByRole('grid', { name: 'Drafts' });
  await grid.focus();
  await page.keyboard.press('Control+a');
  await expect(page.getByRole('status').filter({ hasText: '12 drafts selected' })).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('heading', { name: 'No drafts yet' })).toBeVisible();
  await goTo(page, 'home');
  await page.getByRole('button', { name: 'Reset demo…' }).press('Enter');
  await expect(page.getByText('cannot be brought back')).toBeVisible();
  assert.deepEqual(await seriousViolations(page), []);
  await page.getByRole('button', { name: 'Reset', exact: true }).press('Enter');
  await expect(page).toHaveURL(/#\/launch$/);
  await expect(grid).toHaveAttribute('aria-rowcount', '13');
  await expect(page.getByRole('button', { name: /^Undo: delete/ })).toHaveCount(0); // what was done is gone from the history too
});

test('a bundle that is saved here opens as a workspace of its own; a file that is none says so and changes nothing', async () => {
  const { page } = stage.visit;
  await goTo(page, 'home');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save bundle' }).press('Enter');
  const saved = await coming;
  assert.equal(saved.suggestedFilename(), 'demo.shelfsight.zip');
  await saved.saveAs(join(stage.folder, 'a shop.zip'));
  await expect(page.getByRole('contentinfo')).toContainText('Saved demo.shelfsight.zip.');
  const chooser = page.getByLabel('Bundle to open');
  await chooser.setInputFiles(stage.files.catalog);
  await expect(page.getByRole('contentinfo')).toContainText('This file is no bundle that can be opened');
  await expect(page.getByRole('button', { name: 'Reset demo…' })).toBeEnabled();
  await chooser.setInputFiles(join(stage.folder, 'a shop.zip'));
  await expect(page).toHaveURL(/#\/launch$/);
  await expect(page.getByRole('banner').getByText('Demo', { exact: true })).toHaveCount(0);
  const grid = page.getByRole('grid', { name: 'Drafts' });
  await expect(grid).toHaveAttribute('aria-rowcount', '13');
  await expect(grid.getByRole('row').nth(1).getByRole('gridcell').nth(2)).toContainText(/\d %/);
});

test('nothing complained', () => assert.deepEqual(stage.visit.problems, []));
