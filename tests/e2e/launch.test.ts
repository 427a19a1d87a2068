/** Stories 2 to 6 of the product: see a draft, edit and watch, compare two titles, know who loses, work the to-do list; and hand it on as a brief. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import type { Download, Locator, Page } from 'playwright';
import { expect, foreign, goTo, openTrainedShop, type Stage } from './browser.ts';
import { sequence } from './sequence.ts';

let stage: Stage;
let page: Page;
const test = sequence();

before(async () => {
  stage = await openTrainedShop();
  page = stage.visit.page;
});
after(() => stage?.close());

const preview = (): Locator => page.getByRole('region', { name: 'Preview' });
const effect = (): Locator => page.getByRole('region', { name: 'Effect on others' });
const title = (): Locator => page.getByRole('textbox', { name: 'Title' });
const exposure = (): Locator => page.locator('.number-button .big');
const delta = (): Locator => page.locator('.number-button .delta');
/** Every number of the headline, as text. */
const headline = (): Promise<readonly string[]> => page.locator('.number-button .big, .number-button .plus, .tile .value').allTextContents();

async function open(sku: string, sides = ''): Promise<void> {
  await goTo(page, `launch/${sku}${sides === '' ? '' : `/${sides}`}`);
  await expect(page.getByRole('heading', { name: sku })).toBeVisible();
}

async function saved(work: () => Promise<void>): Promise<{ readonly name: string; readonly text: string }> {
  const waiting = page.waitForEvent('download');
  await work();
  const download: Download = await waiting;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

const first = 'Bondarra TrueFill Bright White 25 lb. Stain-Resistant Sanded Grout';
const second = 'Bondarra TrueFill Sage 10 lb. Unsanded Grout for Narrow Joints';

test('story 2: where it shows, by four groupings that each add up, and the sessions as strips', async () => {
  await open('NEW-1002', 'where.losers');
  await expect(exposure()).toHaveText(/^\d/);
  await preview().getByRole('button', { name: 'Where it shows', exact: true }).click();
  const computed = page.getByRole('complementary', { name: 'How was this computed?' });
  await expect(computed).toContainText(/[\d,]+ moments in all\./);
  const all = Number(/([\d,]+) moments in all/.exec((await computed.textContent())!)![1]!.replace(',', ''));
  for (const by of ['Category', 'Length', 'Entry', 'Brand']) {
    await preview().getByText(by, { exact: true }).click();
    const groups = preview().getByRole('list', { name: new RegExp(`^${by}: moments`) });
    await expect(groups).toBeVisible();
    const counts = await groups.locator('li .number:nth-of-type(3)').allTextContents();
    assert.equal(counts.reduce((sum, count) => sum + Number(count.replace(',', '')), 0), all, by);
  }
  await expect(preview()).toContainText('no device of arrival');
  await page.keyboard.press('1');
  await expect(page).toHaveURL(/\/NEW-1002\/sessions\.losers$/);
  await expect(preview().getByRole('link', { name: /^after .* #\d+/ }).first()).toBeVisible();
});

test('story 3: numbers follow the typing with their change, undo and redo restore them exactly, Esc reverts', async () => {
  await expect(title()).toHaveValue(first);
  const before = await headline();
  await title().focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' and 60-Watt Light Bulb');
  await expect(delta()).toHaveText(/[▲▼] [+−]\d/);
  for (const tile of ['Reach', 'Median rank', 'More exposure than']) await expect(page.locator('.tile', { hasText: tile }).locator('.delta')).toHaveText(/[▲▼] [+−]\d/);
  await expect(page.getByText('Computing…', { exact: true })).toHaveCount(0);
  const typed = await headline();
  assert.notDeepEqual(typed, before);
  for (let presses = 0; (await title().inputValue()) !== first && presses < 40; presses++) await page.keyboard.press('Control+z');
  await expect(title()).toHaveValue(first);
  await expect.poll(headline).toEqual(before);
  await expect(delta()).toBeEmpty();
  for (let presses = 0; !(await title().inputValue()).endsWith('Light Bulb') && presses < 40; presses++) await page.keyboard.press('Control+Shift+z');
  await expect.poll(headline).toEqual(typed);
  await page.keyboard.press('Escape');
  await expect(title()).toHaveValue(first);
  await expect.poll(headline).toEqual(before);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(headline).toEqual(typed);
  await title().press('Escape');
  await expect.poll(headline).toEqual(before);
});

test('story 4: a second title is kept as variant B and both are compared on the same moments', async () => {
  await title().fill(second);
  await page.getByRole('button', { name: 'Save as variant B' }).first().click();
  await expect(page).toHaveURL(/\/NEW-1002\/variants\.losers$/);
  await expect(page.getByText('B is kept', { exact: true })).toBeVisible();
  const differs = preview().locator('section', { has: page.getByRole('heading', { name: 'What differs' }) });
  await expect(differs.getByRole('row', { name: /^Title/ }).getByRole('cell')).toHaveText([first, second]);
  await expect(differs.locator('mark').first()).toBeVisible();
  await expect(preview().getByRole('img', { name: /^B minus A: [+−]\d.* 95 % interval [+−]\d/ })).toBeVisible();
  await expect(preview().getByRole('img', { name: /^Win rate of B: \d.* 95 % interval \d/ })).toBeVisible();
  const shows = preview().getByRole('list', { name: 'Moments by which variant is shown' }).getByRole('listitem');
  await expect(shows).toHaveCount(4);
  const counts = (await shows.allTextContents()).map((text) => Number(/([\d,]+)\s*$/.exec(text)![1]!.replace(',', '')));
  const verdict = /of ([\d,]+) moments: B better ([\d,]+), A better ([\d,]+), tied ([\d,]+)/.exec((await preview().textContent())!)!.slice(1).map((count) => Number(count.replace(',', '')));
  assert.equal(counts.reduce((sum, count) => sum + count), verdict[0]);
  assert.equal(verdict[1]! + verdict[2]! + verdict[3]!, verdict[0]);
  for (const [name, index] of [['Only A is shown', 0], ['Only B is shown', 2]] as const) {
    const list = preview().locator('section', { has: page.getByRole('heading', { name }) });
    await expect(list).toContainText(`${counts[index]!.toLocaleString('en')} moments`);
    await expect(list.getByRole('link')).toHaveCount(Math.min(20, await list.getByRole('link').count()));
    assert.equal((await list.getByRole('link').count()) > 0, counts[index]! > 0);
  }
});

test('story 4: editing either variant moves the comparison; B can be used, and that can be undone', async () => {
  const wins = preview().getByRole('img', { name: /^Win rate of B/ });
  const before = await wins.getAttribute('aria-label');
  await title().fill(`${second} in White`);
  await expect(wins).not.toHaveAttribute('aria-label', before!);
  await page.getByText('A, the draft', { exact: true }).click();
  await expect(title()).toHaveValue(first);
  const edited = await wins.getAttribute('aria-label');
  await title().fill(`${first} Tub`);
  await expect(wins).not.toHaveAttribute('aria-label', edited!);
  await page.keyboard.press('Escape');
  await expect(title()).toHaveValue(first);
  await page.reload();
  const differs = preview().locator('section', { has: page.getByRole('heading', { name: 'What differs' }) });
  await expect(differs.getByRole('row', { name: /^Title/ }).getByRole('cell')).toHaveText([first, second]); // as it was kept
  await preview().getByRole('button', { name: 'Use B' }).click();
  await expect(title()).toHaveValue(second);
  await expect(page.getByText('Unsaved', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(title()).toHaveValue(first);
  await preview().getByRole('button', { name: 'Drop B' }).click();
  await expect(preview().getByRole('heading', { name: 'One text so far' })).toBeVisible();
});

test('story 4: every word of the title says what it contributes, with the sign beside the colour', async () => {
  await page.locator('body').press('3');
  await expect(page).toHaveURL(/\/why\.losers$/);
  const words = preview().locator('p.title .word');
  await expect(words.first()).toBeVisible();
  assert.ok((await words.count()) >= first.split(' ').length - 1);
  for (const text of await words.locator('small').allTextContents()) assert.match(text, /^(·|[▲▼] [+−]\d+(\.\d+)?|)$/);
  const fields = preview().getByRole('list', { name: 'Effect of each field on exposure (est.)' }).getByRole('listitem');
  await expect(fields.filter({ hasText: 'Brand' })).toContainText(/[▲▼·]/);
  await title().fill('Something else');
  await expect(preview().getByText('The text has changed since.')).toBeVisible();
  await title().press('Escape');
  await expect(preview().getByText('The text has changed since.')).toHaveCount(0);
});

test('story 5: who loses, by SKU, category and brand; slots gained are slots lost; the own brand alone', async () => {
  await effect().getByRole('link', { name: 'Who loses' }).click();
  await expect(effect()).toContainText(' slots gained = ');
  const sentence = /([\d,]+) slots gained = ([\d,]+) slots lost/.exec((await effect().textContent())!)!;
  assert.equal(sentence[1], sentence[2]);
  const all = Number(sentence[1]!.replace(',', ''));
  for (const by of ['Category', 'Brand']) {
    await effect().getByText(by, { exact: true }).click();
    const groups = effect().getByRole('list', { name: `Slots lost by ${by.toLowerCase()}` });
    await expect(groups).toBeVisible();
    const slots = await groups.locator('.number:not(.note)').allTextContents();
    assert.equal(slots.reduce((sum, count) => sum + Number(count.replace('−', '').replace(',', '')), 0), all, by);
  }
  await effect().getByText('SKU', { exact: true }).first().click();
  const rows = effect().getByRole('table').getByRole('row');
  await expect(rows.nth(1)).toBeVisible();
  const losers = await rows.count();
  await effect().getByRole('checkbox', { name: 'Own brand only' }).check();
  await expect.poll(() => rows.count()).toBeLessThan(losers);
  await effect().getByRole('checkbox', { name: 'Own brand only' }).uncheck();
  await expect(rows.nth(1)).toContainText(/▼ \d+\.\d/);
  const { name, text } = await saved(() => effect().getByRole('button', { name: 'Save who loses as CSV' }).click());
  assert.equal(name, 'NEW-1002-who-loses.csv');
  assert.equal(text.split('\r\n').filter((line) => line.startsWith('SKU,')).length, losers - 1);
});

test('story 5: a protected SKU warns when it loses more than its limit', async () => {
  const shield = effect().getByRole('button', { name: /^Protect / }).first();
  await shield.click();
  await expect(shield).toHaveAttribute('aria-pressed', 'true');
  await effect().getByRole('combobox').first().selectOption({ label: '0 %' });
  await expect(page.locator('.confidence li').first()).toContainText(/is protected and would lose .* of its slots, more than its limit of/);
  await shield.click();
  await expect(shield).toHaveAttribute('aria-pressed', 'false');
  await expect(page.locator('.confidence').getByText('is protected')).toHaveCount(0);
});

test('the nearest SKUs come with what really happened to them', async () => {
  await effect().getByRole('link', { name: 'Nearest' }).click();
  await expect(page).toHaveURL(/\.nearest$/);
  await expect(effect().locator('.history').nth(3)).toContainText(/event/);
  await expect(effect().getByRole('img', { name: /recorded events? in .* Most in the (day|week|month) of/ }).first()).toBeVisible();
});

test('story 6: the to-do list, largest effect first; one key applies a proposal and one takes it back', async () => {
  await goTo(page, 'launch');
  const grid = page.getByRole('grid', { name: 'Drafts' });
  await expect(grid.getByRole('row', { name: /Vexholm/ })).toBeVisible();
  await goTo(page, 'launch/NEW-1005');
  await expect(page.getByText('Low confidence', { exact: true })).toBeVisible();
  await page.locator('body').press('4');
  await expect(page).toHaveURL(/\/NEW-1005\/todo\./);
  const proposals = preview().getByRole('list', { name: 'Proposals' }).getByRole('button');
  await expect(proposals.first()).toContainText('(est.)');
  const gains = (await proposals.locator('.gain').allTextContents()).map((text) => (/^±0/.test(text) ? 0 : Number(/([+−][\d,.]+)/.exec(text)![1]!.replace('−', '-').replace(',', ''))));
  assert.deepEqual(gains, [...gains].sort((a, b) => b - a), 'largest effect first');
  const brand = page.getByRole('combobox', { name: 'Brand' });
  await expect(brand).toHaveValue('Vexholm');
  await proposals.first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(proposals.first()).toBeFocused();
  const proposed = (await proposals.first().locator('.what span').textContent())!;
  await page.keyboard.press('Enter');
  await expect(page.getByText(new RegExp(`is now “${proposed}”\\.`)).first()).toBeVisible();
  await expect(page.getByText('Unsaved', { exact: true })).toBeVisible();
  await expect(delta()).toHaveText(/[▲▼] [+−]\d/);
  await expect(preview().getByRole('list', { name: 'Proposals' }).getByRole('button').and(page.locator('[aria-disabled="true"]'))).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect(brand).toHaveValue('Vexholm');
  await expect(preview().getByText('Readiness', { exact: true })).toBeVisible();
  for (const part of ['Fields', 'Words', 'Category', 'Standing']) await expect(preview().getByText(part, { exact: true })).toBeVisible();
});

test('drafts launched together: alone against together, what they take from each other', async () => {
  await goTo(page, 'launch/%2Bnew');
  await page.getByRole('textbox', { name: 'SKU' }).fill('TWIN-1');
  await title().fill('Bondarra TrueFill Bright White 10 lb. Stain-Resistant Sanded Grout');
  await page.getByRole('combobox', { name: 'Brand' }).fill('Bondarra');
  await page.getByRole('button', { name: 'Level', exact: true }).click();
  for (const [index, level] of ['Flooring & Tile', 'Tile Setting Materials', 'Grout & Sealer', 'Grout'].entries()) await page.getByRole('combobox', { name: `Level ${index + 1}` }).fill(level);
  await page.getByRole('combobox', { name: 'Colour' }).fill('White');
  await page.getByRole('textbox', { name: 'Price' }).fill('19.97');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved draft TWIN-1.', { exact: true }).first()).toBeVisible();
  await goTo(page, `launch/${encodeURIComponent('+together:NEW-1002,TWIN-1')}`);
  await expect(page.getByRole('heading', { name: '2 drafts launched together' })).toBeVisible();
  const tile = async (name: string): Promise<number> => Number((await page.locator('.tiles > div', { hasText: name }).locator('.big').textContent())!.replace(',', ''));
  const sentence = /([\d,]+) slots gained = ([\d,]+) slots lost/.exec((await effect().textContent())!)!;
  assert.equal(sentence[1], sentence[2]);
  assert.equal(await tile('Slots gained'), Number(sentence[1]!.replace(',', '')));
  assert.ok((await tile('Lost to each other')) > 0, 'two nearly equal drafts take slots from each other');
  await page.getByRole('button', { name: /^Leave out .*10 lb\./ }).click();
  await expect(page.getByRole('heading', { name: '1 draft launched together' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: '2 drafts launched together' })).toBeVisible();
});

test('the launch brief is one page, on paper and as a file', async () => {
  await open('NEW-1002', 'sessions.losers.brief');
  const sheet = page.getByRole('dialog', { name: 'Launch brief' });
  for (const part of ['Where it will show', 'Who loses', 'What to fix', 'How sure we are']) await expect(sheet.getByRole('heading', { name: part })).toBeVisible();
  const { name, text } = await saved(() => sheet.getByRole('button', { name: 'Save as HTML' }).click());
  assert.equal(name, 'launch-brief-NEW-1002.html');
  assert.match(text, /^<!doctype html>/);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const part of ['Where it will show', 'How sure we are']) await expect(sheet.getByRole('heading', { name: part })).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
  const ink = await page.evaluate('getComputedStyle(document.querySelector("dialog[open] article h3")).color');
  assert.match(String(ink), /^oklch\(0\.[0-4]/, 'paper is white in the dark theme too');
  const pdf = (await page.pdf({ format: 'A4', margin: { top: '14mm', bottom: '14mm', left: '14mm', right: '14mm' } })).toString('latin1');
  assert.equal([...pdf.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length, 1, 'what the print button prints');
  await page.emulateMedia({ media: null, colorScheme: 'light' });
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(page).toHaveURL(/\/NEW-1002\/sessions\.losers$/);
});

test('the sides are in the address and remembered', async () => {
  await open('NEW-1003', 'where.nearest');
  await expect(preview().getByRole('link', { name: 'Where' })).toHaveAttribute('aria-current', 'page');
  await open('NEW-1004');
  await expect(preview().getByRole('link', { name: 'Where' })).toHaveAttribute('aria-current', 'page');
  await expect(effect().getByRole('link', { name: 'Nearest' })).toHaveAttribute('aria-current', 'page');
  await preview().getByRole('link', { name: 'Why' }).click();
  await expect(page).toHaveURL(/\/NEW-1004\/why\.nearest$/);
  await page.goBack();
  await expect(preview().getByRole('link', { name: 'Where' })).toHaveAttribute('aria-current', 'page');
  await page.reload();
  await expect(preview().getByRole('link', { name: 'Where' })).toHaveAttribute('aria-current', 'page');
});

test('nothing left this machine and nothing complained', async () => {
  assert.deepEqual(foreign(stage.visit.requests.filter((address) => !address.startsWith('blob:')), stage.host), []);
  assert.deepEqual(stage.visit.problems, []);
});
