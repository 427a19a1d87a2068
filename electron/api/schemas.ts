/**
 * What every method takes, checked at run time before a service sees it: one table for Electron, the browser host, the command
 * line and the tests. `satisfies` ties it to the contract: a missing method, or a schema that lets through another type, does not
 * compile. Unknown fields are refused, so that a misspelt one cannot be ignored in silence.
 */
import { z } from 'zod';
import { baselineNames } from '../../models/jobs.ts';
import { modelKinds } from '../../models/config.ts';
import { backtestRequests } from './backtest-requests.ts';
import { catalogRequests } from './catalog-requests.ts';
import { categoriesRequests } from './categories-requests.ts';
import { AppError } from './errors.ts';
import { config, count, empty, head, job, kind, limit, mapping, name, object, page, preset, runId, sku, skus, status, text, token } from './fields.ts';
import type { Api } from './index.ts';
import { launchRequests } from './launch-requests.ts';
import { viewsRequests } from './views-requests.ts';

export const schemas = {
  workspace: { status: empty, recovery: empty, recover: object({ way: z.enum(['restore', 'salvage', 'log', 'fresh']), backup: text(300).min(1).exactOptional() }), openDemo: empty, resetDemo: empty, openBundle: object({ file: token }), makeBundle: empty, makeExport: object({ runId }), takeMade: object({ file: token, offset: count(0, 2 ** 40) }), wipe: object({ name: text(300).min(1) }) },
  catalog: catalogRequests,
  sessions: {
    stats: empty,
    list: object({ ...page, sku: sku.exactOptional() }),
    get: object({ sessionId: text(1_000) }),
  },
  training: {
    defaults: object({ preset: preset.exactOptional(), model: z.enum(modelKinds).exactOptional() }),
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
  launch: launchRequests,
  backtest: backtestRequests,
  categories: categoriesRequests,
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
  report: { read: object({ runId }), measure: object({ runId }), cancel: empty, export: object({ runId, format: z.enum(['csv', 'markdown', 'html']) }) },
  views: viewsRequests,
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
