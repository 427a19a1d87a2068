/** What is interrupted: operations that change a workspace, each from a state that it makes itself. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlain } from '../../db/connection.ts';
import { openWorkspace, type Workspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { RefusedFile } from '../../db/errors.ts';
import { importAside } from '../../db/import/aside.ts';
import { moveImport } from '../../db/import-undo.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { draftsWithoutNumbers, savePreviews } from '../../db/previews.ts';
import type { ImportKind } from '../../db/records.ts';
import type { RecoveryWay } from '../../db/records.ts';
import { recoverWorkspace } from '../../db/recovery.ts';
import { createRun } from '../../db/runs.ts';
import { Random } from '../../models/random.ts';
import { leaves, spoil } from '../helpers/damage.ts';
import { features, newRun } from '../helpers/database.ts';

export interface Operation {
  /** Fills an empty folder with the state before. */
  prepare(folder: string): Promise<void>;
  /** Opens the workspace, does it, closes. @throws Error where it was refused: a report that says so counts as a throw of its sentence */
  run(folder: string): Promise<void>;
}

const words = ['hinge', 'bolt', 'lamp', 'oak', 'brass', 'steel', 'hex', 'soft', 'täppan', '灯具', 'قفل', 'long'];
const newest = migrations.at(-1)!.version;

/** A catalogue whose rows depend on their number and on `edition`; every 20th row has no title, every seventh an odd price. */
function catalog(first: number, rows: number, edition: string, description = 40): string {
  const random = new Random(first + edition.length);
  const some = (count: number): string => Array.from({ length: count }, () => words[random.below(words.length)]).join(' ');
  const lines = Array.from({ length: rows }, (_, index) => {
    const at = first + index;
    return [`sku-${at}`, at % 20 === 3 ? '' : `${some(4)} ${at} ${edition}`, `Brand ${at % 7}`, `Home > ${words[at % 5]}`, at % 7 === 1 ? 'dear' : (at % 90) + 0.5, some(description)].join(',');
  });
  return ['sku,title,brand,category_path,price,description', ...lines, ''].join('\n');
}

function sessions(count: number, skus: number): string {
  const random = new Random(count);
  const rows = Array.from({ length: count }, (_, session) => Array.from({ length: 6 }, (_, at) => `s${session},sku-${random.below(skus)},${1_700_000_000 + 60 * at + 1_000 * session}`));
  return ['session_id,sku,timestamp', ...rows.flat(), ''].join('\n');
}

async function within<T>(folder: string, work: (workspace: Workspace) => T | Promise<T>): Promise<T> {
  const workspace = openWorkspace(folder);
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

async function bring(workspace: Workspace, name: string, kind: ImportKind, more: { readonly asDrafts?: boolean; readonly retireMissing?: boolean } = {}): Promise<number> {
  const path = join(workspace.folder, name);
  const report = await importAside(workspace, path, name, statSync(path).size, { kind, ...more }, {}); // larger ones on a thread of their own
  if (report.importId === null || report.outcome === 'reject_file') throw Object.assign(new Error(report.issues.map(({ message }) => message).join(' ')), { code: 'invalid' });
  return report.importId;
}

/** A workspace with a catalogue, sessions and drafts; the next catalogue lies beside it. */
async function prepareShop(folder: string, next = catalog(150, 300, 'new')): Promise<void> {
  const files = { 'first.csv': catalog(0, 300, 'old'), 'sessions.csv': sessions(80, 300), 'drafts.csv': catalog(9_000, 40, 'draft'), 'next.csv': next, 'more.csv': sessions(160, 320) };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await within(folder, async (workspace) => {
    await bring(workspace, 'first.csv', 'catalog');
    await bring(workspace, 'sessions.csv', 'sessions');
    await bring(workspace, 'drafts.csv', 'catalog', { asDrafts: true });
    await workspace.write((db) => createRun(db, newRun('run-1')));
  });
}

const number = 0.01;
const numbers = { exposure: number, exposureInterval: [0, number], averageExposure: number, reach: number, medianRank: 7, confidence: 'normal', readiness: { score: 60, parts: [], missing: ['color'] } } as const;

/** What a release of each version left behind: rows in the tables that it brought, some of which later ones drop or fill anew. */
const rowsOfVersion: Readonly<Record<number, string>> = {
  1: `INSERT INTO categories VALUES (1, '["Home"]', 'Home');
    INSERT INTO imports (kind, file, at, outcome, drafts, created, updated, unchanged, rejected, already_live, files, detected, issue_counts) VALUES ('catalog', 'old.csv', 5, 'ok', 0, 500, 0, 0, 0, 0, '[]', 'null', '{}');
    INSERT INTO import_issues VALUES (1, 0, '{}');
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO skus (id, sku, key) SELECT i, 'sku-' || i, 'sku-' || i FROM n;
    INSERT INTO items (id, sku, status, title, brand, category, leaf, currency, color, content_hash, group_id, material, size, department, manufacturer, class, availability, image_url, import, line, description, attrs)
      SELECT id, sku, iif(id % 3 = 0, 'draft', 'live'), 'title ' || id, 'Acme', 1, 'Home', '', '[]', 'h' || id, '', '[]', '', '', '', '', '', '', 1, id, 'words', '[]' FROM skus;
    INSERT INTO items_search (rowid, sku, title, brand, category) SELECT id, sku, title, brand, 'Home' FROM items;
    INSERT INTO sessions (id, session_id, user_id, start, length) SELECT id, 's' || id, '', 0, 1 FROM skus WHERE id <= 100;
    INSERT INTO events SELECT id, id, -1, id, 0, 0, 1, id FROM skus WHERE id <= 100;
    INSERT INTO runs (run_id, model, head, mode, seed, config, status, device, started_at, data_hash, data_version, hidden, evaluation) VALUES ('r', 'm2trec', 'tied', 'causal', 1, '{}', 'done', 'cpu', 1, 'x', 0, '[]', '{}');
    INSERT INTO run_curve VALUES ('r', 1, 0, 1, 2.5, NULL);
    INSERT INTO previews SELECT id, 'r', 'h' || id, 0.5, 0.4, 0.6, 0.5, 7, 'normal' FROM skus WHERE id % 3 = 0;`,
  2: `INSERT INTO evaluations (system, data_hash, repeats, report, evaluated_at) VALUES ('r', 'x', 'allowed', '{}', 1), ('popularity', 'x', 'removed', '{}', 1);`,
  3: `INSERT INTO evaluations VALUES ('r', 'x', 'allowed', '{}', x'000120', 1);`,
  4: `INSERT INTO previews SELECT id, 'r', 'h' || id, 0.5, 0.4, 0.6, 0.3, 0.5, 7, 'normal', 60 FROM skus WHERE id % 3 = 0;
    INSERT INTO preview_readiness SELECT item, run_id, content_hash, '{}' FROM previews;
    INSERT INTO edits (name, at, skus, undone) VALUES ('edit of sku-3', 1, 1, 0), ('protection of sku-1', 2, 1, 1);
    INSERT INTO edit_changes VALUES (1, 'draft', 'sku-3', NULL, '{}'), (2, 'protection', 'sku-1', NULL, '0.1');
    INSERT INTO protections VALUES (2, 0.25);`,
  5: `INSERT INTO backtests (id, run_id, definition, status, started_at, launches, data_hash, data_version, report) VALUES ('b', 'r', '{}', 'done', 1, 1, 'x', 0, '{}');
    INSERT INTO backtest_launches VALUES ('b', 'sku-1', 'title 1', 'Acme', 'Home', NULL, 0.1, 0.1, 0.1, 0.1, 0.1, 3, 100, 1.5, 'reported', 'normal', '[]');`,
  6: `INSERT INTO reports VALUES ('r', 'x', '{}', 1);`,
  7: `UPDATE imports SET recorded = 1;
    INSERT INTO item_images (import, item, present) VALUES (1, 1, 0);
    INSERT INTO undone_sessions VALUES (1, 900, 's900', '');
    INSERT INTO undone_events VALUES (1, 900, -1, 0, 1, 0, 0, 7);
    INSERT INTO mappings VALUES ('sku,title', 'old.csv', 1, '{}');`,
  8: `INSERT INTO variants VALUES (3, '{}', 'EUR');`,
};

/** A workspace as a release of that version would have left it, itself brought up from the first. */
function prepareVersion(version: number) {
  return async (folder: string): Promise<void> => {
    const db = openPlain(join(folder, 'workspace.sqlite'));
    db.pragma('journal_mode = WAL');
    for (const migration of migrations.slice(0, version)) {
      migrate(db, [migration]);
      db.exec(rowsOfVersion[migration.version]!);
    }
    db.close();
  };
}

const migrating = migrations.slice(0, -1).map(({ version }): [string, Operation] => [
  `migration from version ${version} to ${newest}`, { prepare: prepareVersion(version), run: (folder) => within(folder, () => {}) },
]);

const importing = (name: string, kind: ImportKind, more: { readonly asDrafts?: boolean; readonly retireMissing?: boolean } = {}): Operation => ({
  prepare: prepareShop, run: (folder) => within(folder, async (workspace) => void (await bring(workspace, name, kind, more))),
});

/** The newest import. Undoing is asked for by the state: one that is taken back already is not taken back again. */
async function move(workspace: Workspace, way: 'undo' | 'redo'): Promise<void> {
  const { id, undone } = workspace.reader.prepare<[], { id: number; undone: number | null }>(`SELECT max(id) AS id, undone FROM imports`).get()!;
  if ((undone === null) === (way === 'undo')) await moveImport(workspace, { id, way });
}

const prepareNext = (name: string, kind: ImportKind) => async (folder: string): Promise<void> => {
  await prepareShop(folder);
  await within(folder, (workspace) => bring(workspace, name, kind));
};

/** A catalogue without sessions, and so many of them that more than one statement copies them. */
async function prepareCatalog(folder: string): Promise<void> {
  writeFileSync(join(folder, 'first.csv'), catalog(0, 300, 'old'));
  writeFileSync(join(folder, 'sessions.csv'), sessions(1_800, 320));
  await within(folder, (workspace) => bring(workspace, 'first.csv', 'catalog'));
}

/** A shop with a page of items spoiled, as a process that was killed left it: with a log beside it, of which no page holds. */
async function prepareDamaged(folder: string): Promise<void> {
  await prepareShop(folder);
  const file = join(folder, 'workspace.sqlite');
  spoil(file, leaves(file, 'items').slice(0, 1));
  const bytes = readFileSync(file);
  bytes.fill(2, 18, 20); // the header says that there may be a log
  writeFileSync(file, bytes);
  writeFileSync(`${file}-wal`, 'ends in its header');
}

/** What the screen offers; where an earlier try got as far as the new file, the old log beside it. */
const recovering = (way: RecoveryWay): Operation => ({
  prepare: prepareDamaged,
  async run(folder) {
    try {
      await within(folder, () => {});
    } catch (error) {
      if (!(error instanceof RefusedFile)) throw error;
      await recoverWorkspace(folder, error.refusal === 'stray-log' ? 'log' : way);
    }
  },
});

export const operations: Readonly<Record<string, Operation>> = {
  'import of a catalogue': importing('next.csv', 'catalog'),
  'import that retires': importing('next.csv', 'catalog', { retireMissing: true }),
  'import as drafts': importing('next.csv', 'catalog', { asDrafts: true }),
  'import of sessions': importing('more.csv', 'sessions'),
  'import of the first sessions': { ...importing('sessions.csv', 'sessions'), prepare: prepareCatalog },
  // Its log is moved into the file on a thread of its own.
  'import of 12 MB': { ...importing('next.csv', 'catalog'), prepare: (folder) => prepareShop(folder, catalog(0, 6_000, 'wide', 300)) },
  'undo of an import': { prepare: prepareNext('next.csv', 'catalog'), run: (folder) => within(folder, (workspace) => move(workspace, 'undo')) },
  'undo of sessions': { prepare: prepareNext('more.csv', 'sessions'), run: (folder) => within(folder, (workspace) => move(workspace, 'undo')) },
  'redo of an import': {
    prepare: async (folder) => {
      await prepareNext('next.csv', 'catalog')(folder);
      await within(folder, (workspace) => move(workspace, 'undo'));
    },
    run: (folder) => within(folder, (workspace) => move(workspace, 'redo')),
  },
  'numbers of the board': {
    prepare: prepareShop,
    run: (folder) => within(folder, (workspace) => workspace.write((db) => savePreviews(db, 'run-1', draftsWithoutNumbers(db, 'run-1').map((draft) => ({ ...draft, ...numbers }))))),
  },
  'a new workspace': { prepare: async () => {}, run: (folder) => within(folder, () => {}) },
  'a copy at closing': {
    prepare: async (folder) => {
      await prepareShop(folder);
      rmSync(join(folder, 'backups'), { recursive: true });
    },
    run: (folder) => within(folder, () => {}),
  },
  'an edit of a draft': { prepare: prepareShop, run: (folder) => within(folder, (workspace) => workspace.write((db) => void saveDraft(db, 'sku-9001', features({ title: 'Hinge of oak', description: 'x'.repeat(9_000) })))) },
  'restoring a backup': recovering('restore'),
  'a salvage': recovering('salvage'),
  ...Object.fromEntries(migrating),
};
