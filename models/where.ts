/** Where a draft shows: moments of the panel by what the shopper looked at last, by how far the session is, and by where it began. */
import type { ItemFeatures } from '../db/records.ts';
import { labelKey } from './features.ts';
import type { WhereGroups } from './launch-jobs.ts';
import type { Panel } from './panel.ts';

/** Groups listed; the others are one sum. */
const shown = 12;

/** Sessions so far: upper ends. */
const lengthBounds = [1, 2, 4, 9, Infinity] as const;
const lengthLabels = ['1', '2', '3–4', '5–9', '10+'] as const;

/** A label for every row of the catalogue. */
export interface RowLabels {
  /** 0 is '': none. */
  readonly labels: readonly string[];
  /** [items] index into `labels`. */
  readonly of: Int32Array;
  /** Of another item, in or out of the catalogue: its label as the catalogue spells it, or as it stands. */
  readonly labelOf: (item: ItemFeatures) => string;
}

export interface CatalogLabels {
  readonly brand: RowLabels;
  /** Whole category paths; shown by the leaf, with its parent where two leaves have one name. */
  readonly category: RowLabels;
}

export function labelCatalog(items: readonly ItemFeatures[]): CatalogLabels {
  return { brand: labelRows(items, ({ brand }) => (brand.trim() === '' ? [] : [brand])), category: labelRows(items, ({ categoryPath }) => categoryPath) };
}

function labelRows(items: readonly ItemFeatures[], pathOf: (item: ItemFeatures) => readonly string[]): RowLabels {
  const indices = new Map<string, number>([['', 0]]);
  const known = new Map<string, number>([['', 0]]); // by the text as it stands: a catalogue repeats its paths
  const paths: (readonly string[])[] = [[]];
  const of = new Int32Array(items.length);
  for (const [row, item] of items.entries()) {
    const path = pathOf(item);
    const text = path.join('\u001f');
    let index = known.get(text);
    if (index === undefined) {
      const key = labelKey(path);
      index = indices.get(key) ?? paths.length;
      if (index === paths.length) {
        indices.set(key, index);
        paths.push(path);
      }
      known.set(text, index);
    }
    of[row] = index;
  }
  const leaves = new Map<string, number>();
  for (const path of paths) leaves.set(path.at(-1) ?? '', (leaves.get(path.at(-1) ?? '') ?? 0) + 1);
  const nameOf = (path: readonly string[]): string => (leaves.get(path.at(-1) ?? '')! > 1 ? path.slice(-2) : path.slice(-1)).map((part) => part.trim()).join(' › ');
  const labels = paths.map(nameOf);
  return {
    labels, of,
    labelOf: (item) => {
      const path = pathOf(item);
      const index = indices.get(labelKey(path));
      return index === undefined ? (path.at(-1) ?? '').trim() : labels[index]!;
    },
  };
}

/** One way to divide the moments of a panel. */
export interface Division {
  readonly by: WhereGroups['by'];
  readonly labels: readonly string[];
  /** [groups] catalogue row a group stands for; null where groups are no SKUs. */
  readonly rows: Int32Array | null;
  /** [moments] group of each. */
  readonly of: Int32Array;
  /** [groups] moments of each. */
  readonly sizes: Int32Array;
  /** Groups that have moments, the largest first; lengths from short to long. */
  readonly order: readonly number[];
}

/** Divides the moments once; a preview then looks only at those its draft enters. */
export function divideMoments(panel: Panel, { brand, category }: CatalogLabels): readonly Division[] {
  const moments = panel.ends.length;
  const last = (moment: number): number => panel.items[panel.ends[moment]! - 1]!;
  const entries = new Map<number, number>();
  const entryOf = new Int32Array(moments);
  const lengthOf = new Int32Array(moments);
  for (let session = 0; session < panel.sessions.length; session++) {
    const first = panel.itemOffsets[session]!;
    const entry = panel.items[first]!;
    for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) {
      if (!entries.has(entry)) entries.set(entry, entries.size);
      entryOf[moment] = entries.get(entry)!;
      const length = panel.ends[moment]! - first;
      lengthOf[moment] = lengthBounds.findIndex((bound) => length <= bound);
    }
  }
  const byLast = ({ of }: RowLabels): Int32Array => Int32Array.from({ length: moments }, (_, moment) => of[last(moment)]!);
  const divide = (by: Division['by'], labels: readonly string[], of: Int32Array, rows: Int32Array | null = null): Division => {
    const sizes = new Int32Array(rows?.length ?? labels.length);
    for (const group of of) sizes[group]!++;
    const order = [...sizes.keys()].filter((group) => sizes[group]! > 0);
    if (by !== 'length') order.sort((a, b) => sizes[b]! - sizes[a]! || a - b);
    return { by, labels, rows, of, sizes, order };
  };
  return [
    divide('category', category.labels, byLast(category)),
    divide('length', lengthLabels, lengthOf),
    divide('entry', [], entryOf, Int32Array.from(entries.keys())),
    divide('brand', brand.labels, byLast(brand)),
  ];
}

/**
 * @param entered moments with the draft in the top K
 * @param leftOut [sessions] 1 for sessions that do not count
 */
export function whereEntered(divisions: readonly Division[], panel: Panel, entered: Int32Array, leftOut: Uint8Array): readonly WhereGroups[] {
  const missing: number[] = [];
  for (let session = leftOut.indexOf(1); session >= 0; session = leftOut.indexOf(1, session + 1)) {
    for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) missing.push(moment);
  }
  const count = (moments: Iterable<number>, of: Int32Array): ReadonlyMap<number, number> => {
    const counts = new Map<number, number>();
    for (const moment of moments) counts.set(of[moment]!, (counts.get(of[moment]!) ?? 0) + 1);
    return counts;
  };
  const all = panel.ends.length - missing.length;
  return divisions.map(({ by, labels, rows, of, sizes, order }) => {
    const [less, counts] = [count(missing, of), count(entered, of)];
    const sizeOf = (group: number): number => sizes[group]! - (less.get(group) ?? 0);
    const best = by === 'length' ? [] : [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || sizeOf(b) - sizeOf(a) || a - b).slice(0, shown);
    const bySize = less.size === 0 || by === 'length' ? order : [...order].sort((a, b) => sizeOf(b) - sizeOf(a) || a - b);
    const listed = [...best]; // filled up with the largest of those that the draft does not enter
    for (let i = 0; i < bySize.length && listed.length < shown; i++) if ((by === 'length' || !counts.has(bySize[i]!)) && sizeOf(bySize[i]!) > 0) listed.push(bySize[i]!);
    const groups = listed.map((group) => ({ label: labels[group] ?? '', row: rows === null ? -1 : rows[group]!, moments: sizeOf(group), entered: counts.get(group) ?? 0 }));
    const others = order.length - listed.length - [...less.keys()].filter((group) => sizeOf(group) === 0).length;
    const sum = (of: 'moments' | 'entered'): number => groups.reduce((total, group) => total + group[of], 0);
    return { by, groups, rest: others === 0 ? null : { groups: others, moments: all - sum('moments'), entered: entered.length - sum('entered') } };
  });
}
