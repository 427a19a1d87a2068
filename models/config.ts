/**
 * Configuration of a training run: one validated object. Every setting has a default with the reason for it, which the training
 * screen shows; `TrainingConfig` is stored in the run and in the artifact, so a model can always say how it was made.
 */

/** Systems of the paper that train; every one is run by the same command. */
export const modelKinds = ['m2trec', 'metrec', 'trec-title', 'trec-id', 'mutrec-id', 'gru4rec', 'narm', 'stamp'] as const;
export type ModelKind = (typeof modelKinds)[number];

/** Weight beside the model, and what a SKU that came before counts beside one that came after (`memory-choice.ts`). */
export interface ChosenMemory {
  readonly weight: number;
  readonly backward: number;
}

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
  /** SKUs that share each step's softmax; 0: all of them, up to `exactLimit`. */
  readonly negatives: number;
  /** Share of the training sessions to learn from, drawn by the seed: how much data a system needs. */
  readonly share: number;
  /** `train+valid`: learns from the validation events too and runs all epochs, since nothing is left to choose one by. */
  readonly fit: 'train' | 'train+valid';
  /** Whether warm SKUs also remember what they were seen with (`memory.ts`); what an earlier run chose of it, for a refit that has nothing left to choose by. */
  readonly memory: boolean | ChosenMemory;
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
  attributeDropout: 'Hides whole attributes now and then, so that a missing brand or category does not break a preview; new SKUs profit a little, known ones pay a little.',
  categoryWeight: 'The paper counts each category task as much as the next item; with the tied head that costs next-item quality, a tenth hardly does.',
  negatives: 'Exact while the catalogue allows; beyond 150,000 SKUs each step compares with a shared sample, corrected for how it was drawn.',
  share: 'All sessions; less shows how much data a system needs.',
  fit: 'The last sessions choose the epoch. Published figures refit on everything: train+valid, for the number of epochs chosen before.',
  memory: 'What was seen together helps SKUs that have been seen; its weight is chosen on validation, and new SKUs are neither helped nor harmed.',
  titleVocabulary: 'Sub-words kept for titles; frequent words stay whole. 4,000 did as well as whole words in trials.',
  attributes: 'All attributes the catalogue fills, unless chosen.',
};

export interface Variant {
  readonly input: 'metadata' | 'title' | 'id';
  readonly tasks: 'item' | 'item+categories';
  readonly encoder: 'transformer' | 'gru4rec' | 'narm' | 'stamp';
}

/** Inputs and tasks of the paper's variants (its table 3), and the neural systems it compares with (its table 2). */
export function variantOf(model: ModelKind): Variant {
  switch (model) {
    case 'm2trec': return { input: 'metadata', tasks: 'item+categories', encoder: 'transformer' };
    case 'metrec': return { input: 'metadata', tasks: 'item', encoder: 'transformer' };
    case 'trec-title': return { input: 'title', tasks: 'item', encoder: 'transformer' };
    case 'trec-id': return { input: 'id', tasks: 'item', encoder: 'transformer' };
    case 'mutrec-id': return { input: 'id', tasks: 'item+categories', encoder: 'transformer' };
    case 'gru4rec': case 'narm': case 'stamp': return { input: 'id', tasks: 'item', encoder: model };
  }
}

/** Whether a SKU that was not in training gets a score: it has metadata, and no row of its own is asked for. */
export function scoresNewSkus({ model, head }: Pick<TrainingConfig, 'model' | 'head'>): boolean {
  return variantOf(model).input !== 'id' && head === 'tied';
}

/** Largest catalogue whose softmax is exact on the CPU: beyond it a step would take seconds. */
const exactLimit = 150_000;
const sharedNegatives = 4096;

/** Inputs and targets of a causal batch at most, all of which a shared sample must hold. */
function mostEvents({ batch, maxLength }: TrainingConfig): number {
  return 2 * (batch + maxLength);
}

/** SKUs that share each step's softmax where `candidates` may be recommended; 0: all. */
export function negativesOf(config: TrainingConfig, candidates: number): number {
  if (config.mode === 'prefix') return 0; // its batches look back at more items than a sample has room for
  const wanted = config.negatives > 0 ? config.negatives : candidates > exactLimit ? Math.max(sharedNegatives, mostEvents(config)) : 0;
  return wanted >= candidates ? 0 : wanted;
}

const base: TrainingConfig = {
  model: 'm2trec', head: 'tied', mode: 'causal', seed: 1,
  epochs: 8, patience: 3, batch: 512, learningRate: 1e-3, warmup: 0.05, weightDecay: 0.01, clipNorm: 1,
  width: 128, layers: 2, attentionHeads: 8, feedForward: 512, maxLength: 50,
  dropout: 0.2, tokenDropout: 0.3, attributeDropout: 0.1, categoryWeight: 0.1, titleVocabulary: 4000,
  negatives: 0, share: 1, fit: 'train', memory: true, attributes: null,
};

/** Where a kind differs from the preset: what it was published with, or what only it allows. */
const kindSettings: Readonly<Partial<Record<ModelKind, Partial<TrainingConfig>>>> = {
  'trec-id': { head: 'id', dropout: 0.5 },
  'mutrec-id': { head: 'id', dropout: 0.5 },
  gru4rec: { maxLength: 20, dropout: 0.3, memory: false },
  narm: { maxLength: 20, dropout: 0.3, memory: false },
  stamp: { maxLength: 20, dropout: 0.3, memory: false },
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
  negatives: [0, 1e6], share: [0.001, 1],
};
const integers = new Set<string>(['seed', 'epochs', 'patience', 'batch', 'width', 'layers', 'attentionHeads', 'feedForward', 'maxLength', 'titleVocabulary', 'negatives']);
const choices: Readonly<Record<'model' | 'head' | 'mode' | 'fit', readonly string[]>> = { model: modelKinds, head: ['tied', 'id'], mode: ['causal', 'prefix'], fit: ['train', 'train+valid'] };

/** A mistake in a configuration: a sentence that names the setting, what it got and what it takes. */
export class ConfigError extends Error {}

/**
 * Unknown in, typed out: fills `overrides` up from a preset and what the model kind brings along.
 * @throws ConfigError for an unknown setting, a value out of range, or settings that exclude each other.
 */
export function normalizeConfig(overrides: Readonly<Record<string, unknown>>, preset: 'small' | 'full' = 'full'): TrainingConfig {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(overrides)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(presets.full, name)) throw new ConfigError(`Unknown setting "${name}". Known: ${Object.keys(presets.full).join(', ')}.`);
    given[name] = checked(name, value);
  }
  const model = (given['model'] ?? presets[preset].model) as ModelKind;
  const config: TrainingConfig = { ...presets[preset], ...kindSettings[model], ...given };
  if (variantOf(model).encoder !== 'transformer') {
    if (config.head !== 'tied' || config.mode !== 'causal') throw new ConfigError(`${model} has one head and one way through a session. Leave out head and mode.`);
  } else if (config.width % config.attentionHeads !== 0) {
    throw new ConfigError(`width ${config.width} must be a multiple of attentionHeads ${config.attentionHeads}.`);
  }
  const room = mostEvents(config);
  if (config.negatives > 0 && config.negatives < room) throw new ConfigError(`negatives is ${config.negatives}; a batch of ${config.batch} needs at least ${room}, or 0 for the exact softmax.`);
  if (config.width % 4 !== 0) throw new ConfigError(`width ${config.width} must be a multiple of 4.`);
  return config;
}

function checked(name: string, value: unknown): unknown {
  if (name in choices) {
    const allowed = choices[name as keyof typeof choices];
    if (!allowed.includes(value as string)) throw new ConfigError(`${name} is "${String(value)}"; it must be one of ${allowed.join(', ')}.`);
    return value;
  }
  if (name === 'memory') {
    const { weight, backward } = (typeof value === 'object' && value !== null ? value : {}) as Partial<ChosenMemory>;
    if (typeof value === 'boolean' || ([weight, backward].every((part) => typeof part === 'number' && part >= 0 && part <= 100) && Object.keys(value as object).length === 2)) return value;
    throw new ConfigError(`memory is ${String(value)}; it must be true, false, or a weight and a backward from 0 to 100.`);
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
