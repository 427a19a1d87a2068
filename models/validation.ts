/** The measure by which an epoch is chosen: the next item of held-out events, among all SKUs the model may recommend. */
import { openTrainingEncoders, weightFeeds, type EncoderItems, type Encoders } from './encoders.ts';
import { rankPrefixes } from './evaluate.ts';
import { selectPrefixes, type PrefixSet } from './examples.ts';
import type { Dataset } from './jobs.ts';
import { seenBonus, type Model } from './model.ts';
import { keyWidth } from './network.ts';
import type { Prepared } from './prepare.ts';
import { Random } from './random.ts';
import { categoryLevels, encoderItems, Products, TrainedScorer } from './trained.ts';

/** More prefixes than this are sampled: the standard error is then below 0.4 points. */
const limit = 20_000;
const sampleSeed = 7;

/** Lists of this length are measured; `chosenBy` decides between epochs because it sees both hits and their places. */
const k = 20;
export const chosenBy = `ndcg@${k}`;

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
    this.#prefixes = sample(prepared.validation);
  }

  static async open(model: Model, prepared: Prepared, dataset: Dataset, threads: number | undefined): Promise<Validator> {
    const encoders = await openTrainingEncoders(model, threads === undefined ? {} : { threads });
    return new Validator(model, prepared, dataset, encoders, await Products.open(keyWidth(model.config), threads));
  }

  /** HR, MRR and NDCG at 20 and the category hits at 1, all with repeats allowed, in 0…1; 0 without validation events. */
  async measure(weights: ReadonlyMap<string, Float32Array>): Promise<Record<string, number>> {
    const { config } = this.#model;
    this.#encoders.weights = weightFeeds(this.#model, weights);
    const levels = this.#model.shape.levels.map(({ name }) => name);
    const scorer = new TrainedScorer({
      name: config.model, config, features: this.#prepared.features, encoders: this.#encoders, products: this.#products,
      vectors: await this.#encoders.encodeItems(this.#items), rows: this.#items.rows, seen: seenBonus(weights),
      levels: categoryLevels(this.#prepared.features, this.#dataset.items, levels),
    });
    const ranking = await rankPrefixes(scorer, this.#prefixes, { candidates: this.#prepared.learnable, ks: [k], excludeSeen: false });
    const { hit, mrr, ndcg, n } = ranking.k[k]!['all']!;
    return {
      [`hr@${k}`]: hit, [`mrr@${k}`]: mrr, [`ndcg@${k}`]: ndcg, n,
      ...Object.fromEntries(Object.entries(ranking.categories).map(([level, { hit: hits }]) => [`${level}-hit@1`, hits['1']!])),
    };
  }

  async dispose(): Promise<void> {
    await this.#encoders.dispose();
    await this.#products.dispose();
  }
}

function sample(prefixes: PrefixSet): PrefixSet {
  const n = prefixes.ends.length;
  if (n <= limit) return prefixes;
  const drawn = new Set(new Random(sampleSeed).shuffle(Int32Array.from({ length: n }, (_, i) => i)).subarray(0, limit));
  return selectPrefixes(prefixes, (_, index) => drawn.has(index));
}
