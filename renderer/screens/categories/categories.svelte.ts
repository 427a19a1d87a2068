/** The session lab: a session put together by hand, what the model expects after it, and what each of its items contributed. */
import type { CatalogRow } from '../../../electron/api/catalog.ts';
import type { Contributions, Recommendation, SessionRequest } from '../../../electron/api/categories.ts';
import type { CalibrationReport } from '../../../electron/api/report.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { formatPlural } from '../../state/format.ts';
import { Latest } from '../../state/latest.ts';
import type { LabTopic } from './definitions.ts';
import { labView, readLabAddress, readPasted, sessionAddress, type LabView } from './session-address.ts';

/** Items in a list of next items. */
const listLength = 20;
/** A session by hand is cut to so many: the model reads fewer, and the address must hold them. */
const longestSession = 200;

export class CategoriesState {
  session = $state.raw<readonly string[]>([]);
  /** What is known of the session's SKUs; absent while it is being asked, null where nobody knows the SKU. */
  items = $state.raw<ReadonlyMap<string, CatalogRow | null>>(new Map());
  view = $state<LabView>('items');
  withDrafts = $state(false);
  answer = $state.raw<Recommendation | null>(null);
  problem = $state('');
  computing = $state(false);
  found = $state.raw<readonly CatalogRow[]>([]);
  /** What a paste left out, in words. */
  note = $state('');
  contributions = $state.raw<Contributions | null>(null);
  contributionsProblem = $state('');
  /** How far first guesses of items came true on the test (null: the run has no report); null until it is known. */
  trust = $state.raw<{ readonly run: string; readonly calibration: CalibrationReport | null } | null>(null);
  /** Place in the session whose effect is shown. */
  selected = $state<number | null>(null);
  topic = $state<LabTopic>('items');
  readonly effect = $derived(this.contributions?.positions.find(({ place }) => place === this.selected) ?? null);
  readonly #app: App;
  /** The run whose report was asked for. */
  #trusted = '';
  readonly #recommend: Latest<SessionRequest, Recommendation>;
  readonly #explain: Latest<SessionRequest, Contributions>;
  readonly #search: Latest<string, readonly CatalogRow[]>;

  constructor(app: App) {
    this.#app = app;
    this.#recommend = new Latest(
      (request) => app.api.categories.recommend(request),
      (answer, request) => {
        this.answer = answer;
        this.problem = '';
        this.computing = false;
        app.ran = { screen: 'categories', text: `Ranked ${formatPlural(answer.candidates, 'SKU')} in ${Math.max(1, Math.round(answer.milliseconds))} ms` };
        this.#explain.put(request);
        if (this.#trusted !== answer.run) void this.#readTrust(answer.run);
      },
      (error) => {
        this.answer = null;
        this.problem = describeError(error);
        this.computing = false;
      },
    );
    this.#explain = new Latest(
      (request) => app.api.categories.contributions(request),
      (contributions) => {
        this.contributions = contributions;
        this.contributionsProblem = '';
      },
      (error) => (this.contributionsProblem = describeError(error)),
    );
    this.#search = new Latest(
      async (text) => (await app.api.catalog.list({ search: text, status: 'all', sort: 'events', descending: true, offset: 0, limit: 8 })).rows,
      (rows) => (this.found = rows),
      () => (this.found = []),
    );
    app.onChange((what) => {
      if (what.has('runs') && this.#trusted !== '') void this.#readTrust(this.#trusted);
      if (what.has('model') || what.has('catalog') || what.has('drafts')) {
        this.items = new Map();
        void this.#describe(this.session);
        this.compute();
      }
    });
  }

  /** What the address says. */
  open(detail: string, view: string | undefined): void {
    const asked = readLabAddress(detail, view);
    this.view = asked.view;
    if (asked.session.join('\n') === this.session.join('\n') && asked.drafts === this.withDrafts) return;
    this.session = asked.session;
    this.withDrafts = asked.drafts;
    this.selected = null;
    void this.#describe(asked.session);
    this.compute();
  }

  compute(): void {
    this.contributions = null;
    this.#explain.drop();
    if (this.session.length === 0) {
      this.#recommend.drop();
      this.answer = null;
      this.problem = '';
      this.computing = false;
      return;
    }
    this.computing = true;
    this.#recommend.put({ session: this.session, withDrafts: this.withDrafts, k: listLength });
  }

  add(skus: readonly string[]): void {
    this.found = [];
    this.note = '';
    this.#search.drop();
    const session = [...this.session, ...skus];
    if (session.length > longestSession) this.note = `Cut to the last ${longestSession} of ${formatPlural(session.length, 'item')}: the model reads fewer.`;
    this.#go({ session: session.slice(-longestSession) });
  }

  /** Adds what a text names. Parts that nobody knows are looked at word by word, and what is left is named. */
  async paste(text: string): Promise<void> {
    const parts = readPasted(text);
    try {
      const known = await this.#look(parts);
      const pieces = parts.flatMap((part) => (known.get(part) === null ? part.split(/\s+/) : [part]));
      const found = await this.#look(pieces);
      const missing = pieces.filter((sku) => found.get(sku) === null);
      this.add(pieces.filter((sku) => found.get(sku) !== null));
      if (missing.length > 0) this.note = `${missing.length} of ${formatPlural(pieces.length, 'SKU')} not in the catalogue: ${missing.slice(0, 8).join(', ')}${missing.length > 8 ? ', …' : ''}`;
      this.#app.announcement = this.note === '' ? `Added ${formatPlural(pieces.length, 'SKU')}.` : this.note;
    } catch (error) {
      this.#app.fail(error);
    }
  }

  remove(place: number): void {
    this.#go({ session: this.session.filter((_, other) => other !== place) });
  }

  /** Puts the item at one place to another. */
  move(from: number, to: number): void {
    const session = [...this.session];
    const [sku] = session.splice(from, 1);
    const place = Math.max(0, Math.min(session.length, to));
    if (sku === undefined || place === from) return;
    session.splice(place, 0, sku);
    this.#go({ session });
    this.#app.announcement = `${sku} is now item ${place + 1} of ${session.length}.`;
  }

  clear(): void {
    this.note = '';
    this.#go({ session: [] });
  }

  letDraftsCompete(drafts: boolean): void {
    this.#go({ drafts });
  }

  find(text: string): void {
    if (text.trim().length < 2) {
      this.#search.drop();
      this.found = [];
    } else this.#search.put(text.trim());
  }

  /** Shows what the item at a place contributed; the same place again: nothing. */
  select(place: number): void {
    this.selected = this.selected === place ? null : place;
    this.topic = 'contributions';
  }

  /** Esc lets go of the chosen item, then goes back to the next items; true when there was something to let go. */
  escape(): boolean {
    if (this.selected !== null) this.selected = null;
    else if (this.view !== 'items') this.#app.go('categories', sessionAddress(this.session), labView({ view: 'items', drafts: this.withDrafts }));
    else return false;
    return true;
  }

  #go({ session = this.session, drafts = this.withDrafts }: { readonly session?: readonly string[]; readonly drafts?: boolean }): void {
    this.#app.go('categories', sessionAddress(session), labView({ view: this.view, drafts }));
  }

  async #readTrust(run: string): Promise<void> {
    this.#trusted = run;
    try {
      const { report } = await this.#app.api.report.read({ runId: run });
      if (this.#trusted === run) this.trust = { run, calibration: report?.calibration.find(({ task, of }) => task === 'item' && of === 'first') ?? null };
    } catch {
      // Without a report nothing is said of it; the list stands without.
    }
  }

  async #describe(session: readonly string[]): Promise<void> {
    const unknown = [...new Set(session)].filter((sku) => !this.items.has(sku));
    if (unknown.length === 0) return;
    try {
      await this.#look(unknown);
    } catch {
      // The list shows plain SKUs; what is wrong with the connection is told elsewhere.
    }
  }

  async #look(skus: readonly string[]): Promise<ReadonlyMap<string, CatalogRow | null>> {
    const rows = await this.#app.api.categories.items({ skus: skus.map((sku) => sku.slice(0, 256)).filter((sku) => sku !== '') });
    const found = new Map(skus.filter((sku) => sku !== '').map((sku, index) => [sku, rows[index] ?? null]));
    this.items = new Map([...this.items, ...found]);
    return found;
  }
}
