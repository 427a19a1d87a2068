/** The catalogue: pages of it, completion, files in. */
import { importFile, inspectFile } from '../../db/import/import.ts';
import { lastImport, listImports } from '../../db/imports.ts';
import { getItem, listItems, readItemStats } from '../../db/items.ts';
import { suggestValues } from '../../db/search.ts';
import type { CatalogApi } from '../api/catalog.ts';
import { AppError } from '../api/errors.ts';
import type { Context } from './context.ts';
import type { Serving } from './serving.ts';
import type { Uploads } from './uploads.ts';

export function createCatalogService({ workspace, emit }: Context, uploads: Uploads, serving: Pick<Serving, 'draftsChanged'>): CatalogApi {
  const db = workspace.reader;
  const jobs = new Map<string, AbortController>();
  return {
    async stats() {
      return { ...readItemStats(db), lastImport: lastImport(db) };
    },
    async list(request) {
      return listItems(db, request);
    },
    async get({ sku }) {
      const { item, events } = getItem(db, sku);
      return { item, events };
    },
    async suggest({ field, text, limit }) {
      return suggestValues(db, field, text, limit);
    },
    async openUpload({ name, bytes }) {
      return { file: await uploads.open(name, bytes) };
    },
    async writeUpload({ file, offset, base64 }) {
      return { received: await uploads.write(file, offset, Buffer.from(base64, 'base64')) };
    },
    async inspect({ file, ...options }) {
      const { path, name } = uploads.read(file);
      return { file, ...(await inspectFile(path, name, options)) };
    },
    async import({ file, job, ...request }) {
      const { path, name } = uploads.read(file);
      if (jobs.has(job)) throw new AppError('busy', `An import named ${job} is going on. Wait for its end or cancel it.`);
      const controller = new AbortController();
      jobs.set(job, controller);
      try {
        const report = await importFile(workspace, path, name, request, {
          signal: controller.signal,
          onProgress: (progress) => emit('import.progress', { job, kind: request.kind, file: name, ...progress }),
        });
        const published = !report.dryRun && (report.outcome === 'ok' || report.outcome === 'partial');
        if (published) {
          await uploads.remove(file); // kept otherwise: another mapping, or the real run, may follow
          if (request.kind === 'catalog') serving.draftsChanged(); // the data the model learned from may be the same
          emit('workspace.changed', { what: request.kind === 'sessions' ? ['sessions'] : ['catalog', 'drafts'] });
        }
        return report;
      } finally {
        jobs.delete(job);
      }
    },
    async cancelImport({ job }) {
      jobs.get(job)?.abort();
    },
    async imports() {
      return listImports(db);
    },
  };
}
