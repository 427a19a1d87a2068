/** Error kinds that cross a process boundary. Anything else a handler throws is a bug and arrives as `internal`. */
export type ErrorCode = 'not-found' | 'invalid' | 'cancelled' | 'no-model' | 'busy' | 'compute-lost' | 'backend-lost' | 'internal';

/** An expected failure: `message` is a sentence for the user (what, where, what to do). */
export class AppError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError;
}
