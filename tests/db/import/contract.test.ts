/** Rules of the import contract that no file of the hostile set asks about, one file each: outcome, counts, and code, place and column of what is wrong. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import Papa from 'papaparse';
import { importFile } from '../../../db/import/import.ts';
import { getItem } from '../../../db/items.ts';
import type { ImportKind, ImportMapping, ImportReport } from '../../../db/records.ts';
import { zip } from '../../helpers/archives.ts';
import { temporaryWorkspace } from '../../helpers/database.ts';

interface Case {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly expected: string;
  readonly kind?: ImportKind;
  readonly mapping?: ImportMapping;
}

/** `partial 1/2/0 E_SKU_EMPTY@3:sku`: outcome; rows accepted, rejected and skipped; errors and warnings. */
function summary({ outcome, files, issues }: ImportReport): string {
  const { ok, rejected, skipped } = files[0]!.rows;
  const problems = issues.filter(({ code }) => !code.startsWith('I_')).map(({ code, line, column, details }) => ` ${code}@${line ?? details?.['record'] ?? '-'}${column === null ? '' : `:${column}`}`);
  return `${outcome} ${ok}/${rejected}/${skipped}${problems.join('')}`;
}

const table = 'sku,title\nA,Lamp\n';
const wide = (text: string, big = false): Buffer => (big ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf16le'));
const cyrillic = `sku,title\n${'A,Рубашка белая\n'.repeat(40)}`;
const feed = (items: string, head = '<?xml version="1.0"?>'): string => `${head}\n<rss xmlns:g="http://base.google.com/ns/1.0"><channel>${items}</channel></rss>`;
const item = '<item><g:id>A</g:id><g:title>Café</g:title></item>';

const cases: readonly Case[] = [
  { name: 'utf16-cyrillic.csv', content: wide(cyrillic), expected: 'reject_file 0/0/0 E_ENCODING@-' },
  { name: 'utf16-big-cyrillic.csv', content: wide(cyrillic, true), expected: 'reject_file 0/0/0 E_ENCODING@-' },
  { name: 'utf32-mark.csv', content: Buffer.concat([Buffer.from('fffe0000', 'hex'), ...[...table].map((sign) => Buffer.from([sign.charCodeAt(0), 0, 0, 0]))]), expected: 'reject_file 0/0/0 E_ENCODING@-' },
  { name: 'utf32.csv', content: Buffer.from([...table].flatMap((sign) => [0, 0, 0, sign.charCodeAt(0)])), expected: 'reject_file 0/0/0 E_ENCODING@-' },
  { name: 'nul-only.csv', content: Buffer.alloc(64), expected: 'reject_file 0/0/0 E_NOT_TEXT@1' },
  { name: 'nul-in-header.csv', content: 'sku,ti\0tle,title\nA,B,C\n', expected: 'reject_file 0/0/0 E_NOT_TEXT@1' },
  { name: 'nul-behind-line-end.csv', content: 'sku,titles,title\n\0A,B,C\nD,E,F\n', expected: 'partial 1/1/0 E_CONTROL_CHAR@2:sku' },
  { name: 'text-behind-quoted-header.csv', content: '"sku" , "title"\nA,B\n', expected: 'reject_file 0/0/0 E_QUOTE_TRAILING@1:1' },
  { name: 'mark-before-declaration.xml', content: `\ufeff${feed(item, '<?xml version="1.0" encoding="ISO-8859-1"?>')}`, expected: 'ok 1/0/0' },
  { name: 'page-in-text.xml', content: feed('<item><g:id>A</g:id><g:title><![CDATA[<html> cap]]></g:title></item>'), expected: 'ok 1/0/0' },
  { name: 'page-behind-comment.xml', content: '<!-- saved -->\n<HTML lang="en">', expected: 'reject_file 0/0/0 E_NOT_FEED@1' },
  { name: 'page-without-head.xml', content: '\n<body><form>', expected: 'reject_file 0/0/0 E_NOT_FEED@2' },
  { name: 'envelope-in-one-line.json', content: '{"count":1,"products":[{"sku":"A","title":"Lamp"}],"next":null}', expected: 'ok 1/0/0' },
  { name: 'record-with-list.json', content: '{"sku":"A","title":"Set","items":[{"sku":"B"}]}', expected: 'ok 1/0/0' },
  { name: 'offset-in-hours.csv', kind: 'sessions', content: 'session_id,sku,timestamp\ns,A,2024-05-01 10:00:00.25+02\ns,B,2024-05-01T10:00:00-11\n', expected: 'ok 2/0/0 W_SESSION_UNKNOWN_SKU@3:sku' },
];

test('rules of the contract, one file each: by a dry run and by an import', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'file');
  for (const { name, content, expected, kind = 'catalog', mapping } of cases) {
    writeFileSync(path, content);
    const request = { kind, ...(mapping === undefined ? {} : { mapping }) };
    assert.equal(summary(await importFile(workspace, path, name, { ...request, dryRun: true })), expected, `${name}, dry run`);
    assert.equal(summary(await importFile(workspace, path, name, request)), expected, name);
  }
});

test('a mapping that names a column the file lacks is told apart from a column that is not there', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'file');
  writeFileSync(path, table);
  const { issues } = await importFile(workspace, path, 'a.csv', { kind: 'catalog', mapping: { columns: { sku: 'Artikel' } } });
  assert.match(issues[0]!.message, /^Line 1: required column "sku" not found\. Columns found: sku, title\. The mapping says that sku is "Artikel", which is no column of the file\.$/);
});

test('category numbers of a feed: kept with one hint, and read by a list beside the feed', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'file');
  const items = ['A', 'B', 'C'].map((id, index) => `<item><g:id>${id}</g:id><g:title>${id}</g:title><g:google_product_category>${[7, 8, 7][index]}</g:google_product_category></item>`).join('\n');
  const hints = async (name: string, content: string | Uint8Array) => {
    writeFileSync(path, content);
    const { outcome, issues } = await importFile(workspace, path, name, { kind: 'catalog' });
    return [outcome, ...issues.map(({ code, line, details }) => `${code}@${line ?? '-'} ${String(details?.['count'])} ${String(details?.['version'] ?? '')}`)];
  };
  assert.deepEqual(await hints('feed.xml', feed(items)), ['ok', 'I_CATEGORY_NUMBERS@2 3 ']);
  assert.deepEqual([getItem(workspace.reader, 'A').item.categoryPath, getItem(workspace.reader, 'A').item.attrs], [[], [['g:google_product_category', '7']]]);
  const list = '# Google_Product_Taxonomy_Version: 2026-05-14\n7 - Home > Lamps, Lights\n';
  assert.deepEqual(await hints('feed.zip', zip({ 'shop/feed.xml': feed(items), 'shop/taxonomy-with-ids.de-DE.txt': list })), ['ok', 'I_TAXONOMY@- 2 2026-05-14', 'I_CATEGORY_NUMBERS@3 1 ']);
  assert.deepEqual(getItem(workspace.reader, 'C').item.categoryPath, ['Home', 'Lamps, Lights']);
});

test('rejected rows of feeds and of JSON come back as what they were', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'file');
  const files: readonly (readonly [string, string, ImportKind])[] = [
    ['feed.xml', feed(`${item}<item><g:id></g:id><g:title>One</g:title><g:title>Two</g:title><g:product_type>Home &gt; Lamps</g:product_type><g:product_type>Sale</g:product_type></item>`), 'catalog'],
    ['products.jsonl', '{"id":"","title":"Rope","categories":["Outdoor > Ropes","Sale"],"brands":["Alp"],"colorInfo":{"colors":["Red","Blue"]}}\n{"id":"P","title":"Sling","categories":[]}\n', 'catalog'],
    ['events.jsonl', '{"event_timestamp":"1714557600000000","event_name":"view_item","event_params":[{"key":"ga_session_id","value":{"int_value":"9"}}],"user_pseudo_id":"1.2","items":[{"item_id":""}]}\n', 'sessions'],
  ];
  for (const [name, content, kind] of files) {
    writeFileSync(path, content);
    const { rejectedRows, files: [first] } = await importFile(workspace, path, name, { kind });
    const rejected = readFileSync(join(workspace.folder, 'reports', basename(rejectedRows!)), 'utf8');
    const { data } = Papa.parse<string[]>(rejected.trim());
    const column = data[0]!.findIndex((header) => ['g:id', 'id', 'items.item_id'].includes(header.replace('\ufeff', '')));
    data[1]![column] = `new-${name}`;
    writeFileSync(path, Papa.unparse(data));
    const again = await importFile(workspace, path, 'rejected.csv', { kind });
    assert.deepEqual([again.files[0]!.format, again.outcome, again.created], [first!.format, 'ok', 1], name);
  }
  assert.deepEqual(['feed.xml', 'products.jsonl'].map((name) => getItem(workspace.reader, `new-${name}`).item).map(({ title, categoryPath, color }) => [title, categoryPath, color]), [['One', ['Home', 'Lamps'], []], ['Rope', ['Outdoor', 'Ropes'], ['Red', 'Blue']]]);
});
