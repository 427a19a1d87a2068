/**
 * The grid of a large catalogue in a browser on the real app: how long the backend takes to answer pages of every order, the counts beside
 * them and searches, what a click on a column takes until its rows are painted, the frames while it is scrolled, and what a screen reader is told.
 * `--skus=600000`, `--runs=5`, `--seconds=10` of scrolling; `--workspace=FOLDER` takes one that is there instead of making it.
 */
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, goTo, launchBrowser, openApp } from '../e2e/browser.ts';
import { startHost } from '../e2e/host.ts';
import { temporaryFolder } from '../e2e/shop.ts';
import { writeLargeWorkspace } from './parts/large-catalog.ts';
import type { BenchResult } from './run.ts';
import { printTimings, quantile, summarize } from './timing.ts';
import type { Timing } from './timing.ts';

export const title = 'the grid of 600,000 SKUs (options: --skus=600000 --runs=5 --seconds=10 --workspace=FOLDER)';

/** What an answer may take. */
const aimMs = 300;
const sorts = ['sku', 'title', 'brand', 'leaf', 'price', 'events'] as const;
/** A word of few titles, one of most of them, a beginning that nearly every title has, two words, a part of SKUs, a sign, nothing. */
const searches = ['cabinet', 'white', 'no', 'steel 12', 'B00', '%', 'nowhere'] as const;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const skus = Number(options['skus'] ?? 600_000);
  const runs = Number(options['runs'] ?? 5);
  const folder = temporaryFolder();
  const workspace = options['workspace'] ?? join(folder.path, 'workspace');
  try {
    if (options['workspace'] === undefined) {
      process.stderr.write(`making a workspace of ${skus.toLocaleString('en')} SKUs…\n`);
      await writeLargeWorkspace(workspace, skus);
    }
    const host = await startHost(workspace);
    const browser = await launchBrowser();
    try {
      const { page } = await openApp(browser, host);
      const answers = await measureAnswers(page, runs);
      const clicks = await measureClicks(page, runs);
      const scrolled = await measureScrolling(page, Number(options['seconds'] ?? 10));
      const told = await readPlace(page);
      const slowest = answers.toSorted((a, b) => b.median - a.median);
      return {
        lines: [
          `${answers.length} questions, ${runs} times each: ${answers.filter(({ median }) => median > aimMs).length} with a median above ${aimMs} ms; the ten slowest:`, printTimings(slowest.slice(0, 10)),
          'from a click on a column to its painted rows:', printTimings(clicks),
          `scrolling ${scrolled.rows.toLocaleString('en')} rows in ${scrolled.seconds.toFixed(1)} s: ${scrolled.frames} frames, p50 / p95 / longest ${scrolled.p50.toFixed(1)} / ${scrolled.p95.toFixed(1)} / ${scrolled.longest.toFixed(0)} ms; rows of the window not there yet in ${(100 * scrolled.blank).toFixed(1)} % of the frames`,
          `a screen reader at the end: row ${told.row.toLocaleString('en')} of ${told.count.toLocaleString('en')} (with the header), ${told.drawn} rows in the page`,
        ],
        figures: { skus: told.count - 1, runs, answers, clicks, scrolled, told },
      };
    } finally {
      await browser.close();
      await host.stop();
    }
  } finally {
    folder.remove();
  }
}

/** Asks the backend as the page does, one question at a time. */
async function measureAnswers(page: Page, runs: number): Promise<readonly Timing[]> {
  await page.evaluate(`window.ask = (() => {
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/channel');
    const open = new Promise((resolve) => (socket.onopen = resolve));
    let id = 0;
    return async (service, method, request) => {
      await open;
      const mine = ++id;
      const asked = performance.now();
      const answer = new Promise((resolve) => {
        const hear = ({ data }) => { const reply = JSON.parse(data); if (reply.id === mine) { socket.removeEventListener('message', hear); resolve(reply); } };
        socket.addEventListener('message', hear);
      });
      socket.send(JSON.stringify({ id: mine, service, method, request }));
      const { ok, value, message } = await answer;
      if (!ok) throw new Error(message);
      return { milliseconds: performance.now() - asked, total: value.total };
    };
  })()`);
  const ask = async (method: 'list' | 'suggest' | 'facets', request: object): Promise<{ readonly milliseconds: number; readonly total: number }> => page.evaluate(`window.ask('catalog', '${method}', ${JSON.stringify(request)})`);
  const timings: Timing[] = [];
  const time = async (name: string, request: object, method: 'list' | 'suggest' | 'facets' = 'list'): Promise<void> => {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push((await ask(method, request)).milliseconds);
    timings.push(summarize(name, times));
  };
  for (const status of ['all', 'live', 'draft', 'retired'] as const) {
    const { total } = await ask('list', { status, offset: 0, limit: 1 });
    for (const sort of sorts) {
      for (const [place, offset] of [['first', 0], ['middle', Math.floor(total / 2)], ['last', Math.max(0, total - 100)]] as const) await time(`${status} by ${sort}, ${place} page`, { status, sort, descending: true, offset, limit: 100 });
    }
  }
  for (const search of searches) for (const sort of ['events', 'title', 'price'] as const) await time(`“${search}” by ${sort}`, { status: 'all', search, sort, descending: true, offset: 0, limit: 100 });
  // What is counted over the whole catalogue is remembered until something is written: the first answer stands apart.
  const timeFirst = async (name: string, request: object, method: 'suggest' | 'facets'): Promise<void> => {
    timings.push(summarize(`${name}, asked first`, [(await ask(method, request)).milliseconds]));
    await time(`${name}, asked again`, request, method);
  };
  for (const field of ['brand', 'category', 'color', 'material'] as const) await timeFirst(`completion of ${field}`, { field, text: 'a', limit: 8 }, 'suggest');
  for (const search of searches) await timeFirst(`filters beside “${search}”`, { status: 'all', search }, 'facets');
  return timings;
}

/** Sorts by each column in turn; its rows are painted when the frame after the change of the first row has begun. */
async function measureClicks(page: Page, runs: number): Promise<readonly Timing[]> {
  await goTo(page, 'catalog');
  const grid = page.getByRole('grid', { name: 'Catalog' });
  await expect(grid.getByRole('row').nth(1).getByRole('gridcell').first()).not.toBeEmpty();
  const timings: Timing[] = [];
  for (const column of ['Title', 'SKU', 'Price', 'Events']) {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      times.push(await page.evaluate(`new Promise((resolve) => {
        const rows = document.querySelector('[role=grid][aria-label=Catalog] [role=rowgroup]');
        const button = [...document.querySelectorAll('[role=grid][aria-label=Catalog] [role=columnheader] button')].find((head) => head.textContent.startsWith('${column}'));
        let pressed = 0;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - pressed);
        const seen = new MutationObserver(() => { seen.disconnect(); requestAnimationFrame(() => port2.postMessage(null)); });
        seen.observe(rows, { subtree: true, characterData: true, childList: true });
        pressed = performance.now();
        button.click();
      })`));
    }
    timings.push(summarize(column, times));
  }
  return timings;
}

interface Scrolled {
  readonly seconds: number;
  readonly rows: number;
  readonly frames: number;
  readonly p50: number;
  readonly p95: number;
  readonly longest: number;
  /** Share of frames in which a row in view was still being fetched. */
  readonly blank: number;
}

/** As a hand on a wheel does: 40 px a frame, and now and then a jump of the scroll bar. */
async function measureScrolling(page: Page, seconds: number): Promise<Scrolled> {
  const seen = (await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('[role=grid][aria-label=Catalog]');
    const gaps = [];
    let blank = 0, frames = 0, moved = 0, before = performance.now();
    const end = before + ${seconds * 1000};
    const frame = (now) => {
      gaps.push(performance.now() - before);
      before = performance.now();
      frames += 1;
      const { top, bottom } = grid.getBoundingClientRect();
      if ([...grid.querySelectorAll('[role=rowgroup] [role=row]')].some((row) => { const box = row.getBoundingClientRect(); return box.bottom > top && box.top < bottom && row.textContent.trim() === ''; })) blank += 1;
      if (before > end) return resolve({ gaps: gaps.slice(1), blank: blank / frames, rows: moved / ${28} });
      const step = frames % 120 === 0 ? 500_000 : 40;
      grid.scrollTop += step;
      moved += step;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })`)) as { readonly gaps: readonly number[]; readonly blank: number; readonly rows: number };
  const sorted = seen.gaps.toSorted((a, b) => a - b);
  return { seconds, rows: Math.round(seen.rows), frames: sorted.length, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), longest: sorted.at(-1)!, blank: seen.blank };
}

async function readPlace(page: Page): Promise<{ readonly row: number; readonly count: number; readonly drawn: number }> {
  const grid = page.getByRole('grid', { name: 'Catalog' });
  await grid.focus();
  await page.keyboard.press('End');
  const count = Number(await grid.getAttribute('aria-rowcount'));
  await expect(grid.locator(`[aria-rowindex="${count}"] [role=gridcell]`).first()).not.toBeEmpty();
  const row = Number(await page.locator(`[id="${await grid.getAttribute('aria-activedescendant')}"]`).getAttribute('aria-rowindex'));
  return { row, count, drawn: await grid.getByRole('row').count() };
}
