/** What a user does more than once. */
import type { Locator, Page } from 'playwright';
import { expect, goTo } from './browser.ts';

/** A file of the disk, or one that is made on the spot. */
export type ChosenFile = string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

/** Seeds of a queue whose trainings are not over before somebody looks at them, on any machine: it is cancelled afterwards. */
export const manySeeds = Array.from({ length: 20 }, (_, index) => 101 + index).join(', ');

/** A tile of numbers: its label and what stands under it. */
export function tile(scope: Page | Locator, label: string): Locator {
  return scope.locator('.tiles > div', { has: scope.getByText(label, { exact: true }) }).locator('.value');
}

/** Chooses a file on the import screen and waits until its columns are shown. */
export async function chooseFile(page: Page, file: ChosenFile, as: 'catalogue or sessions file' | 'launch list (drafts)' = 'catalogue or sessions file'): Promise<void> {
  const restart = page.getByRole('button', { name: /^(Import another|Choose another) file$/ });
  if (await restart.isVisible()) await restart.click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: `Choose a ${as}` }).click();
  await (await chooser).setFiles(file);
  await expect(page.getByRole('button', { name: 'Check file' })).toBeVisible();
}

/** Checks the chosen file, imports it, and waits for the report. */
export async function importChosen(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check file' }).click();
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
  await page.getByRole('button', { name: /^Import [\d,]+ / }).click();
  await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
}

/** Trains a small model on the CPU by the form, and waits until its run is the one that is open. */
export async function startTraining(page: Page, { epochs }: { readonly epochs: number }): Promise<void> {
  await goTo(page, 'training');
  await page.getByText('Small', { exact: true }).click();
  await page.getByRole('combobox', { name: /^Device/ }).selectOption('cpu');
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill(String(epochs));
  await page.getByRole('button', { name: 'Train model' }).click();
  await page.waitForURL(/#\/training\/.+/);
  await expect(openRun(page)).toContainText(`Run ${runOfAddress(page)}, started`);
}

/**
 * Starts a training that goes on until it is told to end, however fast the machine is, and opens it. The form has no such run: validation ends
 * those it can start. So it is asked for as another window would.
 */
export async function startEndlessTraining(page: Page): Promise<void> {
  const reply = await page.evaluate(`new Promise((resolve, reject) => {
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/channel');
    socket.onopen = () => socket.send(JSON.stringify({ id: 1, service: 'training', method: 'start', request: { device: 'cpu', epochs: 1000, config: { patience: 1000 } } }));
    socket.onmessage = ({ data }) => { const reply = JSON.parse(data); if (reply.id === 1) { socket.close(); resolve(reply); } };
    socket.onerror = reject;
  })`);
  const { value } = reply as { readonly value: { readonly runId: string } };
  await goTo(page, `training/${value.runId}`);
  await expect(openRun(page)).toContainText(`Run ${value.runId}, started`);
}

function runOfAddress(page: Page): string {
  return page.url().split('/').at(-1)!;
}

function openRun(page: Page): Locator {
  return page.getByRole('region', { name: 'Run', exact: true });
}

/** The status of the run that is open: `Running`, `Paused`, `Stopped`, `Done`, `Failed`. */
export function runStatus(page: Page): Locator {
  return openRun(page).locator('.pane-head .chip');
}
