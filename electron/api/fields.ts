/** The fields that requests are made of, each with its limits. */
import { z } from 'zod';
import type { TrainingConfig } from '../../models/config.ts';

export const object = z.strictObject;
/** No lone surrogates: two different ones are the same key to SQLite. */
export const text = (length: number) => z.string().max(length).refine((value) => value.isWellFormed(), 'holds half a character (a lone surrogate)');
export const name = text(1_000);
/** import.md 9: a SKU has at most 256 characters. NUL would end it early in SQLite. */
export const sku = text(256).min(1).refine((value) => !value.includes('\0'), 'holds a NUL character');
export const skus = (most: number) => z.array(sku).max(most);
export const count = (least: number, most: number) => z.int().min(least).max(most);
export const offset = count(0, 1e9);
export const limit = count(0, 1_000);
export const runId = text(100).min(1);
export const kind = z.enum(['catalog', 'sessions']);
export const token = z.string().regex(/^[0-9a-f-]{8,64}$/, 'is not a file token: open an upload first');
export const job = text(100).min(1);
export const status = z.enum(['draft', 'live', 'retired']);
export const preset = z.enum(['small', 'full']);
export const head = z.enum(['tied', 'id']);

/** import.md 9: at most 1,048,576 characters a field, a title 1,000, 10 levels, 512 columns. */
export const features = object({
  title: text(1_000),
  description: text(1_048_576),
  brand: name,
  categoryPath: z.array(name).max(10),
  color: z.array(name).max(100),
  material: z.array(name).max(100),
  size: name,
  department: name,
  manufacturer: name,
  price: z.number().min(0).max(1e15).nullable(),
  attrs: z.array(z.tuple([text(1_000), text(1_048_576)])).max(512),
});

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const mapping = object({
  format: name.exactOptional(),
  encoding: name.exactOptional(),
  delimiter: text(10).exactOptional(),
  headerLine: count(0, 1_000).exactOptional(),
  columns: z.record(name, text(1_048_576)).exactOptional(),
  untitled: z.enum(['allow', 'reject']).exactOptional(),
  priceDecimal: z.enum(['.', ',']).exactOptional(),
  categorySeparator: text(10).exactOptional(),
  dateFormat: z.enum(['dmy', 'mdy', 'ymd']).exactOptional(),
  timeZone: name.refine(isZone, 'must be a time zone, such as Europe/Berlin').exactOptional(),
  sessionGapMinutes: z.number().min(1).max(1_440).exactOptional(),
  sheet: name.exactOptional(),
  before: name.exactOptional(),
});

/** Its fields are checked, with the reason for each refusal, by `normalizeConfig` of models/config.ts. */
export const config = z.custom<Partial<TrainingConfig>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object of settings');

export const page = { offset, limit };
export const empty = object({});
