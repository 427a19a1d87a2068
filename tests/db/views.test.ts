import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepColumns, listViews, readColumns, removeView, renameView, saveView } from '../../db/views.ts';
import { temporaryWorkspace } from '../helpers/database.ts';

test('views are kept under their names, which are one in upper and lower case', async (t) => {
  const workspace = temporaryWorkspace(t);
  const { reader } = workspace;
  await workspace.write((db) => saveView(db, { name: ' Without colour ', detail: '+board:missing=color' }, false));
  await workspace.write((db) => saveView(db, { name: 'Dead', detail: '+board:dead=yes' }, false));
  assert.deepEqual(listViews(reader), [{ name: 'Dead', detail: '+board:dead=yes' }, { name: 'Without colour', detail: '+board:missing=color' }]);
  await assert.rejects(workspace.write((db) => saveView(db, { name: 'DEAD', detail: '' }, false)), { code: 'invalid', message: /A view “Dead” is saved already/ });
  await assert.rejects(workspace.write((db) => saveView(db, { name: '  ', detail: '' }, true)), { code: 'invalid', message: /no name/ });
  await assert.rejects(workspace.write((db) => renameView(db, 'Dead', 'without COLOUR')), { code: 'invalid', message: /“Without colour” is saved already/ });
  await assert.rejects(workspace.write((db) => renameView(db, 'nothing', 'Other')), { code: 'not-found', message: /no view “nothing”/ });
  await workspace.write((db) => saveView(db, { name: 'dead', detail: '+board:dead=yes&sort=sku' }, true));
  await workspace.write((db) => renameView(db, 'Dead', 'DEAD'));
  assert.deepEqual(listViews(reader)[0], { name: 'DEAD', detail: '+board:dead=yes&sort=sku' });
  await workspace.write((db) => removeView(db, 'dead'));
  await assert.rejects(workspace.write((db) => removeView(db, 'dead')), { code: 'not-found' });
  assert.deepEqual(listViews(reader).map(({ name }) => name), ['Without colour']);
});

test('each grid keeps its columns', async (t) => {
  const workspace = temporaryWorkspace(t);
  assert.equal(readColumns(workspace.reader, 'board'), null);
  await workspace.write((db) => keepColumns(db, 'board', ['title', 'reach']));
  await workspace.write((db) => keepColumns(db, 'board', ['title', 'exposure']));
  await workspace.write((db) => keepColumns(db, 'catalog', ['sku']));
  assert.deepEqual([readColumns(workspace.reader, 'board'), readColumns(workspace.reader, 'catalog')], [['title', 'exposure'], ['sku']]);
  await workspace.write((db) => keepColumns(db, 'catalog', null));
  assert.deepEqual([readColumns(workspace.reader, 'board'), readColumns(workspace.reader, 'catalog')], [['title', 'exposure'], null]);
});
