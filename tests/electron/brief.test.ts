/** The launch brief over a real model, opened and printed by a real browser, with drafts that try to be more than text. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright';
import type { Browser } from 'playwright';
import type { ItemFeatures } from '../../db/records.ts';
import type { Engine } from '../../electron/engine.ts';
import { escape } from '../../electron/services/brief-html.ts';
import { closeAndRemove, fillTrainedShop, openTestEngine } from '../helpers/shop.ts';

const skip = existsSync('/usr/bin/chromium') ? false : 'chromium is not installed';
const folder = mkdtempSync(join(tmpdir(), 'shelfsight-brief-'));
let engine: Engine;
let browser: Browser;

before(async () => {
  await fillTrainedShop(folder);
  engine = await openTestEngine(folder);
  if (skip === false) browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] });
});
after(async () => {
  await browser?.close();
  await closeAndRemove(engine, folder);
});

const plain: ItemFeatures = {
  title: 'Norrow Brookline White 3 in. x 6 in. Ceramic Wall Tile', description: '', brand: 'Norrow', categoryPath: ['Flooring & Tile', 'Tile', 'Wall Tile'],
  color: ['white'], material: ['ceramic'], size: '', department: '', manufacturer: '', price: 30, attrs: [],
};
const markup = `</title></style><script>window.pwned = 1</script><img src=x onerror="window.pwned = 1"><svg onload=window.pwned=1>&lt;b&gt;`;
const hostile: ItemFeatures = {
  ...plain, title: `${markup}${'W'.repeat(1_000 - markup.length)}`, brand: `"><script>window.pwned=1</script>${'B'.repeat(800)}`,
  categoryPath: ['Flooring & Tile', '\u202eelit'.repeat(40), `<style>*{display:none}</style>${'C'.repeat(400)}`], color: ['𝒲'.repeat(300)], price: 999_999_999_999_999,
};

test('a brief says what, where, who loses, what to fix and how sure, in the numbers of the preview', async () => {
  const { brief, file } = await engine.api.launch.brief({ sku: 'NEW/1', features: plain, currency: 'EUR' });
  const preview = await engine.api.launch.preview({ sku: 'NEW/1', features: plain });
  assert.equal(file.name, 'launch-brief-NEW-1.html');
  assert.deepEqual([brief.sku, brief.title, brief.subtitle], ['NEW/1', plain.title, 'Norrow · Flooring & Tile > Tile > Wall Tile · white · 30 EUR']);
  assert.deepEqual(brief.parts.map(({ title }) => title), ['Where it will show', 'Who loses', 'What to fix', 'How sure we are']);
  assert.equal(brief.figures[2]!.value.replaceAll(',', ''), String(preview.medianRank));
  const [, losers, , sure] = brief.parts;
  const slots = preview.slotsLost.toLocaleString('en');
  assert.match(losers!.sentences[0]!, new RegExp(`^${slots} slots gained = ${slots} slots lost`));
  assert.deepEqual(losers!.rows.map(({ value }) => Number(/^−([\d,]+) slots/.exec(value)![1]!.replace(',', ''))), preview.displaced.slice(0, 5).map((row) => row.slots));
  assert.match(sure!.sentences[0]!, /back-test/);
  assert.match(JSON.stringify(brief.provenance), new RegExp(preview.provenance.run));
  for (const text of [brief.title, brief.subtitle, ...brief.figures.map(({ value }) => value), ...brief.parts.flatMap(({ sentences, rows }) => [...sentences, ...rows.flatMap(({ label, value }) => [label, value])])]) {
    assert.ok(file.text.includes(escape(text)), `the page says “${text}”`);
  }
});

for (const [name, sku, features] of [['an ordinary draft', 'NEW-1', plain], ['a draft that tries everything', `<b>${'S'.repeat(252)}`, hostile], ['a draft without a word', 'N', { ...plain, title: '', brand: '', categoryPath: [], color: [], material: [], price: null }]] as const) {
  test(`${name} is one page of paper, and nothing of it runs`, { skip }, async () => {
    const { brief, file } = await engine.api.launch.brief({ sku, features });
    const path = join(folder, 'brief.html');
    writeFileSync(path, file.text);
    const page = await browser.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`file://${path}`);
    assert.equal((await page.locator('h1').textContent())!, brief.title);
    assert.deepEqual(await page.evaluate('[window.pwned, document.scripts.length, document.images.length, document.querySelectorAll("svg").length, document.styleSheets.length]'), [undefined, 0, 0, 0, 1]);
    assert.deepEqual([asked, complaints], [[`file://${path}`], []]);
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    assert.equal([...pdf.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length, 1);
    await page.close();
  });
}

test('a table leaves as CSV whose cells are only text', async () => {
  const rows = [['sku', 'title', 'slots'], ['=1+1', '@SUM(A1)', -3], ['+A', 'a "quoted", cell', null], ['-2', 'two\nlines', 0.5]];
  assert.deepEqual(await engine.api.launch.exportTable({ name: '../../who loses: =A', rows }), {
    name: 'who-loses-A.csv',
    text: `sku,title,slots\r\n'=1+1,'@SUM(A1),-3\r\n'+A,"a ""quoted"", cell",–\r\n'-2,"two\nlines",0.5\r\n`,
  });
});
