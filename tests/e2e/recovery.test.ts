/** A workspace that is refused: the screen offers what can be done, by keyboard alone, and then the workspace opens. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEngine } from '../../electron/engine.ts';
import { seriousViolations } from '../helpers/axe.ts';
import { leaves, spoil } from '../helpers/damage.ts';
import { importShop, workers, writeShop } from '../helpers/shop.ts';
import { expect, openStage } from './browser.ts';

test('a damaged workspace is salvaged on the screen', async (t) => {
  const stage = await openStage(async (_folder, workspace) => {
    const files = writeShop();
    const engine = await openEngine(workspace, workers);
    await importShop(engine, files);
    await engine.close();
    const file = join(workspace, 'workspace.sqlite');
    spoil(file, leaves(file, 'items').slice(0, 1));
    return files;
  });
  t.after(() => stage.close());
  const { page, problems } = stage.visit;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The workspace is damaged');
  await expect(page.getByRole('radio')).toBeChecked();
  assert.deepEqual(await seriousViolations(page), []);

  await page.getByRole('radio').focus();
  await page.keyboard.press('Tab'); // Restore
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Salvage' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The workspace opens again');
  await expect(page.getByRole('row', { name: /^Sessions / })).toContainText('none');
  assert.match(await page.getByRole('row', { name: /^SKUs and drafts / }).innerText(), /^SKUs and drafts\s+[\d,]+\s+[1-9]\d*$/);
  assert.deepEqual(await seriousViolations(page), []);
  await expect(page.getByRole('button', { name: 'Open the workspace' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^See how a new SKU will be recommended/);
  assert.deepEqual(problems, []);
});
