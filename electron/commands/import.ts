/** `import`: files in, with the report of import.md. */
import { stat } from 'node:fs/promises';
import type { ImportKind, ImportReport } from '../../db/records.ts';
import type { ImportMapping } from '../api/catalog.ts';
import type { Engine } from '../engine.ts';
import { printAnswer, readObject, readWords, UsageError, withEngine, type Command } from './command.ts';

const usage = 'import <workspace> --catalog FILE [--sessions FILE] [--drafts] [--retire-missing] [--map FILE] [--dry-run]';

/** Issues printed one by one; the report file has all. */
const shownIssues = 20;

export const importCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(
      words,
      { catalog: { type: 'string' }, sessions: { type: 'string' }, drafts: { type: 'boolean', default: false }, 'retire-missing': { type: 'boolean', default: false }, map: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
      usage,
    );
    if (values.drafts && values.sessions !== undefined) throw new UsageError('--drafts is about a catalogue: import the sessions by a command of their own.');
    const files = [
      { kind: 'catalog', path: values.catalog },
      { kind: 'sessions', path: values.sessions },
    ].filter((file): file is { kind: ImportKind; path: string } => file.path !== undefined);
    if (files.length === 0) throw new UsageError(`Name a file: --catalog FILE, --sessions FILE, or both. Usage: shelfsight ${usage}`);
    for (const { path } of files) {
      if (!(await stat(path).catch(() => null))?.isFile()) throw new UsageError(`There is no file ${path}.`);
    }
    const mapping = values.map === undefined ? {} : readMapping(values.map, files.map(({ kind }) => kind));
    const report = await withEngine(folder, spawn, async (engine) => {
      const stopTelling = tellProgress(engine);
      const reports: ImportReport[] = [];
      for (const { kind, path } of files) {
        const own = mapping[kind];
        const request = { kind, job: kind, asDrafts: values.drafts, dryRun: values['dry-run'], retireMissing: values['retire-missing'], ...(own === undefined ? {} : { mapping: own }) };
        const one = await engine.api.catalog.import({ file: await engine.adoptFile(path), ...request });
        reports.push(one);
        if (one.outcome === 'reject_file') break;
      }
      stopTelling();
      return reports.reduce(add);
    });
    printAnswer(values.json, withFlatIssues(report), () => describe(report));
    const accepted = report.files.reduce((sum, { rows }) => sum + rows.ok, 0);
    return accepted > 0 && report.outcome !== 'reject_file' && report.outcome !== 'cancelled' ? 0 : 1;
  },
};

/** import.md puts the fields of single codes (`expected`, `first_line`, …) beside the others. */
function withFlatIssues(report: ImportReport): object {
  return { ...report, issues: report.issues.map(({ details, ...issue }) => ({ ...issue, ...details })) };
}

/** A `--map` file is for the one file of the command, or has a part for each: `{"catalog": {…}, "sessions": {…}}`. */
function readMapping(file: string, kinds: readonly ImportKind[]): Partial<Record<ImportKind, ImportMapping>> {
  const content = readObject(file);
  if ('catalog' in content || 'sessions' in content) return content as Partial<Record<ImportKind, ImportMapping>>;
  if (kinds.length > 1) throw new UsageError(`${file} does not say which file it maps. With --catalog and --sessions it holds {"catalog": {…}, "sessions": {…}}.`);
  return { [kinds[0]!]: content };
}

/** Both files of one command are added up. */
function add(one: ImportReport, other: ImportReport): ImportReport {
  const counts = { ...one.issueCounts };
  for (const [code, count] of Object.entries(other.issueCounts)) counts[code] = (counts[code] ?? 0) + count;
  const severity = ['ok', 'partial', 'cancelled', 'reject_file'] as const;
  return {
    importId: other.importId ?? one.importId,
    outcome: severity[Math.max(severity.indexOf(one.outcome), severity.indexOf(other.outcome))]!,
    dryRun: one.dryRun,
    files: [...one.files, ...other.files],
    created: one.created + other.created,
    updated: one.updated + other.updated,
    unchanged: one.unchanged + other.unchanged,
    rejected: one.rejected + other.rejected,
    alreadyLive: one.alreadyLive + other.alreadyLive,
    retired: one.retired + other.retired,
    issues: [...one.issues, ...other.issues].slice(0, 1_000),
    issueCounts: counts,
    report: other.report ?? one.report,
    groups: [...one.groups, ...other.groups],
    difference: one.difference ?? other.difference,
    rejectedRows: one.rejectedRows ?? other.rejectedRows,
  };
}

function tellProgress(engine: Engine): () => void {
  let told = 0;
  return engine.on('import.progress', ({ file, phase, bytesRead, bytesTotal, rows }) => {
    const now = Date.now();
    if (phase !== 'done' && now - told < 1_000) return;
    told = now;
    const share = bytesTotal === 0 ? 100 : Math.floor((100 * bytesRead) / bytesTotal);
    process.stderr.write(`${file}: ${phase}, ${share} %, ${rows} rows\n`);
  });
}

function describe(report: ImportReport): string {
  const { files, created, updated, unchanged, rejected, alreadyLive, issues } = report;
  const lines = files.map(({ file, kind, format, encoding, delimiter, rows }) => `${file}: ${kind}, ${format}, ${encoding}, delimiter ${JSON.stringify(delimiter)}; ${rows.ok} rows read, ${rows.rejected} rejected, ${rows.skipped} skipped`);
  lines.push(`${report.dryRun ? 'Would be created' : 'Created'} ${created}, updated ${updated}, unchanged ${unchanged}, rejected ${rejected}${alreadyLive > 0 ? `, already live ${alreadyLive}` : ''}.`);
  if (report.difference !== null && report.difference.missing > 0) lines.push(`${report.difference.missing} live SKUs are not in the file; ${report.retired > 0 ? `${report.dryRun ? 'they would be' : 'they were'} retired` : 'they stay as they are'}.`);
  const emptied = Object.entries(report.difference?.emptied ?? {}).map(([field, count]) => `${field} of ${count}`);
  if (emptied.length > 0) lines.push(`Empty cells ${report.dryRun ? 'would clear' : 'cleared'}: ${emptied.join(', ')} SKUs.`);
  if (report.rejectedRows !== null) lines.push(`Rejected rows, each with its reason: ${report.rejectedRows}`);
  for (const { file, line, column, message, fix } of issues.slice(0, shownIssues)) {
    lines.push(`${file}${line === null ? '' : `, line ${line}`}${column === null ? '' : `, column ${column}`}: ${message}${fix ? ` ${fix}` : ''}`);
  }
  const more = issues.length - shownIssues;
  if (more > 0) lines.push(`… and ${more} more${report.report ? `, all of them in ${report.report}` : ''}.`);
  return lines.join('\n');
}
