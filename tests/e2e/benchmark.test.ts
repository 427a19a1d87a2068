/** The benchmark as an analyst uses it: systems run, figures compared under every switch, explained, exported, and the queue cancelled. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import type { Locator } from 'playwright';
import { expect, foreign, goTo, openTrainedShop, type Stage, type Visit } from './browser.ts';
import { sequence } from './sequence.ts';
import { manySeeds } from './steps.ts';

let stage: Stage;
let visit: Visit;
const test = sequence();

before(async () => {
  stage = await openTrainedShop();
  visit = stage.visit;
});
after(() => stage?.close());

function grid(): Locator {
  return visit.page.getByRole('grid', { name: 'Systems by measure' });
}

/** The row of a system, by the beginning of its name. */
function rowOf(label: string): Locator {
  const { page } = visit;
  return grid().getByRole('row').filter({ has: page.getByRole('gridcell') }).filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${label}(?!\\w)`) }) });
}

/** Its numbers as they stand: HIT, Recall, MRR (all, sparse each), HIT of tail and cold. */
async function figuresOf(label: string): Promise<readonly string[]> {
  return rowOf(label).getByRole('gridcell').evaluateAll((cells) => cells.map((cell) => cell.textContent ?? ''));
}

function queue(): Locator {
  return visit.page.getByRole('list', { name: 'Tasks of the queue' });
}

async function openView(name: string): Promise<void> {
  await visit.page.getByRole('navigation', { name: 'Views of the benchmark' }).getByRole('link', { name, exact: true }).click();
}

async function download(button: string): Promise<{ readonly name: string; readonly content: Buffer }> {
  const coming = visit.page.waitForEvent('download');
  await visit.page.getByRole('button', { name: button, exact: true }).click();
  const file = await coming;
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
}

test('before anything is measured, the screen says what to do', async () => {
  const { page } = visit;
  await page.getByRole('link', { name: 'Benchmark', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No figures yet' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Evaluate 1 finished run' })).toBeEnabled();
  await expect(page.getByRole('button', { name: 'PNG' })).toBeDisabled();
  await page.getByRole('region', { name: 'Results' }).getByRole('button', { name: 'Run benchmark' }).click();
  await expect(page).toHaveURL(/#\/benchmark\/run$/);
});

test('two small systems and the baselines run as a queue', async () => {
  const { page } = visit;
  const form = page.getByRole('region', { name: 'Results' });
  await form.getByText('Small', { exact: true }).click();
  await form.getByRole('textbox', { name: 'Epochs' }).fill('2');
  await form.getByRole('combobox', { name: 'Device' }).selectOption('cpu');
  await form.getByRole('textbox', { name: 'Seeds' }).fill('one');
  await expect(form.getByText(/^Seeds are whole numbers/)).toBeVisible();
  await expect(form.getByRole('button', { name: 'Start benchmark' })).toBeDisabled();
  await form.getByRole('textbox', { name: 'Seeds' }).fill('1');
  await expect(form.getByText(/^2 trainings/)).toBeVisible();
  await form.getByRole('button', { name: 'Start benchmark' }).click();
  await expect(page.getByText(/^The benchmark queue is done: 9 tasks\.$/).first()).toBeVisible({ timeout: 600_000 });
  await expect(queue().getByText(/^(under 1 s|\d+ s)$/)).toHaveCount(9);
  await expect(queue().getByRole('link', { name: 'Run' })).toHaveCount(2);
});

test('the model in use is still the one that was', async () => {
  await expect(visit.page.locator('header .model')).toContainText('M2TRec');
  await expect(visit.page.getByText(/its model is in use/)).toHaveCount(0);
});

test('the table has its rows in groups, each number with n and standard error', async () => {
  const { page } = visit;
  await openView('Table');
  await expect(page).toHaveURL(/#\/benchmark$/);
  await expect(grid().getByRole('rowheader', { name: 'M2TRec and its variants' })).toBeVisible();
  await expect(rowOf('M2TRec')).toHaveCount(1);
  for (const label of ['M2TRec', 'MeTRec', 'VSKNN', 'Markov', 'Co-occurrence', 'Title similarity', 'Popularity']) assert.match((await figuresOf(label))[0]!, /^\d+\.\d\d$/, label);
  await expect(rowOf('Top-N frequent')).toHaveCount(0); // it ranks no SKUs
  const first = rowOf('M2TRec').getByRole('gridcell').first();
  await expect(first).toHaveAttribute('title', /^\d+\.\d\d % ± \d+\.\d\d \(standard error\), n = [\d,]+$/);
  await first.focus();
  const asked = page.getByRole('region', { name: 'How computed and what runs' });
  await expect(asked).toContainText('M2TRec, HIT@20, all');
  await expect(asked).toContainText(`${await first.textContent()} % ±`);
  await expect(asked.getByRole('link', { name: /m2trec/ })).toBeVisible();
  await expect(asked.getByText(/^(No difference shown: )?[+−]\d+\.\d\d points, 95 % interval [+−]\d+\.\d\d to [+−]\d+\.\d\d/)).toBeVisible();
  await asked.getByRole('combobox', { name: 'Against' }).selectOption('Popularity');
  await expect(asked.getByText(/^\+\d+\.\d\d points, 95 % interval \+/)).toBeVisible(); // what learned is better than what counts
  await first.focus();
  await page.keyboard.press('ArrowDown');
  await expect(asked).not.toContainText('M2TRec, HIT@20, all');
});

test('every switch changes the figures, and stands in the address', async () => {
  const { page } = visit;
  const allowed = await figuresOf('VSKNN');
  await page.getByText('Seen items removed', { exact: true }).click();
  await expect(page).toHaveURL(/#\/benchmark\/table\.removed$/);
  await expect.poll(() => figuresOf('VSKNN')).not.toEqual(allowed);
  const removed = await figuresOf('VSKNN');
  await page.getByText('AnyHit (rest)', { exact: true }).click();
  await expect(grid().getByRole('columnheader', { name: 'AnyHit@20 (rest)' })).toBeVisible();
  const anyHit = await figuresOf('VSKNN');
  assert.ok(Number(anyHit[2]) >= Number(removed[2]), 'one hit of the rest is no rarer than a share of it');
  assert.deepEqual([...anyHit.slice(0, 2), ...anyHit.slice(4)], [...removed.slice(0, 2), ...removed.slice(4)]);
  await page.getByText('5', { exact: true }).click();
  await expect(page).toHaveURL(/#\/benchmark\/table\.removed\.anyhit\.k5$/);
  await expect.poll(async () => Number((await figuresOf('VSKNN'))[0])).toBeLessThan(Number(removed[0]));
  const shown = await figuresOf('M2TRec');
  await page.reload();
  await expect(grid()).toBeVisible();
  assert.deepEqual(await figuresOf('M2TRec'), shown);
});

test('exports hold the figures of the screen', async () => {
  const [hit] = await figuresOf('M2TRec');
  const csv = await download('CSV');
  assert.match(csv.name, /removed\.csv$/);
  const [header, ...lines] = csv.content.toString().trimEnd().split('\r\n').map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
  const column = (name: string): number => header!.indexOf(name);
  const own = lines.filter((cells) => cells[0] === 'M2TRec' && cells[column('slice')] === 'all' && cells[column('k')] === '5');
  assert.ok(own.some((cells) => (Number(cells[column('hit')]) * 100).toFixed(2) === hit), `${hit} is in the file`);
  const markdown = await download('Markdown');
  assert.match(markdown.name, /\.md$/);
  assert.ok(markdown.content.toString().includes(hit!), `${hit} is in the report`);
  const picture = await download('PNG');
  assert.equal(picture.name, 'shelfsight-benchmark-table-removed-anyhit-k5.png');
  assert.equal(picture.content.subarray(1, 4).toString(), 'PNG');
  const sheet = (await visit.page.locator('.sheet').boundingBox())!;
  assert.equal(picture.content.readUInt32BE(16), Math.ceil(sheet.width * 2));
  await expect(visit.page.getByText(/^Exported /).first()).toBeVisible();
});

test('categories: systems and heuristics by level, as a chart and as a table', async () => {
  const { page } = visit;
  await openView('Categories');
  await expect(page.getByRole('img', { name: /^HIT@1 of the next category\. .*Leaf: best is / })).toBeVisible();
  await page.getByText('As a table').click();
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.filter({ hasText: 'Top-N frequent' })).toHaveCount(1);
  const leaf = (): Promise<string | null> => rows.filter({ hasText: 'Top-N frequent' }).getByRole('cell').last().textContent();
  const atOne = Number(await leaf());
  await page.getByText('5', { exact: true }).click();
  await expect.poll(async () => Number(await leaf())).toBeGreaterThan(atOne);
});

test('convergence: the runs at hand are judged in words, by epoch and by time', async () => {
  const { page } = visit;
  await openView('Convergence');
  await expect(page.getByText(/^Learning the categories too reaches the level of both in fewer epochs in [01] of 1 pair, .*: the claim (holds|does not hold) here/)).toBeVisible();
  await expect(page.getByText(/^Seed 1: M2TRec reaches HR@20 \d+\.\d\d\s% at epoch [12] against [12] of MeTRec/)).toBeVisible();
  await page.getByText('By time', { exact: true }).click();
  await page.getByText('As a table').click();
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(1 + 2 * 2);
});

test('size and time show what was trained; less data says what it needs', async () => {
  const { page } = visit;
  await openView('Size and time');
  await expect(page.getByRole('img', { name: /by parameters\. .*MeTRec/ })).toBeVisible();
  await openView('Less data');
  await page.getByRole('button', { name: 'Choose the shares' }).click();
  for (const share of ['10 %', '25 %', '50 %', '100 %']) await expect(page.getByRole('checkbox', { name: share, exact: true })).toBeChecked();
});

test('a queue runs while other screens are looked at, and is cancelled; what was done before stays', async () => {
  const { page } = visit;
  const form = page.getByRole('region', { name: 'Results' });
  await form.getByRole('combobox', { name: 'Device' }).selectOption('cpu');
  await form.getByRole('textbox', { name: 'Seeds' }).fill(manySeeds);
  await form.getByRole('button', { name: 'Start benchmark' }).click();
  await expect(queue().getByText('Running', { exact: true })).toBeVisible();
  await expect(queue().getByText(/^(Reading the workspace|Learning the words|Building the graph|Training), epoch/)).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Benchmark progress' })).toBeVisible();
  await page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await expect(page.getByRole('grid', { name: 'Catalog' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^(Evaluating|Training) .+, \d+ of \d+/ })).toBeVisible(); // the job in the bar
  await page.goBack();
  await page.getByRole('button', { name: 'Cancel queue' }).click();
  await expect(queue().getByText('Cancelled', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel queue' })).toHaveCount(0);
  await goTo(page, 'benchmark');
  await expect(rowOf('VSKNN')).toBeVisible();
});

test('nothing left this machine and nothing complained', async () => {
  assert.deepEqual(foreign(visit.requests, stage.host).filter((address) => !address.startsWith('blob:')), []);
  assert.deepEqual(visit.problems, []);
});
