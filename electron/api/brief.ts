/** Part of the service `launch`: what leaves the app on paper and as files. */
import type { ItemFeatures } from '../../db/records.ts';

/** A line of a brief: a name, a value, and a bar of 0…1 where lengths say more. */
export interface BriefRow {
  readonly label: string;
  readonly value: string;
  readonly bar: number | null;
}

export interface BriefPart {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly rows: readonly BriefRow[];
  /** Whose bars they are: the draft's have its colour. */
  readonly of: 'draft' | 'others';
}

/** One page about one launch, in words and short lists: every text is cut so that the page holds it. */
export interface Brief {
  readonly sku: string;
  readonly title: string;
  /** Brand, category and price as stated. */
  readonly subtitle: string;
  readonly figures: readonly { readonly label: string; readonly value: string; readonly note: string }[];
  /** Where it will show, who loses, what to fix, how sure we are. */
  readonly parts: readonly BriefPart[];
  /** How every number was computed. */
  readonly provenance: readonly (readonly [string, string])[];
}

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

export interface BriefApi {
  /** About a second. `file` is the page as HTML that needs nothing else. */
  brief(request: { readonly sku: string; readonly features: ItemFeatures; readonly currency?: string }): Promise<{ readonly brief: Brief; readonly file: ExportedFile }>;
  /** Rows as CSV, the first one the heads. No cell runs as a formula. */
  exportTable(request: { readonly name: string; readonly rows: readonly (readonly (string | number | null)[])[] }): Promise<ExportedFile>;
}
