/** Category demand as an address: `#/categories/+demand/level%3Dl2%26from%3DPaint`. The sign keeps it apart from any session. */
import type { DemandMomentsRequest, DemandSegment } from '../../../electron/api/categories.ts';
import { formatAddress } from '../../state/address.ts';

export const demandDetail = '+demand';

export type Level = 'l1' | 'l2' | 'l3' | 'leaf';
export type Which = DemandMomentsRequest['which'];
export const readings = ['actual', 'predicted', 'difference'] as const;
export type Reading = (typeof readings)[number];

export interface DemandSettings {
  /** null: the deepest the model predicts. */
  readonly level: Level | null;
  readonly segment: DemandSegment;
  /** Category that is followed; null: the one most moments start from. */
  readonly from: readonly string[] | null;
  /** What the list of moments is about; `cell` also ties it to `from`. */
  readonly to: readonly string[] | null;
  readonly cell: boolean;
  readonly which: Which;
  readonly reading: Reading;
  /** Drafts whose draw is shown. */
  readonly drafts: readonly string[];
}

export const plainDemand: DemandSettings = { level: null, segment: {}, from: null, to: null, cell: false, which: 'went', reading: 'actual', drafts: [] };

/** The view of the address, encoded. */
export function demandView({ level, segment, from, to, cell, which, reading, drafts }: DemandSettings): string {
  const words = new URLSearchParams();
  const put = (name: string, value: string | number | null | undefined): void => { if (value !== null && value !== undefined && value !== '') words.append(name, String(value)); };
  put('level', level);
  for (const part of segment.entry ?? []) put('entry', part);
  put('least', segment.least);
  put('most', segment.most);
  put('sku', segment.sku);
  put('brand', segment.brand);
  for (const part of from ?? []) put('from', part);
  for (const part of to ?? []) put('to', part);
  if (cell) put('cell', 1);
  if (which !== plainDemand.which) put('which', which);
  if (reading !== plainDemand.reading) put('reading', reading);
  for (const sku of drafts) put('draft', sku);
  return encodeURIComponent(words.toString());
}

export function formatDemand(settings: DemandSettings): string {
  return formatAddress('categories', demandDetail, demandView(settings));
}

/** What nobody understands is passed over: an address of another version still opens. */
export function readDemand(view = ''): DemandSettings {
  const words = new URLSearchParams(view);
  const path = (name: string): readonly string[] | null => (words.has(name) ? words.getAll(name) : null);
  const count = (name: string): number | null => (/^[1-9]\d{0,5}$/.test(words.get(name) ?? '') ? Number(words.get(name)) : null);
  const one = <Choice extends string>(name: string, choices: readonly Choice[]): Choice | null => choices.find((choice) => choice === words.get(name)) ?? null;
  const [entry, least, most, sku, brand] = [path('entry'), count('least'), count('most'), words.get('sku'), words.get('brand')];
  return {
    level: one('level', ['l1', 'l2', 'l3', 'leaf']),
    segment: { ...(entry === null ? {} : { entry }), ...(least === null ? {} : { least }), ...(most === null ? {} : { most }), ...(sku ? { sku } : {}), ...(brand ? { brand } : {}) },
    from: path('from'), to: path('to'), cell: words.get('cell') === '1',
    which: one('which', ['went', 'missed', 'expected']) ?? plainDemand.which, reading: one('reading', readings) ?? plainDemand.reading,
    drafts: words.getAll('draft'),
  };
}
