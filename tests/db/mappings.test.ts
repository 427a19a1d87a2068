import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspectFile } from '../../db/import/import.ts';
import { findMapping, forgetMapping, rememberMapping, shapeOf } from '../../db/mappings.ts';
import { temporaryFolder, temporaryWorkspace } from '../helpers/database.ts';

test('files of one shape share what was chosen, whatever is in them; another header is another shape', async (t) => {
  const folder = temporaryFolder(t);
  const shape = async (name: string, text: string): Promise<string> => {
    writeFileSync(join(folder, name), text);
    return shapeOf(await inspectFile(join(folder, name), name));
  };
  const first = await shape('a.csv', 'sku,title,Farbe\nA,Hinge,rot\n');
  assert.equal(await shape('b.csv', 'SKU, title ,farbe\nX,Door,blau\nY,Knob,\n'), first);
  assert.notEqual(await shape('c.csv', 'sku,title,colour\nA,Hinge,red\n'), first);
  assert.notEqual(await shape('d.json', '[{"sku":"A","title":"Hinge","Farbe":"rot"}]'), first);
});

test('a mapping is remembered, replaced and forgotten; an empty one is nothing to remember; the oldest go', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => rememberMapping(db, 'one', 'a.csv', { untitled: 'allow' }));
  await workspace.write((db) => rememberMapping(db, 'one', 'b.csv', { delimiter: ';' }));
  const known = findMapping(workspace.reader, 'one');
  assert.deepEqual([known?.file, known?.mapping], ['b.csv', { delimiter: ';' }]);
  await workspace.write((db) => rememberMapping(db, 'two', 'c.csv', {}));
  assert.equal(findMapping(workspace.reader, 'two'), null);
  await workspace.write((db) => rememberMapping(db, 'one', 'b.csv', {}));
  assert.equal(findMapping(workspace.reader, 'one'), null);
  await workspace.write((db) => rememberMapping(db, 'three', 'd.csv', { delimiter: '|' }));
  await workspace.write((db) => forgetMapping(db, 'three'));
  assert.equal(findMapping(workspace.reader, 'three'), null);
  await workspace.write((db) => {
    for (let index = 0; index < 520; index += 1) rememberMapping(db, `shape ${index}`, 'e.csv', { delimiter: ';' });
  });
  assert.equal(workspace.reader.prepare('SELECT count(*) FROM mappings').pluck().get(), 500);
});
