/**
 * One draft being written: its fields, its saved state, a variant B beside it, and what the model says. Numbers follow the typing;
 * an answer to older text is dropped; the change against the saved state is always there.
 */
import type { Preview } from '../../../electron/api/launch.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { formatDevice, formatMilliseconds, formatPlural } from '../../state/format.ts';
import { Latest } from '../../state/latest.ts';
import { Contrasting } from './contrast.svelte.ts';
import { Explaining } from './explain.svelte.ts';
import { featuresOf, problemOf, withFeatures } from './form.ts';
import type { Form } from './form.ts';
import type { Topic } from './definitions.ts';

/** Wait after a key before the model is asked: shorter than the gap between two keys of a fast typist. */
const debounceMilliseconds = 40;

/** Two texts of one SKU. A is the draft; B stands beside it and is never launched. */
export type Side = 'a' | 'b';

/** What Undo brings back. */
interface Texts {
  readonly form: Form;
  readonly side: Side;
  readonly other: Form | null;
  readonly kept: Form | null;
}

export class Editor {
  /** The text that is being edited: of A, or of B. */
  form = $state<Form>() as Form;
  saved = $state.raw<Form>() as Form;
  isNew = $state(false);
  side = $state<Side>('a');
  /** The text that is not being edited; null while there is no variant. */
  other = $state.raw<Form | null>(null);
  /** Variant B as it was last kept. */
  kept = $state.raw<Form | null>(null);
  numbers = $state.raw<Preview | null>(null);
  /** The numbers of the saved state; null for a draft that was never saved. */
  baseline = $state.raw<Preview | null>(null);
  problem = $state('');
  problemCode = $state('');
  computing = $state(false);
  topic = $state<Topic>('exposure');
  saving = $state(false);
  /** Variant B is being stored. */
  keeping = $state(false);
  readonly dirty = $derived(JSON.stringify(this.form) !== JSON.stringify(this.side === 'a' ? this.saved : this.kept));
  readonly invalid = $derived(problemOf(this.form));
  readonly why: Explaining;
  readonly contrast: Contrasting;
  readonly #app: App;
  readonly #latest: Latest<string, Preview>;
  #timer: ReturnType<typeof setTimeout> | undefined;

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
    this.why = new Explaining(app, this);
    this.contrast = new Contrasting(app, this);
    this.compute();
    if (!isNew) void this.#readKept();
  }

  /** Whose exposure the numbers are, for the model: a new draft may have no SKU yet. */
  get sku(): string {
    return this.form.sku.trim() || 'draft';
  }

  /** The text of A or of B, whichever is being edited. */
  textOf(side: Side): Form | null {
    return side === this.side ? this.form : this.other;
  }

  /** Call after every change of the form. From now on the numbers are of an older text. */
  edited(): void {
    clearTimeout(this.#timer);
    this.computing = this.#app.status?.model !== null;
    this.#timer = setTimeout(() => this.compute(), debounceMilliseconds);
  }

  /** Asks for the numbers of what is typed. */
  compute(): void {
    clearTimeout(this.#timer);
    if (this.#app.status?.model === null) return;
    this.computing = true;
    this.#latest.put(JSON.stringify(this.form));
  }

  /** The model or the data behind it has changed: everything is computed again. */
  recompute(): void {
    this.baseline = null;
    this.why.forget();
    this.contrast.forget();
    this.compute();
  }

  /** What is typed becomes variant B, and A is the saved draft again. */
  saveAsB(): void {
    const typed = this.#typed();
    this.#change({ form: typed, side: 'b', other: structuredClone(this.saved), kept: typed }, `Kept what is typed as variant B of ${typed.sku}.`);
  }

  edit(side: Side): void {
    if (side === this.side || this.other === null) return;
    const parked = this.#typed();
    this.form = structuredClone(this.other);
    this.other = parked;
    this.side = side;
    this.compute();
  }

  /** B's text becomes the draft's; saving it is the next step. */
  useB(): void {
    const text = this.textOf('b');
    if (this.other === null || text === null) return;
    this.#change({ form: structuredClone($state.snapshot(text)) as Form, side: 'a', other: null, kept: null }, `${text.sku} now has the text of variant B. Save it to keep it.`);
  }

  dropB(): void {
    const text = this.textOf('a');
    if (this.other === null || text === null) return;
    this.#change({ form: structuredClone($state.snapshot(text)) as Form, side: 'a', other: null, kept: null }, `Dropped variant B of ${text.sku}.`);
  }

  revert(): void {
    const saved = this.side === 'a' || this.kept === null ? this.saved : this.kept;
    this.#change({ form: structuredClone(saved), side: this.side, other: this.other, kept: this.kept }, `Reverted ${this.side === 'b' ? `variant B of ${this.form.sku}` : this.form.sku} to its saved state.`);
  }

  /** Puts another text in place of what is typed. */
  replace(form: Form, said: string): void {
    this.#change({ form, side: this.side, other: this.other, kept: this.kept }, said);
  }

  /** Stores the draft, or keeps variant B as it is now; true when it is done. */
  async save(): Promise<boolean> {
    if (this.invalid !== null) {
      this.#app.fail(new Error(this.invalid));
      return false;
    }
    const form = this.#typed();
    form.sku = form.sku.trim();
    if (this.side === 'b') {
      this.kept = form;
      this.#app.say(`Kept variant B of ${form.sku}.`);
      await this.#storeKept();
      return true;
    }
    this.saving = true;
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

  /** A step that is no typing: said, and taken back by the notice's Undo. */
  #change(to: Texts, said: string): void {
    const before: Texts = { form: this.#typed(), side: this.side, other: this.other, kept: this.kept };
    this.#put(to);
    const undo = (): void => {
      this.#put(before);
      this.#app.notice = null;
      this.#app.announcement = 'Undone.';
    };
    this.#app.notice = { kind: 'done', text: said, action: { label: 'Undo', run: undo } };
    this.#app.announcement = said;
  }

  #put({ form, side, other, kept }: Texts): void {
    const stored = this.kept;
    this.form = structuredClone(form);
    this.side = side;
    this.other = other;
    this.kept = kept;
    this.compute();
    if (kept !== stored) void this.#storeKept();
  }

  /** A variant that was kept before, in another window or on another day. */
  async #readKept(): Promise<void> {
    const found = await this.#app.api.launch.variant({ sku: this.saved.sku }).catch(() => null);
    if (found === null || this.other !== null || this.side === 'b') return;
    this.kept = withFeatures(this.saved, found.features, found.currency);
    this.other = this.kept;
  }

  async #storeKept(): Promise<void> {
    const { launch } = this.#app.api;
    const { sku } = this.saved;
    this.keeping = true;
    try {
      if (this.kept === null) await launch.dropVariant({ sku });
      else await launch.keepVariant({ sku, features: featuresOf(this.kept), currency: this.kept.currency });
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.keeping = false;
    }
  }

  #typed(): Form {
    return structuredClone($state.snapshot(this.form)) as Form;
  }

  /** A new draft never writes over a SKU that exists. */
  async #refuseTaken(sku: string): Promise<void> {
    const taken = await this.#app.api.catalog.get({ sku }).catch(() => null);
    if (taken !== null) throw new Error(`The SKU ${sku} is taken by ${taken.item.status === 'draft' ? 'another draft' : `a ${taken.item.status} SKU`}. Choose another one for this draft.`);
  }

  async #preview(text: string): Promise<Preview> {
    const form = JSON.parse(text) as Form;
    const { launch } = this.#app.api;
    if (this.baseline === null && !this.isNew && text !== JSON.stringify(this.saved)) {
      const saved = $state.snapshot(this.saved) as Form;
      this.baseline = await launch.preview({ sku: saved.sku, features: featuresOf(saved) });
    }
    return launch.preview({ sku: form.sku.trim() || 'draft', features: featuresOf(form) });
  }

  #answered(numbers: Preview, text: string): void {
    this.numbers = numbers;
    if (!this.isNew && text === JSON.stringify(this.saved)) this.baseline = numbers;
    this.computing = text !== JSON.stringify(this.form); // a key may have come since, and waits for the next one
    this.problem = '';
    this.problemCode = '';
    const { milliseconds: { encode, score, displace, lists = 0 }, device, panel } = numbers.provenance;
    this.#app.ran = { screen: 'launch', text: `Previewed ${numbers.sku} in ${formatMilliseconds(encode + score + displace + lists)} on ${formatDevice(device)}, over ${formatPlural(panel.n, 'session')}` };
  }

  #failed(error: unknown): void {
    this.computing = false;
    this.problem = describeError(error);
    this.problemCode = (error as { readonly code?: string }).code ?? 'internal';
  }
}
