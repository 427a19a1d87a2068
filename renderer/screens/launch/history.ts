/** A SKU's recorded events as a small drawing and in words. */
import type { ItemHistory } from '../../../electron/api/what-if.ts';
import { formatCount, formatPlural } from '../../state/format.ts';

export const historySize = { width: 72, height: 18 } as const;

type Periods = NonNullable<ItemHistory['periods']>;

/** A bar for each period, or for as many together as have a pixel each; heights from zero. */
export function drawHistory(counts: Periods['counts']): readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[] {
  const { width, height } = historySize;
  const together = Math.ceil(counts.length / (width / 2));
  const sums = Array.from({ length: Math.ceil(counts.length / together) }, (_, index) => counts.slice(index * together, (index + 1) * together).reduce((sum, { events }) => sum + events, 0));
  const most = Math.max(1, ...sums);
  const step = width / sums.length;
  return sums.map((events, index) => {
    const tall = events === 0 ? 0 : Math.max(1, (events / most) * height);
    return { x: index * step, y: height - tall, width: Math.max(1, step - (step > 3 ? 1 : 0)), height: tall };
  });
}

const day = (milliseconds: number): string => new Date(milliseconds).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const month = (milliseconds: number): string => new Date(milliseconds).toLocaleDateString('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** After the count of events: from when to when, or by part of the data. */
export function summarizeHistory({ periods, splits }: ItemHistory): string {
  if (periods !== null && periods.counts.length > 0) {
    const [first, last] = [periods.counts[0]!.start, periods.counts.at(-1)!.start];
    return first === last ? `, ${day(first)}` : month(first) === month(last) ? `, ${month(first)}` : `, ${month(first)} – ${month(last)}`;
  }
  const parts = Object.entries(splits).filter(([name, count]) => name !== 'none' && count > 0);
  return parts.length === 0 ? ', undated' : `: ${parts.map(([name, count]) => `${name} ${formatCount(count)}`).join(', ')}`;
}

export function describeHistory(history: ItemHistory): string {
  const { events, sessions, types, periods } = history;
  const kinds = Object.entries(types).filter(([, count]) => count > 0).map(([name, count]) => `${name} ${formatCount(count)}`).join(', ');
  const peak = periods === null ? null : periods.counts.reduce<Periods['counts'][number] | null>((best, period) => (best === null || period.events > best.events ? period : best), null);
  return `${formatPlural(events, 'recorded event')} in ${formatPlural(sessions, 'session')}${kinds === '' ? '' : ` (${kinds})`}${summarizeHistory(history)}.${peak === null || periods === null ? '' : ` Most in the ${periods.unit} of ${day(peak.start)}: ${formatCount(peak.events)}.`}`;
}
