import type { ModelKind } from '../../../models/config.ts';
import type { RunStatus } from '../../../electron/api/training.ts';

/** Every kind of model, by what it reads, with what to know before one trains it. */
export const kindGroups: readonly { readonly label: string; readonly kinds: readonly { readonly kind: ModelKind; readonly about: string }[] }[] = [
  { label: 'Metadata', kinds: [
    { kind: 'm2trec', about: 'Reads metadata only and learns the next item and its categories together: ranks drafts.' },
    { kind: 'metrec', about: 'Reads metadata and learns the next item alone: shows what learning the categories adds. It predicts no categories.' },
    { kind: 'trec-title', about: 'Reads titles and nothing else: shows what brand, category and price add.' },
  ] },
  { label: 'SKU ids', kinds: [
    { kind: 'trec-id', about: 'The same Transformer over SKU ids: shows what metadata is worth. It cannot rank a draft.' },
    { kind: 'mutrec-id', about: 'SKU ids in, the next item and its categories out. It cannot rank a draft.' },
  ] },
  { label: 'RNNs and attention', kinds: [
    { kind: 'gru4rec', about: 'A recurrent network over SKU ids, to compare with: for the benchmark only.' },
    { kind: 'narm', about: 'A recurrent network with attention over SKU ids, to compare with: for the benchmark only.' },
    { kind: 'stamp', about: 'Attention over SKU ids with the last one in front, to compare with: for the benchmark only.' },
  ] },
];

/** What the chosen head means for this kind; `reason` is that of the default. */
export function describeHead(kind: ModelKind, head: 'tied' | 'id', reason: string): string {
  if (head === 'id') return 'The id head cannot rank a SKU that was not in training: no launch previews from this model.';
  return kindGroups[1]!.kinds.some((other) => other.kind === kind) ? 'Tied compares with the rows that the model reads; id, the paper’s, has rows of its own.' : reason;
}

/** Systems to compare with: the screens that preview drafts cannot use them. */
export const benchmarkOnly: ReadonlySet<ModelKind> = new Set(['gru4rec', 'narm', 'stamp']);

export const statusWords = { running: 'Running', paused: 'Paused', stopped: 'Stopped', done: 'Done', failed: 'Failed' } as const satisfies Record<RunStatus, string>;

/** The metric a list shows: a hit rate at 20 where there is one, else the first. */
export function headlineMetric(validation: Readonly<Record<string, number>> | null): readonly [string, number] | null {
  const entries = Object.entries(validation ?? {});
  return entries.find(([name]) => /^(hit|hr)(@|_)?20$/i.test(name)) ?? entries[0] ?? null;
}
