import type { Migration } from '../migrate.ts';

/** Whole imports can be taken back and done again; what was chosen for a file is kept for the next one of its shape. */
export const importUndo: Migration = {
  version: 7,
  sql: `
-- 'recorded': before-images were taken, so it can be taken back. 'undone': when that was done.
ALTER TABLE imports ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0 CHECK (recorded IN (0, 1));
ALTER TABLE imports ADD COLUMN undone INTEGER;
ALTER TABLE imports ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;

-- The other side of each SKU that an import changed: what was there before it, and once it is taken back, what it had made of it.
-- 'present' 0: there was no such SKU. 'left' is NULL while the import stands, then the text that taking it back left ('' for none):
-- only from exactly that it is done again. A SKU that an import created has no row before it is taken back: 'items.import' names it.
CREATE TABLE item_images (
  import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  item INTEGER NOT NULL,
  present INTEGER NOT NULL CHECK (present IN (0, 1)),
  left TEXT,
  source INTEGER,
  source_line INTEGER,
  sku TEXT, status TEXT, title TEXT, brand TEXT, category INTEGER, leaf TEXT, price REAL, currency TEXT, color TEXT, content_hash TEXT, group_id TEXT,
  material TEXT, size TEXT, department TEXT, manufacturer TEXT, class TEXT, availability TEXT, image_url TEXT, created_at INTEGER, description TEXT, attrs TEXT,
  PRIMARY KEY (import, item)
) STRICT;
CREATE INDEX item_images_by_source ON item_images (source, item);

-- Events of imports that are taken back, and the sessions they belong to.
CREATE TABLE undone_sessions (
  import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (import, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE undone_events (
  import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  session INTEGER NOT NULL,
  timestamp INTEGER NOT NULL,
  position INTEGER NOT NULL,
  sku INTEGER NOT NULL,
  type INTEGER NOT NULL,
  split INTEGER NOT NULL,
  line INTEGER NOT NULL,
  PRIMARY KEY (import, session, timestamp, position, sku, type)
) STRICT, WITHOUT ROWID;

-- What was chosen for files of one shape; 'file' is the last one, 'mapping' JSON.
CREATE TABLE mappings (
  shape TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  at INTEGER NOT NULL,
  mapping TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
