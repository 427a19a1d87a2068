/** From the cells of a row to an event: session, SKU, time or place, type, split. */
import { eventTypeCodes, splitCode } from '../event-codes.ts';
import type { EventType, Split } from '../records.ts';
import { limits } from './limits.ts';
import type { Plan } from './plan.ts';
import type { FileRecord } from './record-reader.ts';
import { cellLine } from './rows.ts';
import type { RowIssues } from './rows.ts';
import { isNullWord, readPosition, readTime } from './values.ts';
import type { TimeUnit } from './values.ts';

export interface ReadEvent {
  readonly sessionId: string;
  readonly sku: string;
  readonly userId: string;
  /** Milliseconds since 1970, or -1. */
  readonly timestamp: number;
  /** -1 where there is none. */
  readonly position: number;
  readonly type: number;
  readonly split: number;
}

export interface EventReader {
  read(record: FileRecord, cells: readonly string[], issues: RowIssues): ReadEvent | null;
  /** Units that numbers of the timestamp column were read in. */
  readonly units: ReadonlySet<TimeUnit>;
}

/** Names that sources use for the three types; every other one is `other`, an empty cell is a view. */
const typeWords = new Map<string, EventType>(Object.entries({
  '': 'view', view: 'view', click: 'view', product_view: 'view', view_item: 'view', detail: 'view', pageview: 'view',
  cart: 'cart', add_to_cart: 'cart', addtocart: 'cart', 'add-to-cart': 'cart', basket: 'cart',
  purchase: 'purchase', transaction: 'purchase', order: 'purchase', buy: 'purchase', other: 'other',
}));
const splitWords = new Map<string, Split>(Object.entries({ train: 'train', training: 'train', valid: 'valid', validation: 'valid', val: 'valid', dev: 'valid', test: 'test' }));

export function prepareEventReader(plan: Plan): EventReader {
  const column = (field: string): number => plan.columnOf.get(field) ?? -1;
  const [session, sku, time, position, type, user, split] = ['session_id', 'sku', 'timestamp', 'position', 'type', 'user_id', 'split'].map(column) as [number, number, number, number, number, number, number];
  const units = new Set<TimeUnit>();
  return {
    units,
    read(record, cells, issues) {
      const place = (index: number) => ({ line: cellLine(record, index), column: plan.headers[index]!, value: cells[index]! });
      const optional = (index: number): string => {
        const value = index < 0 ? '' : cells[index]!.trim();
        return isNullWord(value) ? '' : value;
      };
      const sessionId = cells[session]!.trim();
      const rawSku = cells[sku]!;
      const trimmed = rawSku.trim();
      const step = position < 0 ? null : readPosition(cells[position]!);
      const timeText = optional(time);
      const moment = timeText === '' ? null : readTime(timeText);
      let rejected = false;
      if (sessionId === '') {
        issues.reject('E_SESSION_ID_EMPTY', { ...place(session), value: null });
        rejected = true;
      }
      if (trimmed === '') {
        issues.reject('E_SKU_EMPTY', { ...place(sku), value: null });
        rejected = true;
      } else if (trimmed.length > limits.skuCharacters && [...trimmed].length > limits.skuCharacters) {
        issues.reject('E_SKU_TOO_LONG', { ...place(sku), details: { limit: limits.skuCharacters, found: [...trimmed].length } });
        rejected = true;
      }
      if (moment === null && step === null) {
        issues.reject('E_TIMESTAMP', place(time < 0 ? position : time));
        rejected = true;
      }
      if (rejected) return null;
      if (rawSku.length !== trimmed.length) issues.warn('W_SKU_TRIMMED', place(sku));
      if (moment !== null && moment.unit !== null) units.add(moment.unit);
      return {
        sessionId, sku: trimmed, userId: optional(user), timestamp: moment?.ms ?? -1, position: step ?? -1,
        type: eventTypeCodes[typeWords.get(optional(type).toLowerCase()) ?? 'other'],
        split: splitCode(splitWords.get(optional(split).toLowerCase()) ?? null),
      };
    },
  };
}
