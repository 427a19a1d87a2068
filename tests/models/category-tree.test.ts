import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CategoryNode, CategoryTreeNumbers } from '../../models/category-jobs.ts';
import { CategoryTree, tolerance } from '../../models/category-tree.ts';
import { fitFeatures } from '../../models/features.ts';
import { item } from '../helpers/sessions.ts';

const shelf = [
  item('a', '', 'Bath', 'Faucets', 'Sink'), item('b', '', 'Bath', 'Faucets', 'Shower'), item('c', '', 'Bath', 'Toilets'),
  item('d', '', 'Paint', 'Wall', 'Matt'), item('e', '', 'Paint', 'Wall', 'Gloss'), item('f', '', 'Paint', 'Wood', 'Oil'), item('g', '', 'Paint'),
];
/** Without L3, which would say here what the leaf says. */
const attributes = fitFeatures(shelf, new Uint8Array(shelf.length).fill(1)).categories.filter(({ name }) => ['l1', 'l2', 'leaf'].includes(name));
const tree = new CategoryTree(attributes);

function walk(nodes: readonly CategoryNode[], visit: (node: CategoryNode) => void): void {
  for (const node of nodes) {
    visit(node);
    walk(node.children, visit);
  }
}

function sumOf(numbers: CategoryTreeNumbers, level: string): number {
  let sum = numbers.levels.find((one) => one.level === level)!.none;
  const rests = (node: Pick<CategoryNode, 'rest'>): number => node.rest.filter((rest) => rest.level === level).reduce((total, rest) => total + rest.probability, 0);
  sum += rests(numbers);
  walk(numbers.roots, (node) => (sum += (node.level === level ? node.probability : 0) + rests(node)));
  return sum;
}

test('every level sums to 1 over its nodes, its rests and "no category", for any distribution', () => {
  const weights = fc.tuple(...attributes.map(({ labels }) => fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: labels.length, maxLength: labels.length })));
  fc.assert(fc.property(weights, (levels) => {
    const probabilities = levels.map((raw) => {
      const skewed = raw.map((value) => (value / 1e6) ** 20 + 1e-9); // most of them below what is listed
      const total = skewed.reduce((sum, value) => sum + value, 0);
      return Float32Array.from(skewed, (value) => value / total);
    });
    const numbers = tree.describe(probabilities);
    for (const { level } of numbers.levels) assert.ok(Math.abs(sumOf(numbers, level) - 1) < 1e-5, `${level}: ${sumOf(numbers, level)}`);
  }), { numRuns: 200 });
});

test('labels hang below the deepest label their path begins with, children best first', () => {
  const even = attributes.map(({ labels }) => new Float32Array(labels.length).fill(1 / labels.length));
  const paths: string[] = [];
  walk(tree.describe(even).roots, ({ level, path }) => paths.push(`${level}: ${path.join(' > ')}`));
  assert.deepEqual(paths, [
    'l1: Bath', 'l2: Bath > Faucets', 'leaf: Bath > Faucets > Shower', 'leaf: Bath > Faucets > Sink', 'l2: Bath > Toilets', 'leaf: Bath > Toilets',
    'l1: Paint', 'l2: Paint > Wall', 'leaf: Paint > Wall > Gloss', 'leaf: Paint > Wall > Matt', 'l2: Paint > Wood', 'leaf: Paint > Wood > Oil', 'leaf: Paint',
  ]);
  const { roots } = tree.describe(attributes.map(({ labels }) => Float32Array.from(labels, (_, index) => index / 100)));
  walk(roots, ({ children }) => assert.deepEqual(children.map(({ probability }) => probability), children.map(({ probability }) => probability).sort((a, b) => b - a)));
});

test('a parent and its children that differ by more than the tolerance are marked, others are not', () => {
  const [l1, l2, leaf] = attributes.map(({ labels }) => new Float32Array(labels.length));
  const at = (level: number, ...path: string[]): number => attributes[level]!.keys.indexOf(path.join('\u001f').toLowerCase());
  l1![at(0, 'Bath')] = 0.7;
  l1![at(0, 'Paint')] = 0.3;
  l2![at(1, 'Bath', 'Faucets')] = 0.7 - tolerance + 0.01; // within
  l2![at(1, 'Paint', 'Wall')] = 0.36;
  leaf![at(2, 'Bath', 'Faucets', 'Sink')] = 0.4; // far below its parent
  leaf![at(2, 'Paint', 'Wall', 'Matt')] = 0.36;
  const marks: Record<string, readonly [boolean, number | null]> = {};
  walk(tree.describe([l1!, l2!, leaf!]).roots, ({ path, level, disagrees, below }) => (marks[`${level} ${path.at(-1)}`] = [disagrees, below === null ? null : Math.round(below * 100) / 100]));
  assert.deepEqual(marks['l1 Bath'], [false, 0.66]);
  assert.deepEqual(marks['l1 Paint'], [true, 0.36]);
  assert.deepEqual(marks['l2 Faucets'], [true, 0.4]);
  assert.deepEqual(marks['l2 Wall'], [false, 0.36]);
  assert.deepEqual(marks['leaf Sink'], [false, null]);
});
