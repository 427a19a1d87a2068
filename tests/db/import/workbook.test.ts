/** Workbooks as spreadsheets write them: shared and rich text, dates, formulas, hidden and empty sheets, cells at the far end. The library reads the same cells. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSheet } from 'read-excel-file/universal';
import { openSource } from '../../../db/import/container.ts';
import { importFile } from '../../../db/import/import.ts';
import { openWorkbook, SheetNumber } from '../../../db/import/workbook.ts';
import type { SheetRow } from '../../../db/import/workbook.ts';
import { getItem } from '../../../db/items.ts';
import { zip } from '../../helpers/archives.ts';
import { temporaryFolder, temporaryWorkspace } from '../../helpers/database.ts';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const sheet = (rows: string): string => `<worksheet xmlns="${main}"><dimension ref="A1:XFD1048576"/><sheetData>${rows}</sheetData></worksheet>`;
const text = (place: string, value: string): string => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
const header = `<row r="1">${text('A1', 'sku')}${text('B1', 'title')}${text('C1', 'price')}</row>`;

/** Rows of each sheet as XML; names that begin with a dot are hidden. */
function book(sheets: Readonly<Record<string, string>>, { workbookPr = '', shared = '' } = {}): Buffer {
  const names = Object.keys(sheets);
  return zip({
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}">${workbookPr}<sheets>${names.map((name, index) => `<sheet name="${name}" sheetId="${index + 1}"${name.startsWith('.') ? ' state="hidden"' : ''} r:id="s${index}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${names.map((_, index) => `<Relationship Id="s${index}" Type="${relations}/worksheet" Target="worksheets/sheet${index}.xml"/>`).join('')}<Relationship Id="t" Type="${relations}/styles" Target="styles.xml"/><Relationship Id="u" Type="${relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="000000"/><numFmt numFmtId="165" formatCode="[Red]yyyy\\-mm\\-dd &quot;h&quot;"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}">${shared}</sst>`,
    ...Object.fromEntries(names.map((name, index) => [`xl/worksheets/sheet${index}.xml`, sheet(sheets[name]!)])),
  });
}

const rich = '<si><r><t>Rich </t></r><r><rPr><b/></rPr><t xml:space="preserve">text </t></r><rPh sb="0" eb="1"><t>kana</t></rPh></si><si><t/></si>';
const cells = `${header}<row r="3">${text('A3', 'A')}<c r="B3" t="s"><v>0</v></c><c r="C3"><f>1+1</f><v>2</v></c><c r="D3" s="1"><v>45352</v></c><c r="E3" s="3"><v>45352.75</v></c><c r="F3" t="b"><v>1</v></c></row>
  <row r="4"><c r="A4" s="2"><v>123</v></c><c r="B4" t="e"><v>#REF!</v></c><c r="C4" t="str"><f>A1</f><v>x_x000D_y</v></c><c r="D4" s="1"><v>59</v></c></row>`;

test('cells come as the library reads them', async (t) => {
  for (const workbookPr of ['', '<workbookPr date1904="1"/>']) {
    const bytes = book({ S: cells }, { workbookPr, shared: rich });
    const path = join(temporaryFolder(t), 'a.xlsx');
    writeFileSync(path, bytes);
    const source = await openSource(path);
    const rows: SheetRow[] = [];
    await (await openWorkbook(source))[0]!.read({ onRow: (row) => rows.push(row) });
    await source.close();
    const theirs = await readSheet(new Uint8Array(bytes).buffer, 'S', { trim: false }) as unknown as (string | number | boolean | Date | null)[][];
    const ours = rows.map((row) => Array.from({ length: theirs[0]!.length }, (_, index) => row.cells[index] ?? null).map((cell) => (cell instanceof SheetNumber ? Number(cell.text) : cell)));
    const day59 = (row: readonly unknown[]): unknown[] => row.filter((_, index) => index !== 3 || row[0] === 'A'); // the library is a day off before March 1900
    assert.deepEqual(ours.map(day59), theirs.filter((row) => row.some((cell) => cell !== null)).map(day59));
    assert.deepEqual(rows.map(({ line }) => line), [1, 3, 4]);
  }
});

test('workbooks that spreadsheets write, and such as nobody should', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'file');
  const item = (more = ''): string => `<row r="2">${text('A2', 'A')}${text('B2', 'Lamp')}${more}</row>`;
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['a cell at the far end', book({ S: `${header}${item()}<row r="1048576">${text('XFD1048576', 'x')}</row>` }), 'partial 1 E_ROW_TOO_MANY@1048576'],
    ['formats without a value at the far end', book({ S: `${header}${item('<c r="XFD2" s="1"/><c r="D2" t="s"><v>1</v></c>')}<row r="1048576"><c r="XFD1048576" s="1"/></row>` }, { shared: rich }), 'ok 1'],
    ['a hidden sheet and a page of notes first', book({ '.Lists': `<row r="1"><c r="A1"><v>1</v></c></row>`, Notes: `<row r="1">${text('A1', 'See the next sheet')}</row>`, Products: `${header}${item()}` }), 'ok 1'],
    ['lines above the header of the second sheet', book({ Notes: `<row r="1">${text('A1', 'Notes')}</row>`, S: `<row r="1">${text('A1', 'Report')}</row><row r="3">${text('A3', 'sku')}${text('B3', 'title')}</row>` }), 'reject_file 0 E_HEADER_REQUIRED@1'],
    ['lines above the header', book({ S: `<row r="1">${text('A1', 'Report')}</row><row r="3">${text('A3', 'sku')}${text('B3', 'title')}</row>` }), 'reject_file 0 E_HEADER_REQUIRED@1'],
    ['a date as a SKU', book({ S: `${header}<row r="2"><c r="A2" s="1"><v>45352</v></c>${text('B2', 'Lamp')}</row>` }), 'ok 1 W_SKU_DATE@2'],
    ['cells without places', book({ S: '<row><c t="inlineStr"><is><t>sku</t></is></c><c t="inlineStr"><is><t>title</t></is></c></row><row><c t="inlineStr"><is><t>A</t></is></c><c t="inlineStr"><is><t>Lamp</t></is></c></row>' }), 'ok 1'],
    ['an entity of its own', zip({ 'xl/workbook.xml': '<!DOCTYPE x [<!ENTITY a "b">]><workbook/>' }), 'reject_file 0 E_NOT_TEXT@-'],
    ['no sheet', zip({ 'xl/workbook.xml': '<workbook/>' }), 'reject_file 0 E_EMPTY@-'],
    ['half a sheet', zip({ 'xl/workbook.xml': '<workbook><sheets>' }), 'reject_file 0 E_NOT_TEXT@-'],
    ['a binary workbook', zip({ 'xl/workbook.bin': 'x', 'xl/styles.bin': 'x' }), 'reject_file 0 E_NOT_TEXT@-'],
  ];
  for (const [name, content, expected] of cases) {
    writeFileSync(path, content);
    const report = await importFile(workspace, path, 'a.xlsx', { kind: 'catalog' });
    assert.equal(`${report.outcome} ${report.files[0]!.rows.ok}${report.issues.map(({ code, line }) => ` ${code}@${line ?? '-'}`).join('')}`, expected, name);
    if (name.startsWith('lines above')) assert.equal(report.issues[0]!.details?.['suggest_header_line'], 3);
  }
});

test('numbers say what the spreadsheet shows, and integers keep their digits', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'file');
  const rows = [['1.23456789012E12', '19.989999999999998'], ['9007199254740993', '1'], ['4.0063810000000001E+17', '1'], ['000123', '-1']].map(([sku, price], index) => `<row r="${index + 2}"><c r="A${index + 2}"><v>${sku}</v></c>${text(`B${index + 2}`, `Lamp ${index}`)}<c r="C${index + 2}"><v>${price}</v></c></row>`);
  writeFileSync(path, book({ S: `${header}${rows.join('')}` }));
  const report = await importFile(workspace, path, 'a.xlsx', { kind: 'catalog' });
  assert.deepEqual(report.issues.map(({ code, line }) => [code, line]), [['E_SKU_NUMBER', 3], ['E_SKU_NUMBER', 4], ['W_PRICE_UNREADABLE', 5], ['W_SKU_NUMBER_CELL', null]]);
  assert.deepEqual(['1234567890120', '000123'].map((sku) => getItem(workspace.reader, sku).item.price), [19.99, null]);
});
