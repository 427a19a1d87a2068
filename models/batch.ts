/**
 * From sequences to the tensors of one training step. A batch is a list of row numbers; everything else is derived from it and from the
 * random generator, whose state a checkpoint keeps, so a resumed run feeds the same numbers.
 */
import { dropTokens, selectBags, weightyEntries, type JointBags } from './bags.ts';
import type { TrainingConfig } from './config.ts';
import type { Sequences } from './examples.ts';
import { indexFeeds, sparseFeeds } from './graph/sparse.ts';
import { floats, ints, type Feeds, type Tensor } from './graph/tensor.ts';
import { dropoutPoolRows, type Objective } from './objective.ts';
import type { Random } from './random.ts';

/** Rows to learn from: inputs `items[starts[i]] .. items[ends[i] - 1]`, whose next item is `items[ends[i]]`. */
export interface TrainingRows {
  readonly items: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Predictions of all rows: every position (causal) or the last one (prefix). */
  readonly moments: number;
}

/** What the model knows of the items: metadata bags and numbers, or nothing but ids. */
export interface ItemData {
  readonly bags: JointBags | null;
  /** Row-major [items, columns]; null without numeric attributes. */
  readonly numbers: Float32Array | null;
  readonly columns: number;
  /** Per category task, [items] label index or -1. */
  readonly labels: readonly { readonly name: string; readonly labelOf: Int32Array }[];
  /** Catalogue rows that training encodes with the tied head, i.e. the candidates. */
  readonly candidates: Int32Array;
  /** Items in the catalogue. */
  readonly count: number;
}

/**
 * Causal: whole sequences, cut into windows of `maxLength` inputs. Prefix: one row for every item that has one before it, looking back
 * `maxLength` at most.
 */
export function trainingRows(sequences: Sequences, config: TrainingConfig): TrainingRows {
  const starts: number[] = [];
  const ends: number[] = [];
  let moments = 0;
  for (let s = 0; s + 1 < sequences.offsets.length; s++) {
    const [from, to] = [sequences.offsets[s]!, sequences.offsets[s + 1]!];
    if (config.mode === 'causal') {
      for (let start = from; start < to - 1; start += config.maxLength) {
        starts.push(start);
        ends.push(Math.min(start + config.maxLength, to - 1));
        moments += ends.at(-1)! - start;
      }
    } else {
      for (let end = from + 1; end < to; end++) {
        starts.push(Math.max(from, end - config.maxLength));
        ends.push(end);
        moments++;
      }
    }
  }
  return { items: sequences.items, starts: Int32Array.from(starts), ends: Int32Array.from(ends), moments };
}

/** Rows of each step of one epoch: alike in length, so that little is padded, and in random order. */
export function epochBatches(rows: TrainingRows, config: TrainingConfig, random: Random): Int32Array[] {
  const order = random.shuffle(Int32Array.from(rows.starts.keys()));
  const key = Float64Array.from(order, (row) => rows.ends[row]! - rows.starts[row]! + 2 * random.uniform());
  const sorted = Int32Array.from(order.keys()).sort((a, b) => key[a]! - key[b]!).map((at) => order[at]!);
  const batches: Int32Array[] = [];
  let from = 0;
  let moments = 0;
  for (let i = 0; i < sorted.length; i++) {
    moments += config.mode === 'causal' ? rows.ends[sorted[i]!]! - rows.starts[sorted[i]!]! : 1;
    if (moments >= config.batch || i === sorted.length - 1) {
      batches.push(sorted.slice(from, i + 1));
      from = i + 1;
      moments = 0;
    }
  }
  return random.shuffle(batches);
}

/** The layout tensors of B sessions padded to T (see `SessionLayout`); `lengths` [B]. */
export function layoutFeeds(mode: TrainingConfig['mode'], lengths: Int32Array, length: number): Record<string, Tensor> {
  const batch = lengths.length;
  const present = new Float32Array(batch * length);
  for (const [b, n] of lengths.entries()) present.fill(1, b * length, b * length + n);
  const size = mode === 'causal' ? length * length : batch * length;
  const [mask, pool, age, past] = [new Float32Array(size), new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  const rowsOf = mode === 'causal' ? length : batch;
  for (let row = 0; row < rowsOf; row++) {
    const visible = mode === 'causal' ? row + 1 : lengths[row]!; // items this row may look at
    for (let k = 0; k < length; k++) {
      const at = row * length + k;
      mask[at] = k < visible ? 0 : -1e9;
      pool[at] = k < visible ? 1 / visible + (mode === 'causal' && k === row ? 1 : 0) : 0;
      age[at] = k < visible ? visible - 1 - k : 0;
      past[at] = k < visible ? 1 : 0;
    }
  }
  const weights = mode === 'causal' ? [length, length] : [batch, 1, length];
  return {
    present: floats(present, [batch, length, 1]),
    mask: floats(mask, mode === 'causal' ? [1, 1, length, length] : [batch, 1, 1, length]),
    pool: floats(pool, weights), age: floats(age, weights), past: floats(past, weights),
  };
}

/** Fills the inputs of `objective` for the rows of one step. */
export function stepFeeds(objective: Objective, data: ItemData, rows: TrainingRows, batch: Int32Array, config: TrainingConfig, random: Random): Feeds {
  const { plans } = objective;
  const lengths = batch.map((row) => rows.ends[row]! - rows.starts[row]!);
  const length = Math.max(...lengths);
  const tied = config.head === 'tied';
  const moments = momentsOf(rows, batch, lengths, length, config.mode);
  const encoded = tied ? data.candidates : distinctItems(rows, batch);
  const slot = new Int32Array(data.count).fill(-1); // catalogue row -> encoded row
  for (const [i, row] of encoded.entries()) slot[row] = i;
  const bounds = encoded.length;

  const positions = new Int32Array(batch.length * length); // padding points to encoded row 0 and is silenced by `present`
  for (const [b, row] of batch.entries()) for (let t = 0; t < lengths[b]!; t++) positions[b * length + t] = slot[rows.items[rows.starts[row]! + t]!]!;
  const places = config.mode === 'causal' ? batch.length * length : batch.length;
  const feeds: Record<string, Tensor> = {
    ...layoutFeeds(config.mode, lengths, length),
    ...indexFeeds(objective.layout.steps, Int32Array.from({ length }, (_, i) => i)),
    ...indexFeeds(plans.positions, positions, [batch.length, length], bounds),
    ...indexFeeds(plans.moments, moments.places, undefined, places),
    ...indexFeeds(plans.targets, tied ? moments.targets.map((row) => slot[row]!) : moments.targets, undefined, bounds),
    share: floats(new Float32Array(moments.targets.length).fill(1 / moments.targets.length)),
  };
  if (plans.bags !== null) {
    const bags = tied && encoded.length === data.bags!.offsets.length - 1 ? data.bags! : selectBags(data.bags!, encoded);
    const heard = weightyEntries(bags, dropTokens(bags, config.tokenDropout, config.attributeDropout, random));
    Object.assign(feeds, sparseFeeds(plans.bags, { offsets: heard.offsets, indices: heard.ids, weights: heard.weights, columns: bags.tokens }));
    if (data.numbers !== null) feeds['numbers'] = floats(selectRows(data.numbers, data.columns, encoded), [encoded.length, data.columns]);
  }
  if (plans.ids !== null) Object.assign(feeds, indexFeeds(plans.ids, encoded));
  if (plans.seen !== null) Object.assign(feeds, seenFeeds(objective, rows, batch, lengths, config.mode, slot, bounds));
  for (const { name, labelOf } of data.labels) feeds[`labels.${name}`] = ints(moments.targets.map((row) => labelOf[row]!));
  for (const name of objective.dropouts) feeds[name] = ints(positions.map(() => random.below(dropoutPoolRows)), [batch.length, length]);
  return feeds;
}

/** Every moment of the batch: its place among the session vectors and the catalogue row of its next item. */
function momentsOf(rows: TrainingRows, batch: Int32Array, lengths: Int32Array, length: number, mode: TrainingConfig['mode']): { readonly places: Int32Array; readonly targets: Int32Array } {
  const places: number[] = [];
  const targets: number[] = [];
  for (const [b, row] of batch.entries()) {
    for (let t = mode === 'causal' ? 0 : lengths[b]! - 1; t < lengths[b]!; t++) {
      places.push(mode === 'causal' ? b * length + t : b);
      targets.push(rows.items[rows.starts[row]! + t + 1]!);
    }
  }
  return { places: Int32Array.from(places), targets: Int32Array.from(targets) };
}

function distinctItems(rows: TrainingRows, batch: Int32Array): Int32Array {
  const items = new Set<number>();
  for (const row of batch) for (let at = rows.starts[row]!; at < rows.ends[row]!; at++) items.add(rows.items[at]!);
  return Int32Array.from(items).sort();
}

function selectRows(values: Float32Array, columns: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) out.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  return out;
}

/** Pairs (moment, distinct item already in the session), which of them is the item just looked at, and which is the target itself. */
function seenFeeds(objective: Objective, rows: TrainingRows, batch: Int32Array, lengths: Int32Array, mode: TrainingConfig['mode'], slot: Int32Array, bounds: number): Feeds {
  const offsets = [0];
  const items: number[] = [];
  const last: number[] = [];
  const target: number[] = [];
  for (const [b, row] of batch.entries()) {
    const start = rows.starts[row]!;
    for (let t = mode === 'causal' ? 0 : lengths[b]! - 1; t < lengths[b]!; t++) {
      const next = rows.items[start + t + 1]!;
      const seen = new Set<number>();
      for (let k = t; k >= 0; k--) {
        const item = rows.items[start + k]!;
        if (seen.has(item)) continue;
        seen.add(item);
        items.push(slot[item]!);
        last.push(k === t ? 1 : 0);
        target.push(item === next ? 1 : 0);
      }
      offsets.push(items.length);
    }
  }
  const pairs = items.length;
  return {
    ...sparseFeeds(objective.plans.seen!, { offsets, indices: Int32Array.from({ length: pairs }, (_, i) => i), columns: pairs }),
    ...indexFeeds(objective.plans.seenItems!, Int32Array.from(items), undefined, bounds),
    'seen.last': floats(last, [pairs, 1]), 'seen.target': floats(target, [pairs, 1]),
  };
}
