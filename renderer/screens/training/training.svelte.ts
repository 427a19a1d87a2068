/** The Training screen: what can be chosen, the runs there are, and the one that is open with its curve as it grows. */
import type { CurvePoint, DeviceInfo, RunDetail, RunSummary, StartTraining, TrainingProgress } from '../../../electron/api/training.ts';
import type { ModelKind, TrainingConfig } from '../../../models/config.ts';
import { blank } from '../../state/address.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { benchmarkOnly } from './words.ts';

export interface Choices {
  preset: 'small' | 'full';
  model: ModelKind;
  head: 'tied' | 'id';
  mode: 'causal' | 'prefix';
  device: string;
  epochs: string;
  seed: string;
}

export class TrainingState {
  choices = $state<Choices>({ preset: 'small', model: 'm2trec', head: 'tied', mode: 'causal', device: 'auto', epochs: '', seed: '' });
  defaults = $state.raw<{ readonly config: TrainingConfig; readonly reasons: Readonly<Record<string, string>> } | null>(null);
  devices = $state.raw<readonly DeviceInfo[]>([]);
  runs = $state.raw<readonly RunSummary[]>([]);
  runsStatus = $state<'loading' | 'ready' | 'failed'>('loading');
  runsProblem = $state('');
  run = $state.raw<RunDetail | null>(null);
  runProblem = $state('');
  /** Points heard since the open run was read. */
  live = $state.raw<readonly CurvePoint[]>([]);
  starting = $state(false);
  readonly curve = $derived.by(() => mergeCurves(this.run?.curve ?? [], this.live));
  /** Progress of the open run while it goes. */
  readonly progress = $derived.by(() => (this.#app.jobs.training?.runId === this.run?.runId ? this.#app.jobs.training : null));
  readonly isGoing = $derived.by(() => {
    const status = this.progress?.status ?? this.run?.status;
    return status === 'running' || status === 'paused';
  });
  readonly #app: App;
  #opening = 0;
  /** What the address names: a reload opens that, not what happens to be on screen. */
  #detail = '';

  constructor(app: App) {
    this.#app = app;
    app.onChange((what) => {
      if (what.has('runs') || what.has('model')) void this.load();
    });
    app.connection.on('training.progress', (progress) => this.#hear(progress));
    void this.load();
    void this.readDefaults();
    void app.api.training.devices({}).then((devices) => (this.devices = devices), () => undefined);
  }

  async load(): Promise<void> {
    try {
      this.runs = await this.#app.api.training.runs({});
      this.runsStatus = 'ready';
      await this.open(this.#detail);
    } catch (error) {
      this.runsStatus = 'failed';
      this.runsProblem = describeError(error);
    }
  }

  async readDefaults(): Promise<void> {
    try {
      const { preset, model } = this.choices;
      const defaults = await this.#app.api.training.defaults({ preset, model });
      if (preset === this.choices.preset && model === this.choices.model) this.defaults = defaults;
    } catch (error) {
      this.#app.fail(error);
    }
  }

  /** Another kind brings its own head, and its own defaults. */
  async chooseModel(model: ModelKind): Promise<void> {
    this.choices.model = model;
    await this.readDefaults();
    if (model === this.choices.model && this.defaults !== null) this.choices.head = this.defaults.config.head;
  }

  /** Opens the run of the address; without one, the run that goes, or the newest. */
  async open(detail: string): Promise<void> {
    const opening = ++this.#opening;
    this.#detail = detail;
    const runId = detail === '' || detail === blank ? (this.#app.status?.running?.runId ?? this.runs[0]?.runId) : detail;
    this.runProblem = '';
    if (runId === undefined) return;
    try {
      const run = await this.#app.api.training.run({ runId });
      if (opening !== this.#opening) return;
      if (this.run?.runId !== runId) this.live = [];
      this.run = run;
    } catch (error) {
      if (opening === this.#opening) this.runProblem = describeError(error);
    }
  }

  async start(): Promise<void> {
    this.starting = true;
    const { preset, model, head, mode, device, epochs, seed } = this.choices;
    const request: StartTraining = {
      preset, model, device, ...(benchmarkOnly.has(model) ? {} : { head, mode }), ...(epochs.trim() === '' ? {} : { epochs: Number(epochs) }), ...(seed.trim() === '' ? {} : { seed: Number(seed) }),
    };
    try {
      const { runId } = await this.#app.api.training.start(request);
      this.#app.say(`Training ${runId} has started. You can go on browsing.`);
      this.#detail = runId;
      this.#app.go('training', runId);
      await this.load();
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.starting = false;
    }
  }

  async steer(verb: 'pause' | 'resume' | 'cancel' | 'activate'): Promise<void> {
    const { run } = this;
    if (run === null) return;
    try {
      await this.#app.api.training[verb]({ runId: run.runId });
      if (verb === 'activate') this.#app.say(`${run.runId} is now the model every screen uses.`);
      if (verb === 'cancel') this.#app.say(`Cancelled ${run.runId}. The last good model stays in use.`);
      await this.load();
    } catch (error) {
      this.#app.fail(error);
    }
  }

  #hear(progress: TrainingProgress): void {
    if (progress.runId !== this.run?.runId) return;
    const { step, epoch, validation } = progress;
    // The report of a validation may come without a step, and so a loss, since the one before.
    const loss = progress.loss ?? (validation === null ? undefined : this.curve.at(-1)?.loss);
    if (loss !== undefined) this.live = [...this.live, validation === null ? { step, epoch, loss } : { step, epoch, loss, validation }];
    if (progress.status !== 'running' && progress.status !== 'paused') void this.load();
  }
}

/** The stored curve and what was heard since, once each and in order. */
export function mergeCurves(stored: readonly CurvePoint[], heard: readonly CurvePoint[]): readonly CurvePoint[] {
  const last = stored.at(-1)?.step ?? -1;
  // A validation stands at the step of the last loss; it is new where the stored curve ends without it.
  const validated = new Set(stored.filter((point) => point.validation !== undefined).map((point) => point.step));
  return [...stored, ...heard.filter((point) => point.step > last || (point.step === last && point.validation !== undefined && !validated.has(last)))];
}
