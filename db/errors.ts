/**
 * Expected failures of the workspace: part of the product, one sentence for the user. `db` imports nothing above itself, so the
 * services turn a StorageError into the contract's AppError of the same code.
 */
import type { Refusal } from './records.ts';

export type StorageErrorCode = 'busy' | 'invalid' | 'not-found' | 'cancelled';

export class StorageError extends Error {
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
  }
}

/** The file, and what lies beside it, are as they were, byte for byte. */
export class RefusedFile extends StorageError {
  readonly refusal: Refusal;
  /** What and where, without what to do: for a screen that offers it. */
  readonly finding: string;
  constructor(refusal: Refusal, finding: string, remedy: string, options?: ErrorOptions) {
    super('invalid', `${finding} ${remedy}`, options);
    this.refusal = refusal;
    this.finding = finding;
  }
}
