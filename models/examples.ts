/**
 * From recorded sessions to what training and evaluation read. Sessions stay flat arrays (CSR): no object per event.
 *
 * A target is an event with at least one usable event before it in its session; its prefix is everything before it. Which part
 * an event belongs to is told by its split code, so one rule serves sessions that are split as a whole (diginetica: every prefix
 * of a test session) and sessions that are split by event (amazon_scientific: the last event is the only test target).
 */
import { createHash } from 'node:crypto';
import type { SessionTable } from '../db/records.ts';
import { splitCodes } from '../db/records.ts';
import { Random } from './random.ts';

/** Share of the sessions that we take for validation, and for test, where the file does not say. */
const heldOutShare = 0.1;

export interface SessionSplit {
  /** [events] `train`, `valid` or `test` of `splitCodes`, never `none`. */
  readonly codes: Uint8Array;
  /** `given`: train and test come from the file. `order`: the last tenth of the sessions is the test, by our rule. */
  readonly test: 'given' | 'order';
  /** `carved`: validation is the last tenth of the training sessions, by our rule; it is training data to whoever reports. */
  readonly validation: 'given' | 'carved';
  /** One sentence for reports. */
  readonly description: string;
}

/** Sequences to learn from. Sequence s holds `items[offsets[s]] .. items[offsets[s + 1] - 1]`, oldest first, at least two. */
export interface Sequences {
  /** [sequences + 1] */
  readonly offsets: Int32Array;
  /** [events] catalogue rows */
  readonly items: Int32Array;
  /** [sequences] row of the session in the table */
  readonly sessions: Int32Array;
}

/** Prefixes with their targets. They share one array of events: no prefix is copied before it is scored. */
export interface PrefixSet {
  /** [events] catalogue rows of all sessions, one session after the other; SKUs the catalogue does not hold are left out. */
  readonly items: Int32Array;
  /** [n] the prefix is `items[starts[i]] .. items[ends[i] - 1]`, never empty */
  readonly starts: Int32Array;
  /** [n] the target is `items[ends[i]]`, the first item of the rest */
  readonly ends: Int32Array;
  /** [n] the rest of the session, of the same part, is `items[ends[i]] .. items[restEnds[i] - 1]` */
  readonly restEnds: Int32Array;
  /** [n] row of the session in the table */
  readonly sessions: Int32Array;
  /** Targets left out: not in the catalogue, a draft or retired SKU (nothing may recommend it), or hidden from validation. */
  readonly leftOut: number;
}

/** Resolves every event to train, valid or test. Codes of the file are followed as given; events without one are training. */
export function splitSessions(table: SessionTable): SessionSplit {
  const sessions = table.offsets.length - 1;
  const codes = Uint8Array.from(table.splits);
  const given = codes.some((code) => code !== splitCodes.none);
  if (!given) {
    const held = Math.round(heldOutShare * sessions);
    codes.fill(splitCodes.train);
    codes.fill(splitCodes.valid, table.offsets[sessions - 2 * held]);
    codes.fill(splitCodes.test, table.offsets[sessions - held]);
    return {
      codes, test: 'order', validation: 'carved',
      description: 'No split in the file: the last 10 % of the sessions by order are the test, the 10 % before them validation.',
    };
  }
  for (let event = 0; event < codes.length; event++) if (codes[event] === splitCodes.none) codes[event] = splitCodes.train;
  if (codes.includes(splitCodes.valid)) {
    return { codes, test: 'given', validation: 'given', description: 'Train, validation and test as the file gives them.' };
  }
  carveValidation(table, codes);
  return {
    codes, test: 'given', validation: 'carved',
    description: 'Train and test as the file gives them; validation is the last 10 % of the training sessions by order.',
  };
}

function carveValidation(table: SessionTable, codes: Uint8Array): void {
  const training: number[] = [];
  for (let session = 0; session < table.offsets.length - 1; session++) {
    if (codes.subarray(table.offsets[session], table.offsets[session + 1]).includes(splitCodes.train)) training.push(session);
  }
  for (const session of training.slice(training.length - Math.round(heldOutShare * training.length))) {
    for (let event = table.offsets[session]!; event < table.offsets[session + 1]!; event++) {
      if (codes[event] === splitCodes.train) codes[event] = splitCodes.valid;
    }
  }
}

/** [items] 1 for rows that may be learned from: live and not hidden. */
export function learnableRows(live: Uint8Array, hidden: Int32Array): Uint8Array {
  const learnable = Uint8Array.from(live);
  for (const row of hidden) learnable[row] = 0;
  return learnable;
}

/**
 * Sequences to fit on: training events (with `fit` = `train+valid`, validation events too) of learnable rows. Sessions close up
 * over events that go; those left with fewer than two items go as well.
 */
export function trainingSequences(
  table: SessionTable, split: SessionSplit, learnable: Uint8Array, fit: 'train' | 'train+valid' = 'train',
): Sequences {
  const offsets = [0];
  const sessions: number[] = [];
  const items = new Int32Array(table.items.length);
  let end = 0;
  for (let session = 0; session < table.offsets.length - 1; session++) {
    const start = end;
    for (let event = table.offsets[session]!; event < table.offsets[session + 1]!; event++) {
      const row = table.items[event]!;
      const code = split.codes[event];
      const fitted = code === splitCodes.train || (code === splitCodes.valid && fit === 'train+valid');
      if (fitted && row >= 0 && learnable[row] === 1) items[end++] = row;
    }
    if (end - start < 2) {
      end = start;
    } else {
      offsets.push(end);
      sessions.push(session);
    }
  }
  return { offsets: Int32Array.from(offsets), items: items.slice(0, end), sessions: Int32Array.from(sessions) };
}

/** A share of the sequences, drawn without regard to anything but the seed and kept in order. */
export function sampleSequences(sequences: Sequences, share: number, seed: number): Sequences {
  if (share === 1) return sequences;
  const count = sequences.sessions.length;
  const kept = new Random(seed).shuffle(Int32Array.from({ length: count }, (_, i) => i)).subarray(0, Math.max(1, Math.round(share * count))).sort();
  const offsets = new Int32Array(kept.length + 1);
  for (const [i, s] of kept.entries()) offsets[i + 1] = offsets[i]! + sequences.offsets[s + 1]! - sequences.offsets[s]!;
  const items = new Int32Array(offsets.at(-1)!);
  for (const [i, s] of kept.entries()) items.set(sequences.items.subarray(sequences.offsets[s]!, sequences.offsets[s + 1]!), offsets[i]!);
  return { offsets, items, sessions: kept.map((s) => sequences.sessions[s]!) };
}

/** Validation prefixes: hidden, draft and unknown SKUs are gone from inputs and targets, as they are from training. */
export function validationPrefixes(table: SessionTable, split: SessionSplit, learnable: Uint8Array): PrefixSet {
  return collectPrefixes(table, split.codes, splitCodes.valid, learnable, learnable);
}

/** Test prefixes: hidden SKUs stay, as inputs and as targets. `live` is [items]. */
export function testPrefixes(table: SessionTable, split: SessionSplit, live: Uint8Array): PrefixSet {
  return collectPrefixes(table, split.codes, splitCodes.test, null, live);
}

/** Every prefix of every session, whatever its split: the large sample for hidden SKUs. `live` is [items]. */
export function allPrefixes(table: SessionTable, live: Uint8Array): PrefixSet {
  return collectPrefixes(table, new Uint8Array(table.items.length), 0, null, live);
}

/** Targets carry `code`; inputs are every earlier event of a row in `inputs` (null: any row of the catalogue). */
function collectPrefixes(table: SessionTable, codes: Uint8Array, code: number, inputs: Uint8Array | null, targets: Uint8Array): PrefixSet {
  const items = new Int32Array(table.items.length);
  const starts = new Int32Array(table.items.length);
  const ends = new Int32Array(table.items.length);
  const restEnds = new Int32Array(table.items.length);
  const sessions = new Int32Array(table.items.length);
  let end = 0;
  let n = 0;
  let leftOut = 0;
  for (let session = 0; session < table.offsets.length - 1; session++) {
    const start = end;
    const first = n;
    let lastOfPart = start;
    for (let event = table.offsets[session]!; event < table.offsets[session + 1]!; event++) {
      const row = table.items[event]!;
      const ofPart = codes[event] === code;
      const isTarget = row >= 0 && targets[row] === 1;
      if (ofPart && !isTarget && event > table.offsets[session]!) leftOut++;
      if (row < 0 || (inputs !== null && inputs[row] !== 1)) continue;
      if (ofPart && isTarget && end > start) {
        starts[n] = start;
        ends[n] = end;
        sessions[n++] = session;
      }
      items[end++] = row;
      if (ofPart) lastOfPart = end;
    }
    restEnds.fill(lastOfPart, first, n);
    if (n === first) end = start;
  }
  return {
    items: items.slice(0, end), starts: starts.slice(0, n), ends: ends.slice(0, n), restEnds: restEnds.slice(0, n),
    sessions: sessions.slice(0, n), leftOut,
  };
}

/** The prefixes for which `keep` says true of their target row; the events stay shared. */
export function selectPrefixes(prefixes: PrefixSet, keep: (target: number, index: number) => boolean): PrefixSet {
  const kept = Int32Array.from(prefixes.ends.keys()).filter((index) => keep(prefixes.items[prefixes.ends[index]!]!, index));
  const pick = (values: Int32Array): Int32Array => kept.map((index) => values[index]!);
  return {
    items: prefixes.items, starts: pick(prefixes.starts), ends: pick(prefixes.ends), restEnds: pick(prefixes.restEnds),
    sessions: pick(prefixes.sessions), leftOut: prefixes.leftOut,
  };
}

/**
 * [items] events of the training split per row, the count behind sparse, tail and cold. A carved validation tenth is training data
 * of the file and counts; hidden rows count 0.
 */
export function trainingCounts(table: SessionTable, split: SessionSplit, learnable: Uint8Array): Int32Array {
  const counts = new Int32Array(learnable.length);
  for (let event = 0; event < table.items.length; event++) {
    const row = table.items[event]!;
    const code = split.codes[event];
    const training = code === splitCodes.train || (code === splitCodes.valid && split.validation === 'carved');
    if (training && row >= 0 && learnable[row] === 1) counts[row]!++;
  }
  return counts;
}

/**
 * Rows to hide for a cold-start test: the first round(fraction · N) SKUs by ascending SHA-256 of `<seed>\n<sku>`, in that order.
 * The rule depends on nothing but the SKUs, so every program and every user hides the same ones.
 */
export function hiddenSet(skus: readonly string[], seed: number, fraction = 0.1): Int32Array {
  const digests = skus.map((sku) => createHash('sha256').update(`${seed}\n${sku}`).digest('hex'));
  const order = skus.map((_, row) => row).sort((a, b) => (digests[a]! < digests[b]! ? -1 : 1));
  return Int32Array.from(order.slice(0, Math.round(fraction * skus.length)));
}
