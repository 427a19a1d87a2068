import type { Migration } from '../migrate.ts';

/** Saved views of the board, and which columns its grid and the catalogue's show. */
export const views: Migration = {
  version: 9,
  sql: `
-- 'detail' is what stands in the address of the board: filters, order and columns.
CREATE TABLE views (
  name TEXT PRIMARY KEY COLLATE NOCASE,
  detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Keys of the shown columns in their order, as a JSON list.
CREATE TABLE grid_columns (
  grid TEXT PRIMARY KEY CHECK (grid IN ('board', 'catalog')),
  columns TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
