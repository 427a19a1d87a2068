/** The same change to several drafts: what is asked for, what it would change, and doing it. Nothing is stored before its preview was seen. */
import type { DraftChange, EditedDrafts } from '../../../../electron/api/drafts.ts';
import type { App } from '../../../state/app.svelte.ts';
import { describeError } from '../../../state/errors.ts';
import { Latest } from '../../../state/latest.ts';
import { readPrice } from '../form.ts';

export type BulkField = DraftChange['field'];

export const bulkFields: readonly { readonly value: BulkField; readonly label: string }[] = [
  { value: 'brand', label: 'Brand' }, { value: 'categoryPath', label: 'Category' }, { value: 'color', label: 'Colour' }, { value: 'material', label: 'Material' }, { value: 'price', label: 'Price' },
  { value: 'currency', label: 'Currency' }, { value: 'size', label: 'Size' }, { value: 'department', label: 'Department' }, { value: 'manufacturer', label: 'Manufacturer' },
  { value: 'description', label: 'Description' }, { value: 'title', label: 'Title' }, { value: 'attribute', label: 'Attribute' },
];

export class BulkEdit {
  /** The drafts it is about; null while it is closed. */
  skus = $state.raw<readonly string[] | null>(null);
  field = $state<BulkField>('brand');
  text = $state('');
  /** Of an attribute. */
  name = $state('');
  onlyEmpty = $state(false);
  preview = $state.raw<EditedDrafts | null>(null);
  problem = $state('');
  applying = $state(false);
  readonly #app: App;
  readonly #done: (changed: number) => void;
  readonly #latest: Latest<readonly DraftChange[], EditedDrafts>;

  constructor(app: App, done: (changed: number) => void) {
    this.#app = app;
    this.#done = done;
    this.#latest = new Latest(
      (changes) => app.api.launch.editDrafts({ skus: this.skus ?? [], changes, onlyEmpty: this.onlyEmpty, dryRun: true }),
      (preview) => {
        this.preview = preview;
        this.problem = '';
      },
      (error) => this.#refuse(describeError(error)),
    );
  }

  start(skus: readonly string[]): void {
    if (skus.length === 0) return;
    this.skus = skus;
    this.text = '';
    this.name = '';
    this.changed();
  }

  close(): void {
    this.#latest.drop();
    this.skus = null;
    this.preview = null;
  }

  /** Call after every change of the form: the preview follows. */
  changed(): void {
    this.preview = null;
    const change = this.#read();
    if (typeof change === 'string') return this.#refuse(change);
    this.problem = '';
    this.#latest.put([change]);
  }

  async apply(): Promise<void> {
    const change = this.#read();
    const { skus, preview } = this;
    if (skus === null || preview === null || preview.changed === 0 || typeof change === 'string' || this.applying) return;
    this.applying = true;
    try {
      const { changed } = await this.#app.api.launch.editDrafts({ skus, changes: [change], onlyEmpty: this.onlyEmpty, dryRun: false });
      this.close();
      this.#done(changed);
    } catch (error) {
      this.problem = describeError(error);
    } finally {
      this.applying = false;
    }
  }

  #refuse(problem: string): void {
    this.#latest.drop();
    this.preview = null;
    this.problem = problem;
  }

  /** The change, or what must be put right first. */
  #read(): DraftChange | string {
    const text = this.text.trim();
    switch (this.field) {
      case 'categoryPath':
        return { field: this.field, to: text.split(/[>›]/).map((level) => level.trim()).filter((level) => level !== '') };
      case 'color':
      case 'material':
        return { field: this.field, to: text.split(/[,/;]/).map((word) => word.trim()).filter((word) => word !== '') };
      case 'price': {
        const price = readPrice(text);
        return text !== '' && price === null ? `“${text}” is not a price. Write a number such as 12.50, or leave the field empty.` : { field: this.field, to: price };
      }
      case 'attribute':
        return this.name.trim() === '' ? 'Name the attribute: the column it stands in.' : { field: this.field, name: this.name.trim(), to: text };
      default:
        return { field: this.field, to: text };
    }
  }
}
