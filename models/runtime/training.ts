/** What a trainer is: the one interface over all devices, and what its implementations share. */
import type { Feeds, Tensor } from '../graph/tensor.ts';
import { nameOf, sizeOf, type Value } from '../graph/value.ts';
import type { AdamOptions } from './adam.ts';
import type { Device } from './devices.ts';

export interface Trainable {
  readonly value: Value;
  readonly initial: Float32Array;
  /** Whether weight decay applies; true unless said otherwise. */
  readonly weightDecay?: boolean;
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
