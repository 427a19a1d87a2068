/** DEVELOPMENT HARNESS, never part of the product: what the draft page asks beyond one preview, answered from the shop in memory. */
import type { ItemFeatures } from '../../../db/records.ts';
import type { LaunchApi, Preview } from '../../../electron/api/launch.ts';
import type { VariantsApi } from '../../../electron/api/variants.ts';
import type { Outcome } from '../../../electron/api/what-if.ts';
import { createBriefs } from '../../../electron/services/brief.ts';
import { eventsOf, items, rowOf, visits } from './shop.ts';

type PreviewOf = (sku: string, features: ItemFeatures) => Preview;

const outcomeOf = ({ exposure, reach, medianRank }: Preview): Outcome => ({ exposure, reach, medianRank });
const around = (value: number, share = 0.12): readonly [number, number] => [value - Math.abs(value) * share - 1e-5, value + Math.abs(value) * share + 1e-5];

/** Where it shows and who loses, from the moments and SKUs that a preview lists. */
export function breakdowns(slots: number, moments: number, features: ItemFeatures, lost: Preview['displaced']): Pick<Preview, 'where' | 'displacedBy' | 'readiness'> {
  const shares = [0.41, 0.22, 0.13, 0.09, 0.05, 0.03];
  const names = { category: ['Grout', 'Wall Tile', 'Floor Tile', 'Tile Setting Materials', 'Grout Sealer', 'Trowels & Floats'], length: ['1', '2', '3-4', '5-9', '10+'], brand: ['Bondarra', 'Calderra', 'Mortega', '', 'EvenJoint', 'TerraVale'] };
  const groups = (by: 'category' | 'length' | 'brand') => names[by].map((label, index) => ({ label, moments: Math.round(moments * (shares[shares.length - 1 - index] ?? 0.1)), entered: Math.round(slots * shares[index]!) }));
  const entries = [...items.values()].slice(40, 46).map((item, index) => ({ label: item.sku, item: rowOf(item), moments: 40 - index * 3, entered: Math.round(slots * shares[index]! * 0.4) }));
  const by = (name: 'category' | 'brand') => [...Map.groupBy(lost, ({ item }) => (name === 'brand' ? item.brand : item.categoryPath.at(-1) ?? ''))].map(([label, rows]) => ({
    label, skus: rows.length, slots: rows.reduce((sum, row) => sum + row.slots, 0), own: name === 'brand' ? label === features.brand : label === features.categoryPath.at(-1),
  })).sort((a, b) => b.slots - a.slots);
  const listed = lost.reduce((sum, row) => sum + row.slots, 0);
  const rest = slots > listed ? { groups: 3, skus: 21, slots: slots - listed } : null;
  return {
    where: [
      { by: 'category', groups: groups('category'), rest: { groups: 31, moments: Math.round(moments * 0.4), entered: Math.round(slots * 0.07) } }, { by: 'length', groups: groups('length'), rest: null },
      { by: 'entry', groups: entries, rest: { groups: 412, moments: moments - 200, entered: Math.round(slots * 0.6) } }, { by: 'brand', groups: groups('brand'), rest: null },
    ],
    displacedBy: [{ by: 'category', groups: by('category'), rest }, { by: 'brand', groups: by('brand'), rest }],
    readiness: {
      score: features.material.length > 0 ? 0.86 : 0.71, missing: features.material.length > 0 ? [] : ['material'],
      parts: [
        { name: 'fields', score: features.material.length > 0 ? 1 : 0.75, weight: 0.4, detail: 'States 5 of the 6 fields that most comparable SKUs fill; material is missing.' }, { name: 'words', score: 0.92, weight: 0.25, detail: '11 of 12 words of the title are known to the model, and so is the brand.' },
        { name: 'category', score: 1, weight: 0.2, detail: 'The category is known, and the other fields suggest the same.' }, { name: 'standing', score: 0.44, weight: 0.15, detail: 'More exposure than 44 % of the comparable SKUs.' },
      ],
    },
  };
}

export function launchAnswers(previewOf: PreviewOf, wait: (milliseconds: number) => Promise<void>): Pick<LaunchApi, 'explain' | 'contrast' | 'together' | 'history' | 'brief' | 'exportTable' | keyof VariantsApi> {
  const why: Pick<LaunchApi, 'explain'> = {
    async explain({ sku, features }) {
      await wait(300);
      const whole = previewOf(sku, features);
      const without = (part: Partial<ItemFeatures>): Outcome => outcomeOf(previewOf(sku, { ...features, ...part }));
      const words = [...new Set(features.title.split(/\s+/).filter((word) => word !== ''))];
      const fill = (field: string, present: string, value: string, part: Partial<ItemFeatures>, reason: 'empty' | 'rare', factor: number) => {
        const exposure = whole.exposure * factor;
        const gain = exposure - whole.exposure;
        return { field, present, value, features: { ...features, ...part }, support: 9, of: 14, reason, exposure, interval: around(exposure), gain, gainInterval: around(gain, 0.6), medianRank: whole.medianRank * 0.9 };
      };
      return {
        sku, whole: outcomeOf(whole),
        attributes: [
          { field: 'title', value: features.title, without: without({ title: '' }) }, { field: 'brand', value: features.brand, without: without({ brand: '' }) },
          { field: 'category', value: features.categoryPath.join(' > '), without: without({ categoryPath: [] }) }, { field: 'color', value: features.color.join(', '), without: without({ color: [] }) },
          { field: 'price', value: String(features.price ?? ''), without: outcomeOf(whole) },
        ].filter(({ value }) => value !== ''),
        tokens: words.map((word) => ({ field: 'title', token: word.toLowerCase(), count: word.length > 11 ? 0 : word.length * 17, without: without({ title: words.filter((other) => other !== word).join(' ') }) })),
        fills: [fill('material', features.material.join(', '), 'Cement', { material: ['Cement'] }, 'empty', 1.38), fill('size', features.size, '25 lb.', { size: '25 lb.' }, 'empty', 1.07), fill('color', features.color.join(', '), 'Bright White', { color: ['Bright White'] }, 'rare', 0.94)],
        summary: 'Compared with the 14 live SKUs nearest to this draft.', comparable: 14, provenance: whole.provenance,
      };
    },
  };
  const variants = new Map<string, { readonly features: ItemFeatures; readonly currency: string }>();
  return {
    ...why,
    variant: async ({ sku }) => variants.get(sku) ?? null,
    keepVariant: async ({ sku, ...variant }) => void variants.set(sku, variant),
    dropVariant: async ({ sku }) => void variants.delete(sku),
    async contrast({ sku, a, b }) {
      await wait(40);
      const [left, right] = [previewOf(sku, a), previewOf(sku, b)];
      const moments = left.provenance.panel.moments;
      const gain = right.exposure - left.exposure;
      const same = JSON.stringify(a) === JSON.stringify(b);
      const winRate = same ? 0.5 : 0.5 + Math.max(-0.4, Math.min(0.4, gain * 60));
      const only = left.entered.slice(0, 6).map((moment, index) => ({ sessionId: moment.sessionId, rankA: moment.rank, rankB: 31 + index * 12, items: moment.items }));
      const [more, less] = [Math.round(left.slotsGained * 0.3) + 4, Math.round(right.slotsGained * 0.2) + 4];
      return {
        a: { ...outcomeOf(left), exposureInterval: left.exposureInterval }, b: { ...outcomeOf(right), exposureInterval: right.exposureInterval }, difference: { exposure: gain, interval: around(gain, 0.5) },
        wins: { a: Math.round(moments * (1 - winRate) * 0.9), b: Math.round(moments * winRate * 0.9), ties: Math.round(moments * 0.1), winRate, interval: [winRate - 0.02, winRate + 0.02] },
        shows: same ? { both: left.slotsGained, onlyA: 0, onlyB: 0, neither: moments - left.slotsGained } : { both: left.slotsGained - more, onlyA: more, onlyB: less, neither: moments - left.slotsGained - less },
        onlyA: same ? [] : only.map((moment) => ({ ...moment })), onlyB: same ? [] : right.entered.slice(6, 12).map((moment, index) => ({ sessionId: moment.sessionId, rankA: 24 + index * 9, rankB: moment.rank, items: moment.items })),
        provenance: right.provenance,
      };
    },
    async together({ skus }) {
      await wait(60);
      const previews = skus.flatMap((sku) => (items.has(sku) ? [previewOf(sku, items.get(sku)!)] : []));
      const drafts = previews.map((preview) => {
        const lostTo = Math.round(preview.slotsGained * 0.11);
        return { item: rowOf(items.get(preview.sku)!), ...outcomeOf(preview), alone: preview.exposure, exposure: preview.exposure * 0.89, exposureInterval: around(preview.exposure * 0.89), slots: preview.slotsGained - lostTo, lostTo };
      });
      const slots = drafts.reduce((sum, draft) => sum + draft.slots, 0);
      return { drafts, displaced: previews[0]!.displaced, displacedBy: previews[0]!.displacedBy, slotsGained: slots, slotsLost: slots, reach: 0.31, provenance: previews[0]!.provenance };
    },
    async history({ sku }) {
      const starts = visits.filter((visit) => visit.skus.includes(sku)).map((visit) => visit.start);
      const week = 7 * 86_400_000;
      const first = Math.min(...starts);
      const counts = starts.length === 0 ? [] : Array.from({ length: Math.floor((Math.max(...starts) - first) / week) + 1 }, (_, index) => ({ start: first + index * week, events: starts.filter((start) => Math.floor((start - first) / week) === index).length }));
      const events = eventsOf(sku);
      return { item: rowOf(items.get(sku)!), events, sessions: starts.length, splits: { none: 0, train: Math.round(events * 0.9), valid: 0, test: Math.round(events * 0.1) }, types: { view: events, cart: 0, purchase: 0, other: 0 }, periods: counts.length === 0 ? null : { unit: 'week', counts } };
    },
    ...createBriefs({ preview: async ({ sku, features }) => previewOf(sku, features), ...why, errorToExpect: () => null }),
  };
}
