/** A disk without room, in one sentence for every process; it loads no database. */
import { statfsSync } from 'node:fs';

/** `code`: of SQLite or of the system. */
export function meansFull(code: string): boolean {
  return /^(SQLITE_FULL|ENOSPC|EDQUOT)$/.test(code);
}

export function isFull(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && meansFull(String(error.code));
}

/** Thrown where it is known how much was to be written. Its message is for the user. */
export class FullDisk extends Error {
  readonly code = 'ENOSPC';
  /** `needed`: bytes beside what is there. */
  constructor(folder: string, needed: number, options?: ErrorOptions) {
    super(describeFullDisk({ needed, free: freeBytes([folder]) }), options);
    this.name = 'FullDisk';
  }
}

/** In bytes. */
export interface Room {
  readonly needed: number;
  readonly free: number;
}

/** In MB: what is needed rounded up, what is free down. */
export function inMegabytes({ needed, free }: Room): Room {
  return { needed: Math.ceil(needed / 1_048_576), free: Math.floor(free / 1_048_576) };
}

export function describeFullDisk(room: Room): string {
  const { needed, free } = inMegabytes(room);
  return `The disk is full (needed about ${needed.toLocaleString('en')} MB, ${free.toLocaleString('en')} MB free), so nothing was changed. Free some space and try again.`;
}

/** Of the fullest of the disks that the folders are on. */
export function freeBytes(folders: readonly string[]): number {
  return Math.min(...folders.map((folder) => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  }));
}
