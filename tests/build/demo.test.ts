import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Papa from 'papaparse';
import { drafts } from '../../build/demo/drafts.ts';
import { demoSeed, generateDemo } from '../../build/demo/generate.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-demo-'));
after(() => rmSync(folder, { recursive: true }));
const files = generateDemo(folder, demoSeed);

type Row = Readonly<Record<string, string>>;
function readTable(file: string): readonly Row[] {
  const parsed = Papa.parse<Row>(readFileSync(file, 'utf8'), { header: true, skipEmptyLines: true });
  assert.deepEqual(parsed.errors, [], file);
  return parsed.data;
}

const catalog = readTable(files.catalog);
const events = readTable(files.sessions);
const item = new Map(catalog.map((row) => [row['sku']!, row]));
const sessions = Map.groupBy(events, (row) => row['session_id']!);
const leavesOfSessions = [...sessions.values()].map((rows) => new Set(rows.map((row) => item.get(row['sku']!)!['leaf']!)));

test('a seed gives the same bytes, another seed gives others', () => {
  const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  const again = generateDemo(join(folder, 'again'), demoSeed);
  const other = generateDemo(join(folder, 'other'), demoSeed + 1);
  assert.deepEqual([again.catalog, again.sessions, again.drafts].map(hash), [files.catalog, files.sessions, files.drafts].map(hash));
  assert.notEqual(hash(other.catalog), hash(files.catalog));
  assert.notEqual(hash(other.sessions), hash(files.sessions));
});

test('the catalogue is complete: unique SKUs and titles, prices, four levels, nothing unfilled', () => {
  assert.ok(catalog.length >= 1_900 && catalog.length <= 2_400, `${catalog.length} SKUs`);
  assert.equal(item.size, catalog.length);
  assert.equal(new Set(catalog.map((row) => row['title'])).size, catalog.length);
  for (const row of catalog) {
    assert.match(row['price']!, /^\d+\.\d\d$/, row['title']);
    assert.ok(Number(row['price']) > 0, row['title']);
    for (const column of ['category_l1', 'category_l2', 'category_l3', 'leaf', 'brand', 'description']) assert.notEqual(row[column], '', `${column} of ${row['title']}`);
    assert.doesNotMatch(`${row['title']} ${row['description']}`, /[{}|*=]| {2}|undefined/);
    assert.ok(row['title']!.startsWith(row['brand']!), row['title']);
  }
});

test('20,000 sessions of known SKUs, about 4 to 6 events each, in order, within one year, split by time', () => {
  assert.equal(sessions.size, 20_000);
  const mean = events.length / sessions.size;
  assert.ok(mean >= 4 && mean <= 6, `${mean} events per session`);
  const lastOf = { train: 0, valid: 0, test: 0 };
  const firstOf = { train: Infinity, valid: Infinity, test: Infinity };
  for (const [name, rows] of sessions) {
    const times = rows.map((row) => Date.parse(row['timestamp']!));
    assert.deepEqual(rows.map((row) => row['position']), rows.map((_row, index) => String(index)), name);
    assert.ok(times.every((time, index) => index === 0 || time >= times[index - 1]!), name);
    assert.ok(rows.every((row) => item.has(row['sku']!)), name);
    const split = rows[0]!['split'] as keyof typeof lastOf;
    assert.ok(rows.every((row) => row['split'] === split), name);
    lastOf[split] = Math.max(lastOf[split], times[0]!);
    firstOf[split] = Math.min(firstOf[split], times[0]!);
  }
  assert.ok(lastOf.train < firstOf.valid && lastOf.valid < firstOf.test);
  assert.ok(lastOf.test - firstOf.train < 366 * 86_400_000);
});

/** How much more often two leaves meet in a session than if they were drawn apart. */
function lift(a: string, b: string): number {
  let withA = 0;
  let withB = 0;
  let withBoth = 0;
  for (const leaves of leavesOfSessions) {
    if (leaves.has(a)) withA++;
    if (leaves.has(b)) withB++;
    if (leaves.has(a) && leaves.has(b)) withBoth++;
  }
  return (withBoth * sessions.size) / (withA * withB);
}

test('accessories and the steps of a project meet far above chance, strangers do not', () => {
  for (const [a, b] of [['Drill/Drivers', 'Drill Bits'], ['Ceramic Subway Tile', 'Grout'], ['Grout', 'Tile Spacers'], ['Interior Wall Paint', 'Paint Brushes'], ['Gas Grills', 'Grill Covers']] as const) {
    assert.ok(lift(a, b) > 3, `${a} and ${b}: lift ${lift(a, b)}`);
  }
  assert.ok(lift('Grout', 'Lawn Mowers') < 1, 'grout and lawn mowers should not meet');
});

/** Share of neighbouring events of one leaf for which `same` holds, beside what shuffled neighbours give. */
function neighbours(column: string): { readonly seen: number; readonly chance: number } {
  const values = new Map<string, string[]>();
  let pairs = 0;
  let equal = 0;
  let expected = 0;
  for (const row of events) {
    const product = item.get(row['sku']!)!;
    const list = values.get(product['leaf']!) ?? [];
    values.set(product['leaf']!, list);
    list.push(product[column]!);
  }
  const chanceOf = new Map<string, number>();
  for (const [leaf, list] of values) {
    const counts = new Map<string, number>();
    for (const value of list) counts.set(value, (counts.get(value) ?? 0) + 1);
    chanceOf.set(leaf, [...counts.values()].reduce((sum, count) => sum + (count / list.length) ** 2, 0));
  }
  for (const rows of sessions.values()) {
    for (let index = 1; index < rows.length; index++) {
      const before = item.get(rows[index - 1]!['sku']!)!;
      const now = item.get(rows[index]!['sku']!)!;
      if (before['leaf'] !== now['leaf'] || before === now || now[column] === '') continue;
      pairs++;
      if (before[column] === now[column]) equal++;
      expected += chanceOf.get(now['leaf']!)!;
    }
  }
  return { seen: equal / pairs, chance: expected / pairs };
}

test('shoppers compare within a brand and a colour', () => {
  for (const column of ['brand', 'color']) {
    const { seen, chance } = neighbours(column);
    assert.ok(seen > 1.15 * chance, `${column}: ${seen} against ${chance} by chance`);
  }
});

test('shoppers come back to their brands', () => {
  // Two different sessions of one user in one department: the same brand more often than for two users.
  const brandsByUser = new Map<string, { readonly session: string; readonly department: string; readonly brand: string }[]>();
  for (const row of events) {
    const product = item.get(row['sku']!)!;
    const list = brandsByUser.get(row['user_id']!) ?? [];
    brandsByUser.set(row['user_id']!, list);
    list.push({ session: row['session_id']!, department: product['category_l1']!, brand: product['brand']! });
  }
  const users = [...brandsByUser.values()];
  function sameBrand(pairUp: (index: number) => readonly [typeof users[number], typeof users[number]]): number {
    let pairs = 0;
    let equal = 0;
    for (let index = 0; index < users.length; index++) {
      const [left, right] = pairUp(index);
      for (const a of left) for (const b of right) {
        if (a.session === b.session || a.department !== b.department) continue;
        pairs++;
        if (a.brand === b.brand) equal++;
      }
    }
    return equal / pairs;
  }
  const own = sameBrand((index) => [users[index]!, users[index]!]);
  const others = sameBrand((index) => [users[index]!, users[(index + 1) % users.length]!]);
  assert.ok(own > 1.3 * others, `${own} with oneself, ${others} with a stranger`);
});

test('gardens are planned in spring, heaters bought in autumn', () => {
  const share = (department: string, months: readonly number[]): number => {
    const inSeason = events.filter((row) => months.includes(Number(row['timestamp']!.slice(5, 7))));
    return inSeason.filter((row) => item.get(row['sku']!)!['category_l1'] === department).length / inSeason.length;
  };
  const [winter, spring, autumn] = [[12, 1, 2], [4, 5, 6], [10, 11, 12]];
  assert.ok(share('Outdoor & Garden', spring!) > 2.5 * share('Outdoor & Garden', winter!));
  assert.ok(share('Heating & Cooling', autumn!) > 2 * share('Heating & Cooling', spring!));
});

test('few SKUs have most of the events, and some launch within the year', () => {
  const counts = new Map(catalog.map((row) => [row['sku']!, 0]));
  const firstSeen = new Map<string, string>();
  for (const row of events) {
    counts.set(row['sku']!, counts.get(row['sku']!)! + 1);
    if (!firstSeen.has(row['sku']!)) firstSeen.set(row['sku']!, row['timestamp']!);
  }
  const sorted = [...counts.values()].sort((a, b) => b - a);
  const top = sorted.slice(0, Math.round(sorted.length / 5)).reduce((sum, count) => sum + count, 0);
  assert.ok(top / events.length > 0.45 && top / events.length < 0.85, `the first fifth has ${top / events.length}`);
  const late = [...firstSeen].filter(([sku, first]) => first >= '2026-06' && counts.get(sku)! >= 10);
  assert.ok(late.length >= 15, `${late.length} SKUs with 10 or more events first seen after May`);
});

test('the drafts are new SKUs, and each shows what it is there for', () => {
  const rows = readTable(files.drafts);
  assert.equal(rows.length, drafts.length);
  assert.equal(rows.length, 12);
  const brands = new Set(catalog.map((row) => row['brand']));
  const leaves = new Set(catalog.map((row) => row['leaf']));
  assert.ok(rows.every((row) => !item.has(row['sku']!) && !catalog.some((live) => live['title'] === row['title'])));
  assert.deepEqual(rows.filter((row) => !brands.has(row['brand'])).map((row) => row['sku']), ['NEW-1005']);
  assert.deepEqual(rows.filter((row) => !leaves.has(row['leaf'])).map((row) => row['sku']), ['NEW-1008']);
});
