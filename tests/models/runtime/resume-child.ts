/** Run by trainer-cpu.test.ts: takes up a saved state in a process of its own, goes on for some steps and prints the weights' hash. */
import { readFileSync } from 'node:fs';
import { createTrainer } from '../../../models/runtime/trainer.ts';
import { hashOf, restore } from './saved-state.ts';
import { optimizer, smallModel } from './small-model.ts';

const [path, from, to] = process.argv.slice(2);
const model = smallModel();
const trainer = await createTrainer({ ...model, device: 'cpu', threads: 1, optimizer });
await trainer.loadState(restore(readFileSync(path!, 'utf8')));
for (let step = Number(from); step < Number(to); step++) await trainer.step(model.batch(step), { learningRate: 1e-2 });
process.stdout.write(hashOf(await trainer.readState()));
await trainer.dispose();
