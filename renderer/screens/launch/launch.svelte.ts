/** The Launch screen: the list of drafts and the one that is open. */
import { SvelteMap } from 'svelte/reactivity';
import type { DraftRow, DraftSort } from '../../../electron/api/launch.ts';
import { blank } from '../../state/address.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { outlive } from '../../state/keep.svelte.ts';
import { Pages } from '../../state/pages.svelte.ts';
import { Editor } from './editor.svelte.ts';
import { emptyForm, featuresOf, formOf } from './form.ts';

/** Up to this many drafts the board's numbers are computed without asking; more is the user's decision. */
const boardWithoutAsking = 200;

export class LaunchState {
  search = $state('');
  sort = $state<DraftSort>('exposure');
  descending = $state(true);
  editor = $state.raw<Editor | null>(null);
  problem = $state('');
  refreshing = $state(false);
  readonly pages: Pages<DraftRow>;
  /** Open editors by SKU: switching drafts never loses typing. */
  readonly #editors = new SvelteMap<string, Editor>();
  readonly #app: App;
  #opening = 0;

  constructor(app: App) {
    this.#app = app;
    this.pages = new Pages((offset, limit) =>
      app.api.launch.drafts({ search: this.search, sort: this.sort, descending: this.descending, offset, limit }));
    app.onChange((what) => {
      if (what.has('model')) for (const editor of this.#editors.values()) editor.recompute();
      if (what.has('model') || what.has('drafts') || what.has('catalog')) void this.load();
    });
    void this.load();
  }

  async load(): Promise<void> {
    await this.pages.reload();
    const lacking = this.pages.find((row) => row.exposure === null) !== undefined;
    if (lacking && this.#app.status?.model && this.pages.total <= boardWithoutAsking) void this.refreshBoard();
  }

  async refreshBoard(): Promise<void> {
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      const { previewed } = await this.#app.api.launch.refreshBoard({});
      if (previewed > 0) await this.pages.reload();
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.refreshing = false;
    }
  }

  find(text: string): void {
    this.search = text;
    void this.pages.reload();
  }

  sortBy(column: string): void {
    if (this.sort === column) this.descending = !this.descending;
    else {
      this.sort = column as DraftSort;
      // Names and ranks read best from the smallest on, exposure and reach from the largest.
      this.descending = column === 'exposure' || column === 'reach';
    }
    void this.pages.reload();
  }

  /** Opens what the address names; without a name what is open already, or the first draft of the list. */
  async open(detail: string): Promise<void> {
    const opening = ++this.#opening;
    if (detail === '' && this.editor !== null) return;
    const sku = detail === '' ? this.pages.row(0)?.sku : detail;
    this.problem = '';
    if (sku === undefined) {
      this.editor = null;
      return;
    }
    const open = this.#editors.get(sku);
    if (open !== undefined) {
      this.editor = open;
      return;
    }
    if (sku === blank) {
      this.editor = this.#keep(blank, outlive(() => new Editor(this.#app, emptyForm(this.#freshSku()), true)));
      return;
    }
    try {
      const { item } = await this.#app.api.catalog.get({ sku });
      if (opening === this.#opening) this.editor = this.#keep(sku, outlive(() => new Editor(this.#app, formOf(item), item.status !== 'draft')));
    } catch (error) {
      if (opening !== this.#opening) return;
      this.editor = null;
      this.problem = describeError(error);
    }
  }

  async save(): Promise<void> {
    const editor = this.editor;
    if (editor === null) return;
    const wasNew = this.#editors.get(blank) === editor;
    if (!(await editor.save())) return;
    if (wasNew) {
      this.#editors.delete(blank);
      this.#keep(editor.saved.sku, editor);
      this.#app.replaceAddress('launch', editor.saved.sku);
    }
  }

  /** Deletes the open draft at once; the notice's Undo stores it again. */
  async delete(): Promise<void> {
    const editor = this.editor;
    if (editor === null) return;
    const { saved } = editor;
    try {
      if (!editor.isNew) await this.#app.api.launch.deleteDraft({ sku: saved.sku });
    } catch (error) {
      this.#app.fail(error);
      return;
    }
    for (const [key, open] of this.#editors) if (open === editor) this.#editors.delete(key);
    const restore = async (): Promise<void> => {
      try {
        await this.#app.api.launch.saveDraft({ sku: saved.sku, features: featuresOf(saved), currency: saved.currency });
        this.#app.notice = null;
        this.#app.go('launch', saved.sku);
      } catch (error) {
        this.#app.fail(error);
      }
    };
    if (editor.isNew) this.#app.say('Discarded the new draft.');
    else this.#app.notice = { kind: 'done', text: `Deleted draft ${saved.sku}.`, action: { label: 'Undo', run: () => void restore() } };
    await this.pages.reload();
    this.editor = null;
    this.#app.go('launch');
    await this.open('');
  }

  /** Esc: a proposal and the typing go before the screen does. */
  escape(): boolean {
    if (this.editor === null || !this.editor.dirty) return false;
    this.editor.revert();
    return true;
  }

  isDirty(sku: string): boolean {
    return this.#editors.get(sku)?.dirty === true;
  }

  #keep(key: string, editor: Editor): Editor {
    this.#editors.set(key, editor);
    return editor;
  }

  #freshSku(): string {
    for (let number = this.pages.total + 1; ; number++) {
      const sku = `DRAFT-${String(number).padStart(3, '0')}`;
      if (this.pages.find((row) => row.sku === sku) === undefined) return sku;
    }
  }
}
