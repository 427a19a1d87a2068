/**
 * Why a draft stands where it stands, by substitution on the panel: each field emptied, each word of its title left out, each weak field
 * filled with what comparable SKUs have. What a change does to the model's answer, not what causes sales.
 *
 * All variants are encoded in one run; each then costs one pass over the moments.
 */
import type { ItemFeatures } from '../db/records.ts';
import { findComparable } from './comparable.ts';
import { encodeDrafts, scoreRoughly } from './draft.ts';
import type { Placed } from './exposure.ts';
import { fieldsRead, fieldText, withoutField } from './fields.ts';
import { proposeFills } from './fills.ts';
import type { ExplainJob, ExplainNumbers, Outcome } from './launch-jobs.ts';
import type { Served } from './served.ts';

export async function explain(served: Served, { features, row, k }: ExplainJob): Promise<ExplainNumbers> {
  const { board, info } = served;
  const started = performance.now();
  const [draft] = await encodeDrafts(served, [features]);
  const comparable = findComparable(served, served.neighbours.search(draft!.vector)[0], row);
  const emptied = emptiedFields(served, features);
  const shortened = shortenedTitles(served, features);
  const proposals = proposeFills(served, features, comparable);
  const variants = await encodeDrafts(served, [...emptied, ...shortened, ...proposals].map((variant) => variant.features));
  const encodedAt = performance.now();
  const milliseconds = { encode: encodedAt - started, score: 0, displace: 0 };
  const place = (encoded: (typeof variants)[number]): { readonly placed: Placed; readonly outcome: Outcome } => {
    const from = performance.now();
    const request = scoreRoughly(served, encoded, served.neighbours.search(encoded.vector)[0], row, k);
    const scoredAt = performance.now();
    const placed = board.place(request);
    const { exposure, reach, medianRank } = board.outcome(request, placed);
    milliseconds.score += scoredAt - from;
    milliseconds.displace += performance.now() - scoredAt;
    return { placed, outcome: { exposure, reach, medianRank } };
  };
  const { placed, outcome: whole } = place(draft!);
  const without = (index: number): Outcome => place(variants[index]!).outcome;
  const attributes = emptied.map(({ field, value }, i) => ({ field, value, without: without(i) }));
  const tokens = shortened.map(({ token, count }, i) => ({ field: 'title', token, count, without: without(emptied.length + i) }));
  const fills = proposals.map((proposal, i) => {
    const { placed: filled, outcome: { exposure, medianRank } } = place(variants[emptied.length + shortened.length + i]!);
    const interval = board.resampler.intervals(filled.slots, filled.leftOut, k, filled).exposureInterval;
    const difference = Float64Array.from(filled.slots, (slots, session) => (slots - placed.slots[session]!) / k);
    return { ...proposal, exposure, interval, gain: exposure - whole.exposure, gainInterval: board.resampler.meanInterval(difference, filled.leftOut), medianRank };
  }).sort((a, b) => b.gain - a.gain);
  return {
    whole, attributes, tokens, fills, summary: summarize(fills, comparable.length), comparable: comparable.length,
    panel: { ...info.panel, n: placed.sessions, moments: placed.moments }, milliseconds,
  };
}

function emptiedFields({ model }: Served, draft: ItemFeatures): readonly { readonly field: string; readonly value: string; readonly features: ItemFeatures }[] {
  const { features, manifest } = model.artifact;
  return fieldsRead(features, manifest.config)
    .map((field) => ({ field, value: fieldText(draft, field), features: withoutField(draft, field) }))
    .filter(({ value }) => value !== '');
}

/** Commas and brackets are read too, but nobody asks what they contribute. */
const saysSomething = /[\p{L}\p{N}]/u;

/** The title without each of its words. Words are encoded one by one, so joining the others by spaces leaves their tokens as they are. */
function shortenedTitles({ model }: Served, draft: ItemFeatures): readonly { readonly token: string; readonly count: number; readonly features: ItemFeatures }[] {
  const attribute = model.artifact.features.texts.find(({ name }) => name === 'title');
  if (attribute === undefined) return [];
  const words = attribute.tokenizer.encodeWords(draft.title, attribute.limit);
  const distinct = new Map(words.filter(({ word }) => saysSomething.test(word)).map(({ word, ids }) => [word, ids.length === 1 ? attribute.documents[ids[0]!]! : 0]));
  return [...distinct].map(([token, count]) => ({
    token, count, features: { ...draft, title: words.flatMap(({ word }) => (word === token ? [] : [word])).join(' ') },
  }));
}

function summarize(fills: ExplainNumbers['fills'], comparable: number): string {
  if (comparable === 0) return 'There is no live SKU to compare with.';
  if (fills.length === 0) return `Nothing to do: every field that the ${comparable} most comparable SKUs fill holds a value that the model knows well.`;
  const gains = fills.filter(({ gain }) => gain > 0).length;
  const proposals = `${fills.length} ${fills.length === 1 ? 'change' : 'changes'} tried with values of the ${comparable} most comparable SKUs`;
  return gains === 0 ? `${proposals}; none of them adds exposure (est.).` : `${proposals}; ${gains} ${gains === 1 ? 'adds' : 'add'} exposure (est.).`;
}
