/** The geometry of flows from one category: two bands to each target, predicted and actual, over each other. */
import type { Demand } from '../../../electron/api/categories.ts';

export interface FlowBand {
  readonly path: string;
  readonly thickness: number;
}

export interface FlowTarget {
  readonly key: string;
  readonly name: string;
  readonly names: readonly string[] | null;
  readonly predicted: number;
  readonly actual: number;
  readonly y: number;
  readonly bands: { readonly predicted: FlowBand; readonly actual: FlowBand };
}

export interface FlowDrawing {
  readonly height: number;
  /** The bar that the bands leave from. */
  readonly source: { readonly y: number; readonly height: number };
  readonly targets: readonly FlowTarget[];
}

/** A target keeps this much room for its name, px. */
const least = 26;
/** Height of all moments together, px: both readings sum to them. */
const whole = 200;
const bar = 10;

/** @param width px between the source's bar and the targets' names */
export function drawFlows({ chosen }: Pick<Demand, 'chosen'>, width: number): FlowDrawing {
  const scale = whole / Math.max(1, chosen.moments);
  const rest = { path: null, predicted: Math.max(0, chosen.rest.predicted), actual: chosen.rest.actual };
  const all = [...chosen.to, ...(rest.predicted >= 0.5 || rest.actual > 0 ? [rest] : [])];
  const rooms = all.map(({ predicted, actual }) => Math.max(least, Math.max(predicted, actual) * scale + 4));
  const height = Math.max(whole, rooms.reduce((sum, room) => sum + room, 0));
  const start = (height - whole) / 2;
  let [room, predictedAt, actualAt] = [(height - rooms.reduce((sum, one) => sum + one, 0)) / 2, start, start];
  const targets = all.map(({ path, predicted, actual }, index): FlowTarget => {
    const y = room + rooms[index]! / 2;
    room += rooms[index]!;
    const band = (from: number, count: number): FlowBand => ({ thickness: count * scale, path: ribbon(bar, from, width, y - (count * scale) / 2, count * scale) });
    const bands = { predicted: band(predictedAt, predicted), actual: band(actualAt, actual) };
    predictedAt += predicted * scale;
    actualAt += actual * scale;
    return { key: path?.join('/') ?? '', name: path?.at(-1) ?? 'all others', names: path, predicted, actual, y, bands };
  });
  return { height, source: { y: start, height: whole }, targets };
}

function ribbon(x0: number, y0: number, x1: number, y1: number, thickness: number): string {
  const middle = (x0 + x1) / 2;
  const at = (value: number): string => value.toFixed(1);
  return `M${at(x0)} ${at(y0)}C${at(middle)} ${at(y0)} ${at(middle)} ${at(y1)} ${at(x1)} ${at(y1)}V${at(y1 + thickness)}C${at(middle)} ${at(y1 + thickness)} ${at(middle)} ${at(y0 + thickness)} ${at(x0)} ${at(y0 + thickness)}Z`;
}
