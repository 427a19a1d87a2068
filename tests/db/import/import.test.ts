import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Workspace } from '../../../db/database.ts';
import { importFile, inspectFile } from '../../../db/import/import.ts';
import { lastImport, listImports, listIssues } from '../../../db/imports.ts';
import { getItem, listItems, readItemStats } from '../../../db/items.ts';
import { readSessionStats } from '../../../db/sessions.ts';
import { readDataVersion } from '../../../db/version.ts';
import { codes, importText, shared, temporaryWorkspace } from '../../helpers/database.ts';

const counts = ({ created, updated, unchanged, rejected, alreadyLive }: Awaited<ReturnType<typeof importText>>) => ({ created, updated, unchanged, rejected, alreadyLive });
const item = (workspace: Workspace, sku: string) => getItem(workspace.reader, sku).item;

test('the same file again changes nothing, in items and in events', async (t) => {
  const workspace = temporaryWorkspace(t);
  const catalogue = 'sku,title,weight,price\nA,Hinge,"1,2 kg",3.50\nB,Door,,\n';
  const events = 'session_id,sku,timestamp,type\ns1,A,1700000000,view\ns1,A,1700000000,cart\ns1,B,2023-11-14T22:14:00Z,\n';
  assert.deepEqual(counts(await importText(workspace, catalogue)), { created: 2, updated: 0, unchanged: 0, rejected: 0, alreadyLive: 0 });
  assert.equal((await importText(workspace, events, { kind: 'sessions' })).created, 3);
  const version = readDataVersion(workspace.reader);
  assert.deepEqual(counts(await importText(workspace, catalogue)), { created: 0, updated: 0, unchanged: 2, rejected: 0, alreadyLive: 0 });
  assert.deepEqual(counts(await importText(workspace, events, { kind: 'sessions' })), { created: 0, updated: 0, unchanged: 3, rejected: 0, alreadyLive: 0 });
  assert.equal(readDataVersion(workspace.reader), version);
  assert.deepEqual(readSessionStats(workspace.reader).lengths.slice(0, 4), [0, 0, 1, 0]);
});

test('a column the file lacks leaves its field, an empty cell clears it', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title,brand,description,weight,finish\nA,Hinge,Acme,Solid,2 kg,matte\n');
  assert.equal((await importText(workspace, 'sku,title,brand,weight\nA,Hinge,,3 kg\n')).updated, 1);
  const { brand, description, attrs } = item(workspace, 'A');
  assert.deepEqual({ brand, description, attrs }, { brand: '', description: 'Solid', attrs: [['finish', 'matte'], ['weight', '3 kg']] });
  assert.deepEqual(listItems(workspace.reader, { search: 'acme', offset: 0, limit: 5 }).total, 0);
  assert.equal((await importText(workspace, 'sku,title,finish\nA,Hinge,matte\n')).unchanged, 1);
});

test('an import that fails at its commit leaves no report for the next one, which gets its number', async (t) => {
  const workspace = temporaryWorkspace(t);
  const reports = join(workspace.folder, 'reports');
  const bad = `sku,title\n${Array.from({ length: 1_100 }, (_, row) => `S${row},\n`).join('')}A,Hinge\n`;
  await importText(workspace, bad);
  const first = readdirSync(reports).sort();
  assert.deepEqual(first, ['import-1-rejected.csv', 'import-1.jsonl']);
  let named: readonly string[] = [];
  const failing: Workspace = {
    ...workspace,
    openImport() {
      const db = workspace.openImport();
      const exec = db.exec.bind(db);
      db.exec = (sql) => {
        if (sql !== 'COMMIT') return exec(sql);
        named = readdirSync(reports).sort();
        throw new Error('no commit');
      };
      return db;
    },
  };
  await assert.rejects(importText(failing, bad), /no commit/);
  assert.deepEqual(named, ['import-1-rejected.csv', 'import-1.jsonl', 'import-2-rejected.csv', 'import-2.jsonl']);
  assert.deepEqual(readdirSync(reports).sort(), first);
  assert.equal((await importText(workspace, 'sku,title\nB,Door\n')).importId, 2);
  assert.deepEqual(readdirSync(reports).sort(), first);
});

test('drafts: live SKUs are left alone and counted; a catalogue import makes a draft live', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\n');
  const version = readDataVersion(workspace.reader);
  const drafts = 'sku,title\nA,Changed\nN,New vase\n';
  assert.deepEqual(counts(await importText(workspace, drafts, { asDrafts: true })), { created: 1, updated: 0, unchanged: 0, rejected: 0, alreadyLive: 1 });
  assert.deepEqual([item(workspace, 'A').title, item(workspace, 'N').status, readItemStats(workspace.reader).live], ['Hinge', 'draft', 1]);
  assert.equal(readDataVersion(workspace.reader), version);
  assert.deepEqual(counts(await importText(workspace, 'sku,title\nN,New vase\n')), { created: 0, updated: 1, unchanged: 0, rejected: 0, alreadyLive: 0 });
  assert.deepEqual([item(workspace, 'N').status, readDataVersion(workspace.reader)], ['live', version + 1]);
});

test('a dry run answers the counts and leaves no trace', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\n');
  const report = await importText(workspace, 'sku,title\nA,Changed\nB,Door\nB,Door\n', { dryRun: true });
  assert.deepEqual([report.importId, report.dryRun, counts(report)], [null, true, { created: 1, updated: 1, unchanged: 0, rejected: 1, alreadyLive: 0 }]);
  assert.deepEqual([item(workspace, 'A').title, readItemStats(workspace.reader).live, listImports(workspace.reader).length], ['Hinge', 1, 1]);
});

test('levels, leaf and path', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title,category_l1,category_l2,category_l3,leaf\nA,a,Home,Kitchen,,Doors\nB,b,Home,Kitchen,Doors,Doors\nC,c,,,,cat_7\nD,d,,,,\n');
  assert.deepEqual(['A', 'B', 'C', 'D'].map((sku) => item(workspace, sku).categoryPath), [['Home', 'Kitchen', 'Doors'], ['Home', 'Kitchen', 'Doors'], ['cat_7'], []]);
  await importText(workspace, 'sku,title,category_path,leaf\nA,a,Bath > Taps,Other\nB,b,,Lamps\n');
  assert.deepEqual(['A', 'B'].map((sku) => item(workspace, sku).categoryPath), [['Bath', 'Taps'], ['Lamps']]);
  await importText(workspace, 'sku,title,category\nE,e,Bath/Taps\n', { mapping: { categorySeparator: '/' } });
  assert.deepEqual(item(workspace, 'E').categoryPath, ['Bath', 'Taps']);
});

test('rows without a title: rejected, unless no row has one or the user allows it', async (t) => {
  const workspace = temporaryWorkspace(t);
  assert.deepEqual(codes(await importText(workspace, 'sku,title,leaf\n1,,cat_1\n2, ,cat_2\n')), ['W_TITLE_MISSING']);
  const some = 'sku,title,leaf\n3,Lamp,cat_1\n4,,cat_2\n5,#REF!,cat_2\n';
  assert.deepEqual(codes(await importText(workspace, some)), ['E_TITLE_EMPTY', 'E_TITLE_EMPTY']);
  assert.deepEqual(codes(await importText(workspace, some, { mapping: { untitled: 'allow' } })), ['E_TITLE_EMPTY']);
  assert.equal(item(workspace, '4').title, '');
});

test('the user can name header line, delimiter, encoding and columns', async (t) => {
  const workspace = temporaryWorkspace(t);
  const text = Buffer.from('Export "of today\n\nnr^bezeichnung^größe^text\nA^Türscharnier^5 cm^x\n', 'latin1');
  const rejected = await importText(workspace, text);
  assert.deepEqual([codes(rejected), rejected.importId !== null], [['E_ENCODING'], true]);
  const report = await importText(workspace, text, { mapping: { encoding: 'latin1', delimiter: '^', headerLine: 3, columns: { sku: 'NR', description: 'text' } } });
  assert.deepEqual([report.outcome, codes(report)], ['ok', ['I_ENCODING', 'I_DELIMITER']]);
  const { title, size, description } = item(workspace, 'A');
  assert.deepEqual({ title, size, description }, { title: 'Türscharnier', size: '5 cm', description: 'x' });
  const { files } = report;
  assert.deepEqual(files, [{ file: 'test.csv', kind: 'catalog', format: 'generic', encoding: 'windows-1252', delimiter: '^', headerLine: 3, rows: { ok: 1, rejected: 0, skipped: 0 } }]);
});

test('a line sep=; decides and line numbers stay physical', async (t) => {
  const workspace = temporaryWorkspace(t);
  const report = await importText(workspace, 'sep=;\r\nsku;title\r\nA;Shirt, blue\r\nB;\r\n');
  assert.deepEqual(report.issues.map(({ code, line }) => [code, line]), [['E_TITLE_EMPTY', 4], ['I_DELIMITER', null]]);
  assert.match(report.issues.at(-1)!.message, /semicolon \(from the "sep=" line\)/);
});

test('encodings and containers: the same rows from UTF-8, UTF-16 and gzip', async (t) => {
  const workspace = temporaryWorkspace(t);
  const text = 'sku,title\nA,Größe – 日本 😀\n';
  const big = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  for (const bytes of [text, Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le'), big, gzipSync(text)]) {
    const report = await importText(workspace, bytes);
    assert.deepEqual([report.outcome, report.created + report.unchanged], ['ok', 1]);
    assert.equal(item(workspace, 'A').title, 'Größe – 日本 😀');
  }
  assert.deepEqual(codes(await importText(workspace, gzipSync(text.repeat(2_000)).subarray(0, 200))), ['E_NOT_TEXT']);
  assert.deepEqual(codes(await importText(workspace, gzipSync(gzipSync(text)))), ['E_NOT_TEXT']);
});

test('an accent 100,000 bytes into the file is found', async (t) => {
  const workspace = temporaryWorkspace(t);
  const text = `sku,title\n${Array.from({ length: 8_000 }, (_, index) => `S${index},Plain shirt\n`).join('')}Z,Café\n`;
  const report = await importText(workspace, Buffer.from(text, 'latin1'));
  assert.deepEqual(report.issues.map(({ code, line, column, details }) => [code, line, column, details?.['guess']]), [['E_ENCODING', 8_002, 'title', 'windows-1252']]);
});

test('issues: first 1,000 listed, all counted, all in the report file; history keeps them', async (t) => {
  const workspace = temporaryWorkspace(t);
  const text = `sku,title,leaf\n${Array.from({ length: 1_500 }, (_, index) => `S${index},x\n`).join('')}A,Hinge,h\n`;
  const report = await importText(workspace, text);
  assert.deepEqual([report.outcome, report.rejected, report.issues.length, report.issueCounts], ['partial', 1_500, 1_000, { E_ROW_TOO_FEW: 1_500 }]);
  assert.equal(readFileSync(report.report!, 'utf8').trimEnd().split('\n').length, 1_500);
  assert.deepEqual(listIssues(workspace.reader, report.importId!), JSON.parse(JSON.stringify(report.issues)));
  assert.deepEqual(lastImport(workspace.reader), { id: report.importId, file: 'test.csv', at: listImports(workspace.reader)[0]!.at, outcome: 'partial' });
});

test('cancelling leaves nothing, while reading and while publishing', async (t) => {
  const workspace = temporaryWorkspace(t);
  const text = `sku,title\n${Array.from({ length: 20_000 }, (_, index) => `S${index},Plain shirt ${index}\n`).join('')}`;
  for (const phase of ['reading', 'publishing'] as const) {
    const controller = new AbortController();
    const report = await importText(workspace, text, { hooks: { signal: controller.signal, onProgress: (progress) => progress.phase === phase && controller.abort() } });
    assert.deepEqual([report.outcome, report.importId, report.created], ['cancelled', null, 0], phase);
    assert.deepEqual([readItemStats(workspace.reader).live, listImports(workspace.reader).length], [0, 0]);
  }
  assert.deepEqual(readdirSync(join(workspace.folder, 'reports')), []);
  assert.equal((await importText(workspace, text)).created, 20_000);
});

test('while an import goes on, readers see the old catalogue whole, and the event loop turns', async (t) => {
  const workspace = temporaryWorkspace(t);
  const rows = (title: string) => `sku,title\n${Array.from({ length: 20_000 }, (_, index) => `S${index},${title} ${index}\n`).join('')}`;
  await importText(workspace, rows('Old'));
  const running = importText(workspace, rows('New'));
  const seen = new Set<string>();
  let turns = 0;
  let done = false;
  void running.finally(() => {
    done = true;
  });
  while (!done) {
    const [old, renewed] = ['Old', 'New'].map((search) => listItems(workspace.reader, { search, offset: 0, limit: 1 }).total);
    seen.add(`${old} ${renewed}`);
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal((await running).updated, 20_000);
  assert.ok([...seen].every((state) => state === '20000 0' || state === '0 20000'), [...seen].join(', '));
  assert.ok(turns >= 20, `${turns} turns`);
});

test('a SKU stands once in a file; the message says how the second row differs', async (t) => {
  const workspace = temporaryWorkspace(t);
  const report = await importText(workspace, 'sku,title,brand\nabc,One,x\nABC,Two,x\nABC,Three,x\nabc,One,x\nAbc,Four,x\n,Five,x\nabc,Six,y\n');
  assert.deepEqual(report.issues.map(({ code, line, details }) => [code, line, details?.['first_line'] ?? null]), [
    ['E_SKU_DUPLICATE', 4, 3], ['E_SKU_DUPLICATE', 5, 2], ['E_SKU_EMPTY', 7, null], ['E_SKU_DUPLICATE', 8, 2], ['W_SKU_CASE', 3, 2], ['W_SKU_CASE', 6, 2],
  ]);
  assert.match(report.issues[0]!.message, /differ in: title\./);
});

test('hostile headers and values are data', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title,__proto__,constructor,brand\nA,Hinge,x,y,toString\n');
  assert.deepEqual(item(workspace, 'A').attrs, [['__proto__', 'x'], ['constructor', 'y']]);
  assert.equal(item(workspace, 'A').brand, 'toString');
  assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
});

test('naughty strings survive to the byte', async (t) => {
  const source = join(shared, 'fixtures/hostile/blns/blns.json');
  if (!existsSync(source)) return t.skip(`${source} is not here`);
  const workspace = temporaryWorkspace(t);
  const strings = (JSON.parse(readFileSync(source, 'utf8')) as string[]).filter((text) => text.trim() !== '' && !/[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/.test(text));
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const report = await importText(workspace, `sku,title,note\n${strings.map((text, index) => `S${index},${quote(text)},${quote(`=${text}`)}\n`).join('')}`);
  const errors = report.issues.filter(({ code }) => code.startsWith('E_'));
  assert.deepEqual([errors, report.created], [[], strings.length]);
  for (const [index, text] of strings.entries()) {
    const { title, attrs } = item(workspace, `S${index}`);
    if (text.length <= 1_000) assert.equal(title, text);
    assert.deepEqual(attrs, [['note', `=${text}`]]);
  }
  // The same through JSON, JSON Lines and a feed change nothing.
  const escape = (text: string): string => text.replace(/[&<>\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const whole = strings.map((text, index) => ({ sku: `S${index}`, title: text, note: `=${text}` }));
  // What XML 1.0 calls a character (production 2).
  const allowed = whole.filter(({ title }) => /^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(title));
  const feed = `<rss xmlns:g="http://base.google.com/ns/1.0">${allowed.map(({ sku, title, note }) => `<item><g:id>${sku}</g:id><g:title>${escape(title)}</g:title><note>${escape(note)}</note></item>`).join('')}</rss>`;
  for (const [name, text, count] of [['a.json', JSON.stringify(whole), whole.length], ['a.jsonl', whole.map((one) => JSON.stringify(one)).join('\n'), whole.length], ['a.xml', feed, allowed.length]] as const) {
    const path = join(workspace.folder, 'uploads', name);
    writeFileSync(path, text);
    const again = await importFile(workspace, path, name, { kind: 'catalog' });
    assert.deepEqual([again.created, again.updated, again.unchanged, again.rejected], [0, 0, count, 0], name);
  }
});

test('a look at a file tells columns, examples and what is missing', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'look.csv');
  writeFileSync(path, 'Artikelnummer;Bezeichnung;Preis (EUR);Farbe;Lager\n007;Tür;12,50;weiß;3\n008;Griff;7,00;;4\n');
  const look = await inspectFile(path, 'look.csv');
  assert.deepEqual(look.columns.map(({ header, field }) => [header, field]), [['Artikelnummer', 'sku'], ['Bezeichnung', 'title'], ['Preis (EUR)', 'price'], ['Farbe', 'color'], ['Lager', null]]);
  assert.deepEqual([look.kind, look.format, look.delimiter, look.columns[0]!.examples, look.problems, look.fields.slice(0, 2)], ['catalog', 'generic', ';', ['007', '008'], [], [{ name: 'sku', required: true }, { name: 'title', required: true }]]);
  await importFile(workspace, path, 'look.csv', { kind: 'catalog' });
  const { price, currency, color } = item(workspace, '007');
  assert.deepEqual({ price, currency, color }, { price: 12.5, currency: 'EUR', color: ['weiß'] });

  writeFileSync(path, 'session_id,item_id,time\n1,2,3\n');
  const sessions = await inspectFile(path, 'look.csv');
  assert.equal(sessions.kind, 'sessions');
  // A time or a position will do: the one that is not there is not asked for.
  assert.deepEqual(sessions.fields.filter(({ required }) => required).map(({ name }) => name), ['session_id', 'sku', 'timestamp']);
  writeFileSync(path, 'session_id,item_id,position\n1,2,3\n');
  assert.deepEqual((await inspectFile(path, 'look.csv')).fields.filter(({ required }) => required).map(({ name }) => name), ['session_id', 'sku', 'position']);
  writeFileSync(path, 'code_x,words\nA1,Solid brass hinge\nA2,Oak cabinet door\nA3,Lamp shade\n');
  const guess = await inspectFile(path, 'look.csv', { kind: 'catalog' });
  assert.deepEqual(guess.columns.map(({ field, confidence }) => [field, confidence < 0.6]), [['sku', true], ['title', true]]);
  assert.deepEqual(guess.problems.map(({ code }) => code), ['E_HEADER_REQUIRED']);
});

test('before committing: what would change, what the file does not name, what empty cells would clear', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title,brand,price\nA,Hinge,Acme,1\nB,Door,Acme,2\nC,Knob,Acme,3\n');
  await importText(workspace, 'sku,title\nN,Draft\n', { asDrafts: true });
  const text = 'sku,title,brand,price\nA,Hinge,,1\nB,Door,,\nD,Lamp,Acme,4\n,Lost,x,5\n';
  const dry = await importText(workspace, text, { dryRun: true });
  const { examples, ...difference } = dry.difference!;
  assert.deepEqual([counts(dry), difference], [{ created: 1, updated: 2, unchanged: 0, rejected: 1, alreadyLive: 0 }, { missing: 1, emptied: { brand: 2, price: 1 } }]);
  assert.deepEqual(examples, {
    created: [{ sku: 'D', title: 'Lamp' }],
    updated: [
      { sku: 'A', title: 'Hinge', status: 'live', changes: [{ field: 'brand', before: 'Acme', after: '' }] },
      { sku: 'B', title: 'Door', status: 'live', changes: [{ field: 'brand', before: 'Acme', after: '' }, { field: 'price', before: '2', after: '' }] },
    ],
    missing: [{ sku: 'C', title: 'Knob' }],
  });
  assert.match(readFileSync(dry.rejectedRows!, 'utf8'), /Lost/);
  assert.deepEqual(dry.groups.map(({ code, count, answer, examples }) => [code, count, answer, examples.length]), [['E_SKU_EMPTY', 1, 'columns', 1]]);
  const done = await importText(workspace, text);
  assert.deepEqual([done.difference!.missing, done.difference!.emptied, done.retired], [1, { brand: 2, price: 1 }, 0]);
});

test('what a catalogue does not name is retired where that was asked for, and nothing else', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\nB,Door\nC,Knob\n');
  await importText(workspace, 'sku,title\nN,Draft\n', { asDrafts: true });
  const text = 'sku,title\nA,Hinge\nD,Lamp\n';
  assert.equal((await importText(workspace, text, { retireMissing: true, dryRun: true })).retired, 2);
  assert.equal(readItemStats(workspace.reader).retired, 0);
  const version = readDataVersion(workspace.reader);
  assert.equal((await importText(workspace, text, { retireMissing: true })).retired, 2);
  assert.deepEqual(['A', 'B', 'C', 'D', 'N'].map((sku) => item(workspace, sku).status), ['live', 'retired', 'retired', 'live', 'draft']);
  assert.ok(readDataVersion(workspace.reader) > version);
  assert.equal((await importText(workspace, text, { retireMissing: true })).retired, 0);
});

test('a row that is rejected is not missing, and a file without a good row retires nothing', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Lamp\nB,Shade\nC,Bulb\n');
  const live = () => workspace.reader.prepare(`SELECT sku FROM live_items ORDER BY sku`).pluck().all();
  const none = await importText(workspace, 'sku,title\n,Lamp\nB\n', { retireMissing: true });
  assert.deepEqual([none.outcome, none.created, none.retired, live()], ['partial', 0, 0, ['A', 'B', 'C']]);
  const some = await importText(workspace, 'sku,title\nA,Lamp\n B ,\n', { retireMissing: true });
  assert.deepEqual([some.difference?.missing, some.difference?.examples.missing.map(({ sku }) => sku), some.retired, live()], [1, ['C'], 1, ['A', 'B']]);
});

test('rejected rows come back with their reasons, are mended there and imported', async (t) => {
  const workspace = temporaryWorkspace(t);
  const report = await importText(workspace, "sku,title,note\nA,Hinge,fine\n,\"=1+1\",\"a \"\"b\"\"\"\nB,Door\nC,Knob,x,y\n'D,,\"'=2\"\n");
  const rejected = readFileSync(report.rejectedRows!, 'utf8');
  const [header, ...lines] = rejected.trimEnd().split('\r\n');
  assert.deepEqual([header, lines.length], ['\ufeffsku,title,note,_surplus,_reason,_shelfsight_export', 4]);
  assert.match(lines[0]!, /^,'=1\+1,"a ""b""",,Line 3: SKU is empty/);
  assert.match(lines[3]!, /^'D,,''=2,,Line 6: title is empty/);
  const mended = [header, lines[0]!.replace(',', 'E,'), lines[1], lines[2], lines[3]!.replace("'D,", "'D,Lid")].join('\r\n');
  const second = await importText(workspace, mended);
  assert.deepEqual(counts(second), { created: 4, updated: 0, unchanged: 0, rejected: 0, alreadyLive: 0 });
  assert.deepEqual([item(workspace, 'E').title, item(workspace, "'D").attrs, item(workspace, 'C').attrs], ['=1+1', [['note', "'=2"]], [['note', 'x']]]);
});
