import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRejectedRows } from '../../electron/services/rejected-rows.ts';

test('rejected rows come in pieces that end behind whole characters, and are the file again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'reports'));
  const rejected = createRejectedRows(folder);
  // One, two, three and four bytes a character, shifted so that every kind stands at an end.
  for (let shift = 0; shift < 10; shift += 1) {
    const text = `${'x'.repeat(shift)}${'aé€😀'.repeat(250_000)}`;
    const path = join(folder, 'reports', 'import-7-rejected.csv');
    writeFileSync(path, text);
    let read = '';
    let pieces = 0;
    for (let offset: number | null = 0; offset !== null; pieces += 1) {
      const piece: { readonly text: string; readonly next: number | null } = await rejected.read({ importId: 7 }, offset);
      read += piece.text;
      offset = piece.next;
    }
    assert.ok(read === text, `shifted by ${shift}`);
    assert.ok(pieces >= 3);
  }
  rejected.note('job', join(folder, 'reports', 'import-7-rejected.csv'));
  assert.match((await rejected.read({ job: 'job' }, 0)).text, /^xxx/);
  await assert.rejects(rejected.read({ job: 'other' }, 0), { name: 'AppError', code: 'not-found' });
  await assert.rejects(rejected.read({ importId: 8 }, 0), { name: 'AppError', code: 'not-found' });
});
