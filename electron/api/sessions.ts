import type { CatalogRow } from './catalog.ts';

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

export interface SessionsApi {
  stats(request: {}): Promise<SessionStats>;
  list(request: { readonly offset: number; readonly limit: number; readonly sku?: string }): Promise<{ readonly total: number; readonly rows: readonly SessionRow[] }>;
  get(request: { readonly sessionId: string }): Promise<{ readonly session: SessionRow; readonly items: readonly (CatalogRow | null)[] }>;
}
