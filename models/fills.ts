/** Proposals for empty and weak fields: what comparable SKUs have there. */
import type { ItemFeatures } from '../db/records.ts';
import type { Comparable } from './comparable.ts';
import { isCategoryLevel, labelOf } from './features.ts';
import { fieldKey, fieldsRead, fieldText, withField } from './fields.ts';
import type { ExplainNumbers } from './launch-jobs.ts';
import type { Served } from './served.ts';

/** Values tried for a field, and comparable SKUs that must have one: a value of a single SKU is an accident. */
const tried = 3;
const fewestSupporters = 2;

/** Of the SKUs a model learned from fewer have it: too few to learn what it means. */
const rare = 5;

/** Prices within this factor of each other are one price band. */
const priceBand = 1.25;

/** Texts that have to be written: another SKU's would be a lie about this one. */
const written = ['title', 'description'];

export type Proposal = Pick<ExplainNumbers['fills'][number], 'field' | 'present' | 'value' | 'features' | 'support' | 'of' | 'reason'>;

export function proposeFills(served: Served, draft: ItemFeatures, comparable: readonly Comparable[]): readonly Proposal[] {
  const { features, manifest } = served.model.artifact;
  return fieldsRead(features, manifest.config).filter((field) => !written.includes(field)).flatMap((field) => {
    const reason = weakness(served, draft, field);
    if (reason === null) return [];
    const present = fieldText(draft, field);
    const values = field === 'price' ? typicalPrice(served, comparable) : commonValues(served, field, comparable);
    return values.filter(({ from }) => fieldKey(from, field) !== fieldKey(draft, field)).slice(0, tried)
      .map(({ from, support }) => ({ field, present, value: fieldText(from, field), features: withField(draft, field, from), support, of: comparable.length, reason }));
  });
}

/** Why a field deserves another value; null where it stands well. */
function weakness({ model }: Served, draft: ItemFeatures, field: string): Proposal['reason'] | null {
  const { features } = model.artifact;
  if (fieldText(draft, field) === '') return 'empty';
  if (field === 'price') return null;
  const attribute = field === 'category' ? features.categories.findLast(({ name }) => isCategoryLevel(name)) : features.categories.find(({ name }) => name === field);
  if (attribute !== undefined) {
    const label = labelOf(attribute, draft);
    return label === 0 ? 'unseen' : attribute.counts[label]! < rare ? 'rare' : null;
  }
  const text = features.texts.find(({ name }) => name === field)!;
  const counts = text.tokenizer.encodeWords(fieldText(draft, field), text.limit).map(({ ids }) => (ids.length === 1 ? text.documents[ids[0]!]! : 0));
  const most = Math.max(0, ...counts);
  return most === 0 ? 'unseen' : most < rare ? 'rare' : null;
}

interface Value {
  readonly from: ItemFeatures;
  readonly support: number;
}

/** Values of a field among comparable SKUs, the weightiest first, each as the nearest SKU spells it. */
function commonValues({ job }: Served, field: string, comparable: readonly Comparable[]): readonly Value[] {
  const values = new Map<string, { readonly from: ItemFeatures; readonly support: number; readonly weight: number }>();
  for (const { row, weight } of comparable) {
    const from = job.items[row]!;
    if (fieldText(from, field) === '') continue;
    const key = fieldKey(from, field);
    const known = values.get(key) ?? { from, support: 0, weight: 0 };
    values.set(key, { from: known.from, support: known.support + 1, weight: known.weight + weight });
  }
  return [...values.values()].filter(({ support }) => support >= fewestSupporters).sort((a, b) => b.weight - a.weight);
}

/** The weighted median price, supported by the SKUs of its band. */
function typicalPrice({ job }: Served, comparable: readonly Comparable[]): readonly Value[] {
  const priced = comparable.map(({ row, weight }) => ({ from: job.items[row]!, weight })).filter(({ from }) => from.price !== null).sort((a, b) => a.from.price! - b.from.price!);
  const half = priced.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  const median = priced.find(({ weight }) => (below += weight) >= half)?.from;
  if (median === undefined) return [];
  const support = priced.filter(({ from }) => from.price! <= median.price! * priceBand && from.price! * priceBand >= median.price!).length;
  return support < fewestSupporters ? [] : [{ from: median, support }];
}
