/** A model that takes its time to open, for whoever asks with the word that stands for it. */
import { AppError } from '../../../electron/api/errors.ts';
import type { Events } from '../../../electron/api/index.ts';

/** A brand that nobody has: a segment of it waits for the model until it is cancelled. */
export const slowBrand = 'A model being opened';

export interface SlowOpening {
  /** Told to be at 43 %; ends when it is stopped. */
  wait(): Promise<never>;
  stopOpening(): Promise<void>;
}

export function slowOpening(send: (name: 'opening.progress', data: Events['opening.progress']) => void): SlowOpening {
  let stop: (() => void) | null = null;
  const tell = (status: 'running' | 'ended'): void => send('opening.progress', { runId: '20260101-none', status, phase: 'standings', done: 0.43, seconds: 12 });
  return {
    wait: () => new Promise((_, reject) => {
      tell('running');
      stop = () => {
        tell('ended');
        reject(new AppError('cancelled', 'Opening the model was stopped.'));
      };
    }),
    stopOpening: async () => stop?.(),
  };
}
