/** Run by read-only.test.ts where the workspace cannot be written to: looks at it as a user would, tries to change it, and prints what came of it. */
import { writeSync } from 'node:fs';
import type { ItemFeatures } from '../../db/records.ts';
import { openTestEngine } from '../helpers/shop.ts';

const [folder, catalog] = process.argv.slice(2) as [string, string];
const featuresOf = ({ title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs }: ItemFeatures): ItemFeatures =>
  ({ title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs });
const engine = await openTestEngine(folder);
const { api } = engine;
const refusals: string[] = [];

async function refused(work: () => Promise<unknown>): Promise<void> {
  refusals.push(await work().then(() => 'done', (error: unknown) => (error instanceof Error ? `${'code' in error ? String(error.code) : error.name}: ${error.message}` : String(error))));
}

const { readOnly, live, model } = await api.workspace.status({});
const drafts = await api.launch.drafts({ offset: 0, limit: 5 });
const { sku } = drafts.rows[0]!;
const { item } = await api.catalog.get({ sku });
const exposure = model === null ? null : (await api.launch.preview({ sku, features: featuresOf(item) })).exposure;
const [run] = await api.training.runs({});
await refused(async () => api.catalog.import({ file: await engine.adoptFile(catalog), kind: 'catalog', asDrafts: false, job: 'j' }));
await refused(() => api.launch.deleteDrafts({ skus: [sku] }));
await refused(() => api.training.start({ config: { epochs: 1 }, device: 'cpu' }));
await refused(() => api.training.activate({ runId: run!.runId }));
await engine.close();
writeSync(1, `${JSON.stringify({ readOnly, live, drafts: drafts.total, exposure, refusals })}\n`);
