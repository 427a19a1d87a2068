/** What a user does more than once. */
import type { Locator, Page } from 'playwright';
import { expect, goTo } from './browser.ts';

/** A file of the disk, or one that is made on the spot. */
export type ChosenFile = string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

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

/** Starts a training on the CPU. `Full` takes long enough for a user, or a test, to step in. */
export async function startTraining(page: Page, { epochs, preset = 'Small' }: { readonly epochs: number; readonly preset?: 'Small' | 'Full' }): Promise<void> {
  await goTo(page, 'training');
  await page.getByText(preset, { exact: true }).click();
  await page.getByRole('combobox', { name: /^Device/ }).selectOption('cpu');
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill(String(epochs));
  await page.getByRole('button', { name: 'Train model' }).click();
}

/** The status of the run that is open: `Running`, `Paused`, `Stopped`, `Done`, `Failed`. */
export function runStatus(page: Page): Locator {
  return page.getByRole('region', { name: 'Run', exact: true }).locator('.pane-head .chip');
}
