/**
 * The next-category distributions of all levels as one tree. Each level has a head of its own (Eq. 6), so a parent and its children are
 * two predictions of the same thing: where they differ, the tree says so. A label hangs below the deepest shallower label whose path its
 * own path begins with; a leaf of a short path may hang beside deeper ones.
 */
import type { CategoryNode, CategoryTreeNumbers, RestOfLevel } from './category-jobs.ts';
import { keySeparator, type CategoryAttribute } from './features.ts';

/** A parent and what its children sum to are taken for one opinion within this distance. */
export const tolerance = 0.05;

/** Children listed under one parent, and the probability below which a node needs no line of its own. */
const listed = { children: 24, least: 0.0005 } as const;

interface Place {
  readonly level: number;
  readonly index: number;
}

export class CategoryTree {
  readonly #attributes: readonly CategoryAttribute[];
  readonly #roots: readonly Place[];
  /** By level, then label: what hangs below. */
  readonly #children: readonly (readonly Place[])[][];
  readonly #paths: readonly (readonly (readonly string[])[])[];

  /** @param attributes the predicted levels of the category path, broad first; label 0 of each is no category */
  constructor(attributes: readonly CategoryAttribute[]) {
    this.#attributes = attributes;
    const children = attributes.map(({ keys }) => keys.map(() => [] as Place[]));
    const roots: Place[] = [];
    for (const [level, { keys }] of attributes.entries()) {
      for (let index = 1; index < keys.length; index++) {
        const parent = this.#parentOf(level, keys[index]!);
        (parent === null ? roots : children[parent.level]![parent.index]!).push({ level, index });
      }
    }
    this.#roots = roots;
    this.#children = children;
    this.#paths = attributes.map(({ keys }) => keys.map((key) => this.#namesOf(key)));
  }

  /** Names of a label from the top down. */
  pathOf(level: number, index: number): readonly string[] {
    return this.#paths[level]![index]!;
  }

  /** @param probabilities per level [labels] */
  describe(probabilities: readonly Float32Array[]): CategoryTreeNumbers {
    const { shown, rest } = this.#cut(this.#roots, probabilities);
    return {
      levels: this.#attributes.map(({ name, labels }, level) => ({ level: name, labels: labels.length - 1, none: probabilities[level]![0]! })),
      roots: shown.map((place) => this.#node(place, probabilities)),
      rest,
    };
  }

  #node(place: Place, probabilities: readonly Float32Array[]): CategoryNode {
    const of = ({ level, index }: Place): number => probabilities[level]![index]!;
    const { name, labels } = this.#attributes[place.level]!;
    const all = this.#children[place.level]![place.index]!;
    const probability = of(place);
    const below = all.length === 0 ? null : all.reduce((sum, child) => sum + of(child), 0);
    const { shown, rest } = this.#cut(all, probabilities);
    return {
      level: name, index: place.index, label: labels[place.index]!, path: this.pathOf(place.level, place.index), probability, below,
      disagrees: below !== null && (Math.abs(below - probability) > tolerance || all.some((child) => of(child) - probability > tolerance)),
      children: shown.map((child) => this.#node(child, probabilities)),
      rest,
    };
  }

  /** What is listed, best first, and the sums of what is not (with all that hangs below it). */
  #cut(places: readonly Place[], probabilities: readonly Float32Array[]): { readonly shown: readonly Place[]; readonly rest: readonly RestOfLevel[] } {
    const of = ({ level, index }: Place): number => probabilities[level]![index]!;
    const sorted = [...places].sort((a, b) => of(b) - of(a));
    const worth = (place: Place): boolean => of(place) >= listed.least || this.#children[place.level]![place.index]!.some(worth);
    const shown = sorted.slice(0, listed.children).filter(worth);
    const kept = new Set(shown);
    const sums = new Map<number, { count: number; probability: number }>();
    const add = (place: Place): void => {
      const sum = sums.get(place.level) ?? { count: 0, probability: 0 };
      sums.set(place.level, { count: sum.count + 1, probability: sum.probability + of(place) });
      this.#children[place.level]![place.index]!.forEach(add);
    };
    for (const place of sorted) if (!kept.has(place)) add(place);
    return { shown, rest: [...sums].sort(([a], [b]) => a - b).map(([level, sum]) => ({ level: this.#attributes[level]!.name, ...sum })) };
  }

  #parentOf(level: number, key: string): Place | null {
    for (let above = level - 1; above >= 0; above--) {
      for (let end = key.length; end > 0; end = key.lastIndexOf(keySeparator, end - 1)) {
        const index = this.#attributes[above]!.indices.get(key.slice(0, end));
        if (index !== undefined && index > 0) return { level: above, index };
      }
    }
    return null;
  }

  #namesOf(key: string): readonly string[] {
    if (key === '') return [];
    const parts = key.split(keySeparator);
    return parts.map((part, depth) => {
      const prefix = parts.slice(0, depth + 1).join(keySeparator);
      for (const { indices, labels } of this.#attributes) {
        const index = indices.get(prefix);
        if (index !== undefined) return labels[index]!;
      }
      return part; // a level that is constant is not learned, so its spelling is not known
    });
  }
}
