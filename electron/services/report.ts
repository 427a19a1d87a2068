/** Reports of models: measured by the training process, stored, read beside what the benchmark has measured. */
import { readDataset, type StoredDataset } from '../../db/dataset.ts';
import { getItemRows } from '../../db/items.ts';
import { readReport, saveReport } from '../../db/reports.ts';
import { getRun } from '../../db/runs.ts';
import type { ReportNumbers } from '../../models/report-jobs.ts';
import type { BenchmarkSystem } from '../api/benchmark.ts';
import type { CatalogRow } from '../api/catalog.ts';
import { AppError, isAppError } from '../api/errors.ts';
import type { ModelReport, ReportApi, ReportPage, ReportProgress } from '../api/report.ts';
import { collectSystems, labels, presentDataReader } from './benchmark-systems.ts';
import type { Context } from './context.ts';
import { exportReport } from './report-export.ts';
import { runFolder } from './run-folder.ts';
import type { TrainingService } from './training.ts';

export function createReportService({ workspace, compute, emit }: Context, training: TrainingService): ReportApi {
  const db = workspace.reader;
  const readData = presentDataReader(workspace);
  let progress: ReportProgress | null = null;
  let cancelled = false;

  function tell(next: ReportProgress): void {
    progress = next;
    emit('report.progress', next);
  }

  async function measure(runId: string): Promise<void> {
    const started = performance.now();
    const state = (status: ReportProgress['status'], done: number | null, message: string | null = null): void => tell({ runId, status, done, seconds: (performance.now() - started) / 1000, message });
    const stop = compute.training.onMeasured((done) => state('running', done));
    try {
      const dataset = await readDataset(workspace, { drafts: false });
      if (cancelled) throw new AppError('cancelled', stopped);
      const { items, ids, live, sessions, hash } = dataset;
      const numbers = await compute.training.api.report({ dataset: { items, ids, live, sessions, hash }, run: runFolder(workspace, runId) });
      const report = describeReport(numbers, dataset, (skus) => getItemRows(db, skus));
      await workspace.write((writer) => saveReport(writer, { runId, dataHash: hash, report, measuredAt: Date.now() }));
      state('done', 1);
      emit('workspace.changed', { what: ['runs'] });
    } catch (error) {
      const wanted = isAppError(error) && error.code === 'cancelled';
      state(wanted ? 'cancelled' : 'failed', null, wanted ? null : (error as Error).message);
    } finally {
      stop();
    }
  }

  async function read(runId: string): Promise<ReportPage> {
    const { model, head, seed, device, status, active, startedAt, seconds, dataHash, hidden } = getRun(db, runId);
    const stored = readReport(db, runId);
    const data = await readData();
    const report = (stored?.report ?? null) as ModelReport | null;
    return {
      run: { runId, model, head, seed, device, status, active, startedAt, seconds, dataHash, hidden: hidden.length },
      report, measuredAt: stored?.measuredAt ?? null, presentHash: data?.hash ?? null,
      ...divide(collectSystems(workspace, data), runId, report),
      progress: progress?.runId === runId ? progress : null,
    };
  }

  return {
    read: ({ runId }) => read(runId),

    async measure({ runId }) {
      const { status } = getRun(db, runId);
      if (status !== 'done') throw new AppError('no-model', `Run ${runId} is ${status}: only a finished run has a model to report on.`);
      const held = training.hold('A model report');
      cancelled = false;
      const begun: ReportProgress = { runId, status: 'running', done: null, seconds: 0, message: null };
      tell(begun);
      void measure(runId).finally(() => held.release());
      return begun;
    },

    async cancel() {
      if (progress?.status !== 'running') return;
      cancelled = true;
      await compute.training.kill('cancelled', stopped);
    },

    async export({ runId, format }) {
      const page = await read(runId);
      if (page.report === null) throw new AppError('invalid', `Run ${runId} has no report yet. Measure it first.`);
      return exportReport({ ...page, report: page.report }, format);
    },
  };
}

const stopped = 'The report was stopped.';

/** Systems that may stand beside the report's figures, and why others may not. */
function divide(systems: readonly BenchmarkSystem[], runId: string, report: ModelReport | null): Pick<ReportPage, 'beside' | 'apart'> {
  const reason = (system: BenchmarkSystem): string | null => {
    const evaluation = system.reports.allowed ?? system.reports.removed;
    if (evaluation === null) return 'It was not evaluated on this data. Run it on the benchmark screen.';
    if (report !== null && evaluation.data.hash !== report.data.hash) return 'It was measured on other data.';
    if (report !== null && evaluation.protocol.split !== report.protocol.split) return 'It was measured on another split.';
    return system.comparable || system.key === runId ? null : (system.remarks[0] ?? 'It cannot be compared.');
  };
  const told = systems.map((system) => ({ system, why: reason(system) }));
  return {
    beside: told.flatMap(({ system, why }) => (why === null ? [system] : [])),
    apart: told.flatMap(({ system, why }) => (why === null ? [] : [{ label: labels[system.name], key: system.key, reason: why }])),
  };
}

/** Rows become SKUs, sessions their ids. */
function describeReport(numbers: ReportNumbers, { skus, sessionIds }: StoredDataset, find: (skus: readonly string[]) => readonly (CatalogRow | null)[]): ModelReport {
  const { confusion, exposure, ...rest } = numbers;
  const rows = [...new Set([...confusion.flatMap(({ pairs }) => pairs.flatMap(({ examples }) => examples.map(({ target }) => target))), ...exposure.allowed.top.map(({ row }) => row), ...exposure.removed.top.map(({ row }) => row)])];
  const found = find(rows.map((row) => skus[row]!));
  const itemOf = new Map(rows.map((row, index) => [row, found[index] ?? null]));
  const named = ({ top, ...slots }: ReportNumbers['exposure']['allowed']): ModelReport['exposure']['allowed'] => ({
    ...slots, top: top.flatMap(({ row, slots: count }) => { const item = itemOf.get(row); return item ? [{ item, slots: count }] : []; }),
  });
  return {
    ...rest,
    exposure: { allowed: named(exposure.allowed), removed: named(exposure.removed) },
    confusion: confusion.map(({ pairs, ...counts }) => ({
      ...counts,
      pairs: pairs.map(({ examples, ...pair }) => ({ ...pair, examples: examples.map(({ session, target, guessed, right }) => ({ sessionId: sessionIds[session] ?? '', target: itemOf.get(target) ?? null, guessed, right })) })),
    })),
  };
}
