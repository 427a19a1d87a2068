/** Version 1: catalogue, sessions, imports, training runs, board numbers. */
import type { Migration } from '../migrate.ts';

export const workspace: Migration = {
  version: 1,
  sql: `
-- Counts changes of what a model learns from (live items, events): a run remembers the number it was trained at.
CREATE TABLE data_version (version INTEGER NOT NULL) STRICT;
INSERT INTO data_version VALUES (0);

-- Imports and what they had to say. 'files' and 'detected' are JSON, as shown to the user.
CREATE TABLE imports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('catalog', 'sessions')),
  file TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'partial', 'reject_file')),
  drafts INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  already_live INTEGER NOT NULL,
  files TEXT NOT NULL,
  detected TEXT NOT NULL,
  issue_counts TEXT NOT NULL,
  report TEXT
) STRICT;
CREATE TABLE import_issues (
  import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  issue TEXT NOT NULL,
  PRIMARY KEY (import, ordinal)
) STRICT, WITHOUT ROWID;

-- Every SKU ever named, by a catalogue or by an event. 'key' is the SKU after NFC: two spellings of one SKU are one row.
CREATE TABLE skus (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  events INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Distinct category paths; 'path' is a JSON list of levels, '[]' where an item has none.
CREATE TABLE categories (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  leaf TEXT NOT NULL
) STRICT;

-- 'sku', 'leaf' and 'events' repeat what stands elsewhere, so that each sort order of the grid is one index.
CREATE TABLE items (
  id INTEGER PRIMARY KEY REFERENCES skus (id),
  sku TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'retired')),
  title TEXT NOT NULL,
  brand TEXT NOT NULL,
  category INTEGER NOT NULL REFERENCES categories (id),
  leaf TEXT NOT NULL,
  price REAL CHECK (price >= 0 AND price < 9e999),
  currency TEXT NOT NULL,
  color TEXT NOT NULL,
  events INTEGER NOT NULL DEFAULT 0,
  content_hash TEXT NOT NULL,
  group_id TEXT NOT NULL,
  material TEXT NOT NULL,
  size TEXT NOT NULL,
  department TEXT NOT NULL,
  manufacturer TEXT NOT NULL,
  class TEXT NOT NULL,
  availability TEXT NOT NULL,
  image_url TEXT NOT NULL,
  created_at INTEGER,
  import INTEGER REFERENCES imports (id),
  line INTEGER,
  description TEXT NOT NULL,
  attrs TEXT NOT NULL
) STRICT;
-- The status stands in each index so that filtering by it needs no row. There is none by status alone: SQLite would take it and sort.
CREATE INDEX items_by_sku ON items (sku, status);
CREATE INDEX items_by_title ON items (title COLLATE NOCASE, status);
CREATE INDEX items_by_brand ON items (brand COLLATE NOCASE, status);
CREATE INDEX items_by_leaf ON items (leaf COLLATE NOCASE, status);
CREATE INDEX items_by_price ON items (price, status);
CREATE INDEX items_by_events ON items (events, status);
CREATE INDEX items_by_category ON items (category, status);
CREATE INDEX drafts ON items (sku) WHERE status = 'draft';
-- The one door to what counts: whatever is learned from, recommended or counted as the catalogue reads this view.
CREATE VIEW live_items AS SELECT * FROM items WHERE status = 'live';
CREATE VIRTUAL TABLE items_search USING fts5 (
  sku, title, brand, category,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  start INTEGER,
  length INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sessions_by_length ON sessions (length);
-- 'timestamp' (ms, UTC) and 'position' are -1 where the file has none: they are part of the identity of an event, and NULLs are
-- never equal. 'type' and 'split' are codes (event-codes.ts). The key is also the order in which sessions are read.
CREATE TABLE events (
  session INTEGER NOT NULL REFERENCES sessions (id),
  timestamp INTEGER NOT NULL,
  position INTEGER NOT NULL,
  sku INTEGER NOT NULL REFERENCES skus (id),
  type INTEGER NOT NULL,
  split INTEGER NOT NULL,
  import INTEGER NOT NULL REFERENCES imports (id),
  line INTEGER NOT NULL,
  PRIMARY KEY (session, timestamp, position, sku, type)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_sku ON events (sku, session);
CREATE TABLE event_totals (split INTEGER PRIMARY KEY, events INTEGER NOT NULL) STRICT;

CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  head TEXT NOT NULL CHECK (head IN ('tied', 'id')),
  mode TEXT NOT NULL CHECK (mode IN ('causal', 'prefix')),
  seed INTEGER NOT NULL,
  config TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'stopped', 'done', 'failed')),
  device TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  seconds REAL NOT NULL DEFAULT 0,
  epochs INTEGER NOT NULL DEFAULT 0,
  best_epoch INTEGER,
  parameters INTEGER NOT NULL DEFAULT 0,
  attributes TEXT NOT NULL DEFAULT '[]',
  validation TEXT,
  evaluation TEXT,
  data_hash TEXT NOT NULL,
  data_version INTEGER NOT NULL,
  hidden TEXT NOT NULL,
  message TEXT,
  active INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX one_active_run ON runs (active) WHERE active = 1;
CREATE TABLE run_curve (
  run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  kind INTEGER NOT NULL, -- 0: a step, 1: the end of an epoch, with its validation
  epoch INTEGER NOT NULL,
  loss REAL NOT NULL,
  validation TEXT,
  PRIMARY KEY (run_id, step, kind)
) STRICT, WITHOUT ROWID;

-- The board's numbers. They hold for one model and one text of the draft: another run or an edit finds no row.
CREATE TABLE previews (
  item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
  run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  content_hash TEXT NOT NULL,
  exposure REAL NOT NULL,
  exposure_low REAL NOT NULL,
  exposure_high REAL NOT NULL,
  reach REAL NOT NULL,
  median_rank REAL NOT NULL,
  confidence TEXT NOT NULL CHECK (confidence IN ('normal', 'low')),
  PRIMARY KEY (item, run_id, content_hash)
) STRICT, WITHOUT ROWID;
`,
};
