/** The brief of the draft as it is typed now. */
import type { Brief, ExportedFile } from '../../../electron/api/brief.ts';
import { savePdf } from '../../components/save-pdf.ts';
import type { Shell } from '../../components/save-pdf.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import { featuresOf } from './form.ts';
import type { Form } from './form.ts';

export class BriefState {
  answer = $state.raw<{ readonly brief: Brief; readonly file: ExportedFile } | null>(null);
  problem = $state('');
  printing = $state(false);
  readonly #app: App;
  readonly #latest: Latest<string, { readonly brief: Brief; readonly file: ExportedFile }>;

  constructor(app: App) {
    this.#app = app;
    this.#latest = new Latest(
      (question) => app.api.launch.brief(JSON.parse(question) as Parameters<typeof app.api.launch.brief>[0]),
      (answer) => (this.answer = answer),
      (error) => (this.problem = describeError(error)),
    );
  }

  /** Saves the page that is shown as a PDF; in a browser, which has no shell, by its own printing. */
  async print(shell: Shell | null): Promise<void> {
    if (this.answer === null) return;
    if (shell === null) return window.print();
    this.printing = true;
    try {
      const saved = await savePdf(shell, this.answer.file.name.replace(/\.html$/, '.pdf'));
      if (saved !== null) this.#app.say(`Saved ${saved}.`);
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.printing = false;
    }
  }

  ask({ sku, form }: { readonly sku: string; readonly form: Form }): void {
    this.answer = null;
    this.problem = '';
    this.#latest.put(JSON.stringify({ sku, features: featuresOf(form), currency: form.currency }));
  }
}
