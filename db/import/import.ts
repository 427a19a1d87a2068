/** Files in: look at one, or import it. All or nothing to the eye, and nothing is left of what was cancelled or went wrong. */
import { join } from 'node:path';
import type { WritableDB } from '../connection.ts';
import { roomFor } from '../faults.ts';
import { inMegabytes, isFull } from '../full-disk.ts';
import { beginImport, finishImport } from '../imports.ts';
import { keepBefore } from '../item-images.ts';
import { removeStrayReports } from '../leftovers.ts';
import type { FileReport, ImportKind, ImportMapping, ImportOutcome, ImportReport, Inspection } from '../records.ts';
import { openSource } from './container.ts';
import type { SourceFile } from './container.ts';
import { openBeside } from './beside.ts';
import { describeDetection, describePlan, examplesOf, fileReport, reportDetection, sheetsOf } from './detection.ts';
import { makeIssue, showValue } from './issues.ts';
import { fieldsOf, formatsOf, requiredFields } from './profile.ts';
import { pivotLongForm } from './long-form.ts';
import { chooseMember, planImport } from './plan.ts';
import type { Plan } from './plan.ts';
import { publishAll } from './publish.ts';
import type { Publication } from './publish.ts';
import { publishEvents } from './publish-events.ts';
import { publishItems } from './publish-items.ts';
import type { FileRecord } from './record-reader.ts';
import { RejectedRows } from './rejected-rows.ts';
import { FileRejection } from './rejection.ts';
import { IssueList } from './report.ts';
import type { ImportHooks, ImportRequest, ImportSite } from './request.ts';
import { retireMissing } from './retire.ts';
import type { RowCounts } from './rows.ts';
import { stageEvents } from './stage-events.ts';
import { stageItems } from './stage-items.ts';
import { SurveyMistaken, surveyRows, surveySample } from './survey.ts';
import type { FileSurvey } from './survey.ts';

const previewRows = 5;
const progressMilliseconds = 100;

/** What the file seems to be, column by column, with what would stop its import. `name` is the user's name of the file. */
export async function inspectFile(path: string, name: string, options: { readonly kind?: ImportKind; readonly mapping?: ImportMapping } = {}): Promise<Inspection> {
  let source: SourceFile | null = null;
  const kind = options.kind ?? 'catalog';
  const mapping = options.mapping ?? {};
  try {
    source = await openSource(path, name, (names) => chooseMember(names, options.kind, mapping));
    const plan = await planImport(source, options.kind, mapping);
    const columns = plan.map.columns.map(({ header, field, confidence }, index) => ({ header, field, confidence, examples: examplesOf(plan, index) }));
    return {
      name, bytes: source.bytes, kind: plan.kind, format: plan.map.profile.id, encoding: plan.table.encoding.label, delimiter: plan.table.delimiter,
      headerLine: plan.table.headerLine, columns, fields: describeFields(plan.kind, new Set(columns.map(({ field }) => field)), plan.map.missing), preview: plan.sample.slice(0, previewRows).map((row) => row.map(showValue)),
      problems: plan.lacking === null ? [] : [toIssue(plan.lacking, name)],
      detected: describeDetection(source, plan), candidates: [...plan.map.candidates].map(([field, headers]) => ({ field, headers })), sheets: sheetsOf(source, plan), formats: formatsOf(plan.kind),
    };
  } catch (error) {
    if (!(error instanceof FileRejection)) throw error;
    return {
      name, bytes: source?.bytes ?? 0, kind, format: '', encoding: '', delimiter: '', headerLine: 1, columns: [], fields: describeFields(kind, new Set()), preview: [],
      problems: [toIssue(error, name)], detected: [], candidates: [], sheets: [], formats: formatsOf(kind),
    };
  } finally {
    await source?.close();
  }
}

/** Of fields where any one will do, only the one that a column holds is required, or the one that is missed; a format without titles misses none. */
function describeFields(kind: ImportKind, held: ReadonlySet<string | null>, missing?: readonly string[]): Inspection['fields'] {
  const required = new Set(requiredFields[kind].map((anyOf) => anyOf.find((name) => held.has(name)) ?? (missing === undefined ? anyOf[0]! : anyOf.find((name) => missing.includes(name)))));
  return fieldsOf(kind).map((name) => ({ name, required: required.has(name) })).sort((a, b) => Number(b.required) - Number(a.required));
}

function toIssue({ code, fields }: FileRejection, name: string) {
  return makeIssue(code, name, fields, 'file');
}

/** Problems of the file are in the report, never an exception; a report without an import id left no trace in the workspace. */
export async function importFile(workspace: ImportSite, path: string, name: string, request: ImportRequest, hooks: ImportHooks = {}): Promise<ImportReport> {
  try {
    return await importOnce(workspace, path, name, request, hooks, surveySample);
  } catch (error) {
    if (!(error instanceof SurveyMistaken)) throw error;
    return importOnce(workspace, path, name, request, hooks, () => null);
  }
}

/** `guess`: what is taken for known of the whole file before it is read; null has it surveyed. @throws SurveyMistaken where the guess was wrong */
async function importOnce(workspace: ImportSite, path: string, name: string, request: ImportRequest, hooks: ImportHooks, guess: (plan: Plan) => FileSurvey | null): Promise<ImportReport> {
  const dryRun = request.dryRun === true;
  const list = new IssueList(name, dryRun ? null : join(workspace.folder, 'reports'));
  let source: SourceFile | null = null;
  let db: WritableDB | null = null;
  let plan: Plan | null = null;
  let rejected: RejectedRows | null = null;
  try {
    const mapping = request.mapping ?? {};
    source = await openSource(path, name, (names) => chooseMember(names, request.kind, mapping));
    plan = await planImport(source, request.kind, mapping, hooks.signal);
    if (plan.lacking !== null) throw plan.lacking;
    reportDetection(plan, list);
    db = workspace.openImport();
    const connection = db;
    const found = await pivotLongForm(connection, plan, list, hooks.signal);
    const survey = guess(found) ?? await surveyRows(found, hooks.signal);
    if (survey.decimal === ',') list.add('I_DECIMAL_COMMA', { column: found.headers[found.columnOf.get('price')!]! });
    const beside = await openBeside(source, found);
    const progress = prepareProgress(source.bytes, hooks);
    const file = new RejectedRows(join(workspace.folder, 'reports'), found.headers, found.map.profile.id);
    rejected = file;
    const reading = { signal: hooks.signal, onRejected: (record: FileRecord, reason: string) => file.add(record, reason), onRead: (bytes: number, rows: number) => progress('reading', bytes, rows) };
    const rows = found.kind === 'catalog'
      ? await stageItems(connection, found, survey, list, reading, beside)
      : await stageEvents(connection, found, list, reading);
    const bytes = source.bytes;
    const slices = { signal: hooks.signal, onRows: (done: number) => progress('publishing', bytes, done) };
    const report = await workspace.exclusive(() => publishAll(connection, dryRun, async () => {
      const importId = beginImport(connection, { kind: found.kind, file: name, drafts: request.asDrafts === true, detected: describePlan(found) });
      if (!dryRun) keepBefore(connection, importId);
      const publication = found.kind === 'catalog'
        ? await publishItems(connection, found, { importId, asDrafts: request.asDrafts === true, dryRun }, slices)
        : await publishEvents(connection, found, importId, list, slices);
      const missing = publication.difference?.missing ?? 0;
      // A file without one good row says nothing of what is not in it.
      if (request.retireMissing === true && missing > 0 && rows.ok > 0) publication.retired = dryRun ? missing : await retireMissing(connection, importId, slices);
      const finished = describeImport(dryRun ? null : importId, rows.rejected > 0 ? 'partial' : 'ok', dryRun, fileReport(name, found, rows), rows, publication, list, file.publish(dryRun ? 'check' : `import-${importId}`));
      finishImport(connection, importId, finished);
      return finished;
    }, hooks.keep).catch((error: unknown) => {
      removeStrayReports(join(workspace.folder, 'reports'), workspace.reader);
      throw error;
    }));
    progress('done', bytes, rows.ok + rows.rejected + rows.skipped);
    return report;
  } catch (error) {
    if (hooks.signal?.aborted === true) {
      list.discard();
      return reportCancelled(name, request, plan);
    }
    const rejection = error instanceof FileRejection ? error : diskFull(error, workspace.folder, source?.bytes ?? 0);
    if (rejection === null) {
      list.discard();
      throw error;
    }
    return reject(workspace, rejection, name, request, plan, list, dryRun);
  } finally {
    db?.close();
    rejected?.discard();
    await source?.close();
  }
}

const noRows: RowCounts = { ok: 0, rejected: 0, skipped: 0 };
const nothing: Publication = { created: 0, updated: 0, unchanged: 0, alreadyLive: 0, retired: 0, difference: null };

/** `plan`: how the file was read, as far as that is known. */
export function reportCancelled(name: string, { kind, dryRun }: ImportRequest, plan: Plan | null = null): ImportReport {
  return describeImport(null, 'cancelled', dryRun === true, fileReport(name, plan, noRows, kind), noRows, nothing, new IssueList(name, null));
}

/** A rejected file reports its one fault only; what was noted before it was found does not matter any more. */
async function reject(workspace: ImportSite, rejection: FileRejection, name: string, request: ImportRequest, plan: Plan | null, noted: IssueList, dryRun: boolean): Promise<ImportReport> {
  noted.discard();
  const list = new IssueList(name, null);
  list.add(rejection.code, rejection.fields, 'file');
  const file = fileReport(name, plan, noRows, request.kind);
  if (dryRun || rejection.code === 'E_DISK_FULL') return describeImport(null, 'reject_file', dryRun, file, noRows, nothing, list);
  return workspace.write((db) => db.transaction(() => {
    const importId = beginImport(db, { kind: request.kind, file: name, drafts: request.asDrafts === true, detected: plan === null ? null : describePlan(plan) });
    const report = describeImport(importId, 'reject_file', false, file, noRows, nothing, list);
    finishImport(db, importId, report);
    return report;
  }).immediate());
}

function diskFull(error: unknown, folder: string, bytes: number): FileRejection | null {
  if (!isFull(error)) return null;
  const { needed, free } = inMegabytes(roomFor(folder, bytes));
  return new FileRejection('E_DISK_FULL', { details: { needed_mb: needed, free_mb: free } });
}

function describeImport(importId: number | null, outcome: ImportOutcome, dryRun: boolean, file: FileReport, rows: RowCounts, publication: Publication, list: IssueList, rejectedRows: string | null = null): ImportReport {
  return {
    importId, outcome, dryRun, files: [file], created: publication.created, updated: publication.updated, unchanged: publication.unchanged,
    rejected: rows.rejected, alreadyLive: publication.alreadyLive, retired: publication.retired, issues: list.listed, issueCounts: list.countsByCode(),
    report: importId === null ? (list.discard(), null) : list.publish(importId), groups: list.groups(), difference: publication.difference, rejectedRows,
  };
}

/** Tells how far the import is, when a phase begins and at most ten times a second. */
function prepareProgress(bytesTotal: number, hooks: ImportHooks): (phase: 'reading' | 'publishing' | 'done', bytesRead: number, rows: number) => void {
  let last = 0;
  let told = '';
  return (phase, bytesRead, rows) => {
    const now = performance.now();
    if (phase === told && now - last < progressMilliseconds) return;
    last = now;
    told = phase;
    hooks.onProgress?.({ phase, bytesRead, bytesTotal, rows });
  };
}
