/** What every screen shares: the connection, the workspace's status, where we are, and what to tell the user. */
import type { BenchmarkProgress } from '../../electron/api/benchmark.ts';
import type { Api } from '../../electron/api/index.ts';
import type { TrainingProgress } from '../../electron/api/training.ts';
import type { WorkspaceStatus } from '../../electron/api/workspace.ts';
import type { Connection, ConnectionState } from '../connect.ts';
import { formatAddress, parseAddress } from './address.ts';
import type { Address, Screen } from './address.ts';
import { describeError } from './errors.ts';
import { formatPlural } from './format.ts';
import { Jobs } from './jobs.svelte.ts';
import { Appearance } from './theme.svelte.ts';

export type Changed = 'catalog' | 'sessions' | 'runs' | 'model' | 'compute' | 'drafts' | 'numbers' | 'views';

/** A sentence for the status line. An error stays until it is dismissed or something succeeds in its place. */
export interface Notice {
  readonly kind: 'done' | 'error';
  readonly text: string;
  /** What the user can do at once, as a button. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

export class App {
  readonly api: Api;
  readonly connection: Connection;
  readonly appearance = new Appearance();
  readonly jobs: Jobs;
  status = $state.raw<WorkspaceStatus | null>(null);
  statusProblem = $state('');
  connectionState = $state<ConnectionState>('connecting');
  address = $state.raw<Address>({ screen: 'home', detail: '' });
  notice = $state.raw<Notice | null>(null);
  /** What ran last, how long, on what; told on the screen that ran it. */
  ran = $state.raw<{ readonly screen: Screen; readonly text: string } | null>(null);
  announcement = $state('');
  overlay = $state<'palette' | 'shortcuts' | 'jobs' | null>(null);
  readonly #changed = new Set<(what: ReadonlySet<Changed>) => void>();
  /** What a screen does with Esc before it means "one level up": true when it used the key. */
  #escape: (() => boolean) | null = null;
  #statusQuestion = 0;

  constructor(connection: Connection) {
    this.connection = connection;
    this.api = connection.api;
    this.jobs = new Jobs(connection);
    connection.onState((state) => this.#connectionChanged(state));
    connection.on('workspace.changed', ({ what }) => {
      void this.refreshStatus();
      const set = new Set(what);
      for (const handler of this.#changed) handler(set);
    });
    connection.on('training.progress', (progress) => this.#tellEnd(progress));
    connection.on('benchmark.progress', (progress) => this.#tellQueue(progress));
    window.addEventListener('hashchange', () => this.#readAddress());
    void this.refreshStatus().then(() => this.#readAddress());
  }

  async refreshStatus(): Promise<void> {
    const question = ++this.#statusQuestion;
    try {
      const status = await this.api.workspace.status({});
      if (question !== this.#statusQuestion) return;
      this.status = status;
      this.statusProblem = '';
      if (status.running !== null) void this.jobs.adopt(status.running.runId);
    } catch (error) {
      if (question === this.#statusQuestion) this.statusProblem = describeError(error);
    }
  }

  /** Hears what changed in the workspace until the returned function is called. */
  onChange(handler: (what: ReadonlySet<Changed>) => void): () => void {
    this.#changed.add(handler);
    return () => this.#changed.delete(handler);
  }

  go(screen: Screen, detail = '', view = ''): void {
    location.hash = formatAddress(screen, detail, view);
    this.#readAddress(); // the event comes a turn later, and the next key may come before it
  }

  /** Changes the address without a step in the history: the same thing, seen differently. */
  replaceAddress(screen: Screen, detail = '', view = ''): void {
    history.replaceState(null, '', formatAddress(screen, detail, view));
    this.address = { screen, detail, ...(view === '' ? {} : { view }) };
  }

  /** The screen a workspace opens on: Launch once a model exists, the checklist before. */
  get home(): Screen {
    return this.status?.model === null || this.status === null ? 'home' : 'launch';
  }

  say(text: string): void {
    this.notice = { kind: 'done', text };
    this.announcement = text;
  }

  fail(error: unknown, action?: Notice['action']): void {
    const text = describeError(error);
    this.notice = { kind: 'error', text, action };
    this.announcement = text;
  }

  /** Lets a screen use Esc first until the returned function is called. */
  onEscape(handler: () => boolean): () => void {
    this.#escape = handler;
    return () => {
      if (this.#escape === handler) this.#escape = null;
    };
  }

  escape(): void {
    if (this.overlay !== null) this.overlay = null;
    else if (this.#escape?.() === true) return;
    else if (this.address.detail !== '') this.go(this.address.screen);
    else if (this.address.screen !== this.home) this.go(this.home);
  }

  /** A training ends in one sentence, wherever the user is by then. */
  #tellEnd({ runId, status, message }: TrainingProgress): void {
    if (this.jobs.isQueued(runId)) return;
    const why = message === null ? '' : ` ${message}`;
    if (status === 'done') void this.api.training.run({ runId }).then(({ active }) => this.say(`Training ${runId} is done${active ? ' and its model is in use' : ''}.${why}`), () => undefined);
    else if (status === 'failed') this.fail(new Error(`Training ${runId} failed.${why}`));
    else if (status === 'stopped') this.say(`Training ${runId} has stopped.${why}`);
  }

  /** A queue ends in one sentence too, and once: it reports its end with its last change. */
  #tellQueue({ status, tasks }: BenchmarkProgress): void {
    if (status !== 'done' || tasks.length === 0) return;
    const failed = tasks.filter((task) => task.status === 'failed');
    const show = { label: 'Show', run: () => this.go('benchmark', failed.length === 0 ? '' : 'run') };
    if (failed.length > 0) this.fail(new Error(`The benchmark queue is done; ${failed.length} of ${tasks.length} tasks failed.`), show);
    else {
      this.say(`The benchmark queue is done: ${formatPlural(tasks.length, 'task')}.`);
      if (this.notice !== null && this.address.screen !== 'benchmark') this.notice = { ...this.notice, action: show };
    }
  }

  #readAddress(): void {
    const address = parseAddress(location.hash);
    if (address === null) {
      this.replaceAddress(this.home);
      return;
    }
    // What was done there is no news here, and would hide what this screen does; an error, or what can still be undone, stays.
    if (address.screen !== this.address.screen && this.notice?.kind === 'done' && this.notice.action === undefined) this.notice = null;
    this.address = address;
  }

  #connectionChanged(state: ConnectionState): void {
    const wasLost = this.connectionState === 'reconnecting' || this.connectionState === 'gone';
    this.connectionState = state;
    if (state !== 'open' || !wasLost) return;
    // Whatever happened meanwhile was not heard: everything is read again.
    void this.refreshStatus();
    const everything = new Set<Changed>(['catalog', 'sessions', 'runs', 'model', 'compute', 'drafts', 'views']);
    for (const handler of this.#changed) handler(everything);
  }
}
