import type { FileReport, ImportKind, ImportMapping, ImportOutcome, ImportReport, Inspection, Item, ItemStatus } from '../../db/records.ts';

export type { ColumnGuess, ImportMapping } from '../../db/records.ts';

/** A file the user chose, staged by `openUpload` / `writeUpload`. The same path in Electron and in the browser host: no file name reaches the disk. */
export type FileToken = string;

export interface FileInspection extends Inspection {
  readonly file: FileToken;
}

export interface ImportRequest {
  readonly file: FileToken;
  readonly kind: ImportKind;
  readonly mapping?: ImportMapping;
  /** Items become drafts; live items are never changed. */
  readonly asDrafts?: boolean;
  /** Stage, validate and compare, but publish nothing. */
  readonly dryRun?: boolean;
}

export interface ImportProgress {
  readonly job: string;
  readonly kind: ImportKind;
  readonly file: string;
  readonly phase: 'reading' | 'publishing' | 'done';
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly rows: number;
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
  readonly files: readonly FileReport[];
}

export interface CatalogApi {
  stats(request: {}): Promise<CatalogStats>;
  list(request: CatalogQuery): Promise<{ readonly total: number; readonly rows: readonly CatalogRow[] }>;
  get(request: { readonly sku: string }): Promise<{ readonly item: Item; readonly events: number }>;
  /** Distinct values for completion, most frequent first. */
  suggest(request: { readonly field: 'brand' | 'color' | 'material' | 'category'; readonly text: string; readonly limit: number }): Promise<readonly { readonly value: string; readonly count: number }[]>;
  openUpload(request: { readonly name: string; readonly bytes: number }): Promise<{ readonly file: FileToken }>;
  /** `base64` holds at most 1 MiB of the file from `offset` on; chunks arrive in order. */
  writeUpload(request: { readonly file: FileToken; readonly offset: number; readonly base64: string }): Promise<{ readonly received: number }>;
  inspect(request: { readonly file: FileToken; readonly kind?: ImportKind; readonly mapping?: ImportMapping }): Promise<FileInspection>;
  /** Answers when the import has ended; `import.progress` events tell how far it is. */
  import(request: ImportRequest & { readonly job: string }): Promise<ImportReport>;
  cancelImport(request: { readonly job: string }): Promise<void>;
  imports(request: {}): Promise<readonly ImportSummary[]>;
}
