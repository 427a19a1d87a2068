import type { Migration } from '../migrate.ts';

/**
 * The launch board: numbers with readiness, every edit of drafts as a named step, protected SKUs. Numbers of version 1 lack readiness
 * and the average to compare with, so they are not carried over: the board computes them again.
 */
export const drafts: Migration = {
  version: 4,
  sql: `
-- Whatever the board sorts, filters and counts drafts by, so that it never reads their descriptions.
DROP INDEX drafts;
CREATE INDEX drafts ON items (sku, title COLLATE NOCASE, brand COLLATE NOCASE, leaf COLLATE NOCASE, category, color, material, price, content_hash) WHERE status = 'draft';

DROP TABLE previews;
CREATE TABLE previews (
  item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
  run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  content_hash TEXT NOT NULL,
  exposure REAL NOT NULL,
  exposure_low REAL NOT NULL,
  exposure_high REAL NOT NULL,
  average REAL NOT NULL, -- exposure of an average SKU on the same panel
  reach REAL NOT NULL,
  median_rank REAL NOT NULL,
  confidence TEXT NOT NULL CHECK (confidence IN ('normal', 'low')),
  readiness REAL NOT NULL,
  PRIMARY KEY (item, run_id, content_hash)
) STRICT, WITHOUT ROWID;
-- Score and parts of the readiness as JSON; apart from the numbers, whose rows stay narrow enough to sort 100,000 of them.
CREATE TABLE preview_readiness (
  item INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  readiness TEXT NOT NULL,
  PRIMARY KEY (item, run_id, content_hash),
  FOREIGN KEY (item, run_id, content_hash) REFERENCES previews ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- 'undone' steps are newer than all others: a new step drops them.
CREATE TABLE edits (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  skus INTEGER NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT;
-- What a step did to one SKU, as JSON (edit-log.ts); NULL: there was, or is, nothing.
CREATE TABLE edit_changes (
  edit INTEGER NOT NULL REFERENCES edits (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('draft', 'protection')),
  sku TEXT NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (edit, kind, sku)
) STRICT, WITHOUT ROWID;

-- Share of its slots that a SKU may lose to a launch before a preview warns.
CREATE TABLE protections (
  item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
  share REAL NOT NULL CHECK (share >= 0 AND share <= 1)
) STRICT;
`,
};
