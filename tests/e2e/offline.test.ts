/** promises.md S2, S5 and R26: content is never code, nothing is asked of anyone else, and a title is on screen as it was in the file. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { contentSecurityPolicy } from '../../electron/assets.ts';
import { expect, foreign, goTo, openApp, openTrainedShop, type Stage, type Visit } from './browser.ts';
import { sequence } from './sequence.ts';
import { writeTable } from './shop.ts';
import { chooseFile, importChosen, tile } from './steps.ts';

const script = '<img src=x onerror="window.__pwned=1">';
const naughtyFile = resolve(import.meta.dirname, '../../../shared/fixtures/hostile/blns/blns.json');
/** Without control characters, which the import removes and reports, and without blank strings, which are no titles. */
const naughty = existsSync(naughtyFile)
  ? (JSON.parse(readFileSync(naughtyFile, 'utf8')) as string[]).filter((text) => text.trim() !== '' && text.length <= 1_000 && !/[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/.test(text))
  : [];
const titles = [script, '"><script>window.__pwned=1</script>', 'javascript:window.__pwned=1', '{@html window.__pwned=1}', '{{constructor.constructor("window.__pwned=1")()}}', ...naughty];
const skuOf = (index: number): string => `H-${String(index).padStart(4, '0')}`;

let stage: Stage;
let visit: Visit;
const test = sequence();

before(async () => {
  stage = await openTrainedShop();
  visit = stage.visit;
});
after(() => stage?.close());

async function assertHarmless(): Promise<void> {
  // An image that is no image reports its error a task later than it is made.
  await visit.page.evaluate('new Promise((resolve) => setTimeout(resolve, 50))');
  assert.equal(await visit.page.evaluate('typeof window.__pwned'), 'undefined');
  assert.deepEqual(await visit.page.locator('img, script:not([src]), iframe, object').count(), 0);
}

test('the page comes under the policy, and the ear hears what the policy stops', async () => {
  const { page } = visit;
  const response = await page.reload();
  assert.equal(response?.headers()['content-security-policy'], contentSecurityPolicy);
  const other = await openAnother();
  await other.page.evaluate("fetch('http://127.0.0.1:1/').catch(() => {})");
  await expect.poll(() => other.problems.some((problem) => /Content Security Policy/i.test(problem))).toBe(true);
  await other.context.close();
});

/** The app once more, for what must not be counted among the problems of the visit. */
async function openAnother(): Promise<Visit> {
  return openApp(stage.browser, { ...stage.host, link: await stage.host.nextLink() });
}

test('hostile titles come in as drafts', async (t) => {
  if (naughty.length === 0) t.diagnostic(`${naughtyFile} is not here: only our own hostile titles are tried`);
  const { page } = visit;
  const file = writeTable(join(stage.folder, 'hostile.csv'), [['sku', 'title', 'brand', 'color', 'category_l1'], ...titles.map((title, index) => [skuOf(index), title, index < 5 ? title : 'Calderra', index < 5 ? title : '', index < 5 ? title : 'Tools'])]);
  await goTo(page, 'catalog/%2Bimport');
  await chooseFile(page, file, 'launch list (drafts)');
  await assertHarmless();
  await importChosen(page);
  await expect(tile(page, 'New')).toHaveText(String(titles.length));
  await assertHarmless();
});

test('every title is on screen byte for byte', async () => {
  const { page } = visit;
  await goTo(page, 'catalog');
  await page.getByText('Drafts', { exact: true }).click();
  const grid = page.getByRole('grid', { name: 'Catalog' });
  const total = titles.length + 12;
  await expect(grid).toHaveAttribute('aria-rowcount', String(total + 1));
  await page.setViewportSize({ width: 1280, height: 40 * total }); // every row is in view
  await expect(grid.locator('.rows .mono')).toHaveCount(total);
  const rows = await grid.locator('.rows [role=row]').evaluateAll((lines) => lines.map((line) => [line.querySelector('.mono')?.textContent, line.querySelector('.product > [dir]')?.textContent] as const));
  await page.setViewportSize({ width: 1280, height: 720 });
  const shown = new Map(rows);
  assert.deepEqual(titles.flatMap((title, index) => (shown.get(skuOf(index)) === title ? [] : [{ title, shown: shown.get(skuOf(index)) }])), []);
  await assertHarmless();
});

test('a hostile draft is text on every screen', async () => {
  const { page } = visit;
  for (const [index, title] of titles.slice(0, 5).entries()) {
    const sku = skuOf(index);
    await goTo(page, `catalog/${sku}`);
    await expect(page.getByRole('complementary', { name: 'SKU details' }).getByText(title, { exact: true }).first()).toBeVisible();
    await assertHarmless();
    await goTo(page, `launch/${sku}`);
    await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue(title);
    await expect(page.locator('.number-button .big')).toHaveText(/^\d/);
    await expect(page.locator('.confidence').getByText('Low confidence', { exact: true })).toBeVisible(); // its brand is quoted there
    await assertHarmless();
    await goTo(page, `categories/${sku}`);
    await page.getByLabel('Let drafts compete').check();
    await expect(page.getByRole('list', { name: 'Session, oldest first' }).getByText(title, { exact: true })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Next items' }).getByRole('table')).toBeVisible();
    await assertHarmless();
    await page.keyboard.press('Control+k');
    await page.keyboard.type(sku);
    await expect(page.getByRole('option', { name: title })).toBeVisible();
    await assertHarmless();
    await page.keyboard.press('Escape');
  }
});

test('hostile text in addresses and in a new draft stays text', async () => {
  const { page } = visit;
  for (const place of ['catalog', 'launch', 'sessions', 'training', 'categories']) {
    await goTo(page, `${place}/${encodeURIComponent(script)}`);
    await expect(page.getByRole('alert').or(page.getByText('unknown', { exact: true })).first()).toBeVisible();
    await assertHarmless();
  }
  await goTo(page, 'launch/%2Bnew');
  await page.getByRole('textbox', { name: 'SKU' }).fill(script);
  await page.getByRole('textbox', { name: 'Title' }).fill(script);
  await page.keyboard.press('Control+s');
  await expect(page.getByText(`Saved draft ${script}.`, { exact: true }).first()).toBeVisible();
  await assertHarmless();
});

test('nothing left this machine and nothing complained', async () => {
  assert.deepEqual(foreign(visit.requests, stage.host), []);
  assert.deepEqual(visit.problems, []);
});
