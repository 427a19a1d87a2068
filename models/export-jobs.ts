/** What leaves with an exported model besides its two networks, as plain data. */
import type { TrainingConfig } from './config.ts';
import type { Dataset } from './jobs.ts';
import type { Softening } from './temperature.ts';

export interface ExportJob {
  /** Folder of a finished run. */
  readonly folder: string;
  /** An existing, empty folder for the files. */
  readonly into: string;
  /** Where the items and sessions come from that the exported files are tried on. */
  readonly dataset: Pick<Dataset, 'items' | 'ids' | 'live' | 'sessions'>;
}

export interface ExportNumbers {
  readonly parity: Parity;
  /** Workspace numbers of the SKUs behind the rows of the model's own tables (-1: nothing was learned of it), and behind the places of memory.bin; null without. */
  readonly rows: Int32Array | null;
  readonly memory: Int32Array | null;
}

/** `parity.json`: what the exported files compute, each item and session alone and read by the recipe of the card, against the model as it is served. */
export interface Parity {
  readonly items: number;
  readonly sessions: number;
  /** Output -> largest |Δ| over all of its numbers. */
  readonly differences: Readonly<Record<string, number>>;
  readonly maxDifference: number;
  /** At most this much is a rounding of 32-bit numbers. */
  readonly limit: number;
  /** An item and a session to try another runtime on: what goes in, and the first numbers of what must come out. */
  readonly examples: { readonly item: ExportedItem; readonly key: readonly number[]; readonly session: readonly ExportedItem[]; readonly query: readonly number[] } | null;
}

/** `vocabulary.json`: everything between an item's fields and the inputs of item-encoder.onnx, and the names of what comes out. */
export interface Vocabulary {
  readonly version: 1;
  readonly model: Pick<TrainingConfig, 'model' | 'head' | 'mode' | 'width' | 'maxLength'>;
  /** Token t of an attribute is row `start + t` of the joint table and weighs `weights[t]`; 0: not read. */
  readonly texts: readonly { readonly name: string; readonly tokenizer: string; readonly limit: number; readonly start: number; readonly weights: readonly number[] }[];
  /** A label is its place in `keys`; 0 is unknown or missing. */
  readonly categories: readonly { readonly name: string; readonly start: number; readonly keys: readonly string[]; readonly weights: readonly number[] }[];
  /** log(1 + value), standardised, cut at ±farthest. */
  readonly numbers: readonly { readonly name: string; readonly mean: number; readonly deviation: number; readonly farthest: number }[];
  /** Outputs of session-encoder.onnx and the label of each of their columns; column 0 is no label. */
  readonly outputs: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** Logits added to items that are in the session already, where they may be recommended again: earlier ones, the last one. */
  readonly seen: readonly [earlier: number, last: number];
  /** Scores, memory included, are logits once divided by it: z / value up to the knee, and what lies above it / above.value. Labels come with theirs. */
  readonly temperature: Softening;
  readonly memory: { readonly weight: number; readonly last: number; readonly decay: number; readonly count: number; readonly sharpness: number; readonly gain: number } | null;
}

/** Fields of an item as the recipe reads them: texts, paths of names, numbers; or the row of a SKU in the model's own tables. */
export type ExportedItem = Readonly<Record<string, string | readonly string[] | number>>;
