/** Every kind of model that trains, on a shop made up by a seed: small enough for a whole run in a second. */
import { normalizeConfig, type TrainingConfig } from '../../models/config.ts';
import type { Dataset, TrainJob } from '../../models/jobs.ts';
import { Random } from '../../models/random.ts';
import { datasetOf, item, sessionTable } from '../helpers/sessions.ts';

/** What makes each system what it is. */
export const systems: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'M2TRec': { model: 'm2trec' },
  'MeTRec': { model: 'metrec' },
  'TRec-title': { model: 'trec-title' },
  'TRec-id': { model: 'trec-id' },
  'MuTRec-id': { model: 'mutrec-id' },
  'TRec-id, tied head': { model: 'trec-id', head: 'tied' },
  'GRU4Rec': { model: 'gru4rec' },
  'NARM': { model: 'narm' },
  'STAMP': { model: 'stamp' },
  'M2TRec, shared negatives': { model: 'm2trec', negatives: 64 },
};

const skus = 120;
const sessions = 120;
const kinds = ['bolt', 'nut', 'screw', 'hinge', 'drill', 'saw', 'lamp', 'fuse'];
const words = ['steel', 'brass', 'hex', 'wood', 'long', 'small', 'black', 'heavy', 'fine', 'spare'];
const brands = ['Acme', 'Boltix', 'Drillex', ''];

/** 120 SKUs of eight kinds, 120 sessions that mostly stay within a kind; the last two events are held out. */
export function tinyShop(): Dataset {
  const random = new Random(12);
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!;
  const items = Array.from({ length: skus }, (_, row) => {
    const kind = kinds[row % kinds.length]!;
    return item(`${pick(words)} ${pick(words)} ${kind} ${row}`, pick(brands), row % 2 === 0 ? 'Hardware' : 'Tools', `${kind}s`);
  });
  const recorded = Array.from({ length: sessions }, () => {
    const kind = random.below(kinds.length);
    const rows = Array.from({ length: 4 + random.below(7) }, () => (random.uniform() < 0.8 ? kind + kinds.length * random.below(skus / kinds.length) : random.below(skus)));
    return [rows, `${'t'.repeat(rows.length - 2)}vx`] as const;
  });
  return datasetOf(items, sessionTable(recorded));
}

export function tinyConfig(system: string, overrides: Readonly<Record<string, unknown>> = {}): TrainingConfig {
  const size = { width: 16, attentionHeads: 2, feedForward: 32, layers: 1, maxLength: 6, batch: 16, titleVocabulary: 150, patience: 1000 };
  // With batches of 16 epochs differ in their number of steps: 26 to 28. Systems of one way and head have no layers to count; a setting that is not theirs does no harm.
  return normalizeConfig({ ...size, ...systems[system], ...overrides });
}

export function tinyJob(system: string, folder: string, overrides: Readonly<Record<string, unknown>> = {}): TrainJob {
  return { dataset: tinyShop(), config: tinyConfig(system, overrides), device: 'cpu', hidden: new Int32Array(0), folder, resume: false };
}
