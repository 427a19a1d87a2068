/** The benchmark screen: the table as the backend tells it, how it is looked at, which number is asked about, and the queue. */
import type { BenchmarkProgress, BenchmarkTable } from '../../../electron/api/benchmark.ts';
import type { DeviceInfo } from '../../../electron/api/training.ts';
import { saveFile } from '../../components/save-file.ts';
import { takePicture } from '../../components/picture.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { DifferenceState } from './difference.svelte.ts';
import { Plan } from './plan.svelte.ts';
import { readSettings, settingsAddress, standard, type Settings } from './settings.ts';
import { sectionsOf, type Cell, type TableLine } from './table.ts';

/** The cell the inspector explains. */
export interface Selected {
  readonly group: string;
  readonly column: string;
}

export class BenchmarkState {
  table = $state.raw<BenchmarkTable | null>(null);
  status = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state('');
  settings = $state.raw<Settings>(standard);
  selected = $state.raw<Selected | null>(null);
  devices = $state.raw<readonly DeviceInfo[]>([]);
  starting = $state(false);
  exporting = $state(false);
  readonly plan = new Plan();
  readonly difference: DifferenceState;
  readonly queue = $derived.by(() => this.#app.jobs.benchmark);
  readonly isGoing = $derived.by(() => this.queue?.status === 'running');
  readonly sections = $derived.by(() => (this.table === null ? [] : sectionsOf(this.table, this.settings)));
  readonly asked = $derived.by(() => this.#find());
  readonly #app: App;
  #reading = 0;
  #position = -1;

  constructor(app: App) {
    this.#app = app;
    this.difference = new DifferenceState(app.api.benchmark);
    app.onChange((what) => {
      if (what.has('runs') || what.has('catalog') || what.has('sessions')) void this.load();
    });
    app.connection.on('benchmark.progress', (progress) => {
      const changed = progress.position !== this.#position || progress.status !== 'running';
      this.#position = progress.position;
      if (changed) void this.load();
    });
    void this.load();
    void app.api.training.devices({}).then((devices) => (this.devices = devices), () => undefined);
  }

  async load(): Promise<void> {
    const reading = ++this.#reading;
    try {
      const table = await this.#app.api.benchmark.table({});
      if (reading !== this.#reading) return;
      this.table = table;
      this.status = 'ready';
      this.#app.jobs.adoptBenchmark(table.queue);
    } catch (error) {
      if (reading !== this.#reading) return;
      this.status = 'failed';
      this.problem = describeError(error);
    }
  }

  /** What the address says. */
  open(detail: string): void {
    this.settings = readSettings(detail);
  }

  /** The same runs, counted otherwise: no step in the history. */
  change(part: Partial<Settings>): void {
    this.#app.replaceAddress('benchmark', settingsAddress({ ...this.settings, ...part }));
  }

  async start(): Promise<void> {
    await this.#queueUp(() => this.#app.api.benchmark.start(this.plan.request(this.table)));
  }

  async evaluate(systems?: readonly string[]): Promise<void> {
    await this.#queueUp(() => this.#app.api.benchmark.evaluate(systems === undefined ? {} : { systems }));
  }

  async cancel(): Promise<void> {
    try {
      await this.#app.api.benchmark.cancel({});
      this.#app.say('Cancelled the benchmark queue. What is done stays.');
    } catch (error) {
      this.#app.fail(error);
    }
  }

  /** The table as text, from the backend: the same figures with every field a report must have. */
  async exportText(format: 'csv' | 'markdown'): Promise<void> {
    await this.#export(async () => {
      const { name, text } = await this.#app.api.benchmark.export({ format, repeats: this.settings.repeats, k: Number(this.settings.k) });
      saveFile(name, new Blob([text], { type: format === 'csv' ? 'text/csv' : 'text/markdown' }));
      return name;
    });
  }

  /** What is on screen as a picture, with its caption. */
  async exportPicture(root: HTMLElement): Promise<void> {
    await this.#export(async () => {
      const name = `shelfsight-benchmark-${settingsAddress(this.settings).replaceAll('.', '-') || 'table'}.png`;
      saveFile(name, await takePicture(root));
      return name;
    });
  }

  async #export(make: () => Promise<string>): Promise<void> {
    this.exporting = true;
    try {
      this.#app.say(`Exported ${await make()}.`);
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.exporting = false;
    }
  }

  async #queueUp(ask: () => Promise<BenchmarkProgress>): Promise<void> {
    this.starting = true;
    try {
      const queue = await ask();
      this.#app.jobs.adoptBenchmark(queue);
      this.#app.say(queue.tasks.length === 0 ? 'Nothing is missing: all of this has run with these settings.' : 'The benchmark queue has started. You can go on browsing.');
      if (queue.tasks.length === 0) return;
      this.#app.go('benchmark', settingsAddress({ ...this.settings, view: 'run' }));
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.starting = false;
    }
  }

  /** The asked-about cell as it is under the present switches; the best HIT before anything is chosen. */
  #find(): { readonly line: TableLine; readonly cell: Cell } | null {
    const lines = this.sections.flatMap((section) => section.lines);
    const line = lines.find(({ row }) => row.group === this.selected?.group) ?? lines.find(({ cells }) => cells[0]?.best) ?? lines[0];
    if (line === undefined) return null;
    return { line, cell: line.cells.find(({ column }) => column.key === this.selected?.column) ?? line.cells[0]! };
  }
}
