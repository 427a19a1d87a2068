/**
 * What travels between a screen and the backend (and between the backend and a compute process), on every carrier.
 *
 * - Browser host: one JSON text per WebSocket frame on `ws://HOST/channel`; the cookie set by the opening page lets it in.
 *   The host closes the socket with 1012 when the backend ended: reject what is in flight with `backend-lost`, connect again.
 * - Electron: structured clone on a MessagePort. The page calls `window.shelfsight.connect()` and receives
 *   a `message` event on `window` with `data === 'shelfsight.port'` and the port in `ports[0]`. A closed port: the same as above.
 */
import type { ErrorCode } from './errors.ts';

export interface Call {
  /** Chosen by the caller, unique among its calls in flight; the reply carries it. */
  readonly id: number;
  readonly service: string;
  readonly method: string;
  readonly request: unknown;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value?: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode; readonly message: string };

export interface EventMessage {
  readonly event: string;
  readonly data: unknown;
}

/** What the preload script adds to the page: two functions, no Electron object. Their answers are `message` events on `window`. */
export interface PreloadBridge {
  connect(): void;
  /** Saves the page as it would be printed, in a file of the user's choice; `name` is proposed. Answered by a `PdfMessage`. */
  savePdf(name: string): void;
}

export interface PdfMessage {
  readonly shelfsight: 'pdf';
  /** The name it was saved under, which says nothing of the folder; null where nothing was saved. */
  readonly saved: string | null;
  /** Why not; '' where the user changed their mind. */
  readonly problem: string;
}
