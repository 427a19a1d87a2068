/** A plot of measured points on logarithmic axes, as SVG: light ground, readable at half size. */

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Panel {
  readonly heading: string;
  readonly across: string;
  readonly up: string;
  readonly series: readonly Series[];
}

const colours = ['#2f5bd0', '#c2410c', '#0f766e', '#7c3aed'];
const size = { width: 460, height: 340, left: 64, right: 20, top: 72, bottom: 56 };

export function plotPanels(panels: readonly Panel[], note: string): string {
  const width = panels.length * size.width;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${size.height + 24}" width="${width}" height="${size.height + 24}" font-family="Inter, system-ui, sans-serif" font-size="12" fill="#1f2937">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...panels.map((panel, index) => `<g transform="translate(${index * size.width} 0)">${drawPanel(panel)}</g>`),
    `<text x="${size.left}" y="${size.height + 12}" fill="#6b7280" font-size="11">${escape(note)}</text>`,
    '</svg>', '',
  ].join('\n');
}

function drawPanel({ heading, across, up, series }: Panel): string {
  const [xs, ys] = (['x', 'y'] as const).map((axis) => series.flatMap(({ points }) => points.map((point) => point[axis]))) as [number[], number[]];
  const [low, high] = [0.8 * Math.min(...ys), 1.25 * Math.max(...ys)];
  const [left, right] = [Math.min(...xs) / 1.15, Math.max(...xs) * 1.15];
  const share = (value: number, from: number, to: number): number => Math.log(value / from) / Math.log(to / from);
  const x = (value: number): number => round(size.left + share(value, left, right) * (size.width - size.left - size.right));
  const y = (value: number): number => round(size.height - size.bottom - share(value, low, high) * (size.height - size.top - size.bottom));
  const floor = size.height - size.bottom;
  return [
    `<text x="${size.left}" y="24" font-size="14" font-weight="600">${escape(heading)}</text>`,
    ...series.map(({ name }, i) => `<circle cx="${size.left + 5}" cy="${39 + 16 * i}" r="4" fill="${colours[i]}"/><text x="${size.left + 16}" y="${43 + 16 * i}">${escape(name)}</text>`),
    ...ticks(low, high).map((value) => `<path d="M${size.left} ${y(value)}H${size.width - size.right}" stroke="#e5e7eb"/><text x="${size.left - 8}" y="${y(value) + 4}" text-anchor="end" fill="#6b7280">${value.toLocaleString('en')}</text>`),
    ...[...new Set(xs)].map((value) => `<path d="M${x(value)} ${floor}v5" stroke="#9ca3af"/><text x="${x(value)}" y="${floor + 19}" text-anchor="middle" fill="#6b7280">${value.toLocaleString('en')}</text>`),
    `<path d="M${size.left} ${floor}H${size.width - size.right}" stroke="#9ca3af"/>`,
    `<text x="${(size.left + size.width - size.right) / 2}" y="${floor + 40}" text-anchor="middle">${escape(across)}</text>`,
    `<text transform="translate(18 ${(size.top + floor) / 2}) rotate(-90)" text-anchor="middle">${escape(up)}</text>`,
    ...series.map(({ points }, i) => `<path d="M${points.map((point) => `${x(point.x)} ${y(point.y)}`).join('L')}" fill="none" stroke="${colours[i]}" stroke-width="2"/>`
      + points.map((point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="4" fill="${colours[i]}" stroke="#ffffff"/>`).join('')),
  ].join('\n');
}

/** 1, 2, 5 times powers of ten within the range. */
function ticks(low: number, high: number): number[] {
  const found: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    for (const factor of [1, 2, 5]) if (factor * power >= low && factor * power <= high) found.push(Number((factor * power).toPrecision(1)));
  }
  return found;
}

/** Slope of the least-squares line through (log x, log y): cost grows with this power of the size. */
export function exponent(points: readonly { readonly x: number; readonly y: number }[]): number {
  const [xs, ys] = [points.map(({ x }) => Math.log(x)), points.map(({ y }) => Math.log(y))];
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  return xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0) / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}

const round = (value: number): number => Math.round(10 * value) / 10;
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
