/** The geometry of the back-test's charts: pure numbers. Both have the same logarithmic scale on both axes. */
import { scaleLog } from 'd3-scale';

const half = 0.5;

export interface LogTick {
  readonly at: number;
  readonly text: string;
}

export interface Square {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly LogTick[];
  readonly yTicks: readonly LogTick[];
  readonly low: number;
  readonly high: number;
}

/** Room for counts from 0 (drawn at 0.5) to the largest. */
export function squareOf(values: readonly number[], width: number, height: number): Square {
  const high = Math.max(2, ...values) * 1.3 + half;
  const low = Math.max(half * 0.8, Math.min(half + Math.min(...values, 1), 1) * 0.8);
  const [x, y] = [scaleLog([low, high], [0, width]), scaleLog([low, high], [height, 0])];
  const named = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000, 1_000_000].filter((value) => value + half >= low && value + half <= high);
  const place = (value: number): number => value + half;
  const ticks = (scale: (value: number) => number, room: number): readonly LogTick[] => {
    const out: LogTick[] = [];
    for (const value of named) {
      const at = scale(place(value));
      if (out.length === 0 || Math.abs(at - out.at(-1)!.at) >= room) out.push({ at, text: value.toLocaleString('en') });
    }
    return out;
  };
  return { x: (value) => x(place(value)), y: (value) => y(place(value)), xTicks: ticks(x, 44), yTicks: ticks(y, 24), low: low - half, high: high - half };
}
