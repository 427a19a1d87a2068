/** Run by kills.ts: takes a run of a system up where its checkpoints left it, and prints a line for each sign of progress. */
import { train } from '../../models/train.ts';
import { tinyJob } from './tiny-shop.ts';

const [system, folder, epochs] = process.argv.slice(2);
await train({ ...tinyJob(system!, folder!, { epochs: Number(epochs) }), resume: true }, {
  threads: 1, stopRequested: () => false,
  onProgress: ({ phase, step }) => process.stdout.write(`${phase} ${step}\n`),
});
