/** Numbers as they stand on an axis, and in columns too narrow for more: round, without the digits nobody reads there. */

/** Times people name: a tick stands at one of these. */
export const roundSeconds: readonly number[] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18_000, 36_000, 86_400];

/** A round number of seconds on an axis: `30 s`, `5 min`, `2 h`. */
export function formatTickSeconds(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  return seconds < 3600 ? `${Number((seconds / 60).toPrecision(3))} min` : `${Number((seconds / 3600).toPrecision(3))} h`;
}

/** A round count on an axis: `500k`, `5M`. */
export function formatTickCount(count: number): string {
  if (count >= 1e6) return `${Number((count / 1e6).toPrecision(3))}M`;
  return count >= 1e3 ? `${Number((count / 1e3).toPrecision(3))}k` : String(count);
}

/** A ratio on an axis of percent: 0.5 -> `50`, 0.125 -> `12.5`. */
export function formatTickPercent(ratio: number): string {
  return String(Number((ratio * 100).toPrecision(4)));
}
