/** How long the page stands still while a large catalogue is imported through the screen: the longest gap between two frames. */
import { join } from 'node:path';
import { expect, goTo, launchBrowser, openApp } from '../e2e/browser.ts';
import { startHost } from '../e2e/host.ts';
import { temporaryFolder, writeLargeCatalog } from '../e2e/shop.ts';
import { chooseFile, importChosen } from '../e2e/steps.ts';
import type { BenchResult } from './run.ts';

export const title = 'frames of the page during an import through the screen (options: --rows=100000)';

/** Remembers every gap between two frames, with the moment it ended. */
const watchFrames = `window.gaps = []; { let before = performance.now(); const frame = () => { const now = performance.now(); window.gaps.push(now - before); before = now; requestAnimationFrame(frame); }; requestAnimationFrame(frame); }`;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const rows = Number(options['rows'] ?? 100_000);
  const folder = temporaryFolder();
  const file = writeLargeCatalog(folder.path, rows);
  const host = await startHost(join(folder.path, 'workspace'));
  const browser = await launchBrowser();
  try {
    const { page } = await openApp(browser, host);
    await goTo(page, 'catalog/%2Bimport');
    await page.evaluate(watchFrames);
    const started = performance.now();
    await chooseFile(page, file);
    await importChosen(page);
    const seconds = (performance.now() - started) / 1000;
    await expect(page.locator('footer .facts')).toContainText(`${rows.toLocaleString('en')} live SKUs`);
    const gaps = (await page.evaluate('window.gaps')) as number[];
    const longestMs = Math.max(...gaps);
    const over200 = gaps.filter((gap) => gap > 200).length;
    return {
      lines: [`${rows.toLocaleString('en')} rows sent, checked and imported in ${seconds.toFixed(1)} s`, `longest gap between two frames ${longestMs.toFixed(0)} ms; ${over200} of ${gaps.length} above 200 ms`],
      figures: { rows, seconds, frames: gaps.length, longestMs, over200 },
    };
  } finally {
    await browser.close();
    await host.stop();
    folder.remove();
  }
}
