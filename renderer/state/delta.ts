/** A change against the saved state. The direction is always a mark and a sign; colour only repeats it. */
import { formatCount, formatRank, formatShareNumber } from './format.ts';

export type Quantity = 'share' | 'rank' | 'count';

export interface Delta {
  /** What the change means for the draft, not its sign: a smaller rank is better. */
  readonly meaning: 'better' | 'worse' | 'same';
  readonly mark: '▲' | '▼' | '·';
  readonly text: string;
  readonly words: string;
}

/** Compares a number with its saved state. Differences smaller than what is shown count as none. */
export function compare(quantity: Quantity, before: number, after: number): Delta {
  const shown = (value: number): string => (quantity === 'share' ? formatShareNumber(value, Math.max(Math.abs(before), Math.abs(after))) : quantity === 'rank' ? formatRank(value) : formatCount(value));
  const change = after - before;
  if (!Number.isFinite(change) || shown(after) === shown(before)) return { meaning: 'same', mark: '·', text: '0', words: 'no change against the saved state' };
  const better = quantity === 'rank' ? change < 0 : change > 0;
  const size = shown(Math.abs(change));
  const unit = quantity === 'share' ? ' percentage points' : quantity === 'rank' ? ' ranks' : '';
  return {
    meaning: better ? 'better' : 'worse',
    mark: better ? '▲' : '▼',
    text: `${change > 0 ? '+' : '−'}${size}`,
    words: `${better ? 'better' : 'worse'} by ${size}${unit} than the saved state`,
  };
}
