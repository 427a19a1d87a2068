/** Words for the ways in which moments are alike. */
import type { MomentGroup, WhereBreakdown } from '../../../electron/api/launch.ts';

export const whereWords: { readonly [By in WhereBreakdown['by']]: { readonly label: string; readonly column: string; readonly means: string } } = {
  category: { label: 'Category', column: 'category of the item just viewed', means: 'Moments after an item of this category, and the share of such moments.' },
  length: { label: 'Length', column: 'items so far', means: 'Moments after this many items, and the share of such moments.' },
  entry: { label: 'Entry', column: 'first item of the session', means: 'Moments of sessions that began with this item, and the share of such moments.' },
  brand: { label: 'Brand', column: 'brand of the item just viewed', means: 'Moments after an item of this brand, and the share of such moments.' },
};

export function describeGroup(by: WhereBreakdown['by'], group: MomentGroup): string {
  if (by === 'length') return group.label === '1' ? '1 item' : `${group.label} items`;
  if (by === 'entry') return group.item === undefined ? group.label : group.item.title || group.item.sku;
  return group.label === '' ? `No ${by}` : group.label;
}
