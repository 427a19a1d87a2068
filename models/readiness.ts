/**
 * How ready a draft is for its launch, in four parts that can be looked into.
 *
 *   fields    Σ p_f [f filled] / Σ p_f over the fields the model reads, p_f = weighted share of comparable SKUs that fill f
 *   words     share of the words the model knows as a whole, halved by a brand it does not know
 *   category  share of the levels it knows, times 1/2 + 1/2 · votes for the stated label / votes for the label the other fields suggest
 *   standing  share of comparable SKUs with less exposure on the panel; equal ones count half
 *
 * A part that a model cannot have (no category is read) gives its weight to the others.
 */
import type { ItemFeatures } from '../db/records.ts';
import { shareOf, type Comparable } from './comparable.ts';
import { describeTokens } from './encode.ts';
import { isCategoryLevel, labelOf, labelPath } from './features.ts';
import { fieldsRead, fieldText } from './fields.ts';
import type { PreviewNumbers, ReadinessNumbers } from './launch-jobs.ts';
import type { Served } from './served.ts';

/** What a merchandiser can change at once weighs most; standing is the outcome the rest is for. */
const weights = { fields: 0.3, words: 0.2, category: 0.2, standing: 0.3 } as const;

/** A field counts as missing where more than this share of comparable SKUs fill it. */
const common = 0.5;

type Part = Omit<ReadinessNumbers['parts'][number], 'weight'>;

export function readinessOf(served: Served, draft: ItemFeatures, comparable: readonly Comparable[], categories: PreviewNumbers['categories'], exposure: number, k: number): ReadinessNumbers {
  const filled = fillShares(served, comparable);
  const found = [fieldsPart(draft, filled), wordsPart(served, draft), categoryPart(served, draft, categories), standingPart(served, comparable, exposure, k)];
  const parts = found.filter((part) => part !== null);
  const total = parts.reduce((sum, { name }) => sum + weights[name], 0);
  const weighted = parts.map((part) => ({ ...part, weight: weights[part.name] / total }));
  return {
    score: weighted.reduce((sum, { score, weight }) => sum + score * weight, 0),
    parts: weighted,
    missing: filled.filter(({ field, share }) => share > common && fieldText(draft, field) === '').map(({ field }) => field),
  };
}

/** Fields that the model reads, by the share of comparable SKUs that fill them. */
function fillShares({ model, job }: Served, comparable: readonly Comparable[]): readonly { readonly field: string; readonly share: number }[] {
  return fieldsRead(model.artifact.features, model.artifact.manifest.config)
    .map((field) => ({ field, share: shareOf(comparable, (row) => fieldText(job.items[row]!, field) !== '') }))
    .sort((a, b) => b.share - a.share);
}

function fieldsPart(draft: ItemFeatures, filled: readonly { readonly field: string; readonly share: number }[]): Part {
  const expected = filled.filter(({ share }) => share > 0);
  const total = expected.reduce((sum, { share }) => sum + share, 0);
  const has = expected.filter(({ field }) => fieldText(draft, field) !== '');
  const empty = expected.filter(({ field }) => fieldText(draft, field) === '').map(({ field, share }) => `${field} (${Math.round(100 * share)} %)`);
  return {
    name: 'fields', score: total === 0 ? 1 : has.reduce((sum, { share }) => sum + share, 0) / total,
    detail: `${has.length} of the ${expected.length} fields that comparable SKUs fill are filled${empty.length === 0 ? '' : `; empty: ${empty.join(', ')}`}.`,
  };
}

function wordsPart({ model }: Served, draft: ItemFeatures): Part {
  const { features } = model.artifact;
  const { words, unknown } = describeTokens(features, draft);
  const brands = features.categories.find(({ name }) => name === 'brand');
  const stated = brands !== undefined && labelPath(draft, 'brand') !== null;
  const knownBrand = stated && labelOf(brands, draft) !== 0;
  const some = [...new Set(unknown)].slice(0, 3).map((word) => `“${word}”`).join(', ');
  const brand = !stated ? '' : knownBrand ? ' The brand is known.' : ` The brand “${draft.brand.trim()}” is not.`;
  return {
    name: 'words', score: words === 0 ? 0 : (1 - unknown.length / words) * (stated && !knownBrand ? 0.5 : 1),
    detail: `${words === 0 ? 'There are no words to read.' : `${words - unknown.length} of ${words} words are known to the model${some === '' ? '' : `; new: ${some}`}.`}${brand}`,
  };
}

function categoryPart({ model }: Served, draft: ItemFeatures, categories: PreviewNumbers['categories']): Part | null {
  const levels = model.artifact.features.categories.filter(({ name }) => isCategoryLevel(name));
  const deepest = levels.at(-1);
  if (deepest === undefined) return null;
  const stated = levels.filter(({ name }) => labelPath(draft, name) !== null);
  const suggestion = categories.find(({ level }) => level === deepest.name)?.predicted ?? [];
  const suggested = suggestion[0] === undefined ? '' : ` Comparable SKUs stand in “${suggestion[0].label}”.`;
  if (stated.length === 0) return { name: 'category', score: 0, detail: `No category is stated.${suggested}` };
  const known = levels.filter((level) => labelOf(level, draft) !== 0);
  const label = labelOf(deepest, draft) === 0 ? null : deepest.labels[labelOf(deepest, draft)]!;
  const votes = suggestion.find((entry) => entry.label === label)?.probability ?? 0;
  const agreement = suggestion[0] === undefined ? 1 : votes / suggestion[0].probability;
  return {
    name: 'category', score: (known.length / levels.length) * (0.5 + 0.5 * agreement),
    detail: `${known.length} of ${levels.length} category levels are known.${label === null ? suggested : agreement === 1 ? ` The other fields suggest “${label}” too.` : suggested}`,
  };
}

function standingPart({ board }: Served, comparable: readonly Comparable[], exposure: number, k: number): Part {
  const exposures = comparable.map(({ row }) => board.exposureOf(row, k));
  const below = exposures.reduce((sum, other) => sum + (other < exposure ? 1 : other === exposure ? 0.5 : 0), 0);
  const count = exposures.filter((other) => other < exposure).length;
  return {
    name: 'standing', score: comparable.length === 0 ? 0 : below / comparable.length,
    detail: `${count} of the ${comparable.length} nearest live SKUs have less exposure.`,
  };
}
