/** The hostile files of the import contract: outcome, counts and issues of each case must be exactly as its manifest says. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { importFile } from '../../../db/import/import.ts';
import { flat, importText, shared, temporaryWorkspace } from '../../helpers/database.ts';

interface Expected {
  readonly outcome: string;
  readonly rows_ok?: number;
  readonly rows_rejected?: number;
  readonly rows_skipped?: number;
  readonly issues: readonly Readonly<Record<string, unknown>>[];
}

interface Case {
  readonly id: string;
  readonly file?: string;
  readonly kind?: string;
  readonly how?: string;
  readonly needs_catalog?: readonly string[];
  readonly expect: Expected;
}

/** The manifests of XML and JSON put the expectation beside the file. */
interface FlatCase extends Expected {
  readonly file: string;
}

function readCases(name: string): readonly Case[] {
  const file = join(shared, 'fixtures/hostile', name, 'manifest.json');
  if (!existsSync(file)) {
    test(`hostile files: ${name}`, { skip: `${file} is not here` }, () => undefined);
    return [];
  }
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly (Case | FlatCase)[] };
  return cases.map((entry) => ('id' in entry ? entry : { id: entry.file, file: entry.file, expect: entry }));
}

for (const [name, entry] of ['catalog-csv', 'xml', 'json'].flatMap((name) => readCases(name).map((entry) => [name, entry] as const))) {
  if (entry.file === undefined) {
    const place = /1,000,000/.test(entry.how ?? '') ? 'million.nightly.ts' : 'procedural.test.ts';
    test(entry.id, { skip: `no file, made at test time in ${place}` }, () => undefined);
    continue;
  }
  test(entry.id, async (t) => {
    const workspace = temporaryWorkspace(t);
    if (entry.needs_catalog !== undefined) {
      await importText(workspace, `sku,title,leaf\n${entry.needs_catalog.map((sku) => `${sku},Product ${sku},things\n`).join('')}`);
    }
    const report = await importFile(workspace, join(shared, 'fixtures/hostile', name, entry.file!), entry.file!, { kind: entry.kind === 'sessions' ? 'sessions' : 'catalog' });
    const { rows } = report.files[0]!;
    const { expect } = entry;
    const rejected = expect.rows_rejected ?? (name === 'catalog-csv' ? 0 : expect.outcome === 'partial' ? expect.issues.length : 0);
    assert.deepEqual(
      { outcome: report.outcome, rows_ok: rows.ok, rows_rejected: rows.rejected, rows_skipped: rows.skipped },
      { outcome: expect.outcome, rows_ok: expect.rows_ok ?? 0, rows_rejected: rejected, rows_skipped: expect.rows_skipped ?? 0 },
    );
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    const found = report.issues.map(flat);
    for (const wanted of expect.issues) {
      if ('count' in wanted || 'count_min' in wanted) {
        const total = report.issueCounts[wanted['code'] as string] ?? 0;
        assert.ok('count' in wanted ? total === wanted['count'] : total >= (wanted['count_min'] as number), `${wanted['code']}: ${total}`);
        for (let index = found.findIndex((issue) => issue['code'] === wanted['code']); index >= 0; index = found.findIndex((issue) => issue['code'] === wanted['code'])) found.splice(index, 1);
        continue;
      }
      const index = found.findIndex((issue) => Object.entries(wanted).every(([name, value]) => JSON.stringify(issue[name]) === JSON.stringify(value)));
      assert.ok(index >= 0, `no ${JSON.stringify(wanted)} among ${JSON.stringify(found, null, 1)}`);
      found.splice(index, 1);
    }
    assert.deepEqual(found.filter((issue) => !(issue['code'] as string).startsWith('I_')), []);
    for (const issue of report.issues) {
      if (issue.line !== null) assert.match(issue.message, new RegExp(`[Ll]ine ${issue.line}\\b`));
      if (issue.line !== null && issue.column !== null) assert.ok(issue.message.includes(issue.column), issue.message);
    }
  });
}
