/** The Launch screen: the board, the draft that is open, and the history of edits. */
import { SvelteMap } from 'svelte/reactivity';
import { blank } from '../../state/address.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { formatPlural } from '../../state/format.ts';
import { outlive } from '../../state/keep.svelte.ts';
import { Board } from './board/board.svelte.ts';
import { BulkEdit } from './board/bulk.svelte.ts';
import { Edits } from './board/edits.svelte.ts';
import { Editor } from './editor.svelte.ts';
import { emptyForm, formOf } from './form.ts';
import type { Place } from './place.ts';

export class LaunchState {
  editor = $state.raw<Editor | null>(null);
  problem = $state('');
  readonly board: Board;
  readonly edits: Edits;
  readonly bulk: BulkEdit;
  /** Open editors by SKU: switching drafts never loses typing. */
  readonly #editors = new SvelteMap<string, Editor>();
  /** Editors with typing in them whose drafts were deleted: an undo of that brings the typing back too. */
  readonly #deleted = new Map<string, Editor>();
  readonly #app: App;
  #opening = 0;

  constructor(app: App) {
    this.#app = app;
    this.board = new Board(app);
    this.edits = new Edits(app);
    this.bulk = new BulkEdit(app, (changed) => {
      this.board.selection.clear();
      this.#tellUndoable(`Changed ${formatPlural(changed, 'draft')}.`);
    });
    app.onChange((what) => {
      if (what.has('model')) for (const editor of this.#editors.values()) editor.recompute();
      if (what.has('drafts')) void this.#follow();
    });
  }

  get pages(): Board['pages'] {
    return this.board.pages;
  }

  /** Shows what the address names. */
  show(place: Place): void {
    if (place.kind === 'board') this.board.show(place.question);
    else if (place.kind === 'draft') void this.#open(place.sku);
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

  /** Deletes the open draft at once; the notice's Undo brings it back. */
  async delete(): Promise<void> {
    const editor = this.editor;
    if (editor === null) return;
    if (editor.isNew) {
      this.#forget(editor);
      this.#app.say('Discarded the new draft.');
    } else if (!(await this.deleteDrafts([editor.saved.sku]))) return;
    this.editor = null;
    this.#app.go('launch', this.board.detail);
  }

  async deleteDrafts(skus: readonly string[]): Promise<boolean> {
    if (skus.length === 0) return false;
    try {
      await this.#app.api.launch.deleteDrafts({ skus });
    } catch (error) {
      this.#app.fail(error);
      return false;
    }
    for (const sku of skus) {
      const editor = this.#editors.get(sku);
      if (editor?.dirty === true) this.#deleted.set(sku, editor);
      this.#editors.delete(sku);
    }
    this.board.selection.clear();
    this.#tellUndoable(skus.length === 1 ? `Deleted draft ${skus[0]}.` : `Deleted ${formatPlural(skus.length, 'draft')}.`);
    return true;
  }

  /** Esc: typing goes before the screen does, a selection before the filters, and a draft leads back to the board as it was. */
  escape(place: Place): boolean {
    if (place.kind === 'board') {
      if (this.board.selection.size === 0) return false;
      this.board.selection.clear();
    } else if (place.kind === 'draft' && this.editor?.dirty === true) this.editor.revert();
    else this.#app.go('launch', this.board.detail);
    return true;
  }

  isDirty(sku: string): boolean {
    return this.#editors.get(sku)?.dirty === true;
  }

  async #open(sku: string): Promise<void> {
    const opening = ++this.#opening;
    this.problem = '';
    const open = this.#editors.get(sku);
    if (open !== undefined) {
      this.editor = open;
      return;
    }
    this.editor = null;
    try {
      const editor = sku === blank ? await this.#blank() : await this.#read(sku);
      if (opening === this.#opening) this.editor = this.#keep(sku, editor);
    } catch (error) {
      if (opening === this.#opening) this.problem = describeError(error);
    }
  }

  async #read(sku: string): Promise<Editor> {
    const { item } = await this.#app.api.catalog.get({ sku });
    return outlive(() => new Editor(this.#app, formOf(item), item.status !== 'draft'));
  }

  /** A new draft under the next number that no SKU has. */
  async #blank(): Promise<Editor> {
    const { api } = this.#app;
    const { drafts } = await api.launch.draftFacets({});
    for (let number = drafts + 1; ; number++) {
      const sku = `DRAFT-${String(number).padStart(3, '0')}`;
      if ((await api.catalog.get({ sku }).catch(() => null)) === null) return outlive(() => new Editor(this.#app, emptyForm(sku), true));
    }
  }

  /** Drafts may have changed under open editors (an undo, an import): those without typing in them show what is stored now. */
  async #follow(): Promise<void> {
    for (const [sku, editor] of this.#deleted) {
      const found = await this.#app.api.catalog.get({ sku }).catch(() => null);
      if (found === null) continue;
      this.#deleted.delete(sku);
      if (JSON.stringify(formOf(found.item)) === JSON.stringify(editor.saved) && !this.#editors.has(sku)) this.#editors.set(sku, editor);
    }
    for (const [sku, editor] of this.#editors) {
      const untouched = (): boolean => sku !== blank && !editor.isNew && !editor.dirty && !editor.saving && editor.other === null && this.#editors.get(sku) === editor;
      if (!untouched()) continue;
      const found = await this.#app.api.catalog.get({ sku }).catch(() => null);
      if (!untouched() || (found !== null && JSON.stringify(formOf(found.item)) === JSON.stringify(editor.saved))) continue;
      this.#editors.delete(sku);
      if (this.editor === editor) await this.#open(sku);
    }
  }

  #tellUndoable(text: string): void {
    this.#app.say(text);
    this.#app.notice = { kind: 'done', text, action: { label: 'Undo', run: () => void this.edits.undo() } };
  }

  #keep(key: string, editor: Editor): Editor {
    this.#editors.set(key, editor);
    return editor;
  }

  #forget(editor: Editor): void {
    for (const [key, open] of this.#editors) if (open === editor) this.#editors.delete(key);
  }
}
