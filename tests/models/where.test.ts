/** Where a draft shows, and who loses, counted once more by hand. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { displacedBy } from '../../models/losers.ts';
import { sessionsByItem } from '../../models/panel.ts';
import { Random } from '../../models/random.ts';
import { divideMoments, labelCatalog, whereEntered } from '../../models/where.ts';
import { item } from '../helpers/sessions.ts';
import { makeWorld } from './world.ts';

const k = 5;
const lengths = ['1', '2', '3–4', '5–9', '10+'];

test('groups are those of a plain count, the most entered first, and the rest is everybody else', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 3, max: 60 }), (seed, sessions, rows) => {
    const { panel } = makeWorld(seed, sessions, rows);
    const random = new Random(seed + 1);
    const items = Array.from({ length: rows }, () => item('t', random.below(4) === 0 ? '' : ['A', 'b', 'B', `Brand ${random.below(30)}`][random.below(4)]!, `Floor ${random.below(3)}`, `Leaf ${random.below(25)}`));
    const labels = labelCatalog(items);
    const ranks = Int32Array.from(panel.ends, () => 1 + random.below(15));
    const leftOut = new Uint8Array(panel.sessions.length);
    for (const session of sessionsByItem(panel, rows)(random.below(rows + 1) - 1)) leftOut[session] = 1;
    const counted = new Map<string, { moments: number; entered: number }>();
    const entered: number[] = [];
    for (let session = 0; session < panel.sessions.length; session++) {
      if (leftOut[session] === 1) continue;
      for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
        const last = panel.items[panel.ends[moment]! - 1]!;
        if (ranks[moment]! <= k) entered.push(moment);
        const length = panel.ends[moment]! - panel.itemOffsets[session]!;
        const names = [`category ${labels.category.of[last]}`, `length ${[1, 2, 4, 9, Infinity].findIndex((bound) => length <= bound)}`, `entry ${panel.items[panel.itemOffsets[session]!]}`, `brand ${items[last]!.brand.toLowerCase()}`];
        for (const name of names) {
          const group = counted.get(name) ?? { moments: 0, entered: 0 };
          counted.set(name, { moments: group.moments + 1, entered: group.entered + (ranks[moment]! <= k ? 1 : 0) });
        }
      }
    }
    for (const { by, groups, rest } of whereEntered(divideMoments(panel, labels), panel, Int32Array.from(entered), leftOut)) {
      const all = [...counted].filter(([name]) => name.startsWith(`${by} `)).map(([, group]) => group);
      const plain = (list: readonly { readonly moments: number; readonly entered: number }[]): readonly (readonly [number, number])[] => list.map(({ moments, entered }) => [entered, moments] as const);
      if (by === 'length') assert.deepEqual(groups.map(({ label }) => label), lengths.filter((_, i) => counted.has(`length ${i}`)));
      else assert.deepEqual(plain(groups), [...plain(all)].sort((a, b) => b[0] - a[0] || b[1] - a[1]).slice(0, 12), by);
      const sum = (of: 'moments' | 'entered', list: readonly { readonly moments: number; readonly entered: number }[]): number => list.reduce((total, group) => total + group[of], 0);
      assert.deepEqual(rest ?? { groups: 0, moments: 0, entered: 0 }, { groups: all.length - groups.length, moments: sum('moments', all) - sum('moments', groups), entered: sum('entered', all) - sum('entered', groups) }, by);
    }
  }), { numRuns: 100 });
});

test('two leaves of one name are told apart by their parents, spellings are not', () => {
  const { brand, category } = labelCatalog([item('a', 'Acme', 'Wall', 'Tile'), item('b', ' ACME ', 'Floor', 'Tile'), item('c', '', 'wall', 'tile'), item('d', 'Other')]);
  assert.deepEqual([...category.of].map((label) => category.labels[label]), ['Wall › Tile', 'Floor › Tile', 'Wall › Tile', '']);
  assert.deepEqual([...brand.of].map((label) => brand.labels[label]), ['Acme', 'Acme', '', 'Other']);
  assert.deepEqual([brand.labelOf(item('x', 'acme')), brand.labelOf(item('x', 'New Brand ')), category.labelOf(item('x', '', 'Roof', 'Tile'))], ['Acme', 'New Brand', 'Tile']);
});

test('the draft’s own brand is listed among the losers wherever it stands', () => {
  const items = Array.from({ length: 40 }, (_, row) => item('t', `Brand ${row}`, 'Leaf'));
  const displaced = items.map((_, row) => ({ row, slots: 100 - row, before: 1, after: 0 }));
  const [category, brand] = displacedBy(displaced, labelCatalog(items), [item('t', 'brand 38', 'Leaf')]);
  assert.deepEqual(category, { by: 'category', groups: [{ label: 'Leaf', skus: 40, slots: displaced.reduce((sum, { slots }) => sum + slots, 0), own: true }], rest: null });
  assert.deepEqual([brand!.groups.length, brand!.groups.at(-1), brand!.rest], [31, { label: 'Brand 38', skus: 1, slots: 62, own: true }, { groups: 9, skus: 9, slots: displaced.filter(({ row }) => row >= 30 && row !== 38).reduce((sum, { slots }) => sum + slots, 0) }]);
});
