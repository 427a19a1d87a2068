/** A small real dataset for training in a test: the first sessions of amazon_scientific with the SKUs they hold. */
import { createHash } from 'node:crypto';
import { normalizeConfig, type TrainingConfig } from '../../models/config.ts';
import type { Dataset, TrainJob } from '../../models/jobs.ts';
import { readDataset } from '../helpers/data.ts';

export function firstSessions(count: number): Dataset {
  const whole = readDataset('amazon_scientific');
  const events = whole.sessions.offsets[count]!;
  const kept = [...new Set(whole.sessions.items.subarray(0, events))].sort((a, b) => a - b);
  const rowOf = new Map(kept.map((row, index) => [row, index]));
  return {
    items: kept.map((row) => whole.items[row]!), ids: Int32Array.from(kept, (row) => whole.ids[row]! + 100), live: new Uint8Array(kept.length).fill(1),
    sessions: { offsets: whole.sessions.offsets.slice(0, count + 1), items: whole.sessions.items.slice(0, events).map((row) => rowOf.get(row)!), splits: whole.sessions.splits.slice(0, events) },
    hash: createHash('sha256').update(`${whole.hash} ${count}`).digest('hex'),
  };
}

/** Small enough for a second or two, with everything switched on. */
export function smallConfig(overrides: Readonly<Record<string, unknown>> = {}): TrainingConfig {
  return normalizeConfig({ width: 16, attentionHeads: 2, feedForward: 32, maxLength: 10, batch: 128, epochs: 3, titleVocabulary: 600, ...overrides });
}

export function smallJob(dataset: Dataset, folder: string, overrides: Readonly<Record<string, unknown>> = {}): TrainJob {
  return { dataset, config: smallConfig(overrides), device: 'cpu', hidden: new Int32Array(0), folder, resume: false };
}
