/** DEVELOPMENT HARNESS, never part of the product: a workspace in which no launch has been replayed yet. */
import { AppError } from '../../../electron/api/errors.ts';
import type { BacktestApi } from '../../../electron/api/backtest.ts';
import { live, visits } from './shop.ts';

const none = (): never => {
  throw new AppError('not-found', 'The harness replays no launches.');
};

export const backtestAnswers: BacktestApi = {
  options: async () => ({ range: [visits[0]!.start, visits.at(-1)!.start], suggested: null, fewest: 50, sessions: visits.length, liveSkus: live().length }),
  launches: async () => ({ launches: 0, knownEvents: 0 }),
  start: async () => none(),
  pause: async () => none(),
  resume: async () => none(),
  cancel: async () => undefined,
  remove: async () => undefined,
  list: async () => [],
  get: async () => none(),
  rows: async () => ({ total: 0, rows: [] }),
  export: async () => none(),
  latest: async () => null,
};
