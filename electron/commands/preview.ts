/** `preview`: the launch preview of SKUs of the catalogue, or of the drafts in a file. Nothing is stored. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Item, ItemFeatures } from '../../db/records.ts';
import type { Preview } from '../api/launch.ts';
import type { Engine } from '../engine.ts';
import type { SpawnWorker } from '../transport/spawn.ts';
import { given, percent, printAnswer, readCount, readWords, table, UsageError, withEngine, withWorkspace, type Command } from './command.ts';

const usage = 'preview <workspace> (--sku SKU… | --drafts FILE) [--k 20] [--panel N]';
const pageSize = 500;

export const previewCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(
      splitSkus(words),
      { sku: { type: 'string', multiple: true }, drafts: { type: 'string' }, k: { type: 'string' }, panel: { type: 'string' } },
      usage,
    );
    if ((values.sku === undefined) === (values.drafts === undefined)) throw new UsageError(`Name SKUs with --sku, or a file with --drafts. Usage: shelfsight ${usage}`);
    const settings = given({ k: readCount('k', values.k), panel: readCount('panel', values.panel) });
    const previews = await withWorkspace(folder, spawn, async (engine) => {
      const drafts = values.drafts === undefined ? await findItems(engine, values.sku!) : await readDrafts(values.drafts, spawn);
      const answers: Preview[] = [];
      for (const draft of drafts) {
        answers.push(await engine.api.launch.preview({ sku: draft.sku, features: featuresOf(draft), ...settings }));
        process.stderr.write(`${draft.sku}: previewed ${answers.length} of ${drafts.length}\n`);
      }
      return answers;
    });
    printAnswer(values.json, previews.map(shape), () => describe(previews));
    return 0;
  },
};

/** `--sku A B C` names three: each word up to the next option becomes an `--sku` of its own. */
function splitSkus(words: readonly string[]): readonly string[] {
  const start = words.indexOf('--sku');
  if (start < 0) return words;
  const next = words.findIndex((word, index) => index > start + 1 && word.startsWith('--'));
  const end = next < 0 ? words.length : next;
  return [...words.slice(0, start), ...words.slice(start + 1, end).flatMap((sku) => ['--sku', sku]), ...splitSkus(words.slice(end))];
}

async function findItems(engine: Engine, skus: readonly string[]): Promise<readonly Item[]> {
  return Promise.all(skus.map(async (sku) => (await engine.api.catalog.get({ sku })).item));
}

/** Reads a file of drafts in a scratch workspace: the same import as ever, and the user's workspace stays as it is. */
async function readDrafts(path: string, spawn: SpawnWorker): Promise<readonly Item[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-drafts-'));
  try {
    return await withEngine(folder, spawn, async (scratch) => {
      const { catalog } = scratch.api;
      const report = await catalog.import({ file: await scratch.adoptFile(path), kind: 'catalog', asDrafts: true, job: 'drafts' });
      for (const { line, message } of report.issues) process.stderr.write(`${path}${line === null ? '' : `, line ${line}`}: ${message}\n`);
      if (report.created === 0) throw new UsageError(`${path} holds no draft that could be read.`);
      const items: Item[] = [];
      for (let offset = 0; offset < report.created; offset += pageSize) {
        const { rows } = await catalog.list({ status: 'draft', offset, limit: pageSize });
        items.push(...(await findItems(scratch, rows.map(({ sku }) => sku))));
      }
      return items;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function featuresOf({ title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs }: Item): ItemFeatures {
  return { title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs };
}

/** The document of design.md section 7: lists name SKUs, categories stand by level. */
function shape({ provenance, similar, displaced, entered, where, categories, ...numbers }: Preview): unknown {
  return {
    ...numbers,
    similar: similar.map(({ item, similarity, exposure }) => ({ sku: item.sku, title: item.title, similarity, exposure })),
    displaced: displaced.map(({ item, ...loss }) => ({ sku: item.sku, title: item.title, ...loss })),
    entered: entered.map(({ sessionId, rank, score, items }) => ({ sessionId, rank, score, items: items.map(({ sku }) => sku) })),
    where: Object.fromEntries(where.map(({ by, groups, rest }) => [by, { groups: groups.map(({ item, ...group }) => ({ ...(item === undefined ? {} : { sku: item.sku }), ...group })), rest }])),
    categories: Object.fromEntries(categories.map(({ level, stated, predicted, agrees }) => [level, { stated, predicted, agrees }])),
    head: provenance.head,
    run: provenance.run,
    panel: provenance.panel,
    k: provenance.k,
    candidates: provenance.candidates,
    milliseconds: provenance.milliseconds,
  };
}

function describe(previews: readonly Preview[]): string {
  const rows = previews.map(({ sku, exposure, exposureInterval: [low, high], reach, medianRank, readiness, confidence, similar }) => [
    sku, percent(exposure), `${percent(low)} to ${percent(high)}`, percent(reach), String(Math.round(medianRank)), percent(readiness.score), confidence, similar[0] ? `${similar[0].item.sku} ${similar[0].item.title}` : '–',
  ]);
  const { run, head, k, panel } = previews[0]!.provenance;
  const warnings = previews.flatMap(({ sku, warnings }) => warnings.map(({ message }) => `${sku}: ${message}`));
  return [
    table(['SKU', `exposure@${k}`, '95 % interval', 'reach', 'median rank', 'readiness', 'confidence', 'nearest'], rows),
    '',
    ...warnings,
    `Exposure: share of top-${k} slots over a fixed panel of ${panel.n} sessions (${panel.moments} moments, seed ${panel.seed}); run ${run}, ${head} head. Not a sales forecast.`,
  ].join('\n');
}
