/** What goes with an item's row because it belongs to it: variant B, the mark of protection, the board's numbers. A step that removes an item keeps them. */
import type { WritableDB } from './connection.ts';
import type { Existing } from './stored-item.ts';

type Columns = Readonly<Record<string, string | number | null>>;

/** Rows without their item, by table; tables without rows are left out. */
export type Belongings = Readonly<Record<string, readonly Columns[]>>;

interface Table {
  readonly name: string;
  /** Of `@item`, whose text has the hash `@hash`. */
  readonly rows: string;
  /** What must still be there for a row to come back. */
  readonly stands?: string;
}

/** In the order in which they can be put back. Numbers of an earlier text are of no use to anyone. */
const tables: readonly Table[] = [
  { name: 'variants', rows: `item = @item` },
  { name: 'protections', rows: `item = @item` },
  { name: 'previews', rows: `item = @item AND content_hash = @hash`, stands: `EXISTS (SELECT 1 FROM runs WHERE run_id = @run_id)` },
  { name: 'preview_readiness', rows: `item = @item AND content_hash = @hash`, stands: `EXISTS (SELECT 1 FROM runs WHERE run_id = @run_id)` },
];

/** Removes an item and answers what belonged to it: undefined where nothing did. Prepared once for many. */
export function prepareRemoval(db: WritableDB): (item: Pick<Existing, 'id' | 'contentHash'>) => Belongings | undefined {
  const reads = tables.map(({ name, rows }) => [name, db.prepare<[{ item: number; hash: string }], Columns>(`SELECT * FROM ${name} WHERE ${rows}`)] as const);
  const remove = db.prepare(`DELETE FROM items WHERE id = ?`);
  const unindex = db.prepare(`DELETE FROM items_search WHERE rowid = ?`);
  return ({ id, contentHash }) => {
    const owned = reads.map(([name, read]) => [name, read.all({ item: id, hash: contentHash }).map(({ item: _, ...columns }) => columns)] as const).filter(([, rows]) => rows.length > 0);
    remove.run(id);
    unindex.run(id);
    return owned.length === 0 ? undefined : Object.fromEntries(owned);
  };
}

/** To an item that has just come back. */
export function putBelongings(db: WritableDB, item: number, belongings: Belongings): void {
  for (const { name, stands } of tables) {
    for (const columns of belongings[name] ?? []) {
      const names = Object.keys(columns);
      db.prepare(`INSERT INTO ${name} (item, ${names.join(', ')}) SELECT @item, ${names.map((column) => `@${column}`).join(', ')} ${stands === undefined ? '' : `WHERE ${stands}`}`).run({ ...columns, item });
    }
  }
}
