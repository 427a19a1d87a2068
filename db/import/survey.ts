/**
 * First reading of the rows: what only the whole file can tell. Whether it is sound to its end, whether any row has a title, and which
 * separator marks decimals. Nothing is stored.
 */
import type { Plan } from './plan.ts';
import { FileRejection } from './rejection.ts';
import { readRows } from './rows.ts';
import { DecimalEvidence } from './values.ts';
import type { Decimal } from './values.ts';

export interface FileSurvey {
  /** Every row is without a title. */
  readonly untitled: boolean;
  readonly decimal: Decimal | null;
  /** Mapped columns with at least one value, by field. */
  readonly filled: readonly string[];
}

/** What the first rows cannot tell of the whole file turned out otherwise: it has to be surveyed, and staged again. */
export class SurveyMistaken extends Error {}

/** What the first rows tell, where that is enough to begin: later rows can still change `decimal`. Null where all rows must be seen. */
export function surveySample(plan: Plan): FileSurvey | null {
  const { sample, columnOf, mapping } = plan;
  const title = columnOf.get('title');
  if (plan.kind === 'sessions') return { untitled: false, decimal: null, filled: [] };
  if (title === undefined || !sample.some((row) => row[title]!.trim() !== '')) return null;
  const price = columnOf.get('price');
  const evidence = new DecimalEvidence();
  if (price !== undefined) for (const row of sample) evidence.add(row[price]!);
  return { untitled: false, decimal: mapping.priceDecimal ?? evidence.decimal, filled: [] };
}

/** @throws FileRejection E_QUOTE_UNTERMINATED, E_NO_ROWS, and what reading the file can throw */
export async function surveyRows(plan: Plan, signal?: AbortSignal): Promise<FileSurvey> {
  const title = plan.columnOf.get('title');
  const price = plan.columnOf.get('price');
  const evidence = new DecimalEvidence();
  const unfilled = new Map(plan.columnOf);
  let titled = false;
  const { records } = await readRows(plan, {
    signal,
    onRow({ fields }) {
      if (fields.length !== plan.headers.length) return;
      if (!titled && title !== undefined && fields[title]!.trim() !== '') titled = true;
      for (const [field, index] of unfilled) if (fields[index] !== '') unfilled.delete(field);
      if (price !== undefined) evidence.add(fields[price]!);
    },
  });
  refuseNoRows(plan, records);
  return { untitled: !titled, decimal: plan.mapping.priceDecimal ?? evidence.decimal, filled: [...plan.columnOf.keys()].filter((field) => !unfilled.has(field)) };
}

/** @throws FileRejection E_NO_ROWS */
export function refuseNoRows(plan: Plan, records: number): void {
  if (records === 0) throw new FileRejection('E_NO_ROWS', { because: plan.kind === 'catalog' ? 'product' : 'event' });
}
