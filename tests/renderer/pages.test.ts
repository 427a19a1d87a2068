import './svelte-modules.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pages as PagesOf } from '../../renderer/state/pages.svelte.ts';

const { Pages } = (await import('../../renderer/state/pages.svelte.ts')) as { Pages: typeof PagesOf };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('rows are fetched by the page, once, and an answer to an older question is dropped', async () => {
  const asked: number[] = [];
  const releases: (() => void)[] = [];
  let word = 'old';
  const pages = new Pages<string>(async (offset, limit) => {
    asked.push(offset);
    const mine = word;
    if (mine === 'slow') await new Promise<void>((resolve) => releases.push(resolve));
    return { total: 250, rows: Array.from({ length: Math.min(limit, 250 - offset) }, (_, index) => `${mine} ${offset + index}`) };
  });
  await pages.reload();
  pages.need(90, 130);
  pages.need(90, 130);
  await settle();
  assert.deepEqual([asked, pages.row(0), pages.row(129), pages.row(210)], [[0, 100], 'old 0', 'old 129', undefined]);
  word = 'slow';
  const superseded = pages.reload();
  word = 'new';
  await pages.reload();
  for (const release of releases) release();
  await superseded;
  // Rows 90 to 130 are still in view: they come with the first page, without being asked for again.
  assert.deepEqual([pages.row(0), pages.row(129), pages.row(210), pages.indexOf((row) => row === 'new 7')], ['new 0', 'new 129', undefined, 7]);
});

test('a failure is told, and a later success takes its place', async () => {
  let works = false;
  const pages = new Pages<number>(async () => {
    if (!works) throw new Error('The workspace is busy. Try again.');
    return { total: 1, rows: [1] };
  });
  await pages.reload();
  assert.deepEqual([pages.status, pages.problem], ['failed', 'The workspace is busy. Try again.']);
  works = true;
  await pages.reload();
  assert.deepEqual([pages.status, pages.problem, pages.row(0)], ['ready', '', 1]);
});
