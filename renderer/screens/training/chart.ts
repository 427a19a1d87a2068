/** The geometry of the loss curve: pure numbers, so that it can be tested without a screen. */
import { scaleLinear } from 'd3-scale';
import type { CurvePoint } from '../../../electron/api/training.ts';

export interface Chart {
  readonly raw: string;
  readonly smooth: string;
  readonly xTicks: readonly { readonly at: number; readonly text: string }[];
  readonly yTicks: readonly { readonly at: number; readonly text: string }[];
  /** Ends of epochs, where validation was measured. */
  readonly epochs: readonly { readonly at: number; readonly epoch: number }[];
  readonly last: { readonly x: number; readonly y: number; readonly text: string } | null;
}

/** More points than this are thinned: a line has no more pixels than the chart is wide. */
const mostPoints = 600;

export function drawCurve(points: readonly CurvePoint[], width: number, height: number): Chart {
  const xOf = scaleLinear([0, Math.max(1, points.at(-1)?.step ?? 1)], [0, width]);
  const losses = points.map((point) => point.loss);
  const yOf = scaleLinear([Math.min(...losses, Infinity), Math.max(...losses, -Infinity)].map((edge) => (Number.isFinite(edge) ? edge : 0)), [height, 0]).nice(4);
  const smoothed = smooth(losses);
  const stride = Math.max(1, Math.ceil(points.length / mostPoints));
  const line = (values: readonly number[]): string =>
    points.flatMap((point, index) => (index % stride === 0 || index === points.length - 1 ? [`${xOf(point.step).toFixed(1)},${yOf(values[index]!).toFixed(1)}`] : [])).join(' ');
  const end = points.at(-1);
  return {
    raw: line(losses),
    smooth: line(smoothed),
    xTicks: xOf.ticks(Math.max(2, Math.floor(width / 90))).filter(Number.isInteger).map((step) => ({ at: xOf(step), text: step.toLocaleString('en') })),
    yTicks: points.length === 0 ? [] : yOf.ticks(4).map((loss) => ({ at: yOf(loss), text: yOf.tickFormat(4)(loss) })),
    epochs: points.filter((point) => point.validation !== undefined).map((point) => ({ at: xOf(point.step), epoch: point.epoch })),
    last: end === undefined ? null : { x: xOf(end.step), y: yOf(smoothed.at(-1)!), text: smoothed.at(-1)!.toFixed(3) },
  };
}

/** Mean over the neighbours on both sides, about a thirtieth of the curve each: it calms the line and does not lag behind it. */
export function smooth(values: readonly number[]): readonly number[] {
  const reach = Math.round(values.length / 30);
  return values.map((_, index) => {
    // The same number of neighbours on both sides, so that the ends are not pulled inwards.
    const near = Math.min(reach, index, values.length - 1 - index);
    const around = values.slice(index - near, index + near + 1);
    return around.reduce((sum, value) => sum + value, 0) / around.length;
  });
}
