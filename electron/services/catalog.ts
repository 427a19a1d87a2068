/** The catalogue: pages of it, completion, files in, and whole imports back. */
import { planUndo } from '../../db/import-undo.ts';
import { importAside, moveImportAside } from '../../db/import/aside.ts';
import { inspectFile } from '../../db/import/import.ts';
import { lastImport, listImports } from '../../db/imports.ts';
import { getItem, listItems, readItemFacets, readItemStats } from '../../db/items.ts';
import { findMapping, forgetMapping, rememberMapping, shapeOf } from '../../db/mappings.ts';
import { suggestValues } from '../../db/search.ts';
import type { ImportMapping, Inspection } from '../../db/records.ts';
import type { CatalogApi } from '../api/catalog.ts';
import { AppError } from '../api/errors.ts';
import type { Context } from './context.ts';
import { createRejectedRows } from './rejected-rows.ts';
import type { Serving } from './serving.ts';
import type { Uploads } from './uploads.ts';

export function createCatalogService({ workspace, emit }: Context, uploads: Uploads, serving: Pick<Serving, 'draftsChanged'>): CatalogApi {
  const db = workspace.reader;
  const jobs = new Map<string, AbortController>();
  const rejected = createRejectedRows(workspace.folder);

  /** The shape of a file as it is recognised without anybody's word, and that look where it was just taken. */
  async function findShape(token: string): Promise<{ readonly shape: string | null; readonly plain: Inspection | null }> {
    const upload = uploads.read(token);
    if (upload.shape !== undefined) return { shape: upload.shape, plain: null };
    const plain = await inspectFile(upload.path, upload.name);
    upload.shape = plain.columns.length === 0 ? null : shapeOf(plain);
    return { shape: upload.shape, plain };
  }

  async function remember(token: string, name: string, mapping: ImportMapping): Promise<void> {
    const { shape } = await findShape(token);
    if (shape !== null) await workspace.write((writable) => rememberMapping(writable, shape, name, mapping));
  }

  async function withJob<T>(job: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (jobs.has(job)) throw new AppError('busy', `An import named ${job} is going on. Wait for its end or cancel it.`);
    const controller = new AbortController();
    jobs.set(job, controller);
    try {
      return await work(controller.signal);
    } finally {
      jobs.delete(job);
    }
  }

  function tellChanged(kind: 'catalog' | 'sessions'): void {
    if (kind === 'catalog') serving.draftsChanged(); // the data the model learned from may be the same
    emit('workspace.changed', { what: kind === 'sessions' ? ['sessions'] : ['catalog', 'drafts'] });
  }

  return {
    async stats() {
      return { ...readItemStats(db), lastImport: lastImport(db) };
    },
    async list(request) {
      return listItems(db, request);
    },
    async facets(request) {
      return readItemFacets(db, request);
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
      const { shape, plain } = await findShape(file);
      const known = shape === null ? null : findMapping(db, shape);
      const mapping = options.mapping ?? known?.mapping;
      if (plain !== null && mapping === undefined && options.kind === undefined) return { file, remembered: null, ...plain };
      return { file, remembered: known, ...(await inspectFile(path, name, { ...options, ...(mapping === undefined ? {} : { mapping }) })) };
    },
    async forgetMapping({ file }) {
      const { shape } = await findShape(file);
      if (shape !== null) await workspace.write((writable) => forgetMapping(writable, shape));
    },
    async import({ file, job, ...request }) {
      const { path, name, bytes } = uploads.read(file);
      const report = await withJob(job, (signal) => importAside(workspace, path, name, bytes, request, {
        signal,
        onProgress: (progress) => emit('import.progress', { job, does: request.dryRun === true ? 'check' : 'import', kind: request.kind, file: name, ...progress }),
      }));
      rejected.note(job, report.rejectedRows);
      const published = !report.dryRun && (report.outcome === 'ok' || report.outcome === 'partial');
      if (published) {
        const { mapping } = request;
        if (mapping !== undefined) await remember(file, name, mapping);
        await uploads.remove(file); // kept otherwise: another mapping, or the real run, may follow
        tellChanged(request.kind);
      }
      return report;
    },
    async cancelImport({ job }) {
      jobs.get(job)?.abort();
    },
    async rejectedRows({ of, offset }) {
      return rejected.read(of, offset);
    },
    async imports() {
      return listImports(db);
    },
    async planUndo({ importId }) {
      return planUndo(db, importId);
    },
    async moveImport({ importId, job, ...request }) {
      const { kind, file } = planUndo(db, importId);
      const progress = { job, does: request.way, kind, file, bytesRead: 0, bytesTotal: 0 };
      const report = await withJob(job, async (signal) => {
        try {
          return await moveImportAside(workspace, { id: importId, ...request }, { signal, onRows: (rows) => emit('import.progress', { ...progress, phase: 'publishing', rows }) });
        } catch (error) {
          throw signal.aborted ? new AppError('cancelled', `Cancelled; ${file} is as it was.`) : error;
        }
      });
      emit('import.progress', { ...progress, phase: 'done', rows: report.restored + report.removed + report.events });
      tellChanged(kind);
      return report;
    },
  };
}
