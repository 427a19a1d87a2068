/** Answers that mend a whole group of problems at once. */
import type { ImportMapping, IssueGroup } from '../../../db/records.ts';

export interface Answer {
  readonly label: string;
  /** null: it is given by hand on the step before. */
  readonly change: ImportMapping | null;
}

/** In the order in which they are offered; empty where only the source can be mended. */
export function answersOf({ answer, code }: Pick<IssueGroup, 'answer' | 'code'>, { priceDecimal, untitled }: ImportMapping): readonly Answer[] {
  switch (answer) {
    case 'untitled': return untitled === 'allow' ? [] : [{ label: 'Import rows without a title', change: { untitled: 'allow' } }];
    case 'priceDecimal': return ([[',', 'Read prices with a decimal comma'], ['.', 'Read prices with a decimal point']] as const).filter(([sign]) => sign !== priceDecimal && (code !== 'I_DECIMAL_COMMA' || sign === '.')).map(([sign, label]) => ({ label, change: { priceDecimal: sign } }));
    case 'dateFormat': return [{ label: 'Day first', change: { dateFormat: 'dmy' } }, { label: 'Month first', change: { dateFormat: 'mdy' } }, { label: 'Year first', change: { dateFormat: 'ymd' } }];
    case 'columns': return [{ label: 'Map columns', change: null }];
    case 'encoding': return [{ label: 'Choose the encoding', change: null }];
    case 'delimiter': return [{ label: 'Choose the delimiter', change: null }];
    case 'sheet': return [{ label: 'Choose the sheet', change: null }];
    default: return [];
  }
}
