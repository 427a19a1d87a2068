/** A chosen file travels to the backend in pieces: no file name reaches a disk, and a large file never sits in memory whole. */
import type { CatalogApi } from '../../../electron/api/catalog.ts';

/** Half of what one call may carry: progress moves often enough to be read. */
const chunkBytes = 512 * 1024;
/** `String.fromCharCode` takes its bytes as arguments, and engines limit their number. */
const argumentBytes = 32 * 1024;

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let from = 0; from < bytes.length; from += argumentBytes) binary += String.fromCharCode(...bytes.subarray(from, from + argumentBytes));
  return btoa(binary);
}

/** Sends the whole file; answers its token, or null when `isWanted` turned false on the way. */
export async function upload(api: Pick<CatalogApi, 'openUpload' | 'writeUpload'>, file: File, progress: (sent: number) => void, isWanted: () => boolean): Promise<string | null> {
  const opened = await api.openUpload({ name: file.name, bytes: file.size });
  for (let offset = 0; offset < file.size; offset += chunkBytes) {
    if (!isWanted()) return null;
    const bytes = new Uint8Array(await file.slice(offset, offset + chunkBytes).arrayBuffer());
    const { received } = await api.writeUpload({ file: opened.file, offset, base64: toBase64(bytes) });
    progress(received);
  }
  return isWanted() ? opened.file : null;
}
