/** What times the recorded events have, and how many SKUs would count as launches after a date. */
import type { Workspace } from '../../db/database.ts';
import { countLive, readClock, readFirstSeen } from '../../db/backtest-clock.ts';
import type { BacktestOptions } from '../api/backtest.ts';
import { fewestLaunches } from './backtest-plan.ts';

/** Of the SKUs with events, so many launched after the date that is suggested. */
const suggestedShare = 0.1;
const day = 86_400_000;

export function clockReader(workspace: Workspace) {
  const db = workspace.reader;
  return {
    async options(): Promise<Omit<BacktestOptions, 'fewest'>> {
      const { first, last, sessions } = readClock(db);
      const seen = readFirstSeen(db);
      // The first day of which at most a tenth of the SKUs is new, where that is not the beginning of the record itself.
      const at = seen[Math.floor((1 - suggestedShare) * seen.length)];
      const suggested = at === undefined ? null : Math.ceil(at / day) * day;
      const enough = suggested !== null && first !== null && suggested > first + day && seen.filter((time) => time >= suggested).length >= fewestLaunches;
      return { range: first === null || last === null ? null : [first, last], suggested: enough ? suggested : null, sessions, liveSkus: countLive(db) };
    },
    async launches(since: number): Promise<{ readonly launches: number; readonly knownEvents: number }> {
      return { launches: readFirstSeen(db).filter((time) => time >= since).length, knownEvents: readClock(db, since).before };
    },
  };
}
