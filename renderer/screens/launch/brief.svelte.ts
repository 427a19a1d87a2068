/** The brief of the draft as it is typed now. */
import type { Brief, ExportedFile } from '../../../electron/api/brief.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import { featuresOf } from './form.ts';
import type { Form } from './form.ts';

export class BriefState {
  answer = $state.raw<{ readonly brief: Brief; readonly file: ExportedFile } | null>(null);
  problem = $state('');
  readonly #latest: Latest<string, { readonly brief: Brief; readonly file: ExportedFile }>;

  constructor(app: App) {
    this.#latest = new Latest(
      (question) => app.api.launch.brief(JSON.parse(question) as Parameters<typeof app.api.launch.brief>[0]),
      (answer) => (this.answer = answer),
      (error) => (this.problem = describeError(error)),
    );
  }

  ask({ sku, form }: { readonly sku: string; readonly form: Form }): void {
    this.answer = null;
    this.problem = '';
    this.#latest.put(JSON.stringify({ sku, features: featuresOf(form), currency: form.currency }));
  }
}
