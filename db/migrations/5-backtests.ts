import type { Migration } from '../migrate.ts';

/** Back-tests of launches, each with the run that knows nothing of them, and what became of every launch. */
export const backtests: Migration = {
  version: 5,
  sql: `
-- 'definition' says what was hidden and how it was trained, 'report' what came of it; both are JSON. 'data_hash' is of everything, before hiding.
CREATE TABLE backtests (
  id TEXT PRIMARY KEY,
  run_id TEXT,
  definition TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'stopped', 'done', 'failed')),
  started_at INTEGER NOT NULL,
  seconds REAL NOT NULL DEFAULT 0,
  launches INTEGER NOT NULL,
  data_hash TEXT NOT NULL,
  data_version INTEGER NOT NULL,
  report TEXT,
  message TEXT
) STRICT;
CREATE TABLE backtest_launches (
  backtest TEXT NOT NULL REFERENCES backtests (id) ON DELETE CASCADE,
  sku TEXT NOT NULL,
  title TEXT NOT NULL,
  brand TEXT NOT NULL,
  category TEXT NOT NULL,
  first_seen INTEGER,
  predicted REAL NOT NULL,
  clicks REAL NOT NULL,
  exposure REAL NOT NULL,
  category_popularity REAL NOT NULL,
  title_similarity REAL NOT NULL,
  actual INTEGER NOT NULL,
  moments INTEGER NOT NULL,
  factor REAL NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('chosen', 'reported')),
  confidence TEXT NOT NULL CHECK (confidence IN ('normal', 'low')),
  reasons TEXT NOT NULL,
  PRIMARY KEY (backtest, sku)
) STRICT, WITHOUT ROWID;
`,
};
