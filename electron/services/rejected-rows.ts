/** Rejected rows of checks and imports, handed out as text: the screens never see a path. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../api/errors.ts';

/** What one answer holds: little enough to send, enough to be quick. */
const pieceBytes = 1_048_576;

/** Runs whose rows can still be asked for. */
const keptRuns = 20;

export interface RejectedRowsFiles {
  /** `path`: null where the run rejected nothing. */
  note(job: string, path: string | null): void;
  /** @throws AppError `not-found` */
  read(of: { readonly job: string } | { readonly importId: number }, offset: number): Promise<{ readonly text: string; readonly next: number | null }>;
}

export function createRejectedRows(folder: string): RejectedRowsFiles {
  const paths = new Map<string, string>();
  return {
    note(job, path) {
      if (path === null) return;
      paths.set(job, path);
      for (const old of [...paths.keys()].slice(0, -keptRuns)) paths.delete(old);
    },
    async read(of, offset) {
      const path = 'job' in of ? paths.get(of.job) : join(folder, 'reports', `import-${of.importId}-rejected.csv`);
      const file = path === undefined ? null : await open(path, 'r').catch(() => null);
      if (file === null) throw new AppError('not-found', 'The rejected rows of this import are not kept any more. Check the file again.');
      try {
        const { size } = await file.stat();
        const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, Math.min(pieceBytes, size - offset))), { position: offset });
        // A piece ends behind a whole character: the first byte of the next one is no continuation.
        let end = bytesRead;
        if (offset + end < size) while (end > 0 && (buffer[end - 1]! & 0xc0) === 0x80) end -= 1;
        if (offset + bytesRead < size && end > 0 && buffer[end - 1]! >= 0xc0) end -= 1;
        return { text: buffer.toString('utf8', 0, end), next: offset + end < size ? offset + end : null };
      } finally {
        await file.close();
      }
    },
  };
}
