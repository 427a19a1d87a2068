/** The board's words: columns with their definitions, fields, parts of the readiness. */
import type { DraftRow, MissingField } from '../../../../electron/api/drafts.ts';
import type { Column } from '../../../components/columns.ts';
import { formatProbability, formatRank, formatShare } from '../../../state/format.ts';

export const fieldNames: Readonly<Record<MissingField, string>> = { title: 'title', brand: 'brand', category: 'category', color: 'colour', material: 'material', price: 'price' };

export const partNames = { fields: 'Fields', words: 'Words', category: 'Category', standing: 'Standing' } as const;

/** Narrow boards leave out what stands in the first column too. The extra ones are shown where they are asked for. */
export const columns: readonly Column[] = [
  { key: 'title', label: 'Draft', width: 'minmax(160px, 1fr)', sortable: true, always: true },
  { key: 'brand', label: 'Brand', width: 'minmax(80px, 0.4fr)', sortable: true, from: 1060 },
  { key: 'category', label: 'Category', width: 'minmax(80px, 0.5fr)', sortable: true, from: 1200 },
  { key: 'exposure', label: 'Exposure', width: '148px', numeric: true, sortable: true, means: 'Share of all recommendation slots of the panel that the SKU would hold, with its 95 % interval (bootstrap over sessions). The thin line is an average SKU. It counts being recommended, not being bought.' },
  { key: 'reach', label: 'Reach', width: '60px', numeric: true, sortable: true, means: 'Share of panel sessions with at least one moment in whose top places the SKU stands.' },
  { key: 'medianRank', label: 'Rank', width: '56px', numeric: true, sortable: true, means: 'Median rank: the rank of the SKU in the middle moment of the panel, among all SKUs. Smaller is better.' },
  { key: 'readiness', label: 'Readiness', width: '100px', sortable: true, means: 'How ready the draft is: fields that comparable SKUs fill, words and brand the model knows, category, and exposure among comparable SKUs. The parts of the present row stand below.' },
  { key: 'confidence', label: 'Confidence', width: '80px', sortable: true, means: 'Low where the model has to guess: the brand is unseen, or more than half of the words are unknown, or there is no title.' },
  { key: 'missing', label: 'Missing', width: 'minmax(88px, 0.32fr)', sortable: true, means: 'Empty fields, of title, brand, category, colour, material and price.' },
  { key: 'sku', label: 'SKU', width: '96px', sortable: true, extra: true },
  { key: 'color', label: 'Colour', width: 'minmax(64px, 0.3fr)', extra: true },
  { key: 'price', label: 'Price', width: '72px', numeric: true, extra: true },
];

export function describeExposure({ exposure, exposureInterval, averageExposure }: DraftRow): string {
  if (exposure === null || exposureInterval === null) return 'Not computed yet for this text and this model.';
  const [low, high] = exposureInterval;
  return `Exposure ${formatShare(exposure)}, 95 % interval ${formatShare(low, high)} to ${formatShare(high)}; an average SKU has ${formatShare(averageExposure)}.`;
}

export function describeReadiness({ readiness }: DraftRow): string {
  if (readiness === null) return 'Not computed yet for this text and this model.';
  return `Readiness ${formatProbability(readiness.score)}. ${readiness.parts.map((part) => `${partNames[part.name]} ${formatProbability(part.score)} (weight ${formatProbability(part.weight)}): ${part.detail}`).join(' ')}`;
}

export function describeMissing({ missing }: DraftRow): string {
  return missing.length === 0 ? 'Title, brand, category, colour, material and price are filled.' : `Empty: ${missing.map((field) => fieldNames[field]).join(', ')}.`;
}

export function formatMedianRank(rank: number | null): string {
  return rank === null ? '–' : formatRank(rank);
}
