/**
 * Expected failures of the workspace: part of the product, one sentence for the user. `db` imports nothing above itself, so the
 * services turn a StorageError into the contract's AppError of the same code.
 */
export type StorageErrorCode = 'busy' | 'invalid' | 'not-found' | 'cancelled';

export class StorageError extends Error {
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
  }
}
