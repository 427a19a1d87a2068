/** Run by export.test.ts: exports the newest run of a workspace and says so. */
import { writeSync } from 'node:fs';
import { openTestEngine } from '../helpers/shop.ts';

const [workspace, folder] = process.argv.slice(2) as [string, string];
const engine = await openTestEngine(workspace);
try {
  const [run] = await engine.api.training.runs({});
  await engine.exportRun({ runId: run!.runId, folder });
  writeSync(1, 'done\n');
} finally {
  await engine.close();
}
