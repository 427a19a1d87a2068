/** The geometry of line and point charts: pure numbers, so that it can be tested without a screen. */
import { scaleLinear, scaleLog } from 'd3-scale';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Half of the 95 % interval of y; 0 where none is known. */
  readonly half: number;
  /** A ring around the point: the epoch that was kept. */
  readonly marked?: boolean;
}

/** Colour says the family, the line whether categories are learned too; the label says the rest. */
export interface Series {
  readonly key: string;
  readonly label: string;
  /** What stands at the end of the line: the label unless given, nothing where it is empty. */
  readonly name?: string;
  readonly tone: Tone;
  readonly dashed: boolean;
  readonly points: readonly Point[];
}
export type Tone = 'metadata' | 'id' | 'neural' | 'untrained';

export interface AxisOptions {
  readonly scale: 'linear' | 'log';
  /** Where ticks stand; chosen at round numbers unless given. */
  readonly ticks?: readonly number[];
  readonly text: (value: number) => string;
  /** The axis begins at zero. */
  readonly zero?: boolean;
  /** Numbers a tick may stand at, where round ones of ten are not: 30 s, 5 min, 2 h. */
  readonly round?: readonly number[];
  /** Only whole numbers, such as epochs. */
  readonly whole?: boolean;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly marked: boolean;
}

export interface DrawnSeries extends Pick<Series, 'key' | 'tone' | 'dashed'> {
  readonly line: string;
  readonly points: readonly DrawnPoint[];
  /** Beside the last point, moved apart from other labels; to its left where a single point has a neighbour on its right. */
  readonly name: { readonly text: string; readonly x: number; readonly y: number; readonly left: boolean } | null;
}

export interface LineDrawing {
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly series: readonly DrawnSeries[];
}

/** Distance of two labels, px: a line of small text. */
const labelGap = 15;

/** What most names take, px. */
const nameWidth = 72;

export function drawLines(series: readonly Series[], width: number, height: number, x: AxisOptions, y: AxisOptions): LineDrawing {
  const points = series.flatMap((one) => one.points);
  const xOf = scaleOf(x, points.map((point) => point.x), [0, width], 0);
  const yOf = scaleOf(y, points.flatMap((point) => [point.y - point.half, point.y + point.half]), [height, 0], 4);
  const drawn = series.filter((one) => one.points.length > 0).map((one) => {
    const placed = [...one.points].sort((a, b) => a.x - b.x).map((point) => ({
      x: xOf(point.x), y: yOf(point.y), low: yOf(point.y - point.half), high: yOf(point.y + point.half), marked: point.marked === true,
    }));
    return { key: one.key, tone: one.tone, dashed: one.dashed, text: one.name ?? one.label, points: placed, line: placed.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ') };
  });
  const crowded = new Set(drawn.filter((one) => one.points.length === 1 && hasNeighbour(one.points[0]!, drawn.flatMap((other) => other.points))).map(({ key }) => key));
  const heights = new Map([true, false].flatMap((left) => {
    const named = drawn.filter((one) => one.text !== '' && crowded.has(one.key) === left);
    return spread(named.map((one) => one.points.at(-1)!.y), labelGap, 0, height).map((y, index) => [named[index]!.key, y] as const);
  }));
  return {
    xTicks: ticksOf(x, xOf, Math.max(2, Math.floor(width / 72))),
    yTicks: ticksOf(y, yOf, 4),
    series: drawn.map(({ text, ...one }) => ({ ...one, name: text === '' ? null : { text, x: one.points.at(-1)!.x, y: heights.get(one.key)!, left: crowded.has(one.key) } })),
  };
}

/** Whether a name on the right would be written over another point. There must be room for it on the left. */
function hasNeighbour({ x, y }: DrawnPoint, points: readonly DrawnPoint[]): boolean {
  return x > nameWidth && points.some((other) => other.x > x && other.x < x + nameWidth && Math.abs(other.y - y) < labelGap);
}

type Scale = ReturnType<typeof scaleLinear<number>> | ReturnType<typeof scaleLog<number>>;

function scaleOf(axis: AxisOptions, values: readonly number[], range: readonly [number, number], nice: number): Scale {
  const all = [...values, ...(axis.ticks ?? [])].filter(Number.isFinite);
  const [low, high] = all.length === 0 ? [0, 1] : [axis.zero === true ? 0 : Math.min(...all), Math.max(...all)];
  if (axis.scale === 'log') {
    // With ticks of its own the axis ends at the first and the last of them, else a little beyond its points.
    const room = axis.ticks === undefined ? 1.5 : 1;
    return scaleLog([Math.max(low / room, 1e-9), Math.max(high * room, low * 1.0001, 2e-9)], range);
  }
  const scale = scaleLinear([low, high > low ? high : low + 1], range);
  return nice === 0 ? scale : scale.nice(nice);
}

function ticksOf(axis: AxisOptions, scale: Scale, most: number): readonly Tick[] {
  const values = axis.ticks ?? roundValues(axis, scale, most);
  return values.filter((value) => axis.whole !== true || Number.isInteger(value)).map((value) => ({ at: scale(value), text: axis.text(value) }));
}

/** A logarithmic axis is named at its powers of ten, and between them only while there are few. */
function roundValues(axis: AxisOptions, scale: Scale, most: number): readonly number[] {
  const [low, high] = scale.domain() as [number, number];
  const round = axis.round?.filter((value) => value >= low && value <= high);
  if (round !== undefined && round.length > 1) return round.filter((_, index) => index % Math.ceil(round.length / most) === 0);
  const ticks = scale.ticks(most);
  if (axis.scale === 'linear') return ticks;
  const powers = ticks.filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9);
  const halves = ticks.filter((value) => /^[125]/.test(value.toExponential()));
  if (halves.length > most) return powers;
  return halves.length > 1 ? halves : ticks.filter((_, index) => index % Math.ceil(ticks.length / most) === 0);
}

/**
 * Moves positions apart until each two are `gap` apart, keeping their order and staying near where they were. Positions that
 * cannot all fit between `low` and `high` run over the far end.
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const order = [...wanted.keys()].sort((a, b) => wanted[a]! - wanted[b]!);
  // Blocks of touching labels: each stands at the mean of what its members want.
  const blocks: { members: number[]; top: number }[] = [];
  for (const index of order) {
    let block = { members: [index], top: wanted[index]! };
    for (let before = blocks.at(-1); before !== undefined && before.top + before.members.length * gap > block.top; before = blocks.at(-1)) {
      blocks.pop();
      const members: number[] = [...before.members, ...block.members];
      const mean = members.reduce((sum, member, place) => sum + wanted[member]! - place * gap, 0) / members.length;
      block = { members, top: mean };
    }
    const length = (block.members.length - 1) * gap;
    block.top = Math.max(low, Math.min(block.top, high - length));
    blocks.push(block);
  }
  const placed = [...wanted];
  let end = -Infinity;
  for (const { members, top } of blocks) {
    members.forEach((member, place) => {
      placed[member] = Math.max(top + place * gap, end);
      end = placed[member]! + gap;
    });
  }
  return placed;
}
