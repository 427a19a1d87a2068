/** Event types and splits as small numbers inside rows and typed arrays. */
import { splitCodes } from './records.ts';
import type { EventType, Split } from './records.ts';

export const eventTypeCodes: Readonly<Record<EventType, number>> = { view: 0, cart: 1, purchase: 2, other: 3 };

export function splitCode(split: Split | null): number {
  return split === null ? splitCodes.none : splitCodes[split];
}
