/** Run by train.test.ts: takes a run up where its checkpoints left it and prints a line a step; at its end the weights' hash. */
import { train } from '../../models/train.ts';
import { firstSessions, smallJob } from './slice.ts';
import { killedSessions, killedSettings } from './train-killed.ts';

const folder = process.argv[2]!;
const job = { ...smallJob(firstSessions(killedSessions), folder, killedSettings), resume: true };
const result = await train(job, {
  threads: 1, stopRequested: () => false,
  onProgress: ({ phase, step }) => process.stdout.write(`${phase} ${step}\n`),
});
process.stdout.write(`${result.status} ${result.weightsHash}\n`);
