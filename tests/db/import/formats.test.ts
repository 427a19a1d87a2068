/** Every format, one folder each: a file of its own making, what it must become, and that it becomes it plain, gzipped and zipped. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Workspace } from '../../../db/database.ts';
import { importFile, inspectFile } from '../../../db/import/import.ts';
import { getItem } from '../../../db/items.ts';
import { getSession } from '../../../db/sessions.ts';
import type { ImportKind, ImportMapping, Item } from '../../../db/records.ts';
import { zip } from '../../helpers/archives.ts';
import { temporaryFolder, temporaryWorkspace } from '../../helpers/database.ts';

const folder = join(import.meta.dirname, '../../fixtures/import');

interface Expected {
  readonly file: string;
  /** All files of the archive where the format has several. */
  readonly files?: readonly string[];
  readonly kind: ImportKind;
  readonly mapping?: ImportMapping;
  /** Required fields that several columns may be: without the mapping the file is refused with this question. */
  readonly choice?: Readonly<Record<string, readonly string[]>>;
  /** Format that is proposed and never applied unasked. */
  readonly proposed?: string;
  /** Header -> canonical field; null for an attribute. Of several fields any will do. */
  readonly columns: Readonly<Record<string, string | readonly string[] | null>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly skipped?: number;
  /** Errors and warnings, without repetition. */
  readonly codes: readonly string[];
  readonly items?: Readonly<Record<string, Partial<Item>>>;
  readonly absent?: readonly string[];
  readonly sessions?: Readonly<Record<string, readonly string[]>>;
  readonly types?: Readonly<Record<string, readonly number[]>>;
  readonly starts?: Readonly<Record<string, number>>;
}

const formats = readdirSync(folder).map((id) => ({ id, cases: (JSON.parse(readFileSync(join(folder, id, 'expected.json'), 'utf8')) as { cases: readonly Expected[] }).cases }));

for (const { id, cases } of formats) {
  test(`${id}: its files, plain, gzipped and zipped`, async (t) => {
    const scratch = temporaryFolder(t);
    for (const packing of ['plain', 'gzip', 'zip'] as const) {
      const workspace = temporaryWorkspace(t);
      for (const expected of cases) {
        if (expected.files !== undefined && packing !== 'zip') continue; // its files make sense together only
        const { path, name } = pack(id, expected, packing, scratch);
        const label = `${expected.file}, ${expected.kind}, ${packing}`;
        await askFirst(workspace, path, name, expected, label);
        const inspection = await inspectFile(path, name, { kind: expected.kind, ...(expected.mapping === undefined ? {} : { mapping: expected.mapping }) });
        assert.deepEqual([inspection.problems, inspection.format], [[], id], label);
        assert.deepEqual(inspection.fields.filter(({ name, required }) => required && !inspection.columns.some(({ field }) => field === name)), [], `${label}: a field that the format does without is not asked for`);
        assert.ok(inspection.formats.includes(id), label);
        const report = await importFile(workspace, path, name, { kind: expected.kind, ...(expected.mapping === undefined ? {} : { mapping: expected.mapping }) });
        const codes = [...new Set(report.issues.map(({ code }) => code).filter((code) => !code.startsWith('I_')))];
        const { created, updated, unchanged, rejected } = report;
        assert.deepEqual({ created, updated, unchanged, rejected, codes: codes.sort(), skipped: report.files[0]!.rows.skipped },
          { created: 0, updated: 0, unchanged: 0, rejected: 0, ...expected.counts, codes: [...expected.codes].sort(), skipped: expected.skipped ?? 0 }, label);
        compare(workspace, expected, label);
        const again = await importFile(workspace, path, name, { kind: expected.kind, ...(expected.mapping === undefined ? {} : { mapping: expected.mapping }) });
        assert.deepEqual([again.created, again.updated, again.unchanged], [0, 0, created], `${label}, again`);
      }
    }
  });
}

test('at least 95 of 100 columns of these files are mapped with no click', async (t) => {
  const scratch = temporaryFolder(t);
  let columns = 0;
  const wrong: string[] = [];
  for (const { id, cases } of formats) {
    for (const expected of cases) {
      const { path, name } = pack(id, expected, expected.files === undefined ? 'plain' : 'zip', scratch);
      const inspection = await inspectFile(path, name, { kind: expected.kind });
      for (const [header, wanted] of Object.entries(expected.columns)) {
        columns += 1;
        const guess = inspection.columns.find((column) => column.header === header);
        const field = guess === undefined || guess.confidence < 0.6 ? null : guess.field;
        if (guess === undefined || !(Array.isArray(wanted) ? wanted.includes(field) : wanted === field)) wrong.push(`${id}/${expected.file} ${header}: ${field}, not ${String(wanted)}`);
      }
    }
  }
  assert.ok(wrong.length <= columns * 0.05, `${wrong.length} of ${columns}: ${wrong.join('; ')}`);
  t.diagnostic(`${columns - wrong.length} of ${columns} columns mapped with no click; not: ${wrong.join('; ')}`);
});

function pack(id: string, { file, files = [file] }: Expected, packing: 'plain' | 'gzip' | 'zip', scratch: string): { readonly path: string; readonly name: string } {
  const path = join(folder, id, file);
  if (packing === 'plain') return { path, name: file };
  const name = packing === 'gzip' ? `${file}.gz` : `${id}.zip`;
  const packed = packing === 'gzip' ? gzipSync(readFileSync(path)) : zip(Object.fromEntries(files.map((one) => [one, readFileSync(join(folder, id, one))])));
  writeFileSync(join(scratch, name), packed);
  return { path: join(scratch, name), name };
}

/** Where the format asks, nothing is imported before the answer. */
async function askFirst(workspace: Workspace, path: string, name: string, { kind, choice, proposed }: Expected, label: string): Promise<void> {
  if (choice === undefined && proposed === undefined) return;
  const report = await importFile(workspace, path, name, { kind });
  assert.deepEqual([report.outcome, report.issues.map(({ code }) => code)], ['reject_file', ['E_HEADER_REQUIRED']], label);
  const { details } = report.issues[0]!;
  assert.deepEqual([details?.['candidates'], details?.['suggest_format']], [choice, proposed], label);
  if (proposed !== undefined) assert.equal((await inspectFile(path, name)).kind, 'sessions', label);
}

function compare(workspace: Workspace, { items = {}, absent = [], sessions = {}, types = {}, starts = {} }: Expected, label: string): void {
  for (const [sku, wanted] of Object.entries(items)) {
    const item = getItem(workspace.reader, sku).item as unknown as Readonly<Record<string, unknown>>;
    const found = Object.fromEntries(Object.keys(wanted).map((field) => [field, item[field]]));
    assert.deepEqual(found, wanted, `${label}: ${sku}`);
  }
  for (const sku of absent) assert.throws(() => getItem(workspace.reader, sku), { code: 'not-found' }, `${label}: ${sku}`);
  for (const [session, skus] of Object.entries(sessions)) assert.deepEqual(getSession(workspace.reader, session).session.skus, skus, `${label}: ${session}`);
  for (const [session, wanted] of Object.entries(types)) {
    const found = workspace.reader.prepare(`SELECT type FROM events JOIN sessions ON sessions.id = events.session WHERE session_id = ? ORDER BY timestamp, line`).pluck().all(session);
    assert.deepEqual(found, wanted, `${label}: ${session}`);
  }
  for (const [session, start] of Object.entries(starts)) assert.equal(getSession(workspace.reader, session).session.start, start, `${label}: ${session}`);
}
