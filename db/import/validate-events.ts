/** From the cells of a row to an event: session, SKU, time or place, type, split. */
import { eventTypeCodes, splitCode } from '../event-codes.ts';
import type { EventType, Split } from '../records.ts';
import { limits } from './limits.ts';
import type { Plan } from './plan.ts';
import type { FileRecord } from './record-reader.ts';
import { findColumns } from './profile.ts';
import { cellLine } from './rows.ts';
import type { RowIssues } from './rows.ts';
import { isNullWord, readPosition, readTime, timeSettings } from './values.ts';
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
  const [sku, time, position, type, user, split] = ['sku', 'timestamp', 'position', 'type', 'user_id', 'split'].map(column) as [number, number, number, number, number, number];
  const { values: rules = {}, constants = {}, missing: noValue = [] } = plan.known;
  const find = (name: string): number => findColumns(name, plan.headers, plan.map.profile.caseSensitive)[0] ?? -1;
  const byUser = isByUser(plan);
  const parts = rules['session_id']?.join !== undefined && column('session_id') < 0 ? rules['session_id'].join.map(find) : [byUser ? user : column('session_id')];
  const plus = rules['timestamp']?.plus === undefined ? -1 : find(rules['timestamp'].plus);
  const words = rules['type']?.words;
  const missing = new Set(noValue.map((word) => word.toLowerCase()));
  const settings = timeSettings(plan.mapping);
  const units = new Set<TimeUnit>();
  return {
    units,
    read(record, cells, issues) {
      const place = (index: number) => ({ line: cellLine(record, index), column: plan.headers[index]!, value: cells[index]! });
      const optional = (index: number): string => {
        const value = index < 0 ? '' : cells[index]!.trim();
        return isNullWord(value) || (missing.size > 0 && missing.has(value.toLowerCase())) ? '' : value;
      };
      const key = (index: number): string => {
        const value = index < 0 ? '' : cells[index]!.trim();
        return missing.size > 0 && missing.has(value.toLowerCase()) ? '' : value;
      };
      const names = parts.map(key);
      const sessionId = names.includes('') ? '' : names.join('.');
      const rawSku = cells[sku]!;
      const trimmed = key(sku);
      const step = position < 0 ? null : readPosition(cells[position]!);
      const timeText = optional(time);
      let moment = timeText === '' ? null : readTime(timeText, settings);
      const later = optional(plus);
      if (moment !== null && later !== '') moment = /^\d{1,12}$/.test(later) ? { ms: moment.ms + Number(later), unit: null } : null;
      let rejected = false;
      for (const [index, held] of [[parts[names.indexOf('')] ?? parts[0]!, sessionId], [sku, trimmed]] as const) {
        const kind = record.kinds?.get(index);
        if (kind !== 'list' && kind !== 'object') continue;
        issues.reject('E_ROW_TYPE', { ...place(index), value: held, because: kind === 'list' ? 'a list' : 'an object' });
        return null;
      }
      if (sessionId === '') {
        issues.reject('E_SESSION_ID_EMPTY', { ...place(parts[names.indexOf('')]!), value: null });
        rejected = true;
      }
      if (trimmed === '') {
        issues.reject('E_SKU_EMPTY', { ...place(sku), value: null });
        rejected = true;
      } else if (trimmed.length > limits.skuCharacters && [...trimmed].length > limits.skuCharacters) {
        issues.reject('E_SKU_TOO_LONG', { ...place(sku), details: { limit: limits.skuCharacters, found: [...trimmed].length } });
        rejected = true;
      } else if (record.kinds?.get(sku) === 'number' && Math.abs(Number(trimmed)) > Number.MAX_SAFE_INTEGER) {
        issues.reject('E_SKU_NUMBER', place(sku));
        rejected = true;
      }
      if (moment === null && (step === null || byUser)) {
        issues.reject('E_TIMESTAMP', place(time < 0 ? position : time));
        rejected = true;
      }
      if (rejected) return null;
      if (rawSku.length !== rawSku.trim().length) issues.warn('W_SKU_TRIMMED', place(sku));
      if (moment !== null && moment.unit !== null) units.add(moment.unit);
      const word = type < 0 ? constants['type'] ?? '' : optional(type).toLowerCase();
      return {
        sessionId, sku: trimmed, userId: optional(user), timestamp: moment?.ms ?? -1, position: step ?? -1,
        type: eventTypeCodes[(words?.[word] ?? typeWords.get(word) ?? 'other') as EventType],
        split: splitCode(splitWords.get(optional(split).toLowerCase()) ?? null),
      };
    },
  };
}

/** Whether no column names a session: they are cut out of each user's events. */
export function isByUser(plan: Plan): boolean {
  return !plan.columnOf.has('session_id') && plan.known.values?.['session_id']?.join === undefined;
}
