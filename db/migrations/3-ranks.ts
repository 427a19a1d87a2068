import type { Migration } from '../migrate.ts';

/**
 * Reports bring along where each target stood (one byte a test prefix: its rank, or 0 beyond the longest list), so that two systems are
 * compared prefix by prefix. Those of version 2 lack it and are measured again when asked for.
 */
export const ranks: Migration = {
  version: 3,
  sql: `
DROP TABLE evaluations;
CREATE TABLE evaluations (
  system TEXT NOT NULL,
  data_hash TEXT NOT NULL,
  repeats TEXT NOT NULL CHECK (repeats IN ('allowed', 'removed')),
  report TEXT NOT NULL,
  ranks BLOB NOT NULL,
  evaluated_at INTEGER NOT NULL,
  PRIMARY KEY (system, data_hash, repeats)
) STRICT;
`,
};
