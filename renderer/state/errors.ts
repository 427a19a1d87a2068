/** An error as a sentence for the status line and for a screen's failed state. */
export function describeError(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'Something failed without saying why. Try again; if it fails again, restart the app.';
}
