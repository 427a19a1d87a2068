import type { FileReport, ImportKind, ImportMapping, ImportOutcome, ImportReport, ImportWay, Inspection, Item, ItemStatus } from '../../db/records.ts';

export type { ColumnGuess, ImportMapping } from '../../db/records.ts';

/** A file the user chose, staged by `openUpload` / `writeUpload`. The same path in Electron and in the browser host: no file name reaches the disk. */
export type FileToken = string;

export interface FileInspection extends Inspection {
  readonly file: FileToken;
  /** What was chosen for an earlier file of the same shape; it was applied where the request named no mapping. */
  readonly remembered: { readonly file: string; readonly at: number; readonly mapping: ImportMapping } | null;
}

export interface ImportRequest {
  readonly file: FileToken;
  readonly kind: ImportKind;
  readonly mapping?: ImportMapping;
  /** Items become drafts; live items are never changed. */
  readonly asDrafts?: boolean;
  /** Stage, validate and compare, but publish nothing. */
  readonly dryRun?: boolean;
  /** Live SKUs that the catalogue does not name are retired; without it they stay as they are. */
  readonly retireMissing?: boolean;
}

export interface ImportProgress {
  readonly job: string;
  /** A check publishes nothing; a whole import is also taken back and done again. */
  readonly does: 'check' | 'import' | ImportWay;
  readonly kind: ImportKind;
  readonly file: string;
  readonly phase: 'reading' | 'publishing' | 'done';
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly rows: number;
}

/** Counts within search, status and filters; each leaves out its own filter. Most frequent first, at most 100; categories by leaf. */
export interface CatalogFacets {
  readonly brands: readonly { readonly value: string; readonly count: number }[];
  readonly categories: readonly { readonly value: string; readonly count: number }[];
}

export interface CatalogStats {
  readonly live: number;
  readonly drafts: number;
  readonly retired: number;
  readonly brands: number;
  readonly leaves: number;
  readonly lastImport: { readonly id: number; readonly file: string; readonly at: number; readonly outcome: ImportOutcome } | null;
}

export type CatalogSort = 'sku' | 'title' | 'brand' | 'leaf' | 'price' | 'events';

/** A row of the grid: an item with the number of recorded events it occurs in. */
export interface CatalogRow {
  readonly sku: string;
  readonly title: string;
  readonly brand: string;
  readonly categoryPath: readonly string[];
  readonly color: readonly string[];
  readonly price: number | null;
  readonly currency: string;
  readonly status: ItemStatus;
  readonly events: number;
}

export interface CatalogQuery {
  readonly search?: string;
  readonly status?: ItemStatus | 'all';
  readonly brand?: string;
  readonly category?: string;
  readonly sort?: CatalogSort;
  readonly descending?: boolean;
  readonly offset: number;
  readonly limit: number;
}

export interface ImportSummary {
  readonly id: number;
  readonly kind: ImportKind;
  readonly file: string;
  readonly at: number;
  readonly outcome: ImportOutcome;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly retired: number;
  /** Items became drafts. */
  readonly drafts: boolean;
  /** Before-images were kept, so that it can be taken back. */
  readonly recorded: boolean;
  /** When it was taken back; null while it stands. */
  readonly undone: number | null;
  readonly files: readonly FileReport[];
}

/** A SKU that is not what the import, or taking it back, had left. */
export interface ChangedSince {
  readonly sku: string;
  readonly title: string;
  /** File of the later import, or null where it was edited or deleted by hand. */
  readonly by: string | null;
}

/** What moving an import would find. */
export interface UndoPlan {
  readonly id: number;
  readonly kind: ImportKind;
  readonly file: string;
  /** Which way it can go now. */
  readonly way: ImportWay;
  /** SKUs that were changed since by a later import or by hand. */
  readonly changed: number;
  readonly examples: readonly ChangedSince[];
}

export interface UndoReport {
  readonly id: number;
  readonly kind: ImportKind;
  readonly file: string;
  readonly way: ImportWay;
  /** SKUs that got back what was there before, or got the import's text again. */
  readonly restored: number;
  /** SKUs that the import had created: gone, or there again. */
  readonly removed: number;
  /** SKUs that were changed since, and stay as they are. */
  readonly kept: number;
  readonly events: number;
  readonly drafts: boolean;
}

export interface CatalogApi {
  stats(request: {}): Promise<CatalogStats>;
  list(request: CatalogQuery): Promise<{ readonly total: number; readonly rows: readonly CatalogRow[] }>;
  facets(request: Pick<CatalogQuery, 'search' | 'status' | 'brand' | 'category'>): Promise<CatalogFacets>;
  get(request: { readonly sku: string }): Promise<{ readonly item: Item; readonly events: number }>;
  /** Distinct values for completion, most frequent first. */
  suggest(request: { readonly field: 'brand' | 'color' | 'material' | 'category'; readonly text: string; readonly limit: number }): Promise<readonly { readonly value: string; readonly count: number }[]>;
  openUpload(request: { readonly name: string; readonly bytes: number }): Promise<{ readonly file: FileToken }>;
  /** `base64` holds at most 1 MiB of the file from `offset` on; chunks arrive in order. */
  writeUpload(request: { readonly file: FileToken; readonly offset: number; readonly base64: string }): Promise<{ readonly received: number }>;
  /** Without `mapping` what is remembered for files of this shape is applied; an empty one asks for the plain guesses. */
  inspect(request: { readonly file: FileToken; readonly kind?: ImportKind; readonly mapping?: ImportMapping }): Promise<FileInspection>;
  /** What is remembered for files of this one's shape goes. */
  forgetMapping(request: { readonly file: FileToken }): Promise<void>;
  /** Answers when the import has ended; `import.progress` events tell how far it is. */
  import(request: ImportRequest & { readonly job: string }): Promise<ImportReport>;
  /** Also stops an undo. */
  cancelImport(request: { readonly job: string }): Promise<void>;
  /** The rejected rows of a check or an import as CSV text, a piece at a time; `next` is null at the end. */
  rejectedRows(request: { readonly of: { readonly job: string } | { readonly importId: number }; readonly offset: number }): Promise<{ readonly text: string; readonly next: number | null }>;
  imports(request: {}): Promise<readonly ImportSummary[]>;
  /** What taking an import back, or doing it again, would find changed since. */
  planUndo(request: { readonly importId: number }): Promise<UndoPlan>;
  /** A whole import back, or again, as one step; `import.progress` tells how far it is. */
  moveImport(request: { readonly importId: number; readonly way: ImportWay; readonly overwrite?: boolean; readonly job: string }): Promise<UndoReport>;
}
