/** Words and kinds of the benchmark: what a measure is called, what it means, and which family a system belongs to. */
import type { Measure, Repeats, Slice, SystemName } from '../../../electron/api/benchmark.ts';
import type { Tone } from './lines.ts';

export type Family = 'ours' | 'neural' | 'untrained';

export const familyWords = {
  ours: 'M2TRec and its variants', neural: 'Neural baselines', untrained: 'Untrained baselines',
} as const satisfies Record<Family, string>;

/** What tells systems apart at a glance: what they read, and whether they learn the categories too. */
export const kinds: Readonly<Record<SystemName, { readonly family: Family; readonly tone: Tone; readonly tasks: 'one' | 'many'; readonly about: string }>> = {
  m2trec: { family: 'ours', tone: 'metadata', tasks: 'many', about: 'reads metadata; learns next SKU and categories' },
  metrec: { family: 'ours', tone: 'metadata', tasks: 'one', about: 'reads metadata; learns the next SKU only' },
  'trec-title': { family: 'ours', tone: 'metadata', tasks: 'one', about: 'reads titles; learns the next SKU only' },
  'mutrec-id': { family: 'ours', tone: 'id', tasks: 'many', about: 'reads SKU ids; learns next SKU and categories' },
  'trec-id': { family: 'ours', tone: 'id', tasks: 'one', about: 'reads SKU ids; learns the next SKU only' },
  gru4rec: { family: 'neural', tone: 'neural', tasks: 'one', about: 'recurrent network over SKU ids' },
  narm: { family: 'neural', tone: 'neural', tasks: 'one', about: 'recurrent network with attention over SKU ids' },
  stamp: { family: 'neural', tone: 'neural', tasks: 'one', about: 'attention and memory over SKU ids' },
  vsknn: { family: 'untrained', tone: 'untrained', tasks: 'one', about: 'next SKUs of the most similar sessions' },
  markov: { family: 'untrained', tone: 'untrained', tasks: 'one', about: 'SKUs that came right after the last one' },
  'co-occurrence': { family: 'untrained', tone: 'untrained', tasks: 'one', about: 'SKUs seen near the last one' },
  'title-similarity': { family: 'untrained', tone: 'untrained', tasks: 'one', about: 'SKUs whose words are closest (TF-IDF)' },
  popularity: { family: 'untrained', tone: 'untrained', tasks: 'one', about: 'the SKUs with most events' },
  'top-frequent-categories': { family: 'untrained', tone: 'untrained', tasks: 'many', about: 'categories seen most in the session' },
  'top-predicted-categories': { family: 'untrained', tone: 'untrained', tasks: 'many', about: 'categories of the predicted SKUs' },
};

export function familyOf(name: SystemName): Family {
  return kinds[name].family;
}

export const measureWords = { hit: 'HIT', recall: 'Recall (rest)', anyHit: 'AnyHit (rest)', mrr: 'MRR', ndcg: 'NDCG' } as const satisfies Record<Measure, string>;

export function measureName(measure: Measure, k: string): string {
  const [name, ...rest] = measureWords[measure].split(' ');
  return [`${name}@${k}`, ...rest].join(' ');
}

export const measureMeanings: { readonly [M in Measure]: (k: string) => string } = {
  hit: (k) => `Share of moments whose next SKU stands in the top ${k} (HR@${k}).`,
  recall: (k) => `Of all SKUs still to come in the session, the share that stands in the top ${k}; a SKU that comes twice counts twice below the line (session-rec’s Recall).`,
  anyHit: (k) => `Share of moments where at least one SKU still to come stands in the top ${k}: our reading of the paper’s “Recall”.`,
  mrr: (k) => `Mean of 1 / rank of the next SKU, 0 outside the top ${k}.`,
  ndcg: (k) => `Mean of 1 / log2(1 + rank) of the next SKU, 0 outside the top ${k}.`,
};

export const sliceMeanings = {
  all: 'Every moment of the test part with a next SKU.',
  sparse: 'Moments of sessions that hold a SKU with fewer than 10 training events.',
  tail: 'Moments whose next SKU has fewer than 10 training events.',
  cold: 'Moments whose next SKU has no training event.',
} as const satisfies Record<Slice, string>;

export const repeatWords = { allowed: 'repeats allowed', removed: 'seen items removed' } as const satisfies Record<Repeats, string>;

export const fitWords = { train: 'training part', 'train+valid': 'training and validation part' } as const;
