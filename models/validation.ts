/** The measure by which an epoch is chosen: the next item of held-out events, among all SKUs the model may recommend. */
import type { RememberedPairs } from './artifact.ts';
import { scoresNewSkus, type ChosenMemory, type TrainingConfig } from './config.ts';
import { openTrainingEncoders, weightFeeds, type EncoderItems, type Encoders } from './encoders.ts';
import { rankPrefixes } from './evaluate.ts';
import { selectPrefixes, type PrefixSet } from './examples.ts';
import type { Dataset } from './jobs.ts';
import { chooseMemory, memoryBackwards } from './memory-choice.ts';
import { countMemory, Recall } from './memory.ts';
import { seenBonus, type Model } from './model.ts';
import { keyWidth } from './network.ts';
import type { Prepared } from './prepare.ts';
import { Random } from './random.ts';
import { chooseTemperatures, momentsToChooseBy } from './temperature-choice.ts';
import type { Temperatures } from './temperature.ts';
import { categoryLevels, encoderItems, Products, TrainedScorer, type TrainedParts } from './trained.ts';

/** More prefixes than this are sampled: the standard error is then below 0.4 points. */
const limit = 20_000;
/** Scores (prefixes x candidates) that the memory is chosen by: differences on the same prefixes need fewer of them than levels do. */
const choiceCells = 200_000_000;
const sampleSeed = 7;

/** Lists of this length are measured, `chosenBy` among the measures. */
const k = 20;

/**
 * Where nothing is left to choose by: about what validation chose on the real sets. Models that know SKUs by metadata learn some of what is
 * remembered; those with ids, whose logits have no bound either, were helped by ten times as much.
 */
const unchosenMemory = (config: TrainingConfig): ChosenMemory => ({ weight: scoresNewSkus(config) ? 0.4 : 2.5, backward: 0.5 });

export class Validator {
  readonly #model: Model;
  readonly #prepared: Prepared;
  readonly #dataset: Dataset;
  readonly #encoders: Encoders;
  readonly #products: Products;
  readonly #items: EncoderItems;
  readonly #prefixes: PrefixSet;
  readonly #threads: number | undefined;

  private constructor(model: Model, prepared: Prepared, dataset: Dataset, encoders: Encoders, products: Products, threads: number | undefined) {
    const { config } = model;
    this.#model = model;
    this.#prepared = prepared;
    this.#dataset = dataset;
    this.#encoders = encoders;
    this.#products = products;
    this.#threads = threads;
    this.#items = encoderItems(prepared.features, config, dataset.items, dataset.ids, model.shape.items > 0 ? dataset.ids : new Int32Array(0));
    this.#prefixes = sample(prepared.validation, limit);
  }

  static async open(model: Model, prepared: Prepared, dataset: Dataset, threads: number | undefined): Promise<Validator> {
    const encoders = await openTrainingEncoders(model, threads === undefined ? {} : { threads });
    return new Validator(model, prepared, dataset, encoders, await Products.open(keyWidth(model.config), threads), threads);
  }

  /** HR, MRR and NDCG at 20 and the category hits at 1, all with repeats allowed, in 0…1; 0 without validation events. */
  async measure(weights: ReadonlyMap<string, Float32Array>): Promise<Record<string, number>> {
    const scorer = new TrainedScorer(await this.#parts(weights));
    const ranking = await rankPrefixes(scorer, this.#prefixes, { candidates: this.#prepared.learnable, ks: [k], excludeSeen: false });
    const { hit, mrr, ndcg, n } = ranking.k[k]!['all']!;
    return {
      [`hr@${k}`]: hit, [`mrr@${k}`]: mrr, [`ndcg@${k}`]: ndcg, n,
      ...Object.fromEntries(Object.entries(ranking.categories).map(([level, { hit: hits }]) => [`${level}-hit@1`, hits['1']!])),
    };
  }

  async #parts(weights: ReadonlyMap<string, Float32Array>): Promise<TrainedParts> {
    const { config } = this.#model;
    this.#encoders.weights = weightFeeds(this.#model, weights);
    const vectors = await this.#encoders.encodeItems(this.#items);
    const levels = this.#model.shape.levels.map(({ name }) => name);
    return {
      name: config.model, config, features: this.#prepared.features, encoders: this.#encoders, products: this.#products,
      vectors, rows: this.#items.rows, seen: seenBonus(weights), memory: null,
      levels: categoryLevels(this.#prepared.features, this.#dataset.items, levels),
    };
  }

  /** What is chosen beside the weights, where validation is left to choose by: the memory, and the temperatures of both together. */
  async settle(weights: ReadonlyMap<string, Float32Array>): Promise<{ readonly memory: RememberedPairs | null; readonly temperatures: Temperatures }> {
    if (this.#model.config.fit !== 'train' || this.#prefixes.ends.length === 0) return { memory: this.#unchosenMemory(), temperatures: {} };
    const parts = await this.#parts(weights);
    const chosen = this.#model.config.memory ? await this.#chooseMemory(parts) : null;
    const scorer = new TrainedScorer({ ...parts, memory: chosen === null ? null : { recall: chosen.recall, weight: chosen.memory.settings.weight } });
    const prefixes = sample(this.#prefixes, momentsToChooseBy(this.#prepared.data.candidates.length));
    return { memory: chosen?.memory ?? null, temperatures: await chooseTemperatures(scorer, prefixes, this.#prepared.learnable) };
  }

  #unchosenMemory(): RememberedPairs | null {
    const { config } = this.#model;
    const unchosen = config.memory === true ? unchosenMemory(config) : config.memory;
    if (unchosen === false || unchosen.weight === 0) return null;
    return { pairs: countMemory(this.#prepared.sequences, this.#dataset.ids, unchosen.backward), settings: { ...unchosen, validation: null } };
  }

  /** What the training sequences hold, counted by the `backward` and the β that validation likes best; null where the model alone is as good. */
  async #chooseMemory(parts: TrainedParts): Promise<{ readonly memory: RememberedPairs; readonly recall: Recall } | null> {
    const { vectors } = parts;
    const { sequences, learnable, data } = this.#prepared;
    let found: Promise<Float32Array> | null = null; // all of them know the same SKUs
    const kept = { settled: vectors.count, numbers: (compute: () => Promise<Float32Array>) => (found ??= compute()) };
    const likeness = scoresNewSkus(parts.config) ? { vectors: vectors.vectors, width: vectors.width, threads: this.#threads, kept } : null;
    const memories = memoryBackwards.map((backward) => countMemory(sequences, this.#dataset.ids, backward));
    const recalls = await Promise.all(memories.map((memory) => Recall.open(memory, this.#dataset.ids, likeness)));
    const { recall, weight, without, measure } = await chooseMemory(new TrainedScorer(parts), sample(this.#prefixes, Math.floor(choiceCells / data.candidates.length)), learnable, recalls, k);
    if (weight === 0) return null;
    return { recall: recalls[recall]!, memory: { pairs: memories[recall]!, settings: { weight, backward: memoryBackwards[recall]!, validation: { without, with: measure } } } };
  }

  async dispose(): Promise<void> {
    await this.#encoders.dispose();
    await this.#products.dispose();
  }
}

function sample(prefixes: PrefixSet, most: number): PrefixSet {
  const n = prefixes.ends.length;
  if (n <= most) return prefixes;
  const drawn = new Set(new Random(sampleSeed).shuffle(Int32Array.from({ length: n }, (_, i) => i)).subarray(0, most));
  return selectPrefixes(prefixes, (_, index) => drawn.has(index));
}
