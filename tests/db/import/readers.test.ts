/** Feeds, JSON, workbooks and archives with one fault or oddity each: code, place and outcome. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Workspace } from '../../../db/database.ts';
import { importFile, inspectFile } from '../../../db/import/import.ts';
import { getItem } from '../../../db/items.ts';
import type { ImportKind, ImportMapping, ImportReport } from '../../../db/records.ts';
import { workbook, zip } from '../../helpers/archives.ts';
import { flat, temporaryWorkspace } from '../../helpers/database.ts';

async function importAs(workspace: Workspace, name: string, content: string | Uint8Array, mapping?: ImportMapping, kind: ImportKind = 'catalog'): Promise<ImportReport> {
  const path = join(workspace.folder, 'uploads', 'file');
  writeFileSync(path, content);
  return importFile(workspace, path, name, { kind, ...(mapping === undefined ? {} : { mapping }) });
}

/** Code, line, record and column of every error and warning. */
const problems = (report: ImportReport) => report.issues.map(flat).filter((issue) => !String(issue['code']).startsWith('I_')).map(({ code, line, record, column }) => [code, line, record ?? null, column]);
const rows = ({ files }: ImportReport) => Object.values(files[0]!.rows);

const feed = (items: string, head = '<?xml version="1.0"?>\n'): string => `${head}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n${items}\n</channel></rss>`;
const one = '<item><g:id>A</g:id><g:title>T</g:title></item>';

test('feeds: what is refused, and where', async (t) => {
  const workspace = temporaryWorkspace(t);
  const cases: readonly (readonly [string, string, number | null])[] = [
    [feed(one, '<!DOCTYPE rss [\n<!ENTITY a "b">\n]>\n'), 'E_XML_DOCTYPE', 1],
    [feed(`${'<a>'.repeat(70)}${'</a>'.repeat(70)}`), 'E_XML_DEPTH', 3],
    [feed(`<item ${Array.from({ length: 513 }, (_, index) => `a${index}="1"`).join(' ')}></item>`), 'E_XML_LIMIT', 3],
    [feed(`<item>\n<g:id>A</g:title></item>`), 'E_XML_NOT_WELL_FORMED', 4],
    [feed('<item><g:id>&nbsp;</g:id></item>'), 'E_XML_NOT_WELL_FORMED', 3],
    [feed(one).slice(0, -20), 'E_XML_NOT_WELL_FORMED', 3],
    [feed(''), 'E_NO_ROWS', null],
    ['<html><body>Log in</body></html>', 'E_NOT_FEED', 1],
    ['\n\n<!doctype html><p>', 'E_NOT_FEED', 3],
  ];
  for (const [text, code, line] of cases) {
    const report = await importAs(workspace, 'feed.xml', text);
    assert.deepEqual([report.outcome, ...report.issues.map((issue) => [issue.code, issue.line])], ['reject_file', [code, line]], text.slice(0, 120));
  }
});

test('feeds: another prefix, Atom, an XInclude, a repeated element', async (t) => {
  const workspace = temporaryWorkspace(t);
  const report = await importAs(workspace, 'feed.xml', '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:shop="http://base.google.com/ns/1.0"><entry><shop:id>A</shop:id><title>One</title><shop:title>Two</shop:title><shop:title>Three</shop:title><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></entry></feed>');
  assert.deepEqual([report.outcome, problems(report), report.files[0]!.format], ['ok', [], 'merchant-xml']);
  assert.equal(getItem(workspace.reader, 'A').item.title, 'Two');
});

test('JSON: rows that are no rows, numbers, duplicate keys, lost characters', async (t) => {
  const workspace = temporaryWorkspace(t);
  const cases: readonly (readonly [string, readonly unknown[], readonly number[]])[] = [
    ['[{"sku":"A","title":"T"},5]', [['E_ROW_TYPE', null, 2, null]], [1, 1, 0]],
    ['[{"sku":"A","title":{"en":"T"}}]', [['E_ROW_TYPE', null, 1, 'title']], [0, 1, 0]],
    ['[{"sku":["A"],"title":"T"}]', [['E_ROW_TYPE', null, 1, 'sku']], [0, 1, 0]],
    ['[{"sku":"A","title":"T","title":"U"}]', [['W_JSON_DUPLICATE_KEY', null, 1, 'title']], [1, 0, 0]],
    ['[{"sku":7,"title":"T"}]', [], [1, 0, 0]],
    ['[{"sku":"B","title":"x\\ud800y"}]', [['W_REPLACEMENT_CHAR', null, 1, 'title']], [1, 0, 0]],
    ['[{"sku":"C","title":"T","price":1e400}]', [['W_PRICE_UNREADABLE', null, 1, 'price']], [1, 0, 0]],
    ['[{"sku":"C","title":"T","__proto__":{"polluted":1}}]', [], [1, 0, 0]],
    ['{"products":[{"sku":"D","title":"T"},{"sku":"D","title":"T"}]}', [['E_SKU_DUPLICATE', null, 2, 'sku']], [1, 1, 0]],
    ['{"sku":"S1","title":"A"}\n{"sku":"S2","title":"B"}x\n["y"]\n', [['E_JSON_SYNTAX', 2, null, null], ['E_ROW_TYPE', 3, null, null]], [1, 2, 0]],
    [`[{"sku":"L","title":"T","x":[${'1,'.repeat(600_000)}1]},{"sku":"M","title":"T"}]`, [['E_FIELD_TOO_LONG', null, 1, 'x']], [1, 1, 0]],
    ['{"sku":"E","title":"T"}\n\n{"sku":"F",}\n{"sku":"","title":"T"}\n', [['E_JSON_SYNTAX', 3, null, null], ['E_SKU_EMPTY', 4, null, 'sku']], [1, 2, 0]],
  ];
  for (const [text, expected, counts] of cases) {
    const report = await importAs(workspace, 'a.json', text);
    assert.deepEqual([problems(report), rows(report)], [expected, counts], text.slice(0, 80));
  }
  assert.equal(getItem(workspace.reader, '7').item.sku, '7');
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('JSON: what is refused whole', async (t) => {
  const workspace = temporaryWorkspace(t);
  const cases: readonly (readonly [string, string])[] = [
    ['[]', 'E_NO_ROWS'], ['[1,2]', 'E_JSON_SHAPE'], ['{"a":{"b":1}}', 'E_JSON_SHAPE'], ['{}', 'E_JSON_SHAPE'], ['[{"sku":"A"', 'E_JSON_SYNTAX'], ['[{"a":1}]', 'E_HEADER_REQUIRED'],
    [`[${'['.repeat(64)}${']'.repeat(65)}`, 'E_JSON_DEPTH'], [`[{${Array.from({ length: 513 }, (_, index) => `"k${index}":1`).join(',')}}]`, 'E_TOO_MANY_COLUMNS'], ['{\n "sku": "A",\n "title": "T"\n}', 'E_JSON_SHAPE'],
  ];
  for (const [text, code] of cases) {
    const report = await importAs(workspace, 'a.json', text);
    assert.deepEqual([report.outcome, report.issues.map((issue) => issue.code)], ['reject_file', [code]], text.slice(0, 80));
  }
  assert.deepEqual((await importAs(workspace, 'a.csv', '[{"sku":"A","title":"T"}]')).issues.map(({ code }) => code), ['E_NOT_CSV']);
});

test('workbooks: first sheet or the named one, rows keep their lines, numbers keep their digits', async (t) => {
  const workspace = temporaryWorkspace(t);
  const book = workbook({
    Products: [['sku', 'title', 'price', null], ['A', ' Lamp ', { number: '12.5' }], [null], [{ number: '00123' }, 'Shade', '1,50'], [{ number: '9007199254740993' }, 'Bulb'], ['D', null]],
    Other: [[], ['sku', 'title'], ['O', 'Other lamp']],
  });
  const report = await importAs(workspace, 'a.xlsx', book);
  assert.deepEqual([report.outcome, problems(report), rows(report)], ['partial', [['E_SKU_NUMBER', 5, null, 'sku'], ['E_TITLE_EMPTY', 6, null, 'title'], ['W_SKU_NUMBER_CELL', null, null, 'sku']], [2, 2, 0]]);
  assert.deepEqual(['A', '00123'].map((sku) => getItem(workspace.reader, sku).item).map(({ title, price }) => [title, price]), [[' Lamp ', 12.5], ['Shade', 1.5]]);
  assert.equal((await importAs(workspace, 'a.xlsx', book, { sheet: 'Other' })).created, 1);
  assert.deepEqual((await importAs(workspace, 'a.xlsx', book, { sheet: 'Missing' })).issues.map(({ code }) => code), ['E_NOT_TEXT']);
  const path = join(workspace.folder, 'uploads', 'file');
  assert.deepEqual((await inspectFile(path, 'a.xlsx')).sheets, ['Products', 'Other']);
});

test('archives: one file is read, of several one must be named, a damaged one is refused', async (t) => {
  const workspace = temporaryWorkspace(t);
  const csv = 'sku,title\nA,Lamp\n';
  assert.equal((await importAs(workspace, 'a.zip', zip({ '__MACOSX/._a.csv': 'x', 'folder/': '', 'folder/a.csv': csv }))).created, 1);
  const two = zip({ 'a.csv': csv, 'b.csv': 'sku,title\nB,Shade\n' });
  const refused = await importAs(workspace, 'a.zip', two);
  assert.deepEqual([refused.issues.map(({ code }) => code), refused.issues[0]!.details?.['files']], [['E_NOT_TEXT'], ['a.csv', 'b.csv']]);
  assert.equal((await importAs(workspace, 'a.zip', two, { sheet: 'b.csv' })).created, 1);
  const broken = Buffer.from(zip({ 'a.csv': csv.repeat(50) }));
  broken[50] = broken[50]! ^ 0xff;
  assert.deepEqual((await importAs(workspace, 'a.zip', broken)).issues.map(({ code }) => code), ['E_NOT_TEXT']);
  assert.deepEqual((await importAs(workspace, 'a.zip', two.subarray(0, 60))).issues.map(({ code }) => code), ['E_NOT_TEXT']);
  assert.deepEqual((await importAs(workspace, 'a.csv', two)).issues.map(({ code }) => code), ['E_NOT_TEXT']);
});

test('sessions by user: a longer pause begins the next one, and later events recompute their user only', async (t) => {
  const workspace = temporaryWorkspace(t);
  const events = (...list: readonly (readonly [string, string, string])[]): string => `user_id,sku,timestamp\n${list.map((event) => event.join(',')).join('\n')}\n`;
  const sessions = () => workspace.reader.prepare<[], { session_id: string; length: number; skus: string }>(
    `SELECT session_id, length, (SELECT group_concat(skus.sku, ' ') FROM events JOIN skus ON skus.id = events.sku WHERE session = sessions.id) AS skus FROM sessions ORDER BY session_id`).all().map(({ session_id: id, length, skus }) => [id, length, skus]);
  const first = events(['u', 'A', '2024-01-01T10:00:00Z'], ['u', 'B', '2024-01-01T10:30:00Z'], ['u', 'C', '2024-01-01T11:00:01Z'], ['u@x', 'A', '2024-01-01T10:00:00Z']);
  assert.equal((await importAs(workspace, 'a.csv', first, undefined, 'sessions')).created, 4);
  assert.deepEqual(sessions(), [['u@2024-01-01T10:00:00.000Z', 2, 'A B'], ['u@2024-01-01T11:00:01.000Z', 1, 'C'], ['u@x@2024-01-01T10:00:00.000Z', 1, 'A']]);
  const untouched = () => workspace.reader.prepare(`SELECT id FROM sessions WHERE user_id = 'u@x'`).pluck().get();
  const id = untouched();
  // An event in the pause joins both sessions; one before renames the first.
  const later = await importAs(workspace, 'b.csv', events(['u', 'D', '2024-01-01T10:45:00Z'], ['u', 'E', '2024-01-01T09:50:00Z'], ['u', 'A', '2024-01-01T10:00:00Z']), undefined, 'sessions');
  assert.deepEqual([later.created, later.unchanged], [2, 1]);
  assert.deepEqual(sessions(), [['u@2024-01-01T09:50:00.000Z', 5, 'E A B D C'], ['u@x@2024-01-01T10:00:00.000Z', 1, 'A']]);
  assert.equal(untouched(), id);
  assert.deepEqual(workspace.reader.prepare(`SELECT sum(events) FROM event_totals`).pluck().get(), 6);
  assert.equal((await importAs(workspace, 'c.csv', events(['v', 'A', '2024-01-01T10:00:00Z'], ['v', 'B', '2024-01-01T10:06:00Z']), { sessionGapMinutes: 5 }, 'sessions')).created, 2);
  assert.equal(sessions().filter(([name]) => String(name).startsWith('v@')).length, 2);
});

test('dates and zones are read as the user says, and not guessed', async (t) => {
  const workspace = temporaryWorkspace(t);
  const text = 'session_id,sku,timestamp\ns,A,05/06/2024 10:00\ns,B,2024-10-27 02:30:00\n';
  assert.deepEqual(problems(await importAs(workspace, 'a.csv', text, undefined, 'sessions')).slice(0, 1), [['E_TIMESTAMP', 2, null, 'timestamp']]);
  const other = temporaryWorkspace(t);
  await importAs(other, 'a.csv', text, { dateFormat: 'dmy', timeZone: 'Europe/Berlin' }, 'sessions');
  // The hour from 2 to 3 stands twice on that night's clock: the earlier one counts.
  assert.deepEqual(other.reader.prepare(`SELECT timestamp FROM events ORDER BY timestamp`).pluck().all(), [Date.UTC(2024, 5, 5, 8, 0), Date.UTC(2024, 9, 27, 0, 30)]);
});

test('parents: behind their children, in a circle, in the catalogue', async (t) => {
  const workspace = temporaryWorkspace(t);
  const head = 'Type,SKU,Name,Parent,Categories,Published\n';
  const report = await importAs(workspace, 'a.csv', `${head}variation,A,,B,,1\nvariation,B,,A,,1\nvariation,C,,P,,1\nvariable,P,Parent,,Home > Lamps,1\n`);
  assert.deepEqual(problems(report), [['E_TITLE_EMPTY', 2, null, 'Name'], ['E_TITLE_EMPTY', 3, null, 'Name'], ['W_PARENT_CYCLE', 2, null, 'Parent'], ['W_PARENT_CYCLE', 3, null, 'Parent']]);
  assert.deepEqual([getItem(workspace.reader, 'C').item.title, getItem(workspace.reader, 'C').item.categoryPath], ['Parent', ['Home', 'Lamps']]);
  const later = await importAs(workspace, 'b.csv', `${head}variation,D,Small,C,,1\n`);
  assert.deepEqual([problems(later), getItem(workspace.reader, 'D').item.categoryPath], [[], ['Home', 'Lamps']]);
});
