/** Limits of the import contract; what lies beyond is an issue with a code, never a crash. */
export const limits = {
  columns: 512,
  fieldCharacters: 1_048_576,
  skuCharacters: 256,
  titleCharacters: 1_000,
  categoryLevels: 10,
  /** Elements in elements, and values in values. */
  depth: 64,
  /** Attributes of one XML element. */
  attributes: 512,
  /** Issues in a report; counts and the report file have them all. */
  listedIssues: 1_000,
  /** Lines searched for a header that stands further down. */
  headerSearchLines: 30,
  /** Longer sessions are stored whole; models read their last events. */
  modelContext: 50,
} as const;
