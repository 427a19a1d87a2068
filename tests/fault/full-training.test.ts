/** Training and exporting on a disk that is full: a sentence with free and needed bytes, nothing half-written, and with more room it goes on. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryFolder } from '../helpers/database.ts';
import { fillTrainedShop, removeFolder } from '../helpers/shop.ts';
import { cannotMount } from './disk-full.ts';
import { printedLines } from './printed-lines.ts';

const shop = mkdtempSync(join(tmpdir(), 'shelfsight-full-'));
before(() => fillTrainedShop(shop));
after(() => removeFolder(shop));

const sentence = /The disk is full \(needed about [1-9]\d* MB, 0 MB free\), so nothing was changed\. Free some space and try again\./;

test('with room for the row of a run, but for no checkpoint and no encoder', { skip: cannotMount }, async (t) => {
  const kibibytes = 200;
  const words = ['-rm', '--propagation', 'private', process.execPath, join(import.meta.dirname, 'full-training-child.ts'), temporaryFolder(t), shop, String(kibibytes)];
  const { lines: [seen], status } = await printedLines<Record<string, unknown>>('unshare', words);
  assert.equal(status, 0);
  const { exported, message, ...rest } = seen!;
  assert.match(String(exported), new RegExp(`^invalid: ${sentence.source}$`));
  assert.match(String(message), new RegExp(`^${sentence.source} Resume goes on from the last checkpoint\\.$`));
  assert.deepEqual(rest, { leftovers: [], status: 'stopped', finished: 'done', later: 'done', there: true });
});
