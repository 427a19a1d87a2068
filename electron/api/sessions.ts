import type { SessionRow, SessionStats } from '../../db/records.ts';
import type { CatalogRow } from './catalog.ts';

export type { SessionRow, SessionStats } from '../../db/records.ts';

export interface SessionsApi {
  stats(request: {}): Promise<SessionStats>;
  list(request: { readonly offset: number; readonly limit: number; readonly sku?: string }): Promise<{ readonly total: number; readonly rows: readonly SessionRow[] }>;
  get(request: { readonly sessionId: string }): Promise<{ readonly session: SessionRow; readonly items: readonly (CatalogRow | null)[] }>;
}
