/**
 * What every method takes, checked at run time before a service sees it: one table for Electron, the browser host, the command
 * line and the tests. `satisfies` ties it to the contract: a missing method, or a schema that lets through another type, does not
 * compile. Unknown fields are refused, so that a misspelt one cannot be ignored in silence.
 */
import { z } from 'zod';
import { baselineNames } from '../../models/jobs.ts';
import { modelKinds, type TrainingConfig } from '../../models/config.ts';
import { AppError } from './errors.ts';
import type { Api } from './index.ts';

const object = z.strictObject;
/** No lone surrogates: two different ones are the same key to SQLite. */
const text = (length: number) => z.string().max(length).refine((value) => value.isWellFormed(), 'holds half a character (a lone surrogate)');
const name = text(1_000);
/** import.md 9: a SKU has at most 256 characters. NUL would end it early in SQLite. */
const sku = text(256).min(1).refine((value) => !value.includes('\0'), 'holds a NUL character');
const skus = (most: number) => z.array(sku).max(most);
const count = (least: number, most: number) => z.int().min(least).max(most);
const offset = count(0, 1e9);
const limit = count(0, 1_000);
const runId = text(100).min(1);
const kind = z.enum(['catalog', 'sessions']);
const token = z.string().regex(/^[0-9a-f-]{8,64}$/, 'is not a file token: open an upload first');
const job = text(100).min(1);
const status = z.enum(['draft', 'live', 'retired']);
const preset = z.enum(['small', 'full']);
const head = z.enum(['tied', 'id']);

/** import.md 9: at most 1,048,576 characters a field, a title 1,000, 10 levels, 512 columns. */
const features = object({
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

const mapping = object({
  format: name.exactOptional(),
  encoding: name.exactOptional(),
  delimiter: text(10).exactOptional(),
  headerLine: count(0, 1_000).exactOptional(),
  columns: z.record(name, text(1_048_576)).exactOptional(),
  untitled: z.enum(['allow', 'reject']).exactOptional(),
  priceDecimal: z.enum(['.', ',']).exactOptional(),
  categorySeparator: text(10).exactOptional(),
});

/** Its fields are checked, with the reason for each refusal, by `normalizeConfig` of models/config.ts. */
const config = z.custom<Partial<TrainingConfig>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object of settings');

const page = { offset, limit };
const empty = object({});

export const schemas = {
  workspace: { status: empty },
  catalog: {
    stats: empty,
    list: object({
      search: name.exactOptional(),
      status: z.union([status, z.literal('all')]).exactOptional(),
      brand: name.exactOptional(),
      category: text(10_100).exactOptional(),
      sort: z.enum(['sku', 'title', 'brand', 'leaf', 'price', 'events']).exactOptional(),
      descending: z.boolean().exactOptional(),
      ...page,
    }),
    get: object({ sku }),
    suggest: object({ field: z.enum(['brand', 'color', 'material', 'category']), text: name, limit }),
    openUpload: object({ name: text(1_000).min(1), bytes: count(0, 2 ** 40) }),
    writeUpload: object({ file: token, offset: count(0, 2 ** 40), base64: z.base64().max(1_398_104, 'holds more than 1 MiB: send smaller chunks') }),
    inspect: object({ file: token, kind: kind.exactOptional(), mapping: mapping.exactOptional() }),
    import: object({
      file: token,
      kind,
      mapping: mapping.exactOptional(),
      asDrafts: z.boolean().exactOptional(),
      dryRun: z.boolean().exactOptional(),
      job,
    }),
    cancelImport: object({ job }),
    imports: empty,
  },
  sessions: {
    stats: empty,
    list: object({ ...page, sku: sku.exactOptional() }),
    get: object({ sessionId: text(1_000) }),
  },
  training: {
    defaults: object({ preset: preset.exactOptional() }),
    devices: empty,
    start: object({
      preset: preset.exactOptional(),
      model: z.enum(modelKinds).exactOptional(),
      head: head.exactOptional(),
      mode: z.enum(['causal', 'prefix']).exactOptional(),
      epochs: count(1, 1_000).exactOptional(),
      device: text(40).min(1).exactOptional(),
      seed: count(0, 2 ** 31).exactOptional(),
      hide: skus(1_000_000).exactOptional(),
      config: config.exactOptional(),
    }),
    pause: object({ runId }),
    resume: object({ runId }),
    cancel: object({ runId }),
    runs: empty,
    run: object({ runId }),
    activate: object({ runId }),
    evaluate: object({
      system: z.union([object({ run: runId }), object({ baseline: z.enum(baselineNames) })]).exactOptional(),
      ks: z.array(count(1, 1_000)).min(1).max(10).exactOptional(),
      targets: skus(1_000_000).exactOptional(),
      hide: skus(1_000_000).exactOptional(),
      candidates: z.enum(['all', 'targets']).exactOptional(),
      prefixes: z.enum(['test', 'valid', 'all']).exactOptional(),
      equalExposure: z.boolean().exactOptional(),
      excludeSeen: z.boolean().exactOptional(),
    }),
  },
  launch: {
    drafts: object({
      search: name.exactOptional(),
      sort: z.enum(['sku', 'title', 'exposure', 'reach', 'medianRank']).exactOptional(),
      descending: z.boolean().exactOptional(),
      ...page,
    }),
    saveDraft: object({ sku, features, currency: text(10).exactOptional() }),
    deleteDraft: object({ sku }),
    preview: object({ sku: text(256), features, k: count(1, 1_000).exactOptional(), panel: count(1, 1_000_000).exactOptional() }),
    refreshBoard: empty,
  },
  categories: {
    recommend: object({ session: skus(5_000), k: count(1, 1_000).exactOptional(), run: runId.exactOptional(), withDrafts: z.boolean().exactOptional() }),
  },
  benchmark: {
    table: empty,
    start: object({
      systems: z.array(z.enum([...modelKinds, ...baselineNames])).min(1).max(100),
      seeds: z.array(count(0, 2 ** 31)).min(1).max(20).exactOptional(),
      shares: z.array(z.number().min(0.001).max(1)).min(1).max(20).exactOptional(),
      epochs: count(1, 1_000).exactOptional(),
      preset: preset.exactOptional(),
      head: head.exactOptional(),
      mode: z.enum(['causal', 'prefix']).exactOptional(),
      negatives: count(0, 1_000_000).exactOptional(),
      fit: z.enum(['train', 'train+valid']).exactOptional(),
      device: text(40).min(1).exactOptional(),
      config: config.exactOptional(),
    }),
    evaluate: object({ systems: z.array(runId).max(10_000).exactOptional() }),
    cancel: empty,
    difference: object({ group: name, against: name, repeats: z.enum(['allowed', 'removed']), slice: z.enum(['all', 'sparse', 'tail', 'cold']).exactOptional() }),
    export: object({ format: z.enum(['csv', 'markdown']), repeats: z.enum(['allowed', 'removed']), k: z.union([z.literal(5), z.literal(10), z.literal(20)]).exactOptional() }),
  },
} as const satisfies { [S in keyof Api]: { [M in keyof Api[S]]: z.ZodType<RequestOf<Api[S][M]>> } };

type RequestOf<Method> = Method extends (request: infer Request) => unknown ? Request : never;

/** `unknown` in, the method's request out. @throws AppError `invalid` that names the method, the field and what is wrong with it. */
export function parseRequest(service: string, method: string, request: unknown): unknown {
  const schema = (schemas as Record<string, Record<string, z.ZodType>>)[service]?.[method];
  if (!schema) throw new AppError('invalid', `There is no method ${service}.${method}.`);
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, 3).map((issue) => `${issue.path.length === 0 ? 'the request' : issue.path.map(String).join('.').slice(0, 100)}: ${issue.message.slice(0, 300)}`);
  throw new AppError('invalid', `${service}.${method} does not take this request. ${problems.join('; ')}.`);
}
