/**
 * THE CONTRACT between screens (and every other caller) and the backend process.
 * Each method takes one plain readonly object and returns a promise of JSON-safe data. Electron's MessagePort, the browser
 * host's WebSocket and the command line all carry exactly this.
 */
import type { BacktestApi, BacktestProgress } from './backtest.ts';
import type { BenchmarkApi, BenchmarkProgress } from './benchmark.ts';
import type { CatalogApi, ImportProgress } from './catalog.ts';
import type { CategoriesApi } from './categories.ts';
import type { LaunchApi } from './launch.ts';
import type { ModelOpening } from './opening.ts';
import type { ReportApi, ReportProgress } from './report.ts';
import type { SessionsApi } from './sessions.ts';
import type { TrainingApi, TrainingProgress } from './training.ts';
import type { ViewsApi } from './views.ts';
import type { WorkspaceApi } from './workspace.ts';

export interface Api {
  readonly workspace: WorkspaceApi;
  readonly catalog: CatalogApi;
  readonly sessions: SessionsApi;
  readonly training: TrainingApi;
  readonly launch: LaunchApi;
  readonly categories: CategoriesApi;
  readonly benchmark: BenchmarkApi;
  readonly backtest: BacktestApi;
  readonly report: ReportApi;
  readonly views: ViewsApi;
}

/** Events go one way, backend to screens. They report state; they never steer. */
export interface Events {
  /** Something `workspace.status` tells has changed: ask again. */
  readonly 'workspace.changed': { readonly what: readonly ('catalog' | 'sessions' | 'runs' | 'model' | 'compute' | 'drafts' | 'numbers' | 'views')[] };
  readonly 'import.progress': ImportProgress;
  readonly 'training.progress': TrainingProgress;
  /** At each change of the queue, and with each `training.progress` of its runs. */
  readonly 'benchmark.progress': BenchmarkProgress;
  readonly 'backtest.progress': BacktestProgress;
  readonly 'report.progress': ReportProgress;
  readonly 'opening.progress': ModelOpening;
}

/** Allow-list checked at run time; a missing or extra name does not compile. */
export const methods = {
  workspace: { status: true, recovery: true, recover: true, openDemo: true, resetDemo: true, openBundle: true, makeBundle: true, makeExport: true, takeMade: true, wipe: true },
  catalog: { stats: true, list: true, facets: true, get: true, suggest: true, openUpload: true, writeUpload: true, inspect: true, forgetMapping: true, import: true, cancelImport: true, rejectedRows: true, imports: true, planUndo: true, moveImport: true },
  sessions: { stats: true, list: true, get: true },
  training: { defaults: true, devices: true, start: true, pause: true, resume: true, cancel: true, runs: true, run: true, activate: true, evaluate: true },
  launch: { orderDrafts: true, drafts: true, draftFacets: true, draftSkus: true, saveDraft: true, deleteDrafts: true, editDrafts: true, edits: true, undo: true, redo: true, forgetEdit: true, protect: true, protections: true, preview: true, explain: true, contrast: true, together: true, history: true, variant: true, keepVariant: true, dropVariant: true, stopOpening: true, brief: true, exportTable: true, refreshBoard: true, stopBoard: true },
  categories: { items: true, recommend: true, contributions: true, demand: true, demandMoments: true },
  backtest: { options: true, launches: true, start: true, pause: true, resume: true, cancel: true, remove: true, list: true, get: true, rows: true, export: true, latest: true },
  benchmark: { table: true, start: true, evaluate: true, cancel: true, difference: true, export: true },
  report: { read: true, measure: true, cancel: true, export: true },
  views: { list: true, save: true, rename: true, remove: true, columns: true, keepColumns: true },
} as const satisfies { [S in keyof Api]: { [M in keyof Api[S]]: true } };

export type ServiceName = keyof Api;
