/** What the board is asked, as an address says it: `+board:brand=Calderra&sort=readiness`. Only what differs from the whole board is written. */
import type { DraftFilters, DraftSort, MissingField } from '../../../../electron/api/drafts.ts';
import { columns } from './words.ts';

export const boardMark = '+board:';

export interface BoardQuery {
  readonly search: string;
  readonly filters: DraftFilters;
  readonly sort: DraftSort;
  readonly descending: boolean;
  /** Keys of the shown columns, where the address names them; null: the user's own. */
  readonly columns: readonly string[] | null;
}

/** Names and ranks read best from the smallest on, exposure and reach from the largest; readiness from what needs work. */
const startsDescending: ReadonlySet<DraftSort> = new Set(['exposure', 'reach', 'missing']);

export function startDescending(sort: DraftSort): boolean {
  return startsDescending.has(sort);
}

export const wholeBoard: BoardQuery = { search: '', filters: {}, sort: 'exposure', descending: true, columns: null };

const sorts: readonly DraftSort[] = ['sku', 'title', 'brand', 'category', 'exposure', 'reach', 'medianRank', 'readiness', 'confidence', 'missing'];
const missingFields: readonly MissingField[] = ['title', 'brand', 'category', 'color', 'material', 'price'];

/** `question` is the address after its mark. What it does not understand it leaves out. */
export function readQuery(question: string): BoardQuery {
  const given = new URLSearchParams(question);
  const word = <Word extends string>(name: string, known: readonly Word[]): Word | undefined => known.find((one) => one === given.get(name));
  const share = (name: string): number | undefined => {
    const value = Number(given.get(name) ?? NaN);
    return value >= 0 && value <= 1 ? value : undefined;
  };
  const sort = word('sort', sorts) ?? wholeBoard.sort;
  const order = word('order', ['up', 'down']);
  const named = (given.get('columns') ?? '').split(',').filter((key) => columns.some((column) => column.key === key));
  const filters = {
    brand: given.get('brand') ?? undefined,
    category: given.get('category') ?? undefined,
    confidence: word('confidence', ['normal', 'low', 'none']),
    readinessBelow: share('readinessBelow'),
    exposureBelow: share('exposureBelow'),
    dead: given.get('dead') === 'yes' ? true : undefined,
    missing: word('missing', missingFields),
  };
  return {
    search: given.get('search') ?? '',
    filters: Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)),
    sort,
    descending: order === undefined ? startDescending(sort) : order === 'down',
    columns: named.length === 0 ? null : [...new Set(named)],
  };
}

/** '' for the whole board, else mark and question. */
export function formatQuery({ search, filters, sort, descending, columns }: BoardQuery): string {
  const told = new URLSearchParams();
  if (search !== '') told.set('search', search);
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) told.set(name, value === true ? 'yes' : String(value));
  if (sort !== wholeBoard.sort) told.set('sort', sort);
  if (descending !== startDescending(sort)) told.set('order', descending ? 'down' : 'up');
  if (columns !== null) told.set('columns', columns.join());
  return told.size === 0 ? '' : boardMark + told.toString();
}
