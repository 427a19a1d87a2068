/** A model under construction: its parameters with their first values. What they mean stands with the equations (`m2trec.ts`, `gru4rec.ts`, `narm.ts`, `stamp.ts`); `network.ts` makes one of a kind. */
import type { TrainingConfig } from './config.ts';
import { mul } from './graph/operators.ts';
import { parameter, type Value } from './graph/value.ts';
import { Random } from './random.ts';

/** What the data decides about a model: sizes of its tables. */
export interface ModelShape {
  /** Entries of the joint token table over all attributes; 0 where items are known by id only. */
  readonly tokens: number;
  /** Columns of numeric attributes (price: value and missing flag). */
  readonly numbers: number;
  /** Items with a row of their own (id input, id head); 0 for metadata in and tied head out. */
  readonly items: number;
  readonly levels: readonly { readonly name: string; readonly labels: number }[];
}

export interface ModelParameter {
  readonly value: Value;
  readonly initial: Float32Array;
  readonly weightDecay: boolean;
}

export interface Model {
  readonly config: TrainingConfig;
  readonly shape: ModelShape;
  readonly parameters: readonly ModelParameter[];
  /** Looks a parameter up by name; throws where the variant has none. */
  readonly weight: (name: string) => Value;
}

/**
 * Scalars (gate, decay, temperature, …) are stored divided by this and multiplied back where they are used: Adam moves every number by
 * about the learning rate, and a scalar that scales a whole vector has further to go than one entry of a matrix.
 */
const scalarScale = 5;

/** Likewise for rows that belong to one item: each is seen a few times an epoch, so it must move further each time. */
export const rowScale = 8;

/** Defines parameters in the order of the calls, which decides what the generator draws for each. */
export class Definer {
  readonly config: TrainingConfig;
  readonly shape: ModelShape;
  readonly parameters = new Map<string, ModelParameter>();
  readonly #random: Random;

  constructor(config: TrainingConfig, shape: ModelShape) {
    this.config = config;
    this.shape = shape;
    this.#random = new Random(config.seed);
  }

  define(name: string, dims: readonly number[], fill: (index: number) => number, weightDecay: boolean): void {
    const initial = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, index) => fill(index));
    this.parameters.set(name, { value: parameter(name, dims), initial, weightDecay });
  }

  /** Uniform by fan-in and fan-out (Glorot & Bengio 2010). */
  matrix(name: string, rows: number, columns: number): void {
    const bound = Math.sqrt(6 / (rows + columns));
    this.define(name, [rows, columns], () => (2 * this.#random.uniform() - 1) * bound, true);
  }

  vector(name: string, size: number, value = 0): void {
    this.define(name, [size], () => value, false);
  }

  noise(name: string, dims: readonly number[], deviation: number, weightDecay = false): void {
    this.define(name, dims, () => deviation * this.#random.normal(), weightDecay);
  }

  scalars(name: string, values: readonly number[]): void {
    this.define(name, [values.length], (index) => values[index]! / scalarScale, false);
  }

  identity(name: string): void {
    const d = this.config.width;
    this.define(name, [d, d], (index) => (index % (d + 1) === 0 ? 1 : 0), true);
  }

  /** A row per item of the catalogue; `columns` beyond the width start at 0. */
  rows(name: string, columns = this.config.width): void {
    const d = this.config.width;
    const deviation = 1 / Math.sqrt(d) / rowScale;
    this.define(name, [this.shape.items, columns], (index) => (index % columns >= d ? 0 : deviation * this.#random.normal()), false);
  }
}

/** Scalar parameters at their true size: [n]. */
export function scalarsOf(model: Model, name: string): Value {
  return mul(model.weight(name), scalarScale);
}

/** Logits added to items already in the session, earlier ones and the last one; 0 for models without such. */
export function seenBonus(weights: ReadonlyMap<string, Float32Array>): readonly [earlier: number, last: number] {
  const seen = weights.get('head.seen');
  return seen === undefined ? [0, 0] : [scalarScale * seen[0]!, scalarScale * seen[1]!];
}

/** Item vectors of ids [R, d] from their rows of `item.ids`. */
export function idVectors(rows: Value): Value {
  return mul(rows, rowScale);
}
