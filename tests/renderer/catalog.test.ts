/** The catalogue's filters in a browser: counts, an address that can be reopened, and back. */
import './svelte-modules.ts';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { expect } from 'playwright/test';
import { formatCatalogQuery, readCatalogQuery, wholeCatalog } from '../../renderer/screens/catalog/query.ts';
import { formatAddress, parseAddress } from '../../renderer/state/address.ts';
import { assertSound, openPages, skip } from './harness/pages.ts';
import type { Pages } from './harness/pages.ts';
import { items } from './harness/shop.ts';

let pages: Pages;
before(async () => {
  if (!skip) pages = await openPages('ready');
});
after(() => pages?.close());

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });

test('an address of the catalogue brings back its search and filters; what it does not know is left out', () => {
  const query = fc.record({ search: fc.oneof(fc.constant(''), text), status: fc.constantFrom('all', 'live', 'draft', 'retired'), brand: fc.option(text, { nil: undefined }), category: fc.option(text, { nil: undefined }) });
  fc.assert(fc.property(query, (one) => assert.deepEqual(readCatalogQuery(parseAddress(formatAddress('catalog', formatCatalogQuery(one)))!.detail), { ...one })));
  assert.deepEqual([formatCatalogQuery(wholeCatalog), readCatalogQuery('SKU-1'), readCatalogQuery('+find:status=odd&colour=red')], ['', wholeCatalog, wholeCatalog]);
});

test('a brand and a category narrow the list by the numbers they tell, stand in the address, and go with Back', { skip }, async () => {
  const opened = await pages.open('ready', 'catalog');
  const { page } = opened;
  const grid = page.getByRole('grid', { name: 'Catalog' });
  const facet = (title: string) => page.getByRole('complementary', { name: 'Filters' }).locator('section').filter({ has: page.getByRole('heading', { name: title }) }).getByRole('button').first();
  const rows = async (): Promise<number> => Number(await grid.getAttribute('aria-rowcount')) - 1;
  const counted = async (title: string): Promise<number> => Number(/[\d,]+$/.exec((await facet(title).innerText()).trim())![0].replaceAll(',', ''));
  await facet('Brand').waitFor();
  const whole = await rows();
  const ofBrand = await counted('Brand');
  await facet('Brand').press('Enter');
  await expect.poll(rows).toBe(ofBrand);
  await expect(facet('Brand')).toHaveAttribute('aria-pressed', 'true');
  const brand = (await facet('Brand').locator('span').first().innerText()).trim();
  const leaves = Map.groupBy([...items.values()].filter((item) => item.brand === brand), (item) => item.categoryPath.at(-1) ?? '');
  const both = Math.max(...[...leaves.values()].map((found) => found.length));
  await expect.poll(() => counted('Category')).toBe(both);
  await expect(facet('Category').locator('span').first()).toHaveText([...leaves].filter(([, found]) => found.length === both).map(([leaf]) => leaf).sort()[0]!);
  await facet('Category').press('Enter');
  await expect.poll(rows).toBe(both);
  const address = page.url();
  assert.match(address, /#\/catalog\/%2Bfind%3Abrand%3D.*category%3D/);
  await grid.focus();
  await page.keyboard.press('Enter'); // the SKU lies beside the list, which stays as it is
  await expect(page).not.toHaveURL(address);
  await expect(page.getByRole('complementary', { name: 'Filters' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(address);
  await assertSound(opened);
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await expect.poll(rows).toBe(ofBrand);
  await page.goto(`${new URL(address).origin}/`);
  await page.goto(address);
  await expect.poll(rows).toBe(both);
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(rows).toBe(whole);
  await page.context().close();
});
