/** A protected SKU that would lose more than it may: marked among the losers, and said as a warning. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ItemFeatures } from '../../db/records.ts';
import { closeAndRemove, fillTrainedShop, openTestEngine } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-protection-'));
await fillTrainedShop(folder);
const engine = await openTestEngine(folder);
after(() => closeAndRemove(engine, folder));

const features: ItemFeatures = {
  title: 'Norrow Brookline White 3 in. x 6 in. Ceramic Wall Tile', description: '', brand: 'Norrow', categoryPath: ['Flooring & Tile', 'Tile', 'Wall Tile'],
  color: ['white'], material: ['ceramic'], size: '', department: '', manufacturer: '', price: 30, attrs: [],
};

test('a preview warns when a protected SKU loses more than its limit, wherever it stands among the losers', async () => {
  const { launch } = engine.api;
  const preview = () => launch.preview({ sku: 'NEW-1', features });
  const before = await preview();
  assert.deepEqual([before.displaced.some((row) => row.protected), before.warnings.some(({ code }) => code === 'protected-loses')], [false, false]);
  const first = before.displaced[0]!;
  const last = before.displaced.at(-1)!;
  const lost = 1 - first.after / first.before;
  assert.ok(lost > 0);

  await launch.protect({ skus: [first.item.sku], limit: Math.min(1, lost * 1.5) });
  const within = await preview();
  assert.deepEqual([within.displaced[0]!.protected, within.warnings], [true, before.warnings]);
  assert.deepEqual([within.exposure, within.slotsLost], [before.exposure, before.slotsLost]);

  await launch.protect({ skus: [first.item.sku], limit: lost / 2 });
  const beyond = await preview();
  const [warning] = beyond.warnings;
  assert.equal(warning!.code, 'protected-loses');
  assert.match(warning!.message, new RegExp(`is protected and would lose ${(lost * 100).toFixed(lost < 0.1 ? 1 : 0)} % of its slots`));

  await launch.protect({ skus: [last.item.sku], limit: 0 });
  assert.match((await preview()).warnings[0]!.message, /One more protected SKU loses more than it may\.$/);
  await launch.protect({ skus: [first.item.sku, last.item.sku], limit: null });
  assert.deepEqual((await preview()).warnings, before.warnings);
});
