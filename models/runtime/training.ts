/** What a trainer is: the one interface over all devices, and what its implementations share. */
import type { Feeds, Tensor } from '../graph/tensor.ts';
import { isOp, nameOf, showShape, sizeOf, type Value } from '../graph/value.ts';
import type { AdamOptions } from './adam.ts';
import type { Device } from './devices.ts';

export interface Trainable {
  readonly value: Value;
  readonly initial: Float32Array;
  /** Whether weight decay applies; true unless said otherwise. */
  readonly weightDecay?: boolean;
  /** For a big table [N, D] of which each step reads a few rows: only those are differentiated and updated. */
  readonly rows?: PickedRows;
}

/**
 * Lazy Adam: a row's weights, moments and decay stand still in the steps that do not name it, while bias correction counts all steps. The loss
 * reads the table through `picked` only.
 */
export interface PickedRows {
  /** `gather(table, indices)` as it stands in the loss, [R, D]. */
  readonly picked: Value;
  /** int32 input [R], at least one: distinct rows of the table. */
  readonly indices: Value;
}

/** A parameter with `rows`. */
export type TableTrainable = Trainable & Required<Pick<Trainable, 'rows'>>;

export function isTable(parameter: Trainable): parameter is TableTrainable {
  return parameter.rows !== undefined;
}

export interface TrainerOptions {
  readonly device?: Device;
  readonly threads?: number;
  readonly spinning?: boolean;
  readonly loss: Value; // scalar
  readonly parameters: readonly Trainable[];
  /** Further values to be computed in each step, from the weights before it. */
  readonly extraOutputs?: Readonly<Record<string, Value>>;
  /** Feeds that are the same in every step; on a GPU they are uploaded once. */
  readonly constantFeeds?: Feeds;
  readonly optimizer?: AdamOptions;
  /** Writes onnxruntime's profile to files of this path prefix; see `placement.ts`. */
  readonly profile?: string;
}

export interface StepResult {
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** False when loss or gradient is not finite: weights and state are then what they were. */
  readonly applied: boolean;
  readonly extra: Readonly<Record<string, Tensor>>;
}

/** Everything a run needs to go on: after `loadState` the next step gives the same bits as if nothing had happened. */
export interface TrainerState {
  readonly step: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly m: ReadonlyMap<string, Float32Array>;
  readonly v: ReadonlyMap<string, Float32Array>;
}

export interface Trainer {
  readonly device: Device;
  /** One step at a time. */
  step(feeds: Feeds, options: { readonly learningRate: number }): Promise<StepResult>;
  readWeights(): Promise<Map<string, Float32Array>>;
  readState(): Promise<TrainerState>;
  loadState(state: TrainerState): Promise<void>;
  dispose(): Promise<void>;
}

export type ResolvedOptions = Omit<TrainerOptions, 'optimizer'> & { readonly optimizer: Required<AdamOptions> };

/** The factor that brings a gradient of this norm down to `clipNorm`. */
export function clipScale(norm: number, clipNorm: number): number {
  return Math.min(1, clipNorm / (norm + 1e-6));
}

/** Reads one part of a saved state, refusing what does not fit. */
export function savedValues(kind: string, saved: ReadonlyMap<string, Float32Array>, { value }: Trainable): Float32Array {
  const name = nameOf(value);
  const data = saved.get(name);
  if (data === undefined || data.length !== sizeOf(value.shape)) throw new Error(`the saved ${kind} of ${name} [${value.shape}] has ${data?.length ?? 'no'} numbers`);
  return data;
}

/** Refuses a table that the loss reads in another way than through its picked rows: that part of its gradient would be lost. */
export function checkTable({ value, rows: { picked, indices } }: TableTrainable, loss: Value): void {
  const name = nameOf(value);
  if (!isOp(picked, 'gather') || picked.inputs[0] !== value || picked.inputs[1] !== indices || picked.attributes.axis !== 0) throw new Error(`the picked rows of ${name} are not gather(${name}, indices)`);
  if (!isOp(indices, 'input') || value.shape.length !== 2 || indices.shape.length !== 1) throw new Error(`rows of ${name} ${showShape(value.shape)} are picked by an input of one axis from a table of two, not by ${indices.op} ${showShape(indices.shape)}`);
  const seen = new Set<Value>([picked]);
  const open = [loss];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === value) throw new Error(`the loss reads ${name} beside its picked rows`);
    if (!seen.has(next)) open.push(...next.inputs);
    seen.add(next);
  }
}

/** Reads off a step's feeds which rows of the table it names, and refuses what would be updated twice or elsewhere. */
export function rowReader({ value, rows }: TableTrainable): (feeds: Feeds) => Int32Array {
  const input = nameOf(rows.indices);
  const count = value.shape[0] as number;
  const seen = new Uint8Array(count);
  return (feeds) => {
    const data = feeds[input]?.data;
    if (!(data instanceof Int32Array) || data.length === 0) throw new Error(`${input} names no rows of ${nameOf(value)}`);
    let wrong: number | null = null;
    for (const row of data) {
      if (!(row >= 0 && row < count) || seen[row] === 1) wrong ??= row;
      else seen[row] = 1;
    }
    for (const row of data) seen[row] = 0;
    if (wrong !== null) throw new Error(`${input} names row ${wrong} of ${nameOf(value)} twice or outside its ${count} rows`);
    return data;
  };
}
