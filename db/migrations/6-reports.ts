import type { Migration } from '../migrate.ts';

/** The report of a model takes seconds to minutes to measure, so it is kept: one for each run and data, a later one replaces it. */
export const reports: Migration = {
  version: 6,
  sql: `
CREATE TABLE reports (
  run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  data_hash TEXT NOT NULL,
  report TEXT NOT NULL,
  measured_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, data_hash)
) STRICT;
`,
};
