/**
 * Training, readable from top to bottom: prepare, build the graph, step through epochs, validate, keep the best, write the artifact.
 * Same seed, data and device give the same bits on the CPU, also when the run was stopped or killed and goes on from a checkpoint.
 */
import { writeArtifact } from './artifact.ts';
import { epochBatches, stepFeeds } from './batch.ts';
import { readCheckpoint, removeCheckpoints, writeCheckpoint, type RunState } from './checkpoint.ts';
import type { TrainingConfig } from './config.ts';
import { chosenBy, type TrainJob, type TrainJobProgress, type TrainJobResult } from './jobs.ts';
import { createModel } from './network.ts';
import { optimizerOf, trainingObjective } from './objective.ts';
import { prepareTraining, tokenStart, type Prepared } from './prepare.ts';
import { Progress } from './progress.ts';
import { Random } from './random.ts';
import type { Device } from './runtime/devices.ts';
import { createTrainer } from './runtime/trainer.ts';
import { Validator } from './validation.ts';

export interface TrainingEffects {
  onProgress(progress: TrainJobProgress): void;
  /** Asked between two steps; true: write a checkpoint and answer with status `stopped`. */
  stopRequested(): boolean;
  /** CPU threads of one operator; default: onnxruntime's choice. */
  readonly threads?: number;
}

const checkpointInterval = 30_000; // ms: what a kill may cost
/** A loss of so many times a guess's is beyond repair, though still a number: tanh and the cosine bound what would otherwise overflow. */
const hopeless = 20;
/** The rate falls along a cosine to this share of its peak. */
const lowestRate = 0.05;

/**
 * Runs a job to its end or to a requested stop. A loss that is no number, or beyond all measure, ends it within the step, with the last
 * good weights kept.
 * @throws Error of the device: the caller goes on elsewhere from the last checkpoint; Error (a sentence) where there is nothing to learn from.
 */
export async function train(job: TrainJob, effects: TrainingEffects): Promise<TrainJobResult> {
  const { config, dataset, folder } = job;
  const progress = new Progress(effects.onProgress, job.device, config.epochs, config.batch);
  progress.phase('tokenizing', 'Reading titles, brands and categories');
  await breathe();
  const prepared = prepareTraining(dataset, config, job.hidden);
  const resumed = job.resume ? readCheckpoint(folder) : null;
  if (resumed !== null && (resumed.run.dataHash !== dataset.hash || JSON.stringify(resumed.run.config) !== JSON.stringify(config))) {
    throw new Error('The catalogue, the sessions or the settings have changed since this run was stopped, so it cannot go on. Start a new run.');
  }
  progress.phase('preparing', 'Placing words near words they occur with');
  await breathe();
  const model = createModel(config, prepared.shape, resumed === null ? tokenStart(prepared, config) : null);
  progress.phase('compiling', job.device === 'cpu' ? 'Compiling the training step' : 'Preparing the GPU: the first step is slow');
  await breathe();
  const objective = trainingObjective(model, prepared.data.candidates.length);
  const trainer = await createTrainer({
    device: job.device as Device, ...(effects.threads === undefined ? {} : { threads: effects.threads }),
    loss: objective.loss, parameters: objective.parameters, optimizer: optimizerOf(config),
  });
  const validator = await Validator.open(model, prepared, dataset, effects.threads);
  const schedule = new Schedule(prepared, config, resumed?.run ?? null);
  const limit = hopeless * lossOfGuessing(prepared, config);
  let best = resumed?.run.best ?? null;
  let bestWeights = resumed?.best ?? null;
  let lastCheckpoint = performance.now();

  const save = async (): Promise<void> => {
    writeCheckpoint(folder, { run: { ...schedule.state, best, seconds: progress.seconds, dataHash: dataset.hash, config }, trainer: await trainer.readState(), best: bestWeights });
    lastCheckpoint = performance.now();
  };
  const finish = (status: TrainJobResult['status'], message: string | null, weightsHash = ''): TrainJobResult => ({
    status, device: trainer.device, epochs: schedule.epoch, bestEpoch: best?.epoch ?? 0, steps: schedule.step, seconds: progress.seconds,
    parameters: model.parameters.reduce((sum, { initial }) => sum + initial.length, 0),
    validation: best?.validation ?? {}, attributes: describeAttributes(prepared), weightsHash, message,
  });
  const publish = async (status: 'done' | 'failed', message: string | null): Promise<TrainJobResult> => {
    progress.phase('saving', null);
    const { memory, temperatures } = await validator.settle(bestWeights!);
    // The row of a SKU that it could not learn of holds noise: such a SKU is unknown to the model.
    const known = dataset.ids.map((id, row) => (prepared.learnable[row] === 1 ? id : -1));
    const rows = { ids: model.shape.items > 0 ? known : new Int32Array(0), hidden: job.hidden.map((row) => dataset.ids[row]!) };
    const manifest = writeArtifact(folder, model, bestWeights!, prepared.features, rows, memory, {
      createdAt: Date.now(), device: trainer.device, epochs: schedule.epoch, bestEpoch: best!.epoch, validation: best!.validation,
      temperatures, dataHash: dataset.hash, moments: prepared.rows.moments,
    });
    removeCheckpoints(folder);
    return finish(status, message, manifest.weightsHash);
  };

  try {
    if (resumed !== null) await trainer.loadState(resumed.trainer);
    progress.resumeAt(resumed?.run.seconds ?? 0, schedule.position);
    while (schedule.epoch < config.epochs) {
      for (const batch of schedule.remaining()) {
        const feeds = stepFeeds(objective, prepared.data, prepared.rows, batch, config, schedule.random);
        const { loss, applied } = await trainer.step(feeds, { learningRate: config.learningRate * schedule.rate });
        if (!applied || loss > limit) {
          const what = applied ? `the loss of ${loss.toPrecision(3)} is many times that of guessing` : 'the loss was no longer a number';
          const message = `Training stopped in step ${schedule.step + 1}: ${what}, which a lower learning rate usually cures.`;
          return best === null ? finish('failed', message) : await publish('failed', `${message} The weights of epoch ${best.epoch} were kept.`);
        }
        schedule.advance();
        progress.step(schedule.position, loss);
        await breathe();
        if (effects.stopRequested()) {
          await save();
          return finish('stopped', 'Stopped at a checkpoint; it can be resumed.');
        }
        if (performance.now() - lastCheckpoint > checkpointInterval) await save();
      }
      progress.phase('validating', null);
      const weights = await trainer.readWeights();
      const validation = config.fit === 'train' ? await validator.measure(weights) : {}; // it has learned from the others
      schedule.nextEpoch();
      const measure = validation[chosenBy] ?? schedule.epoch; // without a validation the last epoch is kept
      if (best === null || measure > best.measure) {
        best = { epoch: schedule.epoch, measure, validation };
        bestWeights = weights;
      }
      progress.epoch(schedule.position, validation);
      await save();
      if (schedule.epoch - best.epoch >= config.patience) return await publish('done', `Validation had not improved for ${config.patience} epochs.`);
    }
    return await publish('done', null);
  } finally {
    await trainer.dispose();
    await validator.dispose();
  }
}

/** Where a run stands among its epochs and batches. Everything it draws comes from generators whose states a checkpoint keeps. */
class Schedule {
  readonly #prepared: Prepared;
  readonly #config: TrainingConfig;
  readonly #perEpoch: number;
  #epochRandom: Random;
  #batches: Int32Array[];
  #done = 0;
  epoch = 0;
  step = 0;
  random: Random;

  constructor(prepared: Prepared, config: TrainingConfig, resumed: RunState | null) {
    this.#prepared = prepared;
    this.#config = config;
    this.#epochRandom = new Random(resumed?.epochRandom ?? config.seed);
    this.random = new Random(this.#epochRandom.state);
    this.#batches = epochBatches(prepared.rows, config, this.random);
    // Epochs differ by a batch or two; the first one stands for all, also where the run goes on in another: the learning rate follows from it.
    this.#perEpoch = resumed === null ? this.#batches.length : epochBatches(prepared.rows, config, new Random(config.seed)).length;
    if (resumed !== null) {
      this.epoch = resumed.epoch;
      this.step = resumed.step;
      this.#done = resumed.done;
      this.random = new Random(resumed.random);
    }
  }

  get state(): Pick<RunState, 'epoch' | 'step' | 'done' | 'epochRandom' | 'random'> {
    return { epoch: this.epoch, step: this.step, done: this.#done, epochRandom: this.#epochRandom.state, random: this.random.state };
  }

  get position(): { step: number; steps: number; epoch: number; epochs: number } {
    return { step: this.step, steps: Math.max(this.step, this.#steps), epoch: this.epoch, epochs: this.#config.epochs };
  }

  get #steps(): number {
    return this.#perEpoch * this.#config.epochs;
  }

  /** Share of the peak learning rate: a linear warm-up, then a cosine. */
  get rate(): number {
    const warm = Math.min(1, (this.step + 1) / Math.max(1, this.#config.warmup * this.#steps));
    const cosine = 0.5 * (1 + Math.cos(Math.PI * Math.min(1, this.step / this.#steps)));
    return warm * (lowestRate + (1 - lowestRate) * cosine);
  }

  /** Batches of this epoch that are still to be done. */
  remaining(): Int32Array[] {
    return this.#batches.slice(this.#done);
  }

  advance(): void {
    this.#done++;
    this.step++;
  }

  nextEpoch(): void {
    this.epoch++;
    this.#done = 0;
    this.#epochRandom = new Random(this.random.state);
    this.#batches = epochBatches(this.#prepared.rows, this.#config, this.random);
  }
}

/** Loss of a model that finds everything equally likely, and at least 1. */
function lossOfGuessing({ data, shape }: Prepared, { categoryWeight }: TrainingConfig): number {
  return 1 + Math.log(data.candidates.length) + categoryWeight * shape.levels.reduce((sum, { labels }) => sum + Math.log(labels), 0);
}

function describeAttributes({ features }: Prepared): TrainJobResult['attributes'] {
  return [
    ...features.texts.map(({ name, kind, documents, filled }) => ({ name, kind, vocabulary: documents.length, filled })),
    ...features.categories.map(({ name, kind, keys, filled }) => ({ name, kind, vocabulary: keys.length - 1, filled })),
    ...features.numbers.map(({ name, kind, filled }) => ({ name, kind, vocabulary: 1, filled })),
  ];
}

/** Lets messages in: a stop must arrive between two steps although each one blocks the thread. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
