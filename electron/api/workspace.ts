import type { Backup, RecoveryWay, Refusal, SalvagedTable } from '../../db/records.ts';

/** What the frame around every screen shows. */
export interface WorkspaceStatus {
  readonly folder: string;
  readonly name: string;
  readonly demo: boolean;
  readonly readOnly: boolean;
  readonly live: number;
  readonly drafts: number;
  readonly sessions: number;
  readonly model: {
    readonly runId: string;
    readonly model: string;
    readonly head: 'tied' | 'id';
    readonly trainedAt: number;
    /** Why it no longer matches the data, in words; null while it does. */
    readonly stale: string | null;
  } | null;
  readonly running: { readonly runId: string; readonly paused: boolean } | null;
  readonly compute: 'idle' | 'busy' | 'restarting';
  readonly version: string;
}

/** A workspace that was refused, as it was found, and what can be done about it. */
export interface Recovery {
  readonly refusal: Refusal;
  /** What is wrong and where. */
  readonly message: string;
  readonly folder: string;
  /** The best first. */
  readonly ways: readonly RecoveryWay[];
  /** Newest first. */
  readonly backups: readonly Backup[];
}

export interface Recovered {
  readonly way: RecoveryWay;
  /** The folder that what was there lies in now. */
  readonly setAside: string;
  /** What a salvage read, table by table; null for the other ways. */
  readonly tables: readonly SalvagedTable[] | null;
}

/** Where the user goes from here. `demo`: to the demo workspace, wherever it is kept; `start`: to the demo as it was when its model was first ready. `folder`: to a workspace that the backend has made there. */
export type Departure = 'demo' | 'start' | { readonly folder: string };

/** A file that waits to be taken by `takeMade`, once. */
export interface MadeFile {
  readonly file: string;
  /** What to call it. */
  readonly name: string;
  readonly bytes: number;
}

export interface WorkspaceApi {
  /** @throws AppError `invalid` while the workspace is refused, as every other method but these two does */
  status(request: {}): Promise<WorkspaceStatus>;
  /** Null where the workspace is open. */
  recovery(request: {}): Promise<Recovery | null>;
  /** Sets aside what was there, puts another file in its place and opens the workspace. `backup` names one; without it the newest is restored. */
  recover(request: { readonly way: RecoveryWay; readonly backup?: string }): Promise<Recovered>;
  /** Goes to the demo workspace, which is made where it is not there yet. This workspace is closed after the answer: connect again. */
  openDemo(request: {}): Promise<void>;
  /** Puts the demo back to what it was when its model was first ready; one that never got that far is made again. `invalid` in another workspace. Connect again after the answer. */
  resetDemo(request: {}): Promise<void>;
  /** Unpacks a staged file (`catalog.openUpload`) that `shelfsight bundle` wrote into a workspace of its own, and goes there. Connect again after the answer. `invalid` where it is no bundle. */
  openBundle(request: { readonly file: string }): Promise<void>;
  /** Makes one file of this workspace with its model in use, for `openBundle` elsewhere. */
  makeBundle(request: {}): Promise<MadeFile>;
  /** Makes a ZIP of a finished run for other programs: networks, tokenizers, vocabulary, model card, parity report. `no-model` for a run without one. */
  makeExport(request: { readonly runId: string }): Promise<MadeFile>;
  /** The next 512 KiB of a made file from `offset` on. It is gone once its last byte was taken. @throws AppError `not-found` */
  takeMade(request: { readonly file: string; readonly offset: number }): Promise<{ readonly base64: string }>;
  /**
   * Removes everything: catalogue, drafts, sessions, models, reports, caches, uploads, backups, what a recovery set aside. It cannot be undone.
   * `name`: of the workspace, as `status` tells it, so that none is wiped by mistake.
   * @throws AppError `invalid` for another name, during a training, for a workspace that may only be read, and from a host without screens
   */
  wipe(request: { readonly name: string }): Promise<void>;
}
