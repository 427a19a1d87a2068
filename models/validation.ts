/** The measure by which an epoch is chosen: the next item of held-out events, among all SKUs the model may recommend. */
import type { RememberedPairs } from './artifact.ts';
import { scoresNewSkus, type ChosenMemory, type TrainingConfig } from './config.ts';
import { openTrainingEncoders, weightFeeds, type EncoderItems, type Encoders, type ItemVectors } from './encoders.ts';
import { rankPrefixes } from './evaluate.ts';
import { selectPrefixes, type PrefixSet } from './examples.ts';
import type { Dataset } from './jobs.ts';
import { chooseMemory, memoryBackwards } from './memory-choice.ts';
import { countMemory, Recall } from './memory.ts';
import { seenBonus, type Model } from './model.ts';
import { keyWidth } from './network.ts';
import type { Prepared } from './prepare.ts';
import { Random } from './random.ts';
import { categoryLevels, encoderItems, Products, TrainedScorer } from './trained.ts';

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

  private constructor(model: Model, prepared: Prepared, dataset: Dataset, encoders: Encoders, products: Products) {
    const { config } = model;
    this.#model = model;
    this.#prepared = prepared;
    this.#dataset = dataset;
    this.#encoders = encoders;
    this.#products = products;
    this.#items = encoderItems(prepared.features, config, dataset.items, dataset.ids, model.shape.items > 0 ? dataset.ids : new Int32Array(0));
    this.#prefixes = sample(prepared.validation, limit);
  }

  static async open(model: Model, prepared: Prepared, dataset: Dataset, threads: number | undefined): Promise<Validator> {
    const encoders = await openTrainingEncoders(model, threads === undefined ? {} : { threads });
    return new Validator(model, prepared, dataset, encoders, await Products.open(keyWidth(model.config), threads));
  }

  /** HR, MRR and NDCG at 20 and the category hits at 1, all with repeats allowed, in 0…1; 0 without validation events. */
  async measure(weights: ReadonlyMap<string, Float32Array>): Promise<Record<string, number>> {
    const { scorer } = await this.#scorer(weights);
    const ranking = await rankPrefixes(scorer, this.#prefixes, { candidates: this.#prepared.learnable, ks: [k], excludeSeen: false });
    const { hit, mrr, ndcg, n } = ranking.k[k]!['all']!;
    return {
      [`hr@${k}`]: hit, [`mrr@${k}`]: mrr, [`ndcg@${k}`]: ndcg, n,
      ...Object.fromEntries(Object.entries(ranking.categories).map(([level, { hit: hits }]) => [`${level}-hit@1`, hits['1']!])),
    };
  }

  async #scorer(weights: ReadonlyMap<string, Float32Array>): Promise<{ readonly scorer: TrainedScorer; readonly vectors: ItemVectors }> {
    const { config } = this.#model;
    this.#encoders.weights = weightFeeds(this.#model, weights);
    const vectors = await this.#encoders.encodeItems(this.#items);
    const levels = this.#model.shape.levels.map(({ name }) => name);
    const scorer = new TrainedScorer({
      name: config.model, config, features: this.#prepared.features, encoders: this.#encoders, products: this.#products,
      vectors, rows: this.#items.rows, seen: seenBonus(weights), memory: null,
      levels: categoryLevels(this.#prepared.features, this.#dataset.items, levels),
    });
    return { scorer, vectors };
  }

  /**
   * The memory beside the chosen weights: what the training sequences hold, counted by the `backward` and the β that validation likes best.
   * Null where the configuration wants none, or the model alone is as good.
   */
  async chooseMemory(weights: ReadonlyMap<string, Float32Array>): Promise<RememberedPairs | null> {
    const { config } = this.#model;
    if (!config.memory) return null;
    const { sequences, learnable } = this.#prepared;
    if (config.fit !== 'train' || this.#prefixes.ends.length === 0) {
      const unchosen = config.memory === true ? unchosenMemory(config) : config.memory;
      if (unchosen.weight === 0) return null;
      return { pairs: countMemory(sequences, this.#dataset.ids, unchosen.backward), settings: { ...unchosen, validation: null } };
    }
    const { scorer, vectors } = await this.#scorer(weights);
    const likeness = scoresNewSkus(config) ? { vectors: vectors.vectors, width: vectors.width, products: this.#products } : null;
    const memories = memoryBackwards.map((backward) => countMemory(sequences, this.#dataset.ids, backward));
    const recalls = await Promise.all(memories.map((memory) => Recall.open(memory, this.#dataset.ids, likeness)));
    const { recall, weight, without, measure } = await chooseMemory(scorer, sample(this.#prefixes, Math.floor(choiceCells / this.#prepared.data.candidates.length)), learnable, recalls, k);
    return weight === 0 ? null : { pairs: memories[recall]!, settings: { weight, backward: memoryBackwards[recall]!, validation: { without, with: measure } } };
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
