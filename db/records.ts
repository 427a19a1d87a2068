/**
 * The vocabulary of the workspace: what a row means, in every layer. Imports nothing.
 * Text is the file's text, untouched but for trimmed keys; text for the model is derived and never replaces it.
 */

export type ItemStatus = 'draft' | 'live' | 'retired';

/** The metadata a model may read. Nothing here identifies a SKU: two items with equal features are the same item to a model. */
export interface ItemFeatures {
  readonly title: string;
  readonly description: string;
  readonly brand: string;
  /** From the broadest level to the leaf; L1, L2, L3 and leaf are derived from it. At most 10 levels. */
  readonly categoryPath: readonly string[];
  readonly color: readonly string[];
  readonly material: readonly string[];
  readonly size: string;
  readonly department: string;
  readonly manufacturer: string;
  /** Finite and >= 0, or null where the catalogue gives none. */
  readonly price: number | null;
  /** Every further column under its header name. Pairs, not an object: headers such as `__proto__` are data. */
  readonly attrs: readonly (readonly [name: string, value: string])[];
}

export interface Item extends ItemFeatures {
  readonly sku: string;
  readonly groupId: string;
  readonly class: string;
  readonly currency: string;
  readonly availability: string;
  /** Stored, shown as text, never opened. */
  readonly imageUrl: string;
  /** Milliseconds since 1970, UTC. */
  readonly createdAt: number | null;
  readonly status: ItemStatus;
}

export type EventType = 'view' | 'cart' | 'purchase' | 'other';
export type Split = 'train' | 'valid' | 'test';

/** One step of a shopping session. The SKU need not be in the catalogue: it counts as soon as it is imported. */
export interface SessionEvent {
  readonly sessionId: string;
  readonly sku: string;
  readonly timestamp: number | null;
  readonly position: number | null;
  readonly type: EventType;
  readonly userId: string;
  readonly split: Split | null;
}

/** Split codes inside typed arrays (`SessionTable.splits`). */
export const splitCodes = { none: 0, train: 1, valid: 2, test: 3 } as const;

/**
 * Sessions as flat arrays (CSR), ordered as the import contract says (time, then position, then file order).
 * Session s holds the events `offsets[s] .. offsets[s + 1]`.
 */
export interface SessionTable {
  /** [sessions + 1] */
  readonly offsets: Int32Array;
  /** [events] row of the item in the catalogue it was read with; -1 where the catalogue does not hold the SKU. */
  readonly items: Int32Array;
  /** [events] one of `splitCodes`. */
  readonly splits: Uint8Array;
}

export type IssueSeverity = 'file' | 'row' | 'warn' | 'info';

/** One problem of an import: what, where, and what to do. Codes are the contract (`E_…`, `W_…`, `I_…`). */
export interface Issue {
  readonly code: string;
  readonly severity: IssueSeverity;
  readonly file: string;
  /** Physical line, 1-based; null for a whole file. */
  readonly line: number | null;
  readonly column: string | null;
  /** The offending text, cut at 80 characters, invisible characters written `<U+XXXX>`. */
  readonly value: string | null;
  readonly message: string;
  /** What the user can do about it. */
  readonly fix?: string;
  /** Further fields of single codes (`expected`, `found`, `first_line`, `missing`, …). */
  readonly details?: Readonly<Record<string, unknown>>;
}

export type ImportOutcome = 'ok' | 'partial' | 'reject_file' | 'cancelled';
export type ImportKind = 'catalog' | 'sessions';

export interface FileReport {
  readonly file: string;
  readonly kind: ImportKind;
  readonly format: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly headerLine: number;
  readonly rows: { readonly ok: number; readonly rejected: number; readonly skipped: number };
}

/** Issues that one step mends: how many, what to do, and three of them. */
export interface IssueGroup {
  readonly code: string;
  readonly severity: IssueSeverity;
  readonly count: number;
  readonly fix: string;
  /** What of the mapping answers them all at once, or null where only the source can be mended. */
  readonly answer: keyof ImportMapping | null;
  readonly examples: readonly string[];
}

export interface ItemExample {
  readonly sku: string;
  readonly title: string;
}

export interface UpdateExample extends ItemExample {
  readonly status: ItemStatus;
  readonly changes: readonly { readonly field: string; readonly before: string; readonly after: string }[];
}

/** A few of each kind, as text to show. */
export interface DifferenceExamples {
  readonly created: readonly ItemExample[];
  readonly updated: readonly UpdateExample[];
  readonly missing: readonly ItemExample[];
}

/** What a catalogue import does, or would do, to what is there. */
export interface CatalogDifference {
  /** Live SKUs that the file does not name; they stay. */
  readonly missing: number;
  /** Field -> SKUs that have a value in it and lose it by an empty cell. */
  readonly emptied: Readonly<Record<string, number>>;
  readonly examples: DifferenceExamples;
}

export interface ImportReport {
  readonly importId: number | null;
  readonly outcome: ImportOutcome;
  readonly dryRun: boolean;
  readonly files: readonly FileReport[];
  /** Items, or events for a sessions file; both files of one command are added up. */
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** Draft imports: SKUs left alone because they are live already. */
  readonly alreadyLive: number;
  /** Live SKUs that the file does not name and that were retired for it, as asked. */
  readonly retired: number;
  /** The first 1,000; `issueCounts` has them all. */
  readonly issues: readonly Issue[];
  readonly issueCounts: Readonly<Record<string, number>>;
  /** Where the full list of issues was written, or null. */
  readonly report: string | null;
  /** Blockers first, then warnings, then notes. */
  readonly groups: readonly IssueGroup[];
  /** Null for sessions, for drafts, and where nothing was compared. */
  readonly difference: CatalogDifference | null;
  /** Rejected rows with their reasons, as a CSV that can be imported; null where there are none. */
  readonly rejectedRows: string | null;
}

/** A whole import is taken back, or done again. */
export type ImportWay = 'undo' | 'redo';

/** What the user may override of what was detected; also the content of the command line's `--map` file. */
export interface ImportMapping {
  readonly format?: string;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly headerLine?: number;
  /** Canonical field -> header of the file. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly untitled?: 'allow' | 'reject';
  readonly priceDecimal?: '.' | ',';
  readonly categorySeparator?: string;
  /** Order of day, month and year in dates that are not ISO 8601: never guessed. */
  readonly dateFormat?: 'dmy' | 'mdy' | 'ymd';
  /** IANA name of the zone of times without an offset; else UTC. */
  readonly timeZone?: string;
  /** Where sessions are cut out of a user's events: a longer pause begins the next one. 30 where not given. */
  readonly sessionGapMinutes?: number;
  /** Sheet of a workbook, or file of an archive. */
  readonly sheet?: string;
  /** Catalogues in long form: values from this time on are left out, so that the future does not leak into training. */
  readonly before?: string;
}

/** One column of a file: what it was taken for, how surely (0…1; below 0.6 it is only a proposal), and three of its values. */
export interface ColumnGuess {
  readonly header: string;
  readonly field: string | null;
  readonly confidence: number;
  readonly examples: readonly string[];
}

/** Something that was found out about a file, what it rests on, and how sure it is. */
export interface Detection {
  readonly what: 'container' | 'encoding' | 'delimiter' | 'header' | 'format';
  readonly guess: string;
  /** 0…1; 1 where the file says so itself, or the user did. */
  readonly confidence: number;
  readonly examples: readonly string[];
}

/** A look at a file: what it was taken for, before anything is imported. */
export interface Inspection {
  readonly name: string;
  readonly bytes: number;
  readonly kind: ImportKind;
  readonly format: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly headerLine: number;
  readonly columns: readonly ColumnGuess[];
  /** Canonical fields that a column may be mapped to, required ones first. */
  readonly fields: readonly { readonly name: string; readonly required: boolean }[];
  /** First rows as they will be read. */
  readonly preview: readonly (readonly string[])[];
  /** Problems that stop the whole file, with their remedies. */
  readonly problems: readonly Issue[];
  readonly detected: readonly Detection[];
  /** Required fields that several columns may be: one of them must be chosen. */
  readonly candidates: readonly { readonly field: string; readonly headers: readonly string[] }[];
  /** Sheets of a workbook, or files of an archive; `sheet` of the mapping chooses one. */
  readonly sheets: readonly string[];
  /** Formats that a file of this kind can be read as. */
  readonly formats: readonly string[];
}

export interface SessionStats {
  readonly sessions: number;
  readonly events: number;
  /** Events whose SKU the catalogue does not hold; kept, and used once it does. */
  readonly unknownEvents: number;
  /** Sessions of one event: stored, counted, left out of training. */
  readonly single: number;
  readonly meanLength: number;
  /** Count of sessions by length 1, 2, …, 20 (the last one: 20 and longer). */
  readonly lengths: readonly number[];
  readonly splits: { readonly none: number; readonly train: number; readonly valid: number; readonly test: number };
}

export interface SessionRow {
  readonly sessionId: string;
  readonly length: number;
  readonly start: number | null;
  readonly skus: readonly string[];
  /** Title of each event's SKU; null where the catalogue does not hold it. */
  readonly titles: readonly (string | null)[];
}

/** Fields whose absence the launch board shows. */
export const missingFields = ['title', 'brand', 'category', 'color', 'material', 'price'] as const;
export type MissingField = (typeof missingFields)[number];

/** One field of many drafts. Lists are given whole; `attribute` is a further column by its name, '' removes it. */
export type DraftChange =
  | { readonly field: 'title' | 'description' | 'brand' | 'size' | 'department' | 'manufacturer' | 'currency'; readonly to: string }
  | { readonly field: 'categoryPath' | 'color' | 'material'; readonly to: readonly string[] }
  | { readonly field: 'price'; readonly to: number | null }
  | { readonly field: 'attribute'; readonly name: string; readonly to: string };

/** Why the file of a workspace is refused. */
export type Refusal = 'damaged' | 'changed' | 'foreign' | 'newer' | 'stray-log';

/** `log`: the file opens without the log that lies beside it. `fresh`: an empty workspace. */
export type RecoveryWay = 'restore' | 'salvage' | 'log' | 'fresh';

export interface Backup {
  /** Of the file. */
  readonly name: string;
  /** ms, UTC. */
  readonly at: number;
  readonly bytes: number;
  /** Of the workspace in it. */
  readonly version: number;
}

export interface SalvagedTable {
  readonly table: string;
  /** Rows in the new workspace. */
  readonly rows: number;
  /** Rows that did not come over; null where the damaged file no longer says how many there were. */
  readonly lost: number | null;
}
