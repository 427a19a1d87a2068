/** What an import is asked and what a look at a file answers. The shapes of `electron/api/catalog.ts`, without the token. */
import type { ImportKind, Issue } from '../records.ts';

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
}

export interface ImportRequest {
  readonly kind: ImportKind;
  readonly mapping?: ImportMapping;
  /** Items become drafts; live items are never changed. */
  readonly asDrafts?: boolean;
  /** Stage, validate and compare, but publish nothing. */
  readonly dryRun?: boolean;
}

export interface ImportHooks {
  /** At most ten times a second. */
  readonly onProgress?: (progress: { readonly phase: 'reading' | 'publishing' | 'done'; readonly bytesRead: number; readonly bytesTotal: number; readonly rows: number }) => void;
  /** Cancelling leaves nothing: the report says `cancelled`. */
  readonly signal?: AbortSignal;
}

/** One column of a file: what it was taken for, how surely (0…1; below 0.6 it is only a proposal), and three of its values. */
export interface ColumnGuess {
  readonly header: string;
  readonly field: string | null;
  readonly confidence: number;
  readonly examples: readonly string[];
}

export interface Inspection {
  readonly name: string;
  readonly bytes: number;
  readonly kind: ImportKind;
  readonly format: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly headerLine: number;
  readonly columns: readonly ColumnGuess[];
  readonly fields: readonly { readonly name: string; readonly required: boolean }[];
  readonly preview: readonly (readonly string[])[];
  readonly problems: readonly Issue[];
}
