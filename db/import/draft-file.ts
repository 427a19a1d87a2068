/** A text file that has no name of its own until it is published; what a dead process leaves of it is removed when the workspace is opened next. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDurable } from '../migrate.ts';

/** Characters that wait in memory. */
const buffered = 65_536;

let drafts = 0;

export class DraftFile {
  readonly #folder: string;
  readonly #draft: string;
  #handle: number | null = null;
  #pending = '';

  /** `purpose`: begins the name that it has until then. The file exists from the first text on. */
  constructor(folder: string, purpose: string) {
    drafts += 1;
    this.#folder = folder;
    this.#draft = join(folder, `${purpose}.tmp-${process.pid}-${drafts}`);
  }

  get begun(): boolean {
    return this.#handle !== null;
  }

  add(text: string): void {
    this.#handle ??= openSync(this.#draft, 'w');
    this.#pending += text;
    if (this.#pending.length < buffered) return;
    writeFileSync(this.#handle, this.#pending); // to the last byte: a single write may stop short on a disk that fills up
    this.#pending = '';
  }

  /** Gives the file its name, in place of an older one, and answers its path; null where nothing was added. After a power loss it is whole or absent. */
  publish(name: string): string | null {
    if (this.#handle === null) return null;
    writeFileSync(this.#handle, this.#pending);
    fsyncSync(this.#handle);
    closeSync(this.#handle);
    this.#handle = null;
    const path = join(this.#folder, name);
    renameSync(this.#draft, path);
    makeDurable(this.#folder);
    return path;
  }

  discard(): void {
    if (this.#handle === null) return;
    closeSync(this.#handle);
    this.#handle = null;
    rmSync(this.#draft, { force: true });
  }
}
