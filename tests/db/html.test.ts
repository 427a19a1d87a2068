import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDataset } from '../../db/dataset.ts';
import { plainText } from '../../db/html.ts';
import { getItem } from '../../db/items.ts';
import { importText, temporaryWorkspace } from '../helpers/database.ts';

test('text out of HTML: tags, entities once, scripts gone, comparisons kept', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['<p>Warm &amp; <b>dry</b></p>\n<p>5 &lt; 6</p>', 'Warm & dry 5 < 6'],
    ['A<br>B<ul><li>C</li><li>D</li></ul>', 'A; B ; C ; D'],
    ['x<script>alert("<b>")</script>y<STYLE>p{}</STYLE >z', 'x y z'],
    ['&amp;lt;b&amp;gt; 5 < 6 <3', '&lt;b&gt; 5 < 6 <3'],
    ['cut <a href="x', 'cut <a href="x'],
    ['<!-- note -->Cafe\u0301', 'Café'],
  ];
  for (const [html, text] of cases) assert.equal(plainText(html), text, html);
  for (const part of ['<', '<b', '<b>', '<script>', '&', '<!']) assert.ok(plainText(part.repeat(200_000)).length <= part.length * 200_000);
});

test('a model reads the text of a description that its format calls HTML; what is stored is the cell', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'Handle,Title,Vendor,Variant SKU,Option1 Name,Option1 Value,Body (HTML)\na,<i>Hat</i>,V,A,Colour,Red,<p>Warm &amp; dry</p>\n');
  await importText(workspace, 'sku,title,description\nB,Mug,<p>Tall &amp; blue</p>\n');
  const { items } = await readDataset(workspace, { drafts: false });
  assert.deepEqual(items.map(({ title, description }) => [title, description]), [['<i>Hat</i>', 'Warm & dry'], ['Mug', '<p>Tall &amp; blue</p>']]);
  assert.equal(getItem(workspace.reader, 'A').item.description, '<p>Warm &amp; dry</p>');
});
