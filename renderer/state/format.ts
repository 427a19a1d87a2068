/** Numbers and times in words. One place, so the same number looks the same on every screen. */

const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Shown where there is no value: never a zero that was not computed. */
export const nothing = '–';

export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? nothing : integer.format(value);
}

/** `1 SKU`, `2,041 SKUs`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${integer.format(count)} ${count === 1 ? one : many}`;
}

/** Digits after the point so that a percentage keeps about three significant ones: 12.1, 1.84, 0.184, 0.012. */
function shareDigits(percent: number): number {
  const size = Math.abs(percent);
  if (size === 0) return 0;
  if (size >= 10) return 1;
  if (size >= 1) return 2;
  return 3;
}

/** A ratio in 0…1 as the number of a percentage, without the sign: 0.0184 -> `1.84`. `like` fixes the digits to another ratio's. */
export function formatShareNumber(ratio: number, like: number = ratio): string {
  return (ratio * 100).toFixed(shareDigits(like * 100));
}

export function formatShare(ratio: number | null | undefined, like?: number): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return nothing;
  return `${formatShareNumber(ratio, like ?? ratio)} %`;
}

/** A difference of ratios in percentage points, to a tenth: 0.0378 -> `3.8`. */
export function formatPoints(difference: number): string {
  return (difference * 100).toFixed(1);
}

/** For sentences: a number and its sign of percent stay on one line. */
export function keepPercent(sentence: string): string {
  return sentence.replaceAll(' %', '\u00a0%');
}

/** A ratio for probabilities and bars: `< 1 %`, `38 %`, `> 99 %`; 0 and 100 only where they are exact. */
export function formatProbability(ratio: number): string {
  if (ratio > 0 && ratio < 0.01) return '< 1 %';
  if (ratio < 1 && ratio >= 0.995) return '> 99 %';
  return `${Math.round(ratio * 100)} %`;
}

/** `2.4×` of an average SKU. */
export function formatFactor(value: number): string {
  if (!Number.isFinite(value)) return nothing;
  return `${value >= 100 ? integer.format(value) : value.toFixed(value >= 10 ? 0 : 1)}×`;
}

export function formatRank(rank: number): string {
  if (!Number.isFinite(rank)) return nothing;
  return Number.isInteger(rank) ? integer.format(rank) : rank.toFixed(1);
}

export function formatPrice(price: number | null, currency: string): string {
  if (price === null) return '';
  const digits = Number.isInteger(price) && price >= 1000 ? 0 : 2;
  return `${price.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: 2 })}${currency === '' ? '' : ` ${currency}`}`;
}

/** Seconds as a person says them: `under 1 s`, `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return nothing;
  if (seconds < 1) return 'under 1 s';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

export function formatMilliseconds(milliseconds: number): string {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : milliseconds < 10_000 ? `${integer.format(milliseconds)} ms` : formatSeconds(milliseconds / 1000);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `21 Nov 2026, 14:05` in the reader's time zone. */
export function formatTime(milliseconds: number | null): string {
  if (milliseconds === null) return nothing;
  return new Date(milliseconds).toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}

/** `M2TRec`, as the paper writes it. */
const modelNames: Readonly<Record<string, string>> = {
  m2trec: 'M2TRec', metrec: 'MeTRec', 'trec-title': 'TRec-title', 'trec-id': 'TRec-id', 'mutrec-id': 'MuTRec-id', gru4rec: 'GRU4Rec', narm: 'NARM', stamp: 'STAMP',
};

export function formatModel(model: string): string {
  return modelNames[model] ?? model;
}

const deviceNames: Readonly<Record<string, string>> = { cpu: 'CPU', webgpu: 'WebGPU', auto: 'Automatic' };

export function formatDevice(device: string): string {
  return deviceNames[device] ?? device;
}

/** `l1` -> `L1`, `leaf` -> `Leaf`. */
export function formatLevel(level: string): string {
  return level.charAt(0).toUpperCase() + level.slice(1);
}

/** Metric names of a run as the literature writes them: `hit@20` -> `HIT@20`, `l1-hit@1` -> `L1 HIT@1`. */
export function formatMetricName(name: string): string {
  return formatLevel(name.replaceAll(/[_-]/g, ' ')).replace(/\b(hit|hr|mrr|ndcg|recall)\b/gi, (word) => word.toUpperCase());
}

/** Metrics are ratios except losses, which are nats, and what is larger than 1, which are counts. */
export function formatMetric(name: string, value: number): string {
  if (/loss|nats|perplex/i.test(name)) return value.toFixed(3);
  return value > 1 ? formatCount(value) : `${(value * 100).toFixed(2)} %`;
}
