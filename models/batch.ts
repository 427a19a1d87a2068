/**
 * From sequences to the tensors of one training step. A batch is a list of row numbers; everything else is derived from it and from the
 * random generator, whose state a checkpoint keeps, so a resumed run feeds the same numbers.
 */
import { dropTokens, selectBags, weightyEntries, type JointBags } from './bags.ts';
import type { TrainingConfig } from './config.ts';
import type { Sequences } from './examples.ts';
import { indexFeeds, sparseFeeds } from './graph/sparse.ts';
import { floats, ints, type Feeds, type Tensor } from './graph/tensor.ts';
import { isPacked } from './layout.ts';
import { headOf } from './network.ts';
import { dropoutPoolRows, type Objective } from './objective.ts';
import { layoutFeeds, placeSessions, type Places } from './places.ts';
import type { Random } from './random.ts';
import { drawSharedSample, type SharedSample } from './shared-sample.ts';

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
  /** A bag per candidate where every step encodes them all, else per catalogue row; null for id input. */
  readonly bags: JointBags | null;
  /** Row-major [items, columns]; null without numeric attributes. */
  readonly numbers: Float32Array | null;
  readonly columns: number;
  /** Per category task, [items] label index or -1. */
  readonly labels: readonly { readonly name: string; readonly labelOf: Int32Array }[];
  /** Catalogue rows that training may recommend. */
  readonly candidates: Int32Array;
  /** [items] share of all training events; read where the softmax is shared. */
  readonly eventShares: Float32Array;
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

/** Rows of each step of one epoch in random order; alike in length where shorter ones are padded. */
export function epochBatches(rows: TrainingRows, config: TrainingConfig, random: Random): Int32Array[] {
  const order = random.shuffle(Int32Array.from(rows.starts.keys()));
  const sorted = isPacked(config) ? order : sortByLength(rows, order, random);
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

/** Shortest first, lengths blurred by up to two so that batches differ from epoch to epoch. */
function sortByLength(rows: TrainingRows, order: Int32Array, random: Random): Int32Array {
  const key = Float64Array.from(order, (row) => rows.ends[row]! - rows.starts[row]! + 2 * random.uniform());
  return Int32Array.from(order.keys()).sort((a, b) => key[a]! - key[b]!).map((at) => order[at]!);
}

/** Fills the inputs of `objective` for the rows of one step. */
export function stepFeeds(objective: Objective, data: ItemData, rows: TrainingRows, batch: Int32Array, config: TrainingConfig, random: Random): Feeds {
  const { plans } = objective;
  const places = placeSessions(config, batch.map((row) => rows.ends[row]! - rows.starts[row]!));
  const { lengths, length } = places;
  const dims = [places.batch, length];
  const moments = momentsOf(rows, batch, places, config.mode);
  const sample = objective.negatives > 0 ? drawSharedSample(data, eventsOf(rows, batch), objective.negatives, random) : null;
  const freeRows = headOf(config) === 'rows';
  const encoded = sample !== null ? sample.rows : freeRows ? distinctItems(rows, batch) : data.candidates;
  const slot = new Int32Array(data.count).fill(-1); // catalogue row -> encoded row
  for (const [i, row] of encoded.entries()) slot[row] = i;
  const bounds = encoded.length;

  const positions = new Int32Array(places.batch * length); // what holds no item points to encoded row 0; the layout silences it
  for (const [b, row] of batch.entries()) for (let t = 0; t < lengths[b]!; t++) positions[places.starts[b]! + t] = slot[rows.items[rows.starts[row]! + t]!]!;
  const placeCount = config.mode === 'causal' ? positions.length : batch.length;
  const feeds: Record<string, Tensor> = {
    ...layoutFeeds(config, places),
    ...indexFeeds(plans.positions, positions, dims, bounds),
    ...indexFeeds(plans.moments, moments.places, undefined, placeCount),
    ...indexFeeds(plans.targets, freeRows && sample === null ? moments.targets : moments.targets.map((row) => slot[row]!), undefined, bounds),
    share: floats(new Float32Array(moments.targets.length).fill(1 / moments.targets.length)),
  };
  if (objective.layout.kind === 'padded') Object.assign(feeds, indexFeeds(objective.layout.steps, Int32Array.from({ length }, (_, i) => i)));
  if (plans.bags !== null) {
    const bags = encoded === data.candidates ? data.bags! : selectBags(data.bags!, encoded);
    const heard = weightyEntries(bags, dropTokens(bags, config.tokenDropout, config.attributeDropout, random));
    Object.assign(feeds, sparseFeeds(plans.bags, { offsets: heard.offsets, indices: heard.ids, weights: heard.weights, columns: bags.tokens }));
    if (data.numbers !== null) feeds['numbers'] = floats(selectRows(data.numbers, data.columns, encoded), [encoded.length, data.columns]);
  }
  if (plans.rows !== null) feeds['rows'] = ints(encoded);
  if (sample !== null) feeds['correction'] = floats(sample.correction);
  if (plans.own !== null) Object.assign(feeds, ownFeeds(objective, rows, batch, lengths, config.mode, slot, sample));
  for (const { name, labelOf } of data.labels) feeds[`labels.${name}`] = ints(moments.targets.map((row) => labelOf[row]!));
  for (const name of objective.dropouts) feeds[name] = ints(positions.map(() => random.below(dropoutPoolRows)), dims);
  return feeds;
}

/** Every moment of the batch: its place among the session vectors and the catalogue row of its next item. */
function momentsOf(rows: TrainingRows, batch: Int32Array, places: Places, mode: TrainingConfig['mode']): { readonly places: Int32Array; readonly targets: Int32Array } {
  const at: number[] = [];
  const targets: number[] = [];
  for (const [b, row] of batch.entries()) {
    const n = places.lengths[b]!;
    for (let t = mode === 'causal' ? 0 : n - 1; t < n; t++) {
      at.push(places.moment(b, t));
      targets.push(rows.items[rows.starts[row]! + t + 1]!);
    }
  }
  return { places: Int32Array.from(at), targets: Int32Array.from(targets) };
}

/** Catalogue rows of all inputs and targets of the batch. */
function eventsOf(rows: TrainingRows, batch: Int32Array): Int32Array {
  return Int32Array.from([...batch].flatMap((row) => [...rows.items.subarray(rows.starts[row]!, rows.ends[row]! + 1)]));
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

/**
 * Pairs (moment, distinct item of its own session): the items already seen and, beside a shared sample, those still to come but the next. Which
 * is the item just looked at, which an earlier one, which the target itself, and what the sample's correction of it is.
 */
function ownFeeds(objective: Objective, rows: TrainingRows, batch: Int32Array, lengths: Int32Array, mode: TrainingConfig['mode'], slot: Int32Array, sample: SharedSample | null): Feeds {
  const offsets = [0];
  const [items, last, earlier, target, correction]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  for (const [b, row] of batch.entries()) {
    const start = rows.starts[row]!;
    for (let t = mode === 'causal' ? 0 : lengths[b]! - 1; t < lengths[b]!; t++) {
      const next = rows.items[start + t + 1]!;
      const paired = new Set<number>();
      const pair = (item: number, place: 'last' | 'earlier' | 'later'): void => {
        if (paired.has(item)) return;
        paired.add(item);
        items.push(slot[item]!);
        last.push(place === 'last' ? 1 : 0);
        earlier.push(place === 'earlier' ? 1 : 0);
        target.push(item === next ? 1 : 0);
        if (sample !== null) correction.push(item === next ? 0 : sample.correction[slot[item]!]!);
      };
      for (let k = t; k >= 0; k--) pair(rows.items[start + k]!, k === t ? 'last' : 'earlier');
      for (let k = t + 2; sample !== null && k <= lengths[b]!; k++) if (rows.items[start + k] !== next) pair(rows.items[start + k]!, 'later');
      offsets.push(items.length);
    }
  }
  const pairs = items.length;
  const column = (values: readonly number[]): Tensor => floats(values, [pairs, 1]);
  return {
    ...sparseFeeds(objective.plans.own!, { offsets, indices: Int32Array.from({ length: pairs }, (_, i) => i), columns: pairs }),
    ...indexFeeds(objective.plans.ownItems!, Int32Array.from(items)),
    'own.last': column(last), 'own.earlier': column(earlier), 'own.target': column(target),
    ...(sample === null ? {} : { 'own.correction': column(correction) }),
  };
}
