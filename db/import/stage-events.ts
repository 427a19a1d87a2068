/** Second reading of a sessions file: valid events go to temporary tables, sessions and SKUs as numbers. */
import type { WritableDB } from '../connection.ts';
import { skuKey } from '../stored-item.ts';
import type { Plan } from './plan.ts';
import type { FileRecord } from './record-reader.ts';
import type { IssueList } from './report.ts';
import { checkStructure, cleanCells, readRows, RowIssues } from './rows.ts';
import type { RowCounts } from './rows.ts';
import type { StageProgress } from './stage-items.ts';
import { refuseNoRows } from './survey.ts';
import { prepareEventReader } from './validate-events.ts';
import type { ReadEvent } from './validate-events.ts';

/** Names kept in memory to save a look into the temporary table; beyond that all are looked up again. */
const rememberedNames = { staged_sessions: 10_000, staged_skus: 400_000 } as const; // events of a session mostly stand together, those of a SKU nowhere

export async function stageEvents(db: WritableDB, plan: Plan, list: IssueList, progress: StageProgress): Promise<RowCounts> {
  db.exec(`
    CREATE TEMP TABLE staged_sessions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, events INTEGER NOT NULL DEFAULT 0, target INTEGER) STRICT;
    CREATE TEMP TABLE staged_skus (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sku TEXT NOT NULL, target INTEGER, unknown INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TEMP TABLE staged_events (
      session INTEGER NOT NULL, timestamp INTEGER NOT NULL, position INTEGER NOT NULL, sku INTEGER NOT NULL, type INTEGER NOT NULL,
      split INTEGER NOT NULL, line INTEGER NOT NULL, PRIMARY KEY (session, timestamp, position, sku, type)) STRICT, WITHOUT ROWID;`);
  const insert = db.prepare(`INSERT INTO temp.staged_events (session, timestamp, position, sku, type, split, line) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  const sessions = prepareNames(db, 'staged_sessions', 'user_id');
  const skus = prepareNames(db, 'staged_skus', 'sku');
  const countEvents = db.prepare(`UPDATE temp.staged_sessions SET events = events + ? WHERE id = ?`);
  const reader = prepareEventReader(plan);
  const issues = new RowIssues(list);
  const counts: RowCounts = { ok: 0, rejected: 0, skipped: 0 };
  const order = new OrderCheck();
  let duplicates = 0;
  let firstDuplicate = 0;
  let session = 0;
  let sessionId: string | null = null;
  let sessionEvents = 0;
  const closeSession = (): void => {
    if (sessionEvents > 0) countEvents.run(sessionEvents, session);
    sessionEvents = 0;
  };

  const stage = (event: ReadEvent, line: number): boolean => {
    if (event.sessionId !== sessionId) {
      closeSession();
      const { id, created } = sessions(event.sessionId, event.userId);
      order.enter(created);
      session = id;
      sessionId = event.sessionId;
    }
    order.see(event);
    const sku = skus(skuKey(event.sku), event.sku).id;
    if (insert.run(session, event.timestamp, event.position, sku, event.type, event.split, line).changes === 0) return false;
    sessionEvents += 1;
    return true;
  };
  const onRow = (record: FileRecord): void => {
    const structure = checkStructure(record, plan, issues);
    const event = structure === 'ok' ? reader.read(record, cleanCells(record, plan, issues), issues) : null;
    const { reason } = issues;
    if (issues.settle()) {
      counts.rejected += 1;
      progress.onRejected?.(record, reason);
    } else if (event === null) counts.skipped += 1;
    else if (stage(event, record.line)) counts.ok += 1;
    else {
      counts.skipped += 1;
      duplicates += 1;
      if (duplicates === 1) firstDuplicate = record.line;
    }
  };
  let bytes = 0;
  const { records } = await readRows(plan, {
    signal: progress.signal,
    around: db.transaction((work: () => void) => {
      work();
      progress.onRead?.(bytes, counts.ok + counts.rejected);
    }),
    onRead: (read) => {
      bytes = read;
    },
    onRow,
    onEndMark: (line) => list.add('W_CONTROL_CHAR', { line, because: 'ctrl-z' }),
  });
  refuseNoRows(plan, records);
  closeSession();
  if (duplicates > 0) list.add('W_EVENT_DUPLICATE', { line: firstDuplicate, details: { count: duplicates } });
  if (reader.units.size > 1) list.add('W_TIMESTAMP_UNITS', { column: plan.headers[plan.columnOf.get('timestamp')!]!, because: [...reader.units].sort().reverse().join(' and ') });
  if (order.disturbed) list.add('I_SORTED', {});
  return counts;
}

/** Whether the file's order is not the order of the events within each session. */
class OrderCheck {
  disturbed = false;
  #timestamp = -1;
  #position = -1;

  /** Another session begins, or one that was left goes on. */
  enter(isNew: boolean): void {
    if (!isNew) this.disturbed = true;
    this.#timestamp = -1;
    this.#position = -1;
  }

  see({ timestamp, position }: ReadEvent): void {
    if (timestamp < this.#timestamp || (timestamp === this.#timestamp && position < this.#position)) this.disturbed = true;
    this.#timestamp = timestamp;
    this.#position = position;
  }
}

/** Gives each name of a file a number, in a temporary table with the more recent ones in memory. */
function prepareNames(db: WritableDB, table: 'staged_sessions' | 'staged_skus', extra: 'user_id' | 'sku'): (name: string, value: string) => { readonly id: number; readonly created: boolean } {
  const find = db.prepare<[string], number>(`SELECT id FROM temp.${table} WHERE name = ?`).pluck();
  const insert = db.prepare(`INSERT INTO temp.${table} (name, ${extra}) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`);
  const remembered = new Map<string, number>();
  let returns = false; // sessions of a file in their order never do: nothing is kept of them
  return (name, value) => {
    const known = remembered.get(name);
    if (known !== undefined) return { id: known, created: false };
    // Most names that are not remembered are new.
    const { changes, lastInsertRowid } = insert.run(name, value);
    const id = changes === 1 ? Number(lastInsertRowid) : find.get(name)!;
    returns ||= changes === 0;
    if (!returns) return { id, created: true };
    if (remembered.size >= rememberedNames[table]) remembered.clear();
    remembered.set(Buffer.from(name).toString(), id); // a copy: a slice would keep its chunk of the file in memory
    return { id, created: changes === 1 };
  };
}
