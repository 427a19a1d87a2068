/**
 * One draft being written: its fields, its saved state, and what the model says of both. Numbers follow the typing; an answer to
 * older text is dropped; the change against the saved state is always there.
 */
import type { Preview } from '../../../electron/api/launch.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { formatMilliseconds, formatPlural } from '../../state/format.ts';
import { Latest } from '../../state/latest.ts';
import { featuresOf, problemOf } from './form.ts';
import type { Form } from './form.ts';
import type { Topic } from './definitions.ts';

/** Wait after a key before the model is asked: shorter than the gap between two keys of a fast typist. */
const debounceMilliseconds = 40;

export class Editor {
  form = $state<Form>() as Form;
  saved = $state.raw<Form>() as Form;
  isNew = $state(false);
  numbers = $state.raw<Preview | null>(null);
  /** The numbers of the saved state; null for a draft that was never saved. */
  baseline = $state.raw<Preview | null>(null);
  problem = $state('');
  problemCode = $state('');
  computing = $state(false);
  topic = $state<Topic>('exposure');
  saving = $state(false);
  readonly dirty = $derived(JSON.stringify(this.form) !== JSON.stringify(this.saved));
  readonly invalid = $derived(problemOf(this.form));
  readonly #app: App;
  readonly #latest: Latest<string, Preview>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #beforeRevert: Form | null = null;

  constructor(app: App, form: Form, isNew: boolean) {
    this.#app = app;
    this.form = form;
    this.saved = structuredClone(form);
    this.isNew = isNew;
    this.#latest = new Latest(
      (text) => this.#preview(text),
      (numbers, text) => this.#answered(numbers, text),
      (error) => this.#failed(error),
    );
    this.compute();
  }

  /** Call after every change of the form. */
  edited(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.compute(), debounceMilliseconds);
  }

  /** Asks for the numbers of what is typed. */
  compute(): void {
    clearTimeout(this.#timer);
    if (this.#app.status?.model === null) return;
    this.computing = true;
    this.#latest.put(JSON.stringify(this.form));
  }

  /** The model or the data behind it has changed: both states are computed again. */
  recompute(): void {
    this.baseline = null;
    this.compute();
  }

  revert(): void {
    const typed = structuredClone($state.snapshot(this.form));
    this.#beforeRevert = typed;
    this.form = structuredClone(this.saved);
    this.compute();
    this.#app.notice = { kind: 'done', text: `Reverted ${typed.sku} to its saved state.`, action: { label: 'Undo', run: () => this.undoRevert() } };
    this.#app.announcement = `Reverted ${typed.sku} to its saved state.`;
  }

  undoRevert(): void {
    if (this.#beforeRevert === null) return;
    this.form = this.#beforeRevert;
    this.#beforeRevert = null;
    this.#app.notice = null;
    this.compute();
  }

  /** Stores the draft; true when it is stored. */
  async save(): Promise<boolean> {
    if (this.invalid !== null) {
      this.#app.fail(new Error(this.invalid));
      return false;
    }
    this.saving = true;
    const form = structuredClone($state.snapshot(this.form));
    form.sku = form.sku.trim();
    try {
      if (this.isNew) await this.#refuseTaken(form.sku);
      await this.#app.api.launch.saveDraft({ sku: form.sku, features: featuresOf(form), currency: form.currency });
      this.form.sku = form.sku;
      this.saved = form;
      this.isNew = false;
      this.baseline = this.dirty || this.computing ? null : this.numbers;
      this.compute();
      this.#app.say(`Saved draft ${form.sku}.`);
      return true;
    } catch (error) {
      this.#app.fail(error);
      return false;
    } finally {
      this.saving = false;
    }
  }

  /** A new draft never writes over a SKU that exists. */
  async #refuseTaken(sku: string): Promise<void> {
    const taken = await this.#app.api.catalog.get({ sku }).catch(() => null);
    if (taken !== null) throw new Error(`The SKU ${sku} is taken by ${taken.item.status === 'draft' ? 'another draft' : `a ${taken.item.status} SKU`}. Choose another one for this draft.`);
  }

  async #preview(text: string): Promise<Preview> {
    const form = JSON.parse(text) as Form;
    const { launch } = this.#app.api;
    if (this.baseline === null && !this.isNew && this.dirty) {
      const saved = $state.snapshot(this.saved) as Form;
      this.baseline = await launch.preview({ sku: saved.sku, features: featuresOf(saved) });
    }
    return launch.preview({ sku: form.sku.trim() || 'draft', features: featuresOf(form) });
  }

  #answered(numbers: Preview, text: string): void {
    this.numbers = numbers;
    if (!this.isNew && text === JSON.stringify(this.saved)) this.baseline = numbers;
    this.computing = false;
    this.problem = '';
    this.problemCode = '';
    const { milliseconds: { encode, score, displace }, device, panel } = numbers.provenance;
    this.#app.ran = { screen: 'launch', text: `Previewed ${numbers.sku} in ${formatMilliseconds(encode + score + displace)} on ${device}, over ${formatPlural(panel.n, 'session')}` };
  }

  #failed(error: unknown): void {
    this.computing = false;
    this.problem = describeError(error);
    this.problemCode = (error as { readonly code?: string }).code ?? 'internal';
  }
}
