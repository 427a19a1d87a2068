/** What the catalogue is asked, as an address says it: `+find:brand=Norrow&status=live`. Only what differs from all SKUs is written. */
import type { ItemStatus } from '../../../db/records.ts';

export const findMark = '+find:';

export interface CatalogQuery {
  readonly search: string;
  readonly status: ItemStatus | 'all';
  readonly brand: string | undefined;
  /** A leaf. */
  readonly category: string | undefined;
}

export const wholeCatalog: CatalogQuery = { search: '', status: 'all', brand: undefined, category: undefined };

/** `detail` as it stands in the address. What it does not understand it leaves out. */
export function readCatalogQuery(detail: string): CatalogQuery {
  const given = new URLSearchParams(detail.startsWith(findMark) ? detail.slice(findMark.length) : '');
  const status = (['live', 'draft', 'retired'] as const).find((one) => one === given.get('status')) ?? 'all';
  return { search: given.get('search') ?? '', status, brand: given.get('brand') ?? undefined, category: given.get('category') ?? undefined };
}

/** '' for the whole catalogue, else mark and question. */
export function formatCatalogQuery({ search, status, brand, category }: CatalogQuery): string {
  const told = new URLSearchParams();
  if (search !== '') told.set('search', search);
  if (status !== 'all') told.set('status', status);
  if (brand !== undefined) told.set('brand', brand);
  if (category !== undefined) told.set('category', category);
  return told.size === 0 ? '' : findMark + told.toString();
}
