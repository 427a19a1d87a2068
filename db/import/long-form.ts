/** A catalogue whose rows are single properties becomes one whose rows are items: of each property the latest value counts. */
import type { WritableDB } from '../connection.ts';
import { mapColumns } from './mapping.ts';
import type { Plan } from './plan.ts';
import { columnsOf, findColumns } from './profile.ts';
import { suspicious } from './record-reader.ts';
import type { FileRecord } from './record-reader.ts';
import { FileRejection } from './rejection.ts';
import { IssueList } from './report.ts';
import type { Table, TableReading } from './table.ts';
import { checkStructure, readRows, RowIssues } from './rows.ts';
import { readTime, timeSettings } from './values.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items given out between two turns of the event loop. */
const slice = 500;

/** The same plan where rows are items already. Values from `before` on are left out: the future must not leak into training. */
export async function pivotLongForm(db: WritableDB, plan: Plan, list: IssueList, signal?: AbortSignal): Promise<Plan> {
  const long = plan.known.layout?.long;
  if (long === undefined) return plan;
  const [key, time, property, value] = [long.key, long.time, long.property, long.value].map((name) => findColumns(name, plan.headers)[0] ?? -1) as [number, number, number, number];
  const settings = timeSettings(plan.mapping);
  const before = plan.mapping.before === undefined ? Infinity : readTime(plan.mapping.before, settings)?.ms ?? NaN;
  if (Number.isNaN(before)) throw new FileRejection('E_HEADER_REQUIRED', { line: 1, because: `date: "${plan.mapping.before}" is no time in ISO 8601;`, details: { found: 'before' } });
  db.exec(`
    CREATE TEMP TABLE long_properties (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TEMP TABLE long_values (item TEXT NOT NULL, property INTEGER NOT NULL, time INTEGER NOT NULL, value TEXT NOT NULL, line INTEGER NOT NULL, PRIMARY KEY (item, property)) STRICT, WITHOUT ROWID;`);
  const put = db.prepare(`INSERT INTO temp.long_values VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET time = excluded.time, value = excluded.value, line = excluded.line WHERE excluded.time >= time`);
  const add = db.prepare(`INSERT INTO temp.long_properties (name) VALUES (?)`);
  const properties = new Map<string, number>();
  const issues = new RowIssues(list);
  await readRows(plan, {
    signal,
    around: db.transaction((work: () => void) => work()),
    onRow(record) {
      if (checkStructure(record, plan, issues) !== 'ok') {
        issues.settle();
        return;
      }
      const cells = record.fields;
      const moment = readTime(cells[time]!, settings);
      if (moment === null) issues.reject('E_TIMESTAMP', { line: record.line, column: plan.headers[time]!, value: cells[time]! });
      if (issues.settle() || moment === null || moment.ms >= before) return;
      const name = cells[property]!.trim();
      let id = properties.get(name);
      if (id === undefined) properties.set(name, (id = Number(add.run(name).lastInsertRowid)));
      put.run(cells[key]!.trim(), id, moment.ms, cells[value]!, record.line);
    },
  });
  const names = [...properties.keys()];
  const headers = [plan.headers[key]!, ...names];
  const map = mapColumns(headers, 'catalog', [], { ...plan.mapping, format: plan.map.profile.id });
  const columnOf = new Map([...map.sources].map(([field, [first]]) => [field, first!]));
  const { layout: _, ...known } = columnsOf(map.profile, 'catalog');
  const ids = new Map([...properties.values()].map((id, index) => [id, index + 1]));
  const table: Table = { ...plan.table, headers, headerLine: 0, first: [], read: (reading) => readPivoted(db, headers.length, ids, reading) };
  return { ...plan, table, headers, map, known, columnOf, sample: [], lacking: null };
}

async function readPivoted(db: WritableDB, width: number, columns: ReadonlyMap<number, number>, { onRecord, around, signal }: TableReading): Promise<{ readonly visited: number }> {
  const items = db.prepare<[string], string>(`SELECT DISTINCT item FROM temp.long_values WHERE item > ? ORDER BY item LIMIT ${slice}`).pluck();
  const values = db.prepare<[string], { property: number; value: string; line: number }>(`SELECT property, value, line FROM temp.long_values WHERE item = ?`);
  let visited = 0;
  for (let page = items.all(''); page.length > 0; page = items.all(page.at(-1)!)) {
    signal?.throwIfAborted();
    around(() => {
      for (const item of page) {
        const fields = new Array<string>(width).fill('');
        fields[0] = item;
        let line = Infinity;
        for (const row of values.all(item)) {
          fields[columns.get(row.property)!] = row.value;
          line = Math.min(line, row.line);
        }
        visited += width;
        const record: FileRecord = { fields, line, lines: null, faults: [], suspect: fields.some((field) => suspicious.test(field)) };
        onRecord(record);
      }
    });
    await nextTurn();
  }
  return { visited };
}
