/** Rejected rows as a file of the user's: read a piece at a time, saved whole. */
import type { CatalogApi } from '../../../electron/api/catalog.ts';
import { saveFile } from '../../components/save-file.ts';

export async function saveRejectedRows(api: Pick<CatalogApi, 'rejectedRows'>, of: { readonly job: string } | { readonly importId: number }, file: string): Promise<void> {
  const pieces: string[] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const { text, next }: { readonly text: string; readonly next: number | null } = await api.rejectedRows({ of, offset });
    pieces.push(text);
    offset = next;
  }
  saveFile(`${file.replace(/(\.[a-z0-9]{1,5}){1,2}$/i, '')}-rejected.csv`, new Blob(pieces, { type: 'text/csv' }));
}
