/**
 * From a key in the title of a draft to the painted numbers of that text, in a browser on the real app: the screen's wait for the next key,
 * the compute process (encode, score, displace, lists), the ways between, and the painting. The shop is synthetic (loaded-workspace.ts).
 */
import { expect, goTo, launchBrowser, openApp } from '../../e2e/browser.ts';
import { startHost } from '../../e2e/host.ts';
import { quantile } from '../timing.ts';
import { cachedWorkspace } from './cached-workspace.ts';

/** Of editor.svelte.ts: how long the screen waits for the next key before it asks. */
const waitMs = 40;
const warmUp = 10;

export interface Keystroke {
  /** From the key's own time stamp to the frame that shows its numbers. */
  readonly total: number;
  readonly encode: number;
  readonly score: number;
  readonly displace: number;
  readonly lists: number;
  /** Between screen, backend and compute process, and reading the catalogue's rows. */
  readonly ways: number;
  /** From the answer in the page to the end of the frame that shows it. */
  readonly paint: number;
}

export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

export interface KeyFigures {
  readonly skus: number;
  readonly panel: string;
  readonly keys: number;
  readonly parts: Readonly<Record<keyof Keystroke, Spread>>;
}

/**
 * Notes for the last key when its numbers were painted. The numbers of a text have come when “Computing…” goes; a message posted inside an
 * animation frame is read after that frame was painted.
 */
const watchKeys = `{
  window.painted = [];
  let pressed = null;
  addEventListener('keydown', (event) => { if (event.key.length === 1) pressed = event.timeStamp; }, true);
  const { port1, port2 } = new MessageChannel();
  let note = null;
  port1.onmessage = () => { if (note !== null) { window.painted.push({ ...note, painted: performance.now() }); note = null; } };
  new MutationObserver((changes) => {
    if (pressed === null || !changes.some((change) => [...change.removedNodes].some((node) => node.nodeType === 1 && node.matches('.computing')))) return;
    note = { pressed, answered: performance.now(), computed: document.querySelector('dd[title^="encode"]')?.title ?? '' };
    pressed = null;
    requestAnimationFrame(() => port2.postMessage(null));
  }).observe(document.querySelector('.number-button'), { childList: true, subtree: true });
}`;

export async function measureKeys(skus: number, sessions: number, keys: number): Promise<KeyFigures> {
  const host = await startHost(cachedWorkspace(skus, sessions));
  try {
    const browser = await launchBrowser();
    try {
      const { page } = await openApp(browser, host);
      await goTo(page, 'launch/%2Bnew/sessions.losers');
      await page.getByRole('textbox', { name: 'Title' }).fill('Begin');
      await expect(page.locator('.number-button .big')).toHaveText(/^\d/, { timeout: 300_000 });
      await expect(page.getByText('Computing…', { exact: true })).toHaveCount(0);
      await page.evaluate(watchKeys);
      const panel = (await page.locator('aside dl dd').first().textContent())!;
      await page.getByRole('textbox', { name: 'Title' }).focus();
      await page.keyboard.press('Control+End');
      const seen: Keystroke[] = [];
      const letters = ' brushed steel cabinet handle with screws for kitchen doors and drawers, 128 mm, set of ten';
      for (let key = 0; key < warmUp + keys; key++) {
        await page.keyboard.press(letters[key % letters.length]!);
        const { pressed, answered, computed, painted } = (await page.evaluate(`new Promise((resolve) => { const look = () => (window.painted.length > ${key} ? resolve(window.painted[${key}]) : setTimeout(look, 20)); look(); })`)) as { readonly pressed: number; readonly answered: number; readonly computed: string; readonly painted: number };
        seen.push(split(pressed, answered, computed, painted));
        await page.waitForTimeout(80); // a fast typist
      }
      const timed = seen.slice(warmUp);
      const spread = (part: keyof Keystroke): Spread => {
        const sorted = timed.map((entry) => entry[part]).sort((a, b) => a - b);
        return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
      };
      const parts = Object.fromEntries((Object.keys(timed[0]!) as (keyof Keystroke)[]).map((part) => [part, spread(part)])) as KeyFigures['parts'];
      return { skus, panel, keys, parts };
    } finally {
      await browser.close();
    }
  } finally {
    await host.stop();
  }
}

/** `encode 1.2 ms, score 3.4 ms, …` of the inspector, in milliseconds. */
function split(pressed: number, answered: number, computed: string, painted: number): Keystroke {
  const part = (name: string): number => Number(new RegExp(`${name} ([\\d.,]+) ms`).exec(computed)?.[1]?.replace(',', '') ?? 0);
  const [encode, score, displace, lists] = ['encode', 'score', 'displace', 'lists'].map(part) as [number, number, number, number];
  return { total: painted - pressed, encode, score, displace, lists, ways: answered - pressed - waitMs - encode - score - displace - lists, paint: painted - answered };
}
