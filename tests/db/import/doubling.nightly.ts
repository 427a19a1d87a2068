/**
 * No input makes the import slow: twice the text takes about twice the processor time of this thread, whatever is wrong with it. Sizes grow
 * by four, from which the doubling is the square root; the better of two runs counts, since other programs only ever add.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { importFile } from '../../../db/import/import.ts';
import type { ImportKind } from '../../../db/records.ts';
import { temporaryWorkspace } from '../../helpers/database.ts';

/** Grows with `n`, which is about its length. */
type Text = (n: number) => string;
const rows = (head: string, row: string): Text => (n) => head + row.repeat(n / row.length);
const cell = (head: string, part: string, tail: string): Text => (n) => head + part.repeat(n / part.length) + tail;
const feed = (part: string, inside = (text: string): string => text): Text => (n) => `<rss xmlns:g="http://base.google.com/ns/1.0"><item><g:id>A</g:id><g:title>T</g:title>${inside(part.repeat(n / part.length))}</item></rss>`;

/** A row of its own for each number, until the text is long enough. */
const numbered = (head: string, row: (index: number) => string, tail = ''): Text => (n) => {
  let text = head;
  for (let index = 0; text.length < n; index += 1) text += row(index);
  return text + tail;
};
const sessions = (row: (index: number) => string, head = 'session_id,sku,timestamp\n'): Text => numbered(head, row);

const cases: Readonly<Record<string, readonly [name: string, text: Text, kind?: ImportKind]>> = {
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
  'a cell without an end': ['a.csv', cell('sku,title\nA,', 'x', '\n')],
  'a long header': ['a.csv', cell('sku', 'x', '')],
  'a header of many columns': ['a.csv', numbered('sku,title', (index) => `,c${index}`, '\nA,T\n')],
  'a row of many cells': ['a.csv', cell('sku,title\nA,T', ',x', '\n')],
  'rows of 512 columns': ['a.csv', rows(`sku,title,${Array.from({ length: 510 }, (_, index) => `c${index}`).join(',')}\n`, `A,T${',1'.repeat(510)}\n`)],
  'many warnings': ['a.csv', numbered('sku,title,price,category\n', (index) => ` A${index},T\u0001,dear, > x > \n`)],
  'new SKUs, brands and paths': ['a.csv', numbered('sku,title,brand,category,color\n', (index) => `A${index},T${index},B${index},X${index} > Y${index},C${index}\n`)],
  'SKUs alike but for case': ['a.csv', numbered('sku,title\n', (index) => `${index % 2 === 0 ? 'a' : 'A'}${index >> 1},T\n`)],
  'deep JSON': ['a.json', (n) => `[{"sku":"A","title":"T","x":${'['.repeat(n / 2)}${']'.repeat(n / 2)}}]`],
  'a JSON object of many keys': ['a.json', numbered('[{"sku":"A","title":"T"', (index) => `,"k${index}":1`, '}]')],
  'JSON objects of new keys': ['a.json', numbered('[{"sku":"A","title":"T"}', (index) => `,{"sku":"A${index}","title":"T","k${index}":1}`, ']')],
  'a JSON string without an end': ['a.json', cell('[{"sku":"A","title":"', 'x', '')],
  'a long line of JSON Lines': ['a.jsonl', cell('{"sku":"A","title":"', 'x', '"}\n{"sku":"B","title":"T"}\n')],
  'deep XML': ['a.xml', feed('<g:x>')],
  'XML items of new names': ['a.xml', numbered('<rss xmlns:g="http://base.google.com/ns/1.0">', (index) => `<item><g:id>A${index}</g:id><g:title>T</g:title><g:x${index}>1</g:x${index}></item>`, '</rss>')],
  'a long XML attribute': ['a.xml', feed('x', (text) => `<g:description a="${text}"/>`)],
  'namespaces of elements': ['a.xml', feed('<y xmlns:a="b"/>')],
  'new sessions': ['s.csv', sessions((index) => `s${index},A${index % 1000},${1_700_000_000 + index}\n`), 'sessions'],
  'one session': ['s.csv', sessions((index) => `s,A${index % 1000},${1_700_000_000 + index}\n`), 'sessions'],
  'sessions in turns, backwards': ['s.csv', sessions((index) => `s${index % 20_011},A${index},${1_700_000_000 - index}\n`), 'sessions'],
  'equal events': ['s.csv', rows('session_id,sku,timestamp\n', 's,A,1700000000\n'), 'sessions'],
  'times that are none': ['s.csv', sessions((index) => `s${index},A,12345x\n`), 'sessions'],
  'one user': ['s.csv', sessions((index) => `u,A${index % 1000},${1_700_000_000 + 900 * index}\n`, 'USER_ID,ITEM_ID,TIMESTAMP\n'), 'sessions'],
};

/** Milliseconds below which the clock's grain and the collector count for more than the input: what is refused at once takes less. */
const leastMilliseconds = 10;

for (const [label, [name, text, kind = 'catalog']] of Object.entries(cases)) {
  test(label, async (t) => {
    const workspace = temporaryWorkspace(t);
    const path = join(workspace.folder, 'uploads', name);
    const measure = async (size: number): Promise<number> => {
      writeFileSync(path, text(size));
      let best = Infinity;
      for (let run = 0; run < 2; run += 1) {
        const start = process.threadCpuUsage();
        await importFile(workspace, path, name, { kind, dryRun: true });
        const { user, system } = process.threadCpuUsage(start);
        best = Math.min(best, (user + system) / 1000);
      }
      return Math.max(best, leastMilliseconds);
    };
    await measure(100_000); // the compiler's work is no part of it
    const [small, middle, large] = [await measure(320_000), await measure(1_280_000), await measure(5_120_000)];
    t.diagnostic(`${label}: ${[small, middle, large].map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
    for (const [before, after] of [[small, middle], [middle, large]] as const) assert.ok(Math.sqrt(after! / before!) <= 2.5, `${before!.toFixed(0)} ms, then ${after!.toFixed(0)} ms`);
  });
}
