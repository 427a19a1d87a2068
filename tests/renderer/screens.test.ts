/** Every screen in a real browser under the product's content security policy: no violation, no serious accessibility issue, no sideways scrolling. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright';
import { modelKinds } from '../../models/config.ts';
import { seriousViolations } from '../helpers/axe.ts';
import { assertSound, openPages, skip, type Pages } from './harness/pages.ts';

let pages: Pages;

before(async () => {
  if (skip === false) pages = await openPages('ready', 'empty');
});
after(() => pages?.close());

/** What must be on the screen before it is looked at. */
const landmarks: Readonly<Record<string, string>> = {
  home: 'Import the catalogue', catalog: 'SKU', 'catalog/NEW-1002': 'Preview launch', 'catalog/+import': 'Earlier imports', sessions: 'Sessions by length (events)', 'sessions/s00012': 'What comes next',
  training: 'Validation after each epoch', benchmark: 'M2TRec and its variants', 'benchmark/categories': 'Heuristics of the paper', 'benchmark/convergence': 'Best: 52.29\u00a0% against 50.98\u00a0%', 'benchmark/sessions': 'of its figure at',
  'benchmark/cost': 'by training time', 'benchmark/run': 'Start benchmark', launch: 'Dead on arrival', 'launch/NEW-1002': 'Sessions that would see it', 'categories/1051297,1052856': 'From top-N items', 'categories/%2Bdemand': 'From row to column', settings: 'About this workspace',
  'launch/NEW-1002/where.nearest': 'no device of arrival', 'launch/NEW-1002/why.losers': 'What each title word contributes', 'launch/NEW-1002/todo.losers': 'comparable SKUs have it', 'launch/NEW-1002/variants': 'One text so far', 'launch/NEW-1002/sessions.losers.brief': 'How sure we are',
  'launch/%2Btogether%3ANEW-1001%2CNEW-1002': '2 drafts launched together',
};

for (const [address, text] of Object.entries(landmarks)) {
  test(`${address}: nothing violated, accessible in light and dark, no sideways scrolling`, { skip }, async () => {
    const opened = await pages.look('ready', address);
    await opened.page.getByText(text).first().waitFor();
    await assertSound(opened);
  });
}

test('high contrast: asked for by the system or in the settings, in both themes, and kept; nothing serious on any kind of screen', { skip }, async () => {
  const { page, complaints } = await pages.open('ready', 'settings');
  const more = page.locator('html[data-contrast="more"]');
  await page.emulateMedia({ contrast: 'more' });
  await more.waitFor();
  await page.emulateMedia({ contrast: 'no-preference' });
  await page.locator('html[data-contrast="usual"]').waitFor();
  await page.getByRole('radio', { name: 'High' }).check();
  await page.reload();
  await more.waitFor();
  for (const address of ['launch/NEW-1002/why.losers', 'training', 'categories/%2Bdemand'] as const) {
    await page.evaluate((hash) => { location.hash = hash; }, `#/${address}`);
    await page.getByText(landmarks[address]!).first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      assert.deepEqual(await seriousViolations(page), [], `${address}, ${colorScheme}`);
    }
  }
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('the system’s own colours: what is drawn with backgrounds stays to be seen', { skip }, async () => {
  const { page } = await pages.open('ready', 'launch/NEW-1002');
  await page.emulateMedia({ forcedColors: 'active' });
  const bar = page.getByRole('img', { name: /^Moments by rank/ }).locator('.shown').first();
  await bar.waitFor();
  const colours = await bar.evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(document.body).backgroundColor]);
  assert.notEqual(colours[0], colours[1]);
  await page.context().close();
});

test('a chart leaves as SVG, drawn with colours that any program reads, and as PNG', { skip }, async () => {
  const { page, complaints } = await pages.open('ready', 'training');
  const group = page.getByRole('group', { name: 'Save Training loss as a picture' });
  const take = async (kind: 'SVG' | 'PNG'): Promise<Buffer> => {
    const waiting = page.waitForEvent('download');
    await group.getByRole('button', { name: kind }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), `shelfsight-training-loss.${kind.toLowerCase()}`);
    return readFileSync(await download.path());
  };
  const svg = (await take('SVG')).toString();
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(svg, /<title>Training loss over /);
  assert.match(svg, /<polyline [^>]*stroke="#[0-9a-f]{6}"/);
  assert.doesNotMatch(svg, /oklch|class=|var\(/);
  assert.equal((await take('PNG')).subarray(1, 4).toString(), 'PNG');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('a workspace is wiped only once its name is typed, and says so', { skip }, async () => {
  const { page } = await pages.open('ready', 'settings');
  const wipe = page.getByRole('button', { name: 'Wipe all data' });
  await wipe.waitFor();
  assert.equal(await wipe.isDisabled(), true);
  await page.getByLabel(/^Type the workspace’s name/).fill('Harbour & Oak');
  assert.equal(await wipe.isDisabled(), true);
  await page.getByLabel(/^Type the workspace’s name/).fill('Harbour & Oak demo');
  await page.keyboard.press('Enter');
  await page.getByText('All data of Harbour & Oak demo were removed from this machine.').first().waitFor();
  assert.match(page.url(), /#\/home$/);
  await page.context().close();
});

test('an empty workspace opens on the checklist, and every screen says what it needs', { skip }, async () => {
  const { page, complaints } = await pages.open('empty', '');
  await page.getByRole('button', { name: 'Import catalogue' }).waitFor();
  assert.match(page.url(), /#\/home$/);
  for (const [screen, title] of [['catalog', 'No catalogue yet'], ['sessions', 'No sessions yet'], ['training', 'No run yet'], ['benchmark', 'Nothing to compare on yet'], ['launch', 'No drafts yet'], ['categories', 'No model yet']] as const) {
    await page.evaluate((hash) => { location.hash = hash; }, `#/${screen}`);
    await page.getByRole('heading', { name: title }).waitFor();
  }
  assert.deepEqual(await seriousViolations(page), []);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('typing moves the numbers beside their saved state; Esc reverts; Undo brings the typing back', { skip }, async () => {
  const { page } = await pages.open('ready', 'launch/NEW-1002');
  const title = page.getByLabel('Title');
  const before = await title.inputValue();
  const exposure = page.getByRole('region', { name: 'Exposure' });
  await exposure.getByText('Median rank').waitFor();
  await title.fill('Something entirely different');
  await exposure.getByText(/worse by/).first().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await title.inputValue(), before);
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await title.inputValue(), 'Something entirely different');
  await page.context().close();
});

test('the keyboard alone: a draft opened from the board is where Tab goes on, and Alt with an arrow goes back and forward', { skip }, async () => {
  const { page } = await pages.open('ready', 'launch');
  const board = page.getByRole('grid', { name: 'Drafts' });
  await board.locator('[aria-rowindex="2"]').waitFor();
  await board.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/launch\/.+/);
  await page.getByRole('textbox', { name: 'Title' }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement!.closest('main') !== null), true);
  await page.keyboard.press('Alt+ArrowLeft');
  await page.waitForURL(/#\/launch$/);
  await page.keyboard.press('Alt+ArrowRight');
  await page.waitForURL(/#\/launch\/.+/);
  await page.context().close();
});

test('the keyboard alone: palette to a SKU, list by arrows, back up by Esc', { skip }, async () => {
  const { page } = await pages.open('ready', 'launch');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('grout');
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/(catalog|launch)\/.+/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('grout');
  await page.getByRole('option', { name: /^Grout & Sealer Demand of sessions/ }).click();
  await page.waitForURL(/#\/categories\/%2Bdemand\/entry%3DGrout/);
  assert.equal(await page.getByLabel('Category of entry').inputValue(), 'Grout & Sealer');
  await page.keyboard.press('j');
  await page.getByRole('dialog', { name: 'Jobs' }).waitFor();
  await page.keyboard.press('Escape');
  await page.evaluate(() => { location.hash = '#/catalog'; });
  const grid = page.getByRole('grid', { name: 'Catalog' });
  await grid.focus();
  await page.keyboard.press('End');
  const last = Number(await grid.getAttribute('aria-rowcount'));
  await page.keyboard.press('Enter'); // the last row's page is still on its way: it opens when it is there
  await page.waitForURL(/#\/catalog\/.+/);
  await grid.locator(`[aria-rowindex="${last}"][aria-selected="true"]`).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL(/#\/catalog$/);
  await page.context().close();
});

test('a run is watched while it goes, also after another screen was looked at', { skip }, async () => {
  const { page } = await pages.open('ready', 'training');
  await page.getByText('Validation after each epoch').waitFor();
  await page.evaluate(() => { location.hash = '#/catalog'; });
  await page.getByRole('grid', { name: 'Catalog' }).waitFor();
  await page.evaluate(() => { location.hash = '#/training'; });
  await page.getByRole('button', { name: 'Train model' }).click();
  await page.getByText(/step \d+ of 800/).waitFor();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  assert.match((await page.getByRole('img', { name: /Training loss over/ }).getAttribute('aria-label')) ?? '', /so far/);
  await page.context().close();
});

test('every kind of model can be chosen, each with what to know of it and with the settings it has', { skip }, async () => {
  const { page, complaints } = await pages.open('ready', 'training');
  const form = page.getByRole('region', { name: 'New model' });
  const model = form.getByRole('combobox', { name: 'Model' });
  const offered = await model.evaluate((select) => [...select.querySelectorAll('optgroup')].map((group) => [group.label, ...[...group.querySelectorAll('option')].map(({ value }) => value)]));
  assert.deepEqual(offered.flatMap(([, ...kinds]) => kinds).sort(), [...modelKinds].sort());
  assert.deepEqual(offered.map(([label]) => label), ['Metadata', 'SKU ids', 'RNNs and attention']);
  const head = form.getByRole('radiogroup', { name: 'Item head' });
  await model.selectOption('trec-id');
  await form.getByText('It cannot rank a draft').waitFor();
  await head.getByRole('radio', { name: 'Id', checked: true }).waitFor();
  await head.getByText('Tied', { exact: true }).click();
  await form.getByText('Tied compares with the rows that the model reads').waitFor();
  await model.selectOption('narm');
  await form.getByText('to compare with: for the benchmark only').waitFor();
  await head.waitFor({ state: 'detached' });
  await model.selectOption('m2trec');
  await head.getByRole('radio', { name: 'Tied', checked: true }).waitFor();
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('the benchmark by keyboard: every number explains itself, a switch keeps the place', { skip }, async () => {
  const { page } = await pages.open('ready', 'benchmark');
  const grid = page.getByRole('grid', { name: 'Systems by measure' });
  const asked = page.getByRole('region', { name: 'How computed and what runs' });
  await grid.locator('[tabindex="0"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await asked.getByText('TRec-id, Recall@20 (rest), all', { exact: true }).waitFor();
  await page.keyboard.press('Control+End');
  await asked.getByText('Title similarity, HIT@20, cold', { exact: true }).waitFor();
  await asked.getByText(/5\.30 % ± 0\.\d\d \(standard error over the moments\), n = 818/).waitFor();
  await asked.getByText(/points, 95 % interval .* Paired bootstrap over sessions, n = 818/).waitFor();
  await asked.getByRole('combobox', { name: 'Against' }).selectOption({ label: 'MeTRec' });
  await asked.getByText(/−6\.11 points/).waitFor();
  await page.getByText('Seen items removed', { exact: true }).click();
  await page.waitForURL(/#\/benchmark\/table\.removed$/);
  await asked.getByText(/3\.66 % ±/).waitFor();
  await page.getByText('10', { exact: true }).click();
  await page.waitForURL(/#\/benchmark\/table\.removed\.k10$/);
  await page.getByRole('link', { name: 'Less data' }).click();
  await page.getByText('HIT@10 by share of the training sessions').waitFor();
  await page.goBack();
  await asked.getByText('Title similarity, HIT@10, cold', { exact: true }).waitFor();
  await page.context().close();
});

test('a queue runs, shows its progress on every screen, and is cancelled', { skip }, async () => {
  const { page } = await pages.open('ready', 'benchmark/run');
  await page.getByRole('textbox', { name: 'Seeds' }).fill('1, 2, 3');
  await page.getByText('6 trainings').waitFor();
  await page.getByRole('button', { name: 'Start benchmark' }).click();
  const tasks = page.getByRole('list', { name: 'Tasks of the queue' });
  await tasks.getByText('Running').waitFor();
  await page.getByRole('button', { name: /of 27 \d+ %/ }).waitFor(); // the job in the bar
  await page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await page.getByRole('grid', { name: 'Catalog' }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Cancel queue' }).click();
  await tasks.getByText('Cancelled').first().waitFor();
  await page.getByRole('button', { name: 'No jobs' }).waitFor();
  await page.context().close();
});

test('a picture holds what is on screen, in its colours', { skip }, async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await pages.open('ready', 'benchmark/cost');
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'PNG' }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), 'shelfsight-benchmark-cost.png');
    const picture = readFileSync(await download.path());
    assert.equal(picture.subarray(1, 4).toString(), 'PNG');
    const { width, height, blue } = await look(page, picture);
    const box = (await page.locator('.sheet').boundingBox())!;
    assert.equal(width, Math.ceil(box.width * 2));
    assert.ok(height > box.height && height < box.height * 2, 'it is drawn whole, without the part that only unfolds on a screen');
    assert.ok(blue > 20, `the point of a metadata system is drawn: ${blue} pixels of its colour`);
    await page.context().close();
  }
});

/** Size of a PNG, and how many of its pixels have the colour of the first category. */
function look(page: Page, picture: Buffer): Promise<{ readonly width: number; readonly height: number; readonly blue: number }> {
  return page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d')!;
    const colorOf = (): readonly number[] => [...context.getImageData(0, 0, 1, 1).data];
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--cat-1');
    context.fillRect(0, 0, 1, 1);
    const wanted = colorOf();
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let blue = 0;
    for (let at = 0; at < data.length; at += 4) if (wanted.every((value, channel) => Math.abs(value - data[at + channel]!) < 3)) blue++;
    return { width: image.width, height: image.height, blue };
  }, picture.toString('base64'));
}
