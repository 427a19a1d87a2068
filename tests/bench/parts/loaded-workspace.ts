/**
 * Makes a workspace as if a model had been trained on a synthetic shop: real import, real artifact, but the encoder stands at the start of
 * its training. A program of its own, so that what it needs does not count as the memory of what is measured.
 * `node loaded-workspace.ts FOLDER SKUS SESSIONS`
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspace } from '../../../db/database.ts';
import { readDataset } from '../../../db/dataset.ts';
import { activateRun, createRun, updateRun } from '../../../db/runs.ts';
import { writeArtifact } from '../../../models/artifact.ts';
import { normalizeConfig } from '../../../models/config.ts';
import { nameOf } from '../../../models/graph/value.ts';
import { countMemory } from '../../../models/memory.ts';
import { createModel } from '../../../models/network.ts';
import { prepareTraining } from '../../../models/prepare.ts';
import { openTestEngine } from '../../helpers/shop.ts';
import { createShop } from './synthetic.ts';

const [folder, skus, sessions] = process.argv.slice(2) as [string, string, string];
const none = new Int32Array(0);
const runId = 'm2trec-synthetic';

function writeLines(file: string, header: string, lines: Iterable<string>): string {
  const handle = openSync(file, 'w');
  let part = `${header}\n`;
  for (const line of lines) {
    part += `${line}\n`;
    if (part.length < 1_000_000) continue;
    writeSync(handle, part);
    part = '';
  }
  writeSync(handle, part);
  closeSync(handle);
  return file;
}

const shop = createShop({ items: Number(skus), sessions: Number(sessions), seed: 1 });
const sku = (row: number): string => `S${String(row).padStart(7, '0')}`;
const catalog = writeLines(join(folder, 'catalog.csv'), 'sku,title,brand,category_l1,category_l2,category_l3,leaf', shop.items.keys().map((row) => {
  const { title, brand, categoryPath } = shop.items[row]!;
  return [sku(row), title, brand, ...categoryPath].join(',');
}));
const events = writeLines(join(folder, 'sessions.csv'), 'session_id,sku,timestamp', (function* () {
  const { offsets, items } = shop.sessions;
  for (let session = 0; session + 1 < offsets.length; session++) {
    for (let event = offsets[session]!; event < offsets[session + 1]!; event++) yield `V${session},${sku(items[event]!)},${new Date(1.7e12 + 60_000 * session + 1000 * (event - offsets[session]!)).toISOString()}`;
  }
})());
const workspacePath = join(folder, 'workspace');
const engine = await openTestEngine(workspacePath);
for (const [file, kind] of [[catalog, 'catalog'], [events, 'sessions']] as const) await engine.api.catalog.import({ file: await engine.adoptFile(file), kind, job: kind });
await engine.close();

const workspace = openWorkspace(workspacePath);
const dataset = await readDataset(workspace, { drafts: false });
const config = normalizeConfig({});
const prepared = prepareTraining(dataset, config, none);
const model = createModel(config, prepared.shape, null);
const weights = new Map(model.parameters.map(({ value, initial }) => [nameOf(value), initial]));
const pairs = countMemory(prepared.sequences, dataset.ids, 0.5);
writeArtifact(join(workspacePath, 'models', runId), model, weights, prepared.features, { ids: none, hidden: none }, { pairs, settings: { weight: 0.1, backward: 0.5, validation: null } }, { createdAt: 0, device: 'none', epochs: 0, bestEpoch: 0, validation: {}, temperatures: {}, dataHash: dataset.hash, moments: 0 });
await workspace.write((writer) => {
  createRun(writer, { runId, model: 'm2trec', head: 'tied', mode: 'causal', seed: 1, config, device: 'cpu', dataHash: dataset.hash, dataVersion: dataset.dataVersion, hidden: [] });
  updateRun(writer, runId, { status: 'done', epochs: 1, bestEpoch: 1, validation: {} });
  activateRun(writer, runId);
});
workspace.close();
