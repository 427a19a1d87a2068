/** Every finished run and every baseline with what is known of it, and whether it may stand in one table with the others. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../db/database.ts';
import { readDataset } from '../../db/dataset.ts';
import { listEvaluations, type StoredEvaluation } from '../../db/evaluations.ts';
import { listRuns, readEpochs, type Run } from '../../db/runs.ts';
import { readDataVersion } from '../../db/version.ts';
import { scoresNewSkus, variantOf, type ModelKind, type TrainingConfig } from '../../models/config.ts';
import { splitSessions } from '../../models/examples.ts';
import { baselineNames, chosenBy, type BaselineName, type EvaluationReport } from '../../models/jobs.ts';
import type { BenchmarkData, BenchmarkSystem, Repeats, RunFacts, SystemName } from '../api/benchmark.ts';
import { runFolder } from './run-folder.ts';

/** As the paper writes them, in the order of its tables: untrained systems, neural ones, its own family, categories alone. */
export const labels: { readonly [N in SystemName]: string } = {
  popularity: 'Popularity',
  markov: 'Markov',
  'co-occurrence': 'Co-occurrence',
  'title-similarity': 'Title similarity',
  vsknn: 'VSKNN',
  stamp: 'STAMP',
  gru4rec: 'GRU4Rec',
  narm: 'NARM',
  'trec-id': 'TRec-id',
  'mutrec-id': 'MuTRec-id',
  'trec-title': 'TRec-title',
  metrec: 'MeTRec',
  m2trec: 'M2TRec',
  'top-frequent-categories': 'Top-N frequent categories',
  'top-predicted-categories': 'Top-N predicted categories',
};

export const systemOrder = Object.keys(labels) as readonly SystemName[];

export function isBaseline(name: SystemName): name is BaselineName {
  return (baselineNames as readonly string[]).includes(name);
}

/** The split as a benchmark needs it: whether our rule took validation out of the training sessions. */
export interface PresentData extends BenchmarkData {
  readonly validation: 'given' | 'carved';
}

/** Reads the present data once for each state of it; null while there is nothing to compare on. */
export function presentDataReader(workspace: Workspace): () => Promise<PresentData | null> {
  let known: { readonly version: number; readonly data: Promise<PresentData | null> } | null = null;
  async function read(): Promise<PresentData | null> {
    const { items, sessions, hash } = await readDataset(workspace, { drafts: false });
    if (items.length === 0 || sessions.items.length === 0) return null;
    const { description, validation } = splitSessions(sessions);
    return {
      hash, items: items.length, sessions: sessions.offsets.length - 1, events: sessions.items.length,
      split: description, titles: items.some(({ title }) => title !== ''), validation,
    };
  }
  return () => {
    const version = readDataVersion(workspace.reader);
    if (known?.version !== version) {
      known = { version, data: read() };
      known.data.catch(() => (known = null)); // asked again, not remembered
    }
    return known.data;
  };
}

/** Finished runs, newest first, then the baselines. */
export function collectSystems(workspace: Workspace, data: PresentData | null): readonly BenchmarkSystem[] {
  const db = workspace.reader;
  const evaluations = Map.groupBy(listEvaluations(db), ({ system }) => system);
  const runs = listRuns(db).filter(({ status }) => status === 'done').map((run) => {
    const config = run.config as TrainingConfig;
    const reports = reportsOf(evaluations.get(run.runId) ?? [], run.dataHash);
    const obstacles = obstaclesOf(reports, run.dataHash, data, run.hidden.length);
    return {
      key: run.runId, kind: 'run', name: config.model, label: labels[config.model], group: groupOf(run), ranks: 'items', fit: config.fit,
      run: factsOf(run, join(runFolder(workspace, run.runId), 'model'), readEpochs(db, run.runId)),
      reports, comparable: obstacles.length === 0, remarks: [...obstacles, ...notesOf(reports, config.model, config, data)],
    } as const satisfies BenchmarkSystem;
  });
  const baselines = baselineNames.map((name) => {
    const reports = reportsOf(evaluations.get(name) ?? [], data?.hash ?? '');
    return {
      key: name, kind: 'baseline', name, label: labels[name], group: name, ranks: name.endsWith('-categories') ? 'categories' : 'items',
      fit: (reports.allowed ?? reports.removed)?.protocol.fit ?? null, run: null, reports, comparable: data !== null, remarks: notesOf(reports, name, null, data),
    } as const satisfies BenchmarkSystem;
  });
  return [...runs, ...baselines];
}

/** The latest report of each switch on this data. */
function reportsOf(evaluations: readonly StoredEvaluation[], dataHash: string): { readonly [R in Repeats]: EvaluationReport | null } {
  const find = (wanted: Repeats): EvaluationReport | null =>
    (evaluations.find(({ repeats, dataHash: hash }) => repeats === wanted && hash === dataHash)?.report as EvaluationReport | undefined) ?? null;
  return { allowed: find('allowed'), removed: find('removed') };
}

/** Why a run must not stand in the table of the present data. */
function obstaclesOf(reports: BenchmarkSystem['reports'], dataHash: string, data: PresentData | null, hidden: number): readonly string[] {
  const split = (reports.allowed ?? reports.removed)?.protocol.split;
  return [
    ...(data === null || dataHash !== data.hash ? ['The catalogue or the sessions have changed since it was trained, so its figures are of other data. Train it again to compare.'] : []),
    ...(data !== null && split !== undefined && split !== data.split ? ['It was measured on another split. Evaluate it again to compare.'] : []),
    ...(hidden > 0 ? [`${hidden} SKUs were hidden from it, so it learned from less than the others.`] : []),
  ];
}

/** What must be said beside figures that do compare. */
function notesOf(reports: BenchmarkSystem['reports'], name: SystemName, config: TrainingConfig | null, data: PresentData | null): readonly string[] {
  const report = reports.allowed ?? reports.removed;
  return [
    ...(config !== null && config.fit === 'train' && data?.validation === 'carved'
      ? ['Its weights did not see the last 10 % of the training sessions, which chose its epoch; baselines counted them.'] : []),
    ...(config !== null && config.fit === 'train+valid' && data?.validation === 'given' ? ['It learned from the validation events too, which baselines did not count.'] : []),
    ...(config !== null && config.share < 1 ? [`It learned from ${percent(config.share)} of the training sessions.`] : []),
    ...(report !== null && report.tieGap > 0.001 ? [`Scores collapse: ties for or against it move HIT by ${percent(report.tieGap)}.`] : []),
    ...(Object.values(report?.k ?? {}).some(({ cold }) => cold.n > 0) && !scoresCold(name, config)
      ? ['It knows SKUs by their events only, so it cannot score those without any: a dash under cold, misses elsewhere.'] : []),
    ...(report !== null && report.unscored > 0 ? [`It cannot score ${report.unscored} of the targets, which count as misses.`] : []),
  ];
}

/** Whether a SKU without a training event gets a score of its own. */
export function scoresCold(name: SystemName, config: TrainingConfig | null): boolean {
  return config === null ? name === 'title-similarity' : scoresNewSkus(config);
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

/**
 * Settings but the seed. The epochs of a refit and what its memory counts were chosen by an earlier run, so they may differ from seed to seed;
 * whether it has a memory is another system.
 */
export function groupOf({ config, dataHash, hidden }: Pick<Run, 'config' | 'dataHash' | 'hidden'>): string {
  const { seed: _, epochs, memory, ...settings } = config as TrainingConfig;
  const chosen = settings.fit === 'train' ? [epochs, memory] : [null, memory !== false];
  const text = JSON.stringify([Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)), ...chosen, dataHash, hidden]);
  return `${settings.model}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

function factsOf(run: Run, folder: string, epochs: ReturnType<typeof readEpochs>): RunFacts {
  const config = run.config as TrainingConfig;
  return {
    config, device: run.device, startedAt: run.startedAt, seconds: run.seconds, epochs: run.epochs, bestEpoch: run.bestEpoch,
    chosenBy: config.fit === 'train' ? chosenBy : null, validation: run.validation, parameters: run.parameters, bytes: sizeOf(folder),
    hidden: run.hidden.length, active: run.active,
    convergence: epochs.map(({ epoch, step, elapsed, loss, validation }) => ({ epoch, step, elapsed: elapsed ?? null, loss, validation: validation ?? {} })),
  };
}

/** Bytes of a model on disk, null where it is gone. */
function sizeOf(folder: string): number | null {
  try {
    return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  } catch {
    return null;
  }
}

/** Whether head and mode are settings of this kind. */
export function hasChoices(model: ModelKind): boolean {
  return variantOf(model).encoder === 'transformer';
}
