/**
 * Run by full-training.test.ts in a namespace where it may mount: trains and exports on a disk with so many KiB left, then with room again,
 * and prints what came of it. Arguments: a folder to mount on, a workspace with a model, KiB.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { awaitEnd, openTestEngine, quick } from '../helpers/shop.ts';

const [root, shop, left] = process.argv.slice(2) as [string, string, string];
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', root]);
const [folder, ballast] = [join(root, 'workspace'), join(root, 'ballast')];
cpSync(shop, folder, { recursive: true });
const engine = await openTestEngine(folder);
const fill = (): void => {
  const { bavail, bsize } = statfsSync(root);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 1_024 * Number(left)));
};
const sentenceOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: unknown) => (error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error)));

const [before] = await engine.api.training.runs({});
fill();
const exported = await sentenceOf(engine.exportRun({ runId: before!.runId, folder: join(root, 'model') }));
const leftovers = readdirSync(root).filter((name) => name.startsWith('model'));
const ended = awaitEnd(engine);
const started = await sentenceOf(engine.api.training.start({ config: quick, device: 'cpu' }));
const { status, message } = started === 'done' ? await ended : { status: 'refused', message: started };
rmSync(ballast);
await nextTurn(); // the end is told a moment before the run is over

const again = awaitEnd(engine);
const [run] = await engine.api.training.runs({});
if (status === 'stopped') await engine.api.training.resume({ runId: run!.runId });
else await engine.api.training.start({ config: quick, device: 'cpu' });
const { status: finished } = await again;
const later = await sentenceOf(engine.exportRun({ runId: before!.runId, folder: join(root, 'model') }));
await engine.close();
writeSync(1, `${JSON.stringify({ exported, leftovers, status, message, finished, later, there: existsSync(join(root, 'model')) })}\n`);
