/** Category paths as the sources write them: one or several, as levels, codes or parallel columns. */
import type { ValueRule } from './profile.ts';
import { isNullWord, readPath } from './values.ts';
import type { PathReading } from './values.ts';

/** Labels of a category code from the broadest level to its own, where the export of the trees is at hand. */
export type CategoryTrees = (code: string) => readonly string[] | null;

export interface CategoryReading extends PathReading {
  /** Every path where there are several, as text. */
  readonly all: readonly string[];
}

const nothing: CategoryReading = { levels: [], emptyLevels: false, tooDeep: false, all: [] };

/** `list`: the elements of a JSON list; they are paths where one of them is, else levels. */
export function readCategory(cell: string, list: readonly string[] | null, rule: ValueRule, separator: string | undefined, limit: number, trees: CategoryTrees | null): CategoryReading {
  const levels = separator ?? rule.levels;
  const read = (text: string): PathReading => dropRoot(readPath(text, levels, limit + (rule.dropRoot === undefined ? 0 : 1)), rule, limit);
  const parts = list ?? (rule.paths === undefined ? [cell] : splitPaths(cell, rule.paths));
  if (rule.codes === true) {
    const known = trees === null ? [] : parts.flatMap((code) => trees(code.trim()) ?? []).length === 0 ? [] : parts.map((code) => trees(code.trim())).filter((path) => path !== null);
    return known.length === 0 ? nothing : { levels: known[0]!.slice(0, limit), emptyLevels: false, tooDeep: known[0]!.length > limit, all: known.length > 1 ? known.map((path) => path.join(' > ')) : [] };
  }
  if (list !== null && rule.paths === undefined && !list.some((part) => part.includes(' > '))) return { ...read(list.join(' > ')), all: [] };
  const paths = parts.filter((part) => part.trim() !== '').map(read);
  if (paths.length === 0) return nothing;
  return { ...paths[0]!, all: paths.length > 1 ? paths.map((path) => path.levels.join(' > ')) : [] };
}

/** Of the cells that may hold the path: the place of the deepest one, of equals the first. A number is an id, not a path. */
export function deepestCell(cells: readonly (readonly [cell: string, rule: ValueRule])[]): number {
  const depths = cells.map(([cell, { paths, levels }]) => (cell.trim() === '' || isNullWord(cell) || /^\d{1,9}$/.test(cell.trim()) ? 0 : readPath(paths === undefined ? cell : splitPaths(cell, paths)[0] ?? '', levels, 100).levels.length));
  return depths.indexOf(Math.max(...depths));
}

/** `CATEGORY_L1=A|B`, `CATEGORY_L2=x|y`: the first path is A > x, the second B > y. */
export function pairLevels(columns: readonly string[], separator: string): readonly (readonly string[])[] {
  const parts = columns.map((cell) => cell.split(separator).map((part) => part.trim()));
  const count = Math.max(0, ...parts.map((values) => values.length));
  return Array.from({ length: count }, (_, index) => parts.map((values) => values[index] ?? '').filter((level) => level !== '')).filter((path) => path.length > 0);
}

/** A separator behind a backslash belongs to a name. */
function splitPaths(cell: string, separator: string): readonly string[] {
  const paths: string[] = [];
  let pieces: string[] = [];
  for (const part of cell.split(separator)) {
    const escaped = part.endsWith('\\');
    pieces.push(escaped ? part.slice(0, -1) : part);
    if (escaped) continue;
    paths.push(pieces.join(separator).trim());
    pieces = [];
  }
  if (pieces.length > 0) paths.push(pieces.join(separator).trim());
  return paths.filter((path) => path !== '');
}

function dropRoot(reading: PathReading, rule: ValueRule, limit: number): PathReading {
  const [root, ...rest] = reading.levels;
  if (root !== undefined && rule.dropRoot?.includes(root) === true) return { ...reading, levels: rest };
  return { ...reading, levels: reading.levels.slice(0, limit), tooDeep: reading.tooDeep || reading.levels.length > limit };
}
