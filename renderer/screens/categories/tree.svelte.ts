/** The category tree as visible rows: what is open, where the keyboard is. */
import type { CategoryNode, CategoryTree, RestOfLevel } from '../../../electron/api/categories.ts';

export interface TreeRow {
  readonly key: string;
  readonly depth: number;
  readonly node: CategoryNode | null;
  /** Set where the row is what its parent does not list. */
  readonly rest: RestOfLevel | null;
  readonly parent: string | null;
  readonly open: boolean;
  readonly children: number;
}

/** A branch at least this probable is open before anybody says otherwise. */
const openFrom = 0.15;

export class TreeState {
  /** What the user opened or closed, by key. */
  #chosen = $state.raw<ReadonlyMap<string, boolean>>(new Map());
  active = $state('');

  rows(tree: CategoryTree): readonly TreeRow[] {
    const rows: TreeRow[] = [];
    const add = (nodes: readonly CategoryNode[], rest: readonly RestOfLevel[], depth: number, parent: string | null): void => {
      for (const node of nodes) {
        const key = `${node.level}/${node.path.join('/')}`;
        const children = node.children.length + node.rest.length;
        const open = children > 0 && (this.#chosen.get(key) ?? node.probability >= openFrom);
        rows.push({ key, depth, node, rest: null, parent, open, children });
        if (open) add(node.children, node.rest, depth + 1, key);
      }
      for (const one of rest) rows.push({ key: `${parent ?? ''}/rest/${one.level}`, depth, node: null, rest: one, parent, open: false, children: 0 });
    };
    add(tree.roots, tree.rest, 0, null);
    return rows;
  }

  toggle(row: TreeRow, open = !row.open): void {
    if (row.children > 0) this.#chosen = new Map(this.#chosen).set(row.key, open);
  }

  /** Moves, opens or closes for a key (the tree pattern of the ARIA practices); true when it was one of a tree's. */
  press(key: string, rows: readonly TreeRow[]): boolean {
    const at = Math.max(0, rows.findIndex((row) => row.key === this.active));
    const row = rows[at];
    if (row === undefined) return false;
    const go = (index: number): true => {
      this.active = rows[Math.max(0, Math.min(rows.length - 1, index))]!.key;
      return true;
    };
    switch (key) {
      case 'ArrowDown': return go(at + 1);
      case 'ArrowUp': return go(at - 1);
      case 'Home': return go(0);
      case 'End': return go(rows.length - 1);
      case 'ArrowRight':
        if (row.children > 0 && !row.open) this.toggle(row, true);
        else if (row.open) go(at + 1);
        return true;
      case 'ArrowLeft':
        if (row.open) this.toggle(row, false);
        else if (row.parent !== null) this.active = row.parent;
        return true;
      case 'Enter': case ' ':
        this.toggle(row);
        return true;
      default: return false;
    }
  }
}

/** Per level the sum over all nodes, what is not listed and "no category": 1, or the tree is wrong. */
export function levelSums(tree: CategoryTree): readonly { readonly level: string; readonly sum: number }[] {
  const sums = new Map(tree.levels.map(({ level, none }) => [level, none]));
  const add = (level: string, probability: number): void => void sums.set(level, sums.get(level)! + probability);
  const visit = (nodes: readonly CategoryNode[], rest: readonly RestOfLevel[]): void => {
    for (const node of nodes) {
      add(node.level, node.probability);
      visit(node.children, node.rest);
    }
    for (const { level, probability } of rest) add(level, probability);
  };
  visit(tree.roots, tree.rest);
  return [...sums].map(([level, sum]) => ({ level, sum }));
}
