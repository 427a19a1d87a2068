/** Who loses, as a table: the SKUs that are listed, then everybody by category and by brand. */
import type { DisplacedBy, DisplacedItem } from '../../../electron/api/launch.ts';

export type Table = readonly (readonly (string | number | null)[])[];

export function displacedTable({ displaced, displacedBy }: { readonly displaced: readonly DisplacedItem[]; readonly displacedBy: readonly DisplacedBy[] }): Table {
  return [
    ['by', 'name', 'title', 'brand', 'category', 'SKUs', 'slots lost', 'mean places lost', 'exposure before', 'exposure after', 'protected'],
    ...displaced.map(({ item, slots, places, before, after, protected: marked }) => ['SKU', item.sku, item.title, item.brand, item.categoryPath.join(' > '), 1, slots, places, before, after, marked ? 'yes' : 'no']),
    ...displacedBy.flatMap(({ by, groups, rest }) => [
      ...groups.map(({ label, skus, slots }) => [by, label, null, null, null, skus, slots, null, null, null, null]),
      ...(rest === null ? [] : [[by, `${rest.groups} further groups`, null, null, null, rest.skus, rest.slots, null, null, null, null]]),
    ]),
  ];
}
