/** promises.md S9: any child may be killed at any moment; the app says what happened and goes on. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { expect, goTo, openTrainedShop, type Stage, type Visit } from './browser.ts';
import { sequence } from './sequence.ts';
import { runStatus, startEndlessTraining } from './steps.ts';

let stage: Stage;
let visit: Visit;
const test = sequence();

before(async () => {
  stage = await openTrainedShop();
  visit = stage.visit;
});
after(() => stage?.close());

/** Opens another draft than before: its numbers cannot be old ones. */
async function previewDraft(sku: string): Promise<void> {
  const { page } = visit;
  await goTo(page, `launch/${sku}`);
  await expect(page.getByRole('heading', { name: sku })).toBeVisible();
  await expect(page.locator('.number-button .big')).toHaveText(/^\d/);
  await expect(page.getByText('Computing…', { exact: true })).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
}

async function onlyProcess(role: 'backend' | 'compute', but: readonly number[] = []): Promise<number> {
  const others = (): readonly number[] => stage.host.pids(role).filter((pid) => !but.includes(pid));
  await expect.poll(() => others().length).toBe(1);
  return others()[0]!;
}

test('the training process is killed: the app says so, previews go on, and the run goes on from its checkpoint', async () => {
  const { page } = visit;
  await previewDraft('NEW-1001');
  const serving = await onlyProcess('compute');
  const used = await page.locator('header .model').getAttribute('href');
  await startEndlessTraining(page);
  await expect(page.getByRole('heading', { name: 'Validation after each epoch' })).toBeVisible(); // there is a checkpoint
  process.kill(await onlyProcess('compute', [serving]), 'SIGKILL');
  await expect(runStatus(page)).toHaveText('Stopped');
  await expect(page.getByText(/^The process that trains ended unexpectedly\..* Resume goes on from the last checkpoint\.$/)).toBeVisible();
  await expect(page.locator('header .model')).toHaveAttribute('href', used!);
  const run = page.url();

  await previewDraft('NEW-1002');
  assert.ok(stage.host.pids('compute').includes(serving), 'the process that serves was not touched');

  await page.goto(run);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(runStatus(page)).toHaveText('Running');
  await expect(page.getByText(/^step [\d,]+ of [\d,]+$/)).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(runStatus(page)).toHaveText('Stopped');
  await expect(page.locator('header .model')).toHaveAttribute('href', used!);
});

test('the process that computes previews is killed: the next preview answers', async () => {
  await previewDraft('NEW-1003');
  for (const pid of stage.host.pids('compute')) process.kill(pid, 'SIGKILL');
  await expect.poll(() => stage.host.pids('compute')).toEqual([]);
  await previewDraft('NEW-1004');
});

test('the backend is killed: the screen connects again and works, what was typed is there', async () => {
  const { page } = visit;
  await previewDraft('NEW-1005');
  await page.getByRole('textbox', { name: 'Title' }).fill('Calderra faucet typed before the backend was killed');
  const killed = await onlyProcess('backend');
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => stage.host.pids('backend').filter((pid) => pid !== killed).length).toBe(1);
  await expect(page.getByText(/Connection lost/)).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('Calderra faucet typed before the backend was killed');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved draft NEW-1005.', { exact: true }).first()).toBeVisible();
  await previewDraft('NEW-1006');
  await page.reload();
  await expect(page.getByRole('grid', { name: 'Drafts' }).getByRole('row', { name: 'Calderra faucet typed before' })).toBeVisible();
});

test('no crash was an exception of the screens', async () => {
  assert.deepEqual(visit.problems.filter((problem) => problem.startsWith('exception')), []);
});
