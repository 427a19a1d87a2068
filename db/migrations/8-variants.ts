import type { Migration } from '../migrate.ts';

/** A second text beside a draft. */
export const variants: Migration = {
  version: 8,
  sql: `
-- Variant B of a draft, as JSON of its features (variants.ts). It goes with its draft.
CREATE TABLE variants (
  item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
  features TEXT NOT NULL,
  currency TEXT NOT NULL
) STRICT;
`,
};
