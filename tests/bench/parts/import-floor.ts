/**
 * What SQLite alone needs for what an import leaves behind: the rows of the file in the tables of a workspace, every index, every word in
 * the full-text index, one durable transaction. Nothing is checked, compared, hashed or kept for an undo. Bulk statements on sorted input:
 * no faster way to the same file is known to us.
 */
import { join } from 'node:path';
import { openWritable } from '../../../db/connection.ts';
import { openWorkspace } from '../../../db/database.ts';

/** `plain`: a database whose table `items` was filled by `.import`. Answers milliseconds by part. */
export async function fillBySql(folder: string, plain: string): Promise<Readonly<Record<'rows' | 'indexes' | 'search' | 'commit', number>>> {
  const workspace = join(folder, 'floor');
  await openWorkspace(workspace).close();
  const db = openWritable(join(workspace, 'workspace.sqlite'));
  const time = (work: () => void): number => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  try {
    db.prepare(`ATTACH ? AS plain`).run(plain);
    db.pragma('wal_autocheckpoint = 0');
    db.pragma('cache_size = -2048');
    db.exec('BEGIN IMMEDIATE');
    const indexes = db.prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'items' AND sql IS NOT NULL`).all();
    const rows = time(() => db.exec(`
      ${indexes.map(({ name }) => `DROP INDEX ${name};`).join(' ')}
      INSERT INTO categories (path, leaf) SELECT DISTINCT category_path, category_path FROM plain.items;
      INSERT INTO skus (id, sku, key) SELECT rowid, sku, sku FROM plain.items;
      INSERT INTO items (id, sku, status, title, brand, category, leaf, price, currency, color, content_hash, group_id, material, size, department, manufacturer, class, availability, image_url, line, description, attrs)
        SELECT source.rowid, source.sku, 'live', title, brand, categories.id, categories.leaf, price, '', '["' || color || '"]', hex(zeroblob(32)), '', '["' || material || '"]', size, '', '', '', '', '', source.rowid, description, '[["weight","' || weight || '"]]'
        FROM plain.items AS source CROSS JOIN categories ON categories.path = source.category_path;`));
    const built = time(() => db.exec(indexes.map(({ sql }) => sql).join(';')));
    const search = time(() => db.exec(`INSERT INTO items_search (rowid, sku, title, brand, category) SELECT items.id, sku, title, brand, path FROM items CROSS JOIN categories ON categories.id = items.category`));
    return { rows, indexes: built, search, commit: time(() => db.exec('COMMIT')) };
  } finally {
    db.close();
  }
}
