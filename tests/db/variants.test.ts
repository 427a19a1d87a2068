import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorkspace } from '../../db/database.ts';
import { deleteDrafts, saveDraft } from '../../db/drafts.ts';
import { keepVariant, readVariant } from '../../db/variants.ts';
import { features, importText, temporaryFolder } from '../helpers/database.ts';

const second = { features: features({ title: 'Oak shelf “B” 🙂', color: ['oak'], price: 12.5, attrs: [['finish', 'matt']] }), currency: 'EUR' };

test('a second text stays beside its draft over a restart, and goes with it', async (t) => {
  const folder = temporaryFolder(t);
  const first = openWorkspace(folder);
  await first.write((db) => {
    saveDraft(db, 'D-1', features({ title: 'Shelf' }));
    keepVariant(db, 'D-1', second);
  });
  await first.close();
  const workspace = openWorkspace(folder);
  t.after(() => workspace.close());
  assert.deepEqual(readVariant(workspace.reader, 'D-1'), second);
  await workspace.write((db) => saveDraft(db, 'D-1', features({ title: 'Shelf, saved again' })));
  assert.deepEqual([readVariant(workspace.reader, 'D-1'), readVariant(workspace.reader, 'd-1')], [second, null]);
  await workspace.write((db) => keepVariant(db, 'D-1', { ...second, currency: '' }));
  assert.equal(readVariant(workspace.reader, 'D-1')!.currency, '');
  await workspace.write((db) => keepVariant(db, 'D-1', null));
  assert.equal(readVariant(workspace.reader, 'D-1'), null);
  await workspace.write((db) => keepVariant(db, 'D-1', second));
  await workspace.write((db) => deleteDrafts(db, ['D-1']));
  await workspace.write((db) => saveDraft(db, 'D-1', features({ title: 'Another shelf' })));
  assert.equal(readVariant(workspace.reader, 'D-1'), null);
});

test('only a draft has a second text', async (t) => {
  const workspace = openWorkspace(temporaryFolder(t));
  t.after(() => workspace.close());
  await importText(workspace, 'sku,title\nL-1,Oak door\n');
  for (const sku of ['L-1', 'NOBODY']) await assert.rejects(workspace.write((db) => keepVariant(db, sku, second)), { code: 'not-found', message: /There is no draft/ });
});
