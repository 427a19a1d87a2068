/**
 * No input makes the import slow: twice the text takes about twice the processor time of this thread, whatever is wrong with it. Sizes grow
 * by four, from which the doubling is the square root; the better of two runs counts, since other programs only ever add.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { importFile } from '../../../db/import/import.ts';
import { temporaryWorkspace } from '../../helpers/database.ts';

/** Grows with `n`, which is about its length. */
type Text = (n: number) => string;
const rows = (head: string, row: string): Text => (n) => head + row.repeat(n / row.length);
const cell = (head: string, part: string, tail: string): Text => (n) => head + part.repeat(n / part.length) + tail;
const feed = (part: string, inside = (text: string): string => text): Text => (n) => `<rss xmlns:g="http://base.google.com/ns/1.0"><item><g:id>A</g:id><g:title>T</g:title>${inside(part.repeat(n / part.length))}</item></rss>`;

const cases: Readonly<Record<string, readonly [name: string, text: Text]>> = {
  'plain rows': ['a.csv', rows('sku,title\n', 'A,Lamp\n')],
  'only quotes': ['a.csv', rows('sku,title\n', '"')],
  'doubled quotes': ['a.csv', cell('sku,title\nA,"', '""', '"\n')],
  'text behind quotes': ['a.csv', rows('sku,title\n', '"A"x,T\n')],
  'an open quote': ['a.csv', cell('sku,title\nA,"', 'x\n', '')],
  'only delimiters': ['a.csv', rows('sku,title\n', ',,,,\n')],
  'blank lines': ['a.csv', cell('sku,title\n', '\n', 'A,T\n')],
  'blanks in a title': ['a.csv', cell('sku,title\nA,x', ' ', 'x\n')],
  'joined emoji': ['a.csv', cell('sku,title\nA,', '👩‍👩‍👧‍👦', '\n')],
  'combining marks': ['a.csv', cell('sku,title\nA,e', '\u0301', '\n')],
  'a path of arrows': ['a.csv', cell('sku,title,category\nA,T,', ' > ', '\n')],
  'wrongly decoded': ['a.csv', cell('sku,title\nA,', 'Ã©', '\n')],
  'digits for a price': ['a.csv', cell('sku,title,price\nA,T,', '1.', '\n')],
  'duplicate SKUs': ['a.csv', rows('sku,title\n', 'A,T\n')],
  'key values': ['a.csv', cell('sku,product_type,attribute_set_code,name,additional_attributes\nA,simple,x,T,"', 'k=v,', '"\n')],
  'escaped paths': ['a.csv', cell('Type,SKU,Name,Categories\nsimple,A,T,"', 'a\\,', '"\n')],
  'JSON rows': ['a.json', cell('[', '{"sku":"A","title":"T"},', '{}]')],
  'JSON Lines that are none': ['a.jsonl', rows('{"sku":"A","title":"T"}\n', '{"sku":\n')],
  'a JSON number without an end': ['a.json', cell('[{"sku":"A","title":"T","price":1', 'e', '}]')],
  'escapes in a JSON string': ['a.json', cell('[{"sku":"A","title":"', '\\u0041', '"}]')],
  'one JSON list': ['a.json', cell('[{"sku":"A","title":"T","x":[', '1,', '1]}]')],
  'equal JSON keys': ['a.json', cell('[{"sku":"A","title":"T"', ',"k":1', '}]')],
  'elements of one name': ['a.xml', feed('<g:x>1</g:x>')],
  'character references': ['a.xml', feed('&#65;', (text) => `<g:description>${text}</g:description>`)],
  'CDATA sections': ['a.xml', feed('<![CDATA[x]]>', (text) => `<g:description>${text}</g:description>`)],
  'comments': ['a.xml', feed('<!--x-->')],
};

for (const [label, [name, text]] of Object.entries(cases)) {
  test(label, async (t) => {
    const workspace = temporaryWorkspace(t);
    const path = join(workspace.folder, 'uploads', name);
    const measure = async (size: number): Promise<number> => {
      writeFileSync(path, text(size));
      let best = Infinity;
      for (let run = 0; run < 2; run += 1) {
        const start = process.threadCpuUsage();
        await importFile(workspace, path, name, { kind: 'catalog', dryRun: true });
        const { user, system } = process.threadCpuUsage(start);
        best = Math.min(best, (user + system) / 1000);
      }
      return best;
    };
    await measure(100_000); // the compiler's work is no part of it
    const [small, middle, large] = [await measure(320_000), await measure(1_280_000), await measure(5_120_000)];
    t.diagnostic(`${label}: ${[small, middle, large].map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
    for (const [before, after] of [[small, middle], [middle, large]] as const) assert.ok(Math.sqrt(after! / before!) <= 2.5, `${before!.toFixed(0)} ms, then ${after!.toFixed(0)} ms`);
  });
}
