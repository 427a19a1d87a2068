/** Category demand over the panel: the question that stands in the address, its answer, the moments behind a count, the draw of drafts. */
import type { Demand, DemandMoment, DemandMomentsRequest, DemandRequest, DemandSegment } from '../../../electron/api/categories.ts';
import type { Together } from '../../../electron/api/what-if.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import type { DemandTopic } from './definitions.ts';
import { demandDetail, demandView, formatDemand, plainDemand, readDemand, type DemandSettings } from './demand-address.ts';

/** Moments of one page of the list. */
const pageLength = 30;

export class DemandState {
  settings = $state.raw<DemandSettings>(plainDemand);
  answer = $state.raw<Demand | null>(null);
  problem = $state('');
  problemCode = $state('');
  working = $state(false);
  topic = $state<DemandTopic>('categories');
  moments = $state.raw<readonly DemandMoment[]>([]);
  total = $state<number | null>(null);
  momentsProblem = $state('');
  draw = $state.raw<Together | null>(null);
  drawProblem = $state('');
  drawing = $state(false);
  readonly address = $derived(formatDemand(this.settings));
  /** Whether the list of moments is asked for. */
  readonly listed = $derived(this.settings.to !== null || this.settings.cell);
  readonly #app: App;
  readonly #ask: Latest<DemandRequest, Demand>;
  readonly #list: Latest<DemandMomentsRequest, { readonly total: number; readonly moments: readonly DemandMoment[] }>;
  readonly #together: Latest<readonly string[], Together>;
  #question = '';
  #opened = false;

  constructor(app: App) {
    this.#app = app;
    this.#ask = new Latest(
      (request) => app.api.categories.demand(request),
      (answer) => {
        this.answer = answer;
        this.problem = '';
        this.working = false;
        app.ran = { screen: 'categories', text: `Counted ${answer.moments.toLocaleString('en')} moments in ${Math.max(1, Math.round(answer.milliseconds))} ms` };
        this.#readMoments(0);
      },
      (error) => {
        this.answer = null;
        this.problem = describeError(error);
        this.problemCode = (error as { readonly code?: string }).code ?? '';
        this.working = false;
      },
    );
    this.#list = new Latest(
      (request) => app.api.categories.demandMoments(request),
      ({ total, moments }, { offset }) => {
        this.total = total;
        this.moments = offset === 0 ? moments : [...this.moments, ...moments];
        this.momentsProblem = '';
      },
      (error) => (this.momentsProblem = describeError(error)),
    );
    this.#together = new Latest(
      (skus) => app.api.launch.together({ skus }),
      (draw) => {
        this.draw = draw;
        this.drawProblem = '';
        this.drawing = false;
      },
      (error) => {
        this.draw = null;
        this.drawProblem = describeError(error);
        this.drawing = false;
      },
    );
    app.onChange((what) => {
      if (this.#opened && (what.has('model') || what.has('catalog') || what.has('sessions'))) this.compute();
    });
  }

  /** What the address says. */
  open(view: string | undefined): void {
    const before = this.settings;
    this.settings = readDemand(view);
    this.#opened = true;
    const question = JSON.stringify(this.#request());
    if (question !== this.#question) {
      this.#question = question;
      this.compute();
    } else if (this.answer !== null) this.#readMoments(0);
    if (this.settings.drafts.join('\n') !== before.drafts.join('\n') || (this.settings.drafts.length > 0 && this.draw === null)) this.#readDraw();
  }

  compute(): void {
    if (this.#app.status?.model === null) return;
    this.working = true;
    this.#ask.put(this.#request());
  }

  /** Another question is another step in the history. */
  change(part: Partial<DemandSettings>): void {
    this.#app.go('categories', demandDetail, demandView({ ...this.settings, ...part }));
  }

  changeSegment(part: { readonly [K in keyof DemandSegment]: DemandSegment[K] | undefined }): void {
    const segment = Object.fromEntries(Object.entries({ ...this.settings.segment, ...part }).filter(([, value]) => value !== undefined)) as DemandSegment;
    this.change({ segment, to: null, cell: false });
  }

  /** Esc closes what was opened last; true when there was something. */
  escape(): boolean {
    if (this.listed) this.change({ to: null, cell: false });
    else if (this.settings.drafts.length > 0) this.change({ drafts: [] });
    else return false;
    return true;
  }

  more(): void {
    this.#readMoments(this.moments.length);
  }

  /** All drafts of the board, or the first 500. */
  async drawAllDrafts(): Promise<void> {
    try {
      const { rows } = await this.#app.api.catalog.list({ status: 'draft', sort: 'sku', offset: 0, limit: 500 });
      if (rows.length === 0) this.#app.say('There are no drafts yet. Make one on the launch board.');
      else this.change({ drafts: rows.map(({ sku }) => sku) });
    } catch (error) {
      this.#app.fail(error);
    }
  }

  #request(): DemandRequest {
    const { level, segment, from } = this.settings;
    return { ...(level === null ? {} : { level }), segment, ...(from === null ? {} : { from }) };
  }

  #readMoments(offset: number): void {
    this.#list.drop();
    if (offset === 0) {
      this.total = null;
      this.moments = [];
    }
    if (!this.listed || this.answer === null) return;
    this.topic = 'moments';
    const { level, segment, from, to, cell, which } = this.settings;
    this.#list.put({ ...(level === null ? {} : { level }), segment, ...(cell && from !== null ? { from } : {}), ...(to === null ? {} : { to }), which, offset, limit: pageLength });
  }

  #readDraw(): void {
    this.draw = null;
    this.drawProblem = '';
    this.#together.drop();
    this.drawing = this.settings.drafts.length > 0;
    if (!this.drawing) return;
    this.topic = 'drafts';
    this.#together.put(this.settings.drafts);
  }
}
