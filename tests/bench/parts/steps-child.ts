/** The process that trains for `steps.ts`: what `models/train.ts` does in a step, timed, without validation and checkpoints. */
import { once } from 'node:events';
import { epochBatches, stepFeeds } from '../../../models/batch.ts';
import { normalizeConfig } from '../../../models/config.ts';
import { createModel } from '../../../models/network.ts';
import { optimizerOf, trainingObjective } from '../../../models/objective.ts';
import { prepareTraining, tokenStart } from '../../../models/prepare.ts';
import { Random } from '../../../models/random.ts';
import { createTrainer } from '../../../models/runtime/trainer.ts';
import type { Trainer } from '../../../models/runtime/training.ts';
import type { FromChild, StepsJob, StepsResult, StepTime } from './steps.ts';
import { createShop } from './synthetic.ts';

/** Steps between two turns of the parent. */
const turnEvery = 5;

const send = (message: FromChild): void => void process.send!(message);
const resident = (): number => Math.round(process.memoryUsage.rss() / 1e6);
const peak = (): number => Math.round(process.resourceUsage().maxRSS / 1e3);

process.once('message', (job: StepsJob) => {
  measure(job).then((result) => send({ kind: 'done', result }), (error: unknown) => send({ kind: 'failed', message: error instanceof Error ? error.stack ?? error.message : String(error) }));
});

async function measure({ data, settings, device, threads, steps: wanted, warmUp, profile, profiled }: StepsJob): Promise<StepsResult> {
  const dataset = 'dataset' in data ? data.dataset : createShop(data.synthetic);
  const started = performance.now();
  const peaks = { data: peak(), attributes: 0, model: 0 };
  const config = normalizeConfig(settings);
  const prepared = prepareTraining(dataset, config, new Int32Array(0));
  peaks.attributes = peak();
  const model = createModel(config, prepared.shape, tokenStart(prepared, config));
  peaks.model = peak();
  const ready = performance.now();
  const objective = trainingObjective(model, prepared.data.candidates.length);
  const open = (watched: { readonly profile?: string }): Promise<Trainer> => createTrainer({
    device, threads, loss: objective.loss, parameters: objective.parameters, optimizer: optimizerOf(config), ...watched,
  });
  const trainer = await open({});
  const compiled = performance.now();
  const random = new Random(config.seed);
  const batches = epochBatches(prepared.rows, config, random);
  const count = wanted === null ? batches.length : wanted + warmUp;
  const steps: StepTime[] = [];
  const growth: number[] = [];
  for (let step = 0; step < count; step++) {
    const before = performance.now();
    const feeds = stepFeeds(objective, prepared.data, prepared.rows, batches[step % batches.length]!, config, random);
    const fed = performance.now();
    const { loss, applied } = await trainer.step(feeds, { learningRate: config.learningRate });
    const done = performance.now();
    if (!applied) throw new Error(`step ${step + 1}: the loss is ${loss}`);
    if (wanted === null || step >= warmUp) steps.push({ feeds: fed - before, step: done - fed, moments: feeds['share']!.data.length, loss });
    if ((step + 1) % Math.ceil(count / 10) === 0) growth.push(resident());
    if ((step + 1) % turnEvery === 0) {
      send({ kind: 'turn' });
      await once(process, 'message');
    }
    if (process.stderr.isTTY && step % 10 === 0) process.stderr.write(`\rstep ${step + 1} of ${count}, loss ${loss.toFixed(3)} `);
  }
  const megabytes = { ...peaks, end: resident(), peak: peak() };
  await trainer.dispose();
  if (profile !== null) {
    const watched = await open({ profile });
    for (let step = 0; step < warmUp + profiled; step++) {
      await watched.step(stepFeeds(objective, prepared.data, prepared.rows, batches[step % batches.length]!, config, random), { learningRate: config.learningRate });
    }
    await watched.dispose();
  }
  return {
    steps, growth, batches: batches.length, moments: prepared.rows.moments, candidates: prepared.data.candidates.length, negatives: objective.negatives, tokens: prepared.shape.tokens,
    parameters: model.parameters.reduce((sum, { initial }) => sum + initial.length, 0), width: config.width,
    prepareSeconds: (ready - started) / 1000, compileSeconds: (compiled - ready) / 1000, megabytes,
  };
}
