/**
 * Configuration of a training run: one validated object. Every setting has a default with the reason for it, which the training
 * screen shows; `TrainingConfig` is stored in the run and in the artifact, so a model can always say how it was made.
 */

/** Systems of the paper that train; every one is run by the same command. */
export const modelKinds = ['m2trec', 'metrec', 'trec-title', 'trec-id', 'mutrec-id'] as const;
export type ModelKind = (typeof modelKinds)[number];

export interface TrainingConfig {
  readonly model: ModelKind;
  readonly head: 'tied' | 'id';
  readonly mode: 'causal' | 'prefix';
  readonly seed: number;
  readonly epochs: number;
  readonly patience: number;
  /** Predictions (session moments with a next item) per step. */
  readonly batch: number;
  readonly learningRate: number;
  /** Share of all steps over which the rate rises from 0. */
  readonly warmup: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly width: number;
  readonly layers: number;
  readonly attentionHeads: number;
  readonly feedForward: number;
  readonly maxLength: number;
  readonly dropout: number;
  readonly tokenDropout: number;
  readonly attributeDropout: number;
  /** Weight of each category task in the loss (Eq. 7 has 1). */
  readonly categoryWeight: number;
  readonly titleVocabulary: number;
  /** Attributes to read; `null`: all that the catalogue fills and the model variant reads. */
  readonly attributes: readonly string[] | null;
}

/** Why each default is what it is; shown beside the setting. */
export const configReasons: Readonly<Record<keyof TrainingConfig, string>> = {
  model: 'M2TRec reads metadata only and learns the next item and its categories together.',
  head: 'Tied scores any SKU from its metadata, so drafts can be ranked; id is the paper’s head with one row per known SKU.',
  mode: 'Causal learns every moment of a session in one pass; prefix, the paper’s way, costs about four times the work.',
  seed: 'The same seed, data and device give the same model.',
  epochs: 'Validation levels off by then, and the learning rate has fallen; the best epoch is kept.',
  patience: 'Stops when validation has not improved for this many epochs.',
  batch: 'Predictions per step: large enough to keep both cores busy, small enough for many steps per epoch.',
  learningRate: 'Adam’s usual 0.001; rises over the warm-up, then falls along a cosine.',
  warmup: 'A short rise keeps the first, large gradients from undoing the start of the token vectors.',
  weightDecay: 'Keeps the encoder’s matrices small; token vectors are not decayed, rare tokens would fade.',
  clipNorm: 'Bounds the step when one batch has an unusual gradient.',
  width: '128 numbers per item: in trials 256 added nothing.',
  layers: 'Two Transformer layers, as in the paper.',
  attentionHeads: 'Eight attention heads, as in the paper.',
  feedForward: '512: as good as the paper’s 2048 in trials, at a third of the encoder’s work.',
  maxLength: 'Moments look back at most this many items; longer sessions are cut for the model only.',
  dropout: 'Random silence in the encoder, against learning sessions by heart.',
  tokenDropout: 'Hides title words while training, so that an item is recognised from any part of its text; new SKUs profit most.',
  attributeDropout: 'Hides whole attributes now and then, so that a missing brand or category does not break a preview.',
  categoryWeight: 'The paper counts each category task as much as the next item; with the tied head that costs next-item quality, a tenth hardly does.',
  titleVocabulary: 'Sub-words kept for titles; frequent words stay whole. 4,000 did as well as whole words in trials.',
  attributes: 'All attributes the catalogue fills, unless chosen.',
};

/** Inputs and tasks of the paper's variants (its table 3). */
export function variantOf(model: ModelKind): { readonly input: 'metadata' | 'title' | 'id'; readonly tasks: 'item' | 'item+categories' } {
  switch (model) {
    case 'm2trec': return { input: 'metadata', tasks: 'item+categories' };
    case 'metrec': return { input: 'metadata', tasks: 'item' };
    case 'trec-title': return { input: 'title', tasks: 'item' };
    case 'trec-id': return { input: 'id', tasks: 'item' };
    case 'mutrec-id': return { input: 'id', tasks: 'item+categories' };
  }
}

const base: TrainingConfig = {
  model: 'm2trec', head: 'tied', mode: 'causal', seed: 1,
  epochs: 8, patience: 3, batch: 512, learningRate: 1e-3, warmup: 0.05, weightDecay: 0.01, clipNorm: 1,
  width: 128, layers: 2, attentionHeads: 8, feedForward: 512, maxLength: 50,
  dropout: 0.2, tokenDropout: 0.3, attributeDropout: 0.1, categoryWeight: 0.1, titleVocabulary: 4000, attributes: null,
};

/** `small` trains in front of a customer (under 90 s on two cores with the demo workspace); `full` is for quality. */
export const presets: Readonly<Record<'small' | 'full', TrainingConfig>> = {
  small: { ...base, epochs: 4, width: 64, feedForward: 256, maxLength: 20 },
  full: base,
};

type Range = readonly [minimum: number, maximum: number];
const ranges: { readonly [K in keyof TrainingConfig as TrainingConfig[K] extends number ? K : never]: Range } = {
  seed: [0, 2 ** 31], epochs: [1, 1000], patience: [1, 1000], batch: [8, 65536], learningRate: [1e-7, 1], warmup: [0, 1], weightDecay: [0, 1],
  clipNorm: [1e-3, 1e6], width: [16, 1024], layers: [1, 12], attentionHeads: [1, 32], feedForward: [16, 8192], maxLength: [2, 200],
  dropout: [0, 0.9], tokenDropout: [0, 0.9], attributeDropout: [0, 0.9], categoryWeight: [0, 10], titleVocabulary: [100, 100000],
};
const integers = new Set<string>(['seed', 'epochs', 'patience', 'batch', 'width', 'layers', 'attentionHeads', 'feedForward', 'maxLength', 'titleVocabulary']);
const choices: Readonly<Record<'model' | 'head' | 'mode', readonly string[]>> = { model: modelKinds, head: ['tied', 'id'], mode: ['causal', 'prefix'] };

/** A mistake in a configuration: a sentence that names the setting, what it got and what it takes. */
export class ConfigError extends Error {}

/**
 * Unknown in, typed out: fills `overrides` up from a preset. Variants that read ids get the id head, since they own no metadata to score by.
 * @throws ConfigError for an unknown setting or a value out of range.
 */
export function normalizeConfig(overrides: Readonly<Record<string, unknown>>, preset: 'small' | 'full' = 'full'): TrainingConfig {
  const config: Record<string, unknown> = { ...presets[preset] };
  for (const [name, value] of Object.entries(overrides)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(presets.full, name)) throw new ConfigError(`Unknown setting "${name}". Known: ${Object.keys(presets.full).join(', ')}.`);
    config[name] = checked(name, value);
  }
  const model = config['model'] as ModelKind;
  if (variantOf(model).input === 'id') {
    if (overrides['head'] === 'tied') throw new ConfigError(`${model} reads item ids, so it has no tied head. Use --head id.`);
    config['head'] = 'id';
  }
  if ((config['width'] as number) % (config['attentionHeads'] as number) !== 0) {
    throw new ConfigError(`width ${config['width']} must be a multiple of attentionHeads ${config['attentionHeads']}.`);
  }
  return config as unknown as TrainingConfig;
}

function checked(name: string, value: unknown): unknown {
  if (name in choices) {
    const allowed = choices[name as keyof typeof choices];
    if (!allowed.includes(value as string)) throw new ConfigError(`${name} is "${String(value)}"; it must be one of ${allowed.join(', ')}.`);
    return value;
  }
  if (name === 'attributes') {
    if (value === null || (Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string'))) return value;
    throw new ConfigError('attributes must be null or a list of attribute names.');
  }
  const [minimum, maximum] = ranges[name as keyof typeof ranges];
  if (typeof value !== 'number' || !(value >= minimum && value <= maximum) || (integers.has(name) && !Number.isInteger(value))) {
    throw new ConfigError(`${name} is ${String(value)}; it must be ${integers.has(name) ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}.`);
  }
  return value;
}
