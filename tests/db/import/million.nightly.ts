/** A million rows: good ones within a stated memory, bad ones counted and kept in the report file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../helpers/database.ts';

const database = join(import.meta.dirname, '../../../db');
const rows = 1_000_000;

async function writeRows(file: string, header: string, row: (index: number) => string): Promise<void> {
  const out = createWriteStream(file);
  out.write(header);
  for (let start = 0; start < rows; start += 10_000) {
    if (!out.write(Array.from({ length: 10_000 }, (_, index) => row(start + index)).join(''))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

/** Imports in a process of its own; answers the report and its largest memory in MiB. */
function importElsewhere(folder: string, file: string) {
  const program = `
    import { openWorkspace } from ${JSON.stringify(join(database, 'database.ts'))};
    import { importFile } from ${JSON.stringify(join(database, 'import/import.ts'))};
    const workspace = openWorkspace(${JSON.stringify(folder)});
    const start = performance.now();
    const report = await importFile(workspace, ${JSON.stringify(file)}, 'rows.csv', { kind: 'catalog' });
    await workspace.close();
    console.log(JSON.stringify({ ...report, issues: report.issues.length, seconds: (performance.now() - start) / 1000, peak: process.resourceUsage().maxRSS / 1024 }));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

test('p10: 1,000,000 products are imported within 400 MiB', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'rows.csv');
  await writeRows(file, 'sku,title,description,brand,category,price\n', (index) => `SKU-${index},Plain shirt ${index},${'A fine shirt for every day. '.repeat(5)},Acme ${index % 500},Apparel > Shirts > Kind ${index % 90},${index % 900}.50\n`);
  const { outcome, created, files, issueCounts, seconds, peak } = importElsewhere(join(folder, 'workspace'), file);
  t.diagnostic(`${seconds.toFixed(1)} s, ${peak.toFixed(0)} MiB`);
  assert.deepEqual([outcome, created, files[0].rows, issueCounts], ['ok', rows, { ok: rows, rejected: 0, skipped: 0 }, {}]);
  assert.ok(peak < 400, `${peak} MiB`);
});

test('p12: 1,000,000 bad rows: counted, 1,000 listed, all in the report file', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'rows.csv');
  await writeRows(file, 'sku,title,description,brand,category,price\n', (index) => `SKU-${index},Plain shirt\n`);
  const { outcome, created, files, issues, issueCounts, report } = importElsewhere(join(folder, 'workspace'), file);
  assert.deepEqual([outcome, created, files[0].rows, issues, issueCounts], ['partial', 0, { ok: 0, rejected: rows, skipped: 0 }, 1_000, { E_ROW_TOO_FEW: rows }]);
  let lines = 0;
  for await (const chunk of createReadStream(report)) for (const byte of chunk as Buffer) if (byte === 10) lines += 1;
  assert.equal(lines, rows);
});
