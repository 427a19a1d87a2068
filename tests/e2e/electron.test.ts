/** The desktop app itself, where an Electron runtime can be had: its window opens, speaks to the backend, and can go nowhere. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { _electron } from 'playwright';
import { buildMain } from '../../build/main.ts';

const root = resolve(import.meta.dirname, '../..');

/** The Electron program, or null where it is not installed. */
function findElectron(): string | null {
  const named = join(root, 'node_modules/electron/path.txt');
  const program = existsSync(named) ? join(root, 'node_modules/electron/dist', readFileSync(named, 'utf8')) : null;
  return program !== null && existsSync(program) ? program : null;
}

const program = findElectron();
const display = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
const reason = program === null ? 'no Electron runtime on this machine' : display ? false : 'no display on this machine';

test('the desktop app opens its window, and the window reaches the backend', { skip: reason }, async (context) => {
  assert.ok(buildMain(root), 'the shell builds');
  const workspace = mkdtempSync(join(tmpdir(), 'shelfsight-desktop-'));
  context.after(() => rmSync(workspace, { recursive: true, force: true }));
  const app = await _electron.launch({ executablePath: program!, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, '--workspace', workspace] });
  try {
    const page = await app.firstWindow();
    await page.waitForSelector('main');
    const seen = await page.evaluate(`({
      origin: location.origin,
      bridge: Object.keys(window.shelfsight),
      node: [typeof process, typeof require],
      opened: window.open('https://example.com'),
    })`);
    assert.deepEqual(seen, { origin: 'app://shelfsight', bridge: ['connect', 'savePdf'], node: ['undefined', 'undefined'], opened: null });
    // The page as a PDF, where the user's dialog would say; its answer is a message.
    const saved = join(workspace, 'brief.pdf');
    await app.evaluate(({ dialog }, filePath) => void (dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })), saved);
    const told = await page.evaluate(`new Promise((resolve) => {
      addEventListener('message', ({ data }) => { if (data.shelfsight === 'pdf') resolve(data); });
      window.shelfsight.savePdf('../brief.pdf');
    })`);
    assert.deepEqual(told, { shelfsight: 'pdf', saved: 'brief.pdf', problem: '' });
    assert.equal(readFileSync(saved, 'latin1').slice(0, 5), '%PDF-');
    await page.evaluate("void (location.href = 'https://example.com')");
    assert.match(page.url(), /^app:\/\/shelfsight\//);
  } finally {
    await app.close();
  }
});
