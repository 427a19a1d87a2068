/** Displaced SKUs by brand and category: the whole loss, however long its list is. */
import type { ItemFeatures } from '../db/records.ts';
import type { Displaced } from './exposure.ts';
import type { DisplacedGroups } from './launch-jobs.ts';
import type { CatalogLabels } from './where.ts';

/** Groups listed; the others are one sum. A draft's own group is listed wherever it stands. */
const shown = 30;

/** @param drafts whose brands and categories are "own" */
export function displacedBy(displaced: readonly Displaced[], catalog: CatalogLabels, drafts: readonly ItemFeatures[]): readonly DisplacedGroups[] {
  return (['category', 'brand'] as const).map((by) => {
    const { labels, of, labelOf } = catalog[by];
    const own = new Set(drafts.map(labelOf));
    const groups = new Map<number, { skus: number; slots: number }>();
    for (const { row, slots } of displaced) {
      const group = groups.get(of[row]!) ?? { skus: 0, slots: 0 };
      groups.set(of[row]!, { skus: group.skus + 1, slots: group.slots + slots });
    }
    const all = [...groups].map(([index, group]) => ({ label: labels[index]!, ...group, own: labels[index] !== '' && own.has(labels[index]!) }))
      .sort((a, b) => b.slots - a.slots || b.skus - a.skus || (a.label < b.label ? -1 : 1));
    const listed = all.filter((group, place) => place < shown || group.own);
    const others = all.filter((group, place) => place >= shown && !group.own);
    return {
      by, groups: listed,
      rest: others.length === 0 ? null : { groups: others.length, skus: others.reduce((sum, { skus }) => sum + skus, 0), slots: others.reduce((sum, { slots }) => sum + slots, 0) },
    };
  });
}
