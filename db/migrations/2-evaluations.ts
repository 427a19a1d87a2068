import type { Migration } from '../migrate.ts';

/**
 * Reports stand on their own, since baselines have no run. Those of version 1 lack measures a comparison needs, so they are not carried
 * over: a run can be evaluated again at any time.
 */
export const evaluations: Migration = {
  version: 2,
  sql: `
ALTER TABLE runs DROP COLUMN evaluation;
-- Seconds into the run, where a curve point knows them.
ALTER TABLE run_curve ADD COLUMN elapsed REAL;

-- 'system' is a run id or the name of a baseline. Other data find no row.
CREATE TABLE evaluations (
  system TEXT NOT NULL,
  data_hash TEXT NOT NULL,
  repeats TEXT NOT NULL CHECK (repeats IN ('allowed', 'removed')),
  report TEXT NOT NULL,
  evaluated_at INTEGER NOT NULL,
  PRIMARY KEY (system, data_hash, repeats)
) STRICT;
`,
};
