/** `train`: trains, checkpoints, ends with an artifact. Ctrl-C stops at a checkpoint; `--resume RUN` goes on from it. */
import { modelKinds } from '../../models/config.ts';
import type { RunDetail, StartTraining, TrainingProgress } from '../api/training.ts';
import type { Engine } from '../engine.ts';
import { given, oneOf, printAnswer, readCount, readObject, readShare, readSkus, readWords, UsageError, withWorkspace, type Command } from './command.ts';

const usage = `train <workspace> [--model ${modelKinds.join('|')}] [--head tied|id] [--mode causal|prefix] [--preset small|full] [--epochs N] [--device auto|cpu|webgpu] [--seed N] [--negatives N] [--share 0…1] [--fit train|train+valid] [--hide FILE] [--config FILE] | train <workspace> --resume RUN`;

export const trainCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(
      words,
      {
        model: { type: 'string' }, head: { type: 'string' }, mode: { type: 'string' }, preset: { type: 'string' }, epochs: { type: 'string' },
        device: { type: 'string' }, seed: { type: 'string' }, negatives: { type: 'string' }, share: { type: 'string' }, fit: { type: 'string' }, hide: { type: 'string' }, config: { type: 'string' }, resume: { type: 'string' },
      },
      usage,
    );
    const settings = {
      ...(values.config === undefined ? {} : readObject(values.config)),
      ...given({ negatives: readCount('negatives', values.negatives, 0), share: readShare('share', values.share), fit: oneOf('fit', values.fit, ['train', 'train+valid']) }),
    };
    const request: StartTraining = given({
      model: oneOf('model', values.model, modelKinds),
      head: oneOf('head', values.head, ['tied', 'id']),
      mode: oneOf('mode', values.mode, ['causal', 'prefix']),
      preset: oneOf('preset', values.preset, ['small', 'full']),
      epochs: readCount('epochs', values.epochs),
      device: values.device,
      seed: readCount('seed', values.seed, 0),
      hide: values.hide === undefined ? undefined : readSkus(values.hide),
      config: Object.keys(settings).length === 0 ? undefined : settings,
    });
    if (values.resume !== undefined && Object.keys(request).length > 0) throw new UsageError('A resumed run keeps its settings: give --resume RUN alone.');
    const run = await withWorkspace(folder, spawn, (engine) => follow(engine, values.resume ?? null, request));
    const { runId, device, epochs, seconds, validation, status, message } = run;
    printAnswer(values.json, { run: runId, device, epochs, seconds, validation: validation ?? {}, status, message }, () => describe(run));
    return status === 'done' || status === 'paused' ? 0 : 1;
  },
};

/** Starts or resumes, and waits for the end. */
async function follow(engine: Engine, resumed: string | null, request: StartTraining): Promise<RunDetail> {
  const { training } = engine.api;
  const ended = new Promise<string>((resolve) => {
    engine.on('training.progress', (progress) => {
      tellProgress(progress);
      if (progress.status !== 'running') resolve(progress.runId);
    });
  });
  const runId = resumed ?? (await training.start(request)).runId;
  if (resumed !== null) await training.resume({ runId });
  process.stderr.write(`run ${runId}\n`);
  let interrupted = false;
  const interrupt = (): void => {
    process.stderr.write(interrupted ? 'Stopping at once.\n' : 'Stopping at a checkpoint; once more to stop at once.\n');
    void (interrupted ? training.cancel({ runId }) : training.pause({ runId })).catch((error: Error) => process.stderr.write(`${error.message}\n`));
    interrupted = true;
  };
  process.on('SIGINT', interrupt);
  await ended;
  process.off('SIGINT', interrupt);
  return training.run({ runId });
}

let toldAt = 0;
let toldPhase = '';

/** A line every two seconds, and at each change. */
function tellProgress({ phase, status, epoch, epochs, step, steps, loss, examplesPerSecond, eta, device, validation, message }: TrainingProgress): void {
  const now = Date.now();
  if (now - toldAt < 2_000 && phase === toldPhase && validation === null && status === 'running') return;
  toldAt = now;
  toldPhase = phase;
  const parts = [
    `${status === 'running' ? phase : status} on ${device}`,
    steps > 0 ? `epoch ${epoch}/${epochs}, step ${step}/${steps}` : '',
    loss === null ? '' : `loss ${loss.toFixed(4)}`,
    examplesPerSecond === null ? '' : `${Math.round(examplesPerSecond)} examples/s`,
    eta === null ? '' : `${Math.ceil(eta)} s left`,
    validation === null ? '' : describeValidation(validation),
    message ?? '',
  ];
  process.stderr.write(`${parts.filter((part) => part !== '').join('  ')}\n`);
}

function describeValidation(validation: Readonly<Record<string, number>>): string {
  return Object.entries(validation).map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(4)}`).join('  ');
}

function describe({ runId, status, device, epochs, seconds, validation, message, hidden }: RunDetail): string {
  const lines = [`run ${runId}: ${status}, ${epochs} epochs in ${seconds.toFixed(1)} s on ${device}${hidden > 0 ? `, ${hidden} SKUs hidden` : ''}`];
  if (validation !== null) lines.push(describeValidation(validation));
  if (message !== null) lines.push(message);
  if (status === 'paused') lines.push(`Go on with: shelfsight train <workspace> --resume ${runId}`);
  return lines.join('\n');
}
