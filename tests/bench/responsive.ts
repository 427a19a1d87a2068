/**
 * The page under load. While a large catalogue is imported through the screen: the longest gap between two frames. While a draft is typed
 * into a large catalogue: from the key to the painted numbers, with its parts.
 * `--rows=100000` (0: no import), `--skus=100000` (0: no typing), `--sessions=50000`, `--keys=100`.
 */
import { join } from 'node:path';
import { expect, goTo, launchBrowser, openApp } from '../e2e/browser.ts';
import { startHost } from '../e2e/host.ts';
import { temporaryFolder, writeLargeCatalog } from '../e2e/shop.ts';
import { chooseFile, importChosen } from '../e2e/steps.ts';
import { measureKeys, type KeyFigures, type Spread } from './parts/key-to-paint.ts';
import type { BenchResult } from './run.ts';

export const title = 'frames of the page during an import, and from a key to painted numbers';

/** Remembers every gap between two frames, with the moment it ended. */
const watchFrames = `window.gaps = []; { let before = performance.now(); const frame = () => { const now = performance.now(); window.gaps.push(now - before); before = now; requestAnimationFrame(frame); }; requestAnimationFrame(frame); }`;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const number = (name: string, otherwise: number): number => Number(options[name] ?? otherwise);
  const results: BenchResult[] = [];
  if (number('rows', 100_000) > 0) results.push(await importFrames(number('rows', 100_000)));
  if (number('skus', 100_000) > 0) results.push(describeKeys(await measureKeys(number('skus', 100_000), number('sessions', 50_000), number('keys', 100))));
  return { lines: results.flatMap(({ lines }) => lines), figures: Object.assign({}, ...results.map(({ figures }) => figures)) as Record<string, unknown> };
}

function describeKeys(figures: KeyFigures): BenchResult {
  const { skus, panel, keys, parts } = figures;
  const both = ({ p50, p95 }: Spread): string => `${p50.toFixed(1)} / ${p95.toFixed(1)}`;
  return {
    lines: [
      `${skus.toLocaleString('en')} SKUs, ${panel}, ${keys} keys: from key to painted numbers p50 / p95 ${both(parts.total)} ms`,
      `  of it: the wait for the next key 40; encode ${both(parts.encode)}; score ${both(parts.score)}; displace ${both(parts.displace)}; lists ${both(parts.lists)}; ways between the processes ${both(parts.ways)}; paint ${both(parts.paint)}`,
    ],
    figures: { keys: figures },
  };
}

async function importFrames(rows: number): Promise<BenchResult> {
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
