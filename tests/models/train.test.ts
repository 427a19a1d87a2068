import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { splitCodes } from '../../db/records.ts';
import { hashWeights, readArtifact } from '../../models/artifact.ts';
import { readCheckpoint, writeCheckpoint } from '../../models/checkpoint.ts';
import { evaluate } from '../../models/evaluate-job.ts';
import { featuresToJson } from '../../models/features.ts';
import type { TrainJob, TrainJobProgress, TrainJobResult } from '../../models/jobs.ts';
import { prepareTraining, tokenStart, type Prepared } from '../../models/prepare.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { firstSessions, smallConfig, smallJob } from './slice.ts';

const dataset = firstSessions(200);

interface Run {
  readonly result: TrainJobResult;
  readonly events: readonly TrainJobProgress[];
}

/** Trains until the end, or until step `stopAt`. */
async function run(job: TrainJob, { threads = 1, stopAt = Infinity } = {}): Promise<Run> {
  const events: TrainJobProgress[] = [];
  let asked = 0; // once a step
  const first = job.resume ? (readCheckpoint(job.folder)?.run.step ?? 0) : 0;
  const result = await train(job, { threads, onProgress: (event) => void events.push(event), stopRequested: () => first + ++asked >= stopAt });
  return { result, events };
}

/** A folder for each run of a test. */
function folders(t: TestContext): (name: string) => string {
  const parent = temporaryFolder(t);
  return (name) => {
    mkdirSync(join(parent, name));
    return join(parent, name);
  };
}

test('the same seed gives the same bits at one and two threads, another seed others', async (t) => {
  const folder = folders(t);
  const hash = async (name: string, threads: number, overrides = {}): Promise<string> => (await run(smallJob(dataset, folder(name), { epochs: 2, ...overrides }), { threads })).result.weightsHash;
  const first = await hash('a', 1);
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.equal(await hash('b', 2), first);
  assert.notEqual(await hash('c', 1, { seed: 2 }), first);
  const prefix = { mode: 'prefix', head: 'id' };
  assert.equal(await hash('d', 1, prefix), await hash('e', 2, prefix));
});

test('a run that is stopped twice within epochs and goes on ends with the bits of one that was not', async (t) => {
  const folder = folders(t);
  const whole = await run(smallJob(dataset, folder('whole')));
  const job = smallJob(dataset, folder('parts'));
  const perEpoch = whole.result.steps / 3;
  const [inFirst, inSecond] = [3, Math.floor(1.5 * perEpoch)];
  const stopped = await run(job, { stopAt: inFirst });
  assert.deepEqual([stopped.result.status, stopped.result.steps, stopped.result.weightsHash, existsSync(join(job.folder, 'model'))], ['stopped', inFirst, '', false]);
  const again = await run({ ...job, resume: true }, { stopAt: inSecond });
  assert.deepEqual([again.result.status, again.result.steps], ['stopped', inSecond]);
  assert.equal(again.events.find(({ step }) => step > 0)!.step >= inFirst, true); // a fast run may report no step but the ends of its epochs
  const { result } = await run({ ...job, resume: true });
  const { seconds: _a, ...rest } = result;
  const { seconds: _b, ...expected } = whole.result;
  assert.deepEqual(rest, expected);
  assert.equal(existsSync(join(job.folder, 'checkpoints')), false); // a finished run needs none
});

test('a loss that is no number ends the run within the step: no model before the first validation', async (t) => {
  const job = smallJob(dataset, temporaryFolder(t));
  const { result } = await run({ ...job, config: { ...job.config, learningRate: 1e30, warmup: 0 } });
  assert.deepEqual([result.status, result.weightsHash, existsSync(join(job.folder, 'model'))], ['failed', '', false]);
  assert.ok(result.steps >= 1 && result.steps < 5, `${result.steps} steps`);
  assert.match(result.message!, /^Training stopped in step \d: the loss was no longer a number, which a lower learning rate usually cures\.$/);
});

test('a loss that is no number later on keeps the weights of the best epoch', async (t) => {
  const job = smallJob(dataset, temporaryFolder(t));
  const whole = await run(smallJob(dataset, temporaryFolder(t), { epochs: 1 }));
  await run(job, { stopAt: whole.result.steps + 2 }); // in the second epoch
  const checkpoint = readCheckpoint(job.folder)!;
  const [name, values] = [...checkpoint.trainer.weights][0]!;
  const weights = new Map(checkpoint.trainer.weights).set(name, new Float32Array(values.length).fill(Infinity));
  writeCheckpoint(job.folder, { ...checkpoint, trainer: { ...checkpoint.trainer, weights } });
  const { result } = await run({ ...job, resume: true });
  assert.equal(result.status, 'failed');
  assert.match(result.message!, /stopped in step \d+: .* The weights of epoch 1 were kept\.$/);
  assert.equal(result.weightsHash, hashWeights(checkpoint.best!));
  assert.equal(readArtifact(job.folder).manifest.weightsHash, result.weightsHash);
});

test('a run ends where validation no longer improves, with the best epoch', async (t) => {
  const { result } = await run(smallJob(dataset, temporaryFolder(t), { epochs: 40, learningRate: 1e-7, patience: 2 }));
  assert.deepEqual([result.status, result.message], ['done', 'Validation had not improved for 2 epochs.']);
  assert.ok(result.epochs < 40 && result.bestEpoch === result.epochs - 2, `best ${result.bestEpoch} of ${result.epochs}`);
});

test('progress tells phase, place, loss, rate and validation', async (t) => {
  const { result, events } = await run(smallJob(dataset, temporaryFolder(t)));
  const phases = events.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
  assert.deepEqual(phases.slice(0, 3), ['tokenizing', 'preparing', 'compiling']);
  assert.equal(phases.at(-1), 'saving');
  const validations = events.flatMap(({ validation, epoch }) => (validation === null ? [] : [{ epoch, validation }]));
  assert.deepEqual(validations.map(({ epoch }) => epoch), [1, 2, 3]);
  assert.deepEqual(validations[result.bestEpoch - 1]!.validation, result.validation);
  assert.deepEqual(Object.keys(result.validation).filter((name) => name.startsWith('hr') || name.startsWith('mrr') || name.startsWith('ndcg') || name === 'n'), ['hr@20', 'mrr@20', 'ndcg@20', 'n']);
  const last = events.at(-1)!;
  assert.deepEqual([last.step, last.epoch, last.epochs, last.device], [result.steps, 3, 3, 'cpu']);
  for (const [i, event] of events.entries()) {
    assert.deepEqual(Object.keys(event).sort(), ['device', 'elapsed', 'epoch', 'epochs', 'eta', 'examplesPerSecond', 'loss', 'memoryMB', 'message', 'phase', 'step', 'steps', 'validation']);
    assert.ok(event.step <= event.steps && event.memoryMB > 0);
    assert.ok(i === 0 || (event.step >= events[i - 1]!.step && event.elapsed >= events[i - 1]!.elapsed));
    if (event.step === 0) assert.deepEqual([event.loss, event.examplesPerSecond, event.eta], [null, null, null]);
    else assert.ok((event.loss === null || Number.isFinite(event.loss)) && event.examplesPerSecond! > 0);
  }
  assert.ok(events.some(({ loss }) => loss !== null));
});

test('nothing of a hidden SKU reaches the weights: not its text, not its events', async (t) => {
  const folder = folders(t);
  const hidden = Int32Array.from(dataset.items.keys()).filter((row) => row % 9 === 4);
  const isHidden = new Set(hidden);
  assert.ok(dataset.sessions.items.some((row, event) => isHidden.has(row) && dataset.sessions.splits[event] === 1));
  const changed = {
    ...dataset,
    items: dataset.items.map((known, row) => (isHidden.has(row) ? { ...known, title: 'Zyzzyva xylograph quizzical', brand: `Nobody ${row}`, categoryPath: ['Toys', 'Puzzles', 'Mazes'], price: 1e6 } : known)),
    sessions: { ...dataset.sessions, items: dataset.sessions.items.map((row) => (isHidden.has(row) ? hidden[row % hidden.length]! : row)) },
  };
  const hash = async (name: string, data: typeof dataset, overrides = {}): Promise<readonly unknown[]> => {
    const { result } = await run({ ...smallJob(data, folder(name), { epochs: 1, ...overrides }), hidden });
    return [result.weightsHash, result.validation];
  };
  assert.deepEqual(await hash('changed', changed), await hash('first', dataset));
  assert.deepEqual(await hash('changed id', changed, { head: 'id' }), await hash('first id', dataset, { head: 'id' }));
});

test('drafts, hidden SKUs and test events are absent from everything a model is prepared from', () => {
  const dataset = firstSessions(80);
  const rows = Int32Array.from(dataset.items.keys()).filter((row) => row % 7 === 3);
  const away = new Set(rows);
  const changed = {
    ...dataset,
    items: dataset.items.map((known, row) => (away.has(row) ? { ...known, title: 'Zyzzyva xylograph quizzical', brand: 'Nobody', categoryPath: ['Toys', 'Puzzles'] } : known)),
    sessions: { ...dataset.sessions, items: dataset.sessions.items.map((row, event) => (away.has(row) ? rows[row % rows.length]! : dataset.sessions.splits[event] === splitCodes.test ? 0 : row)) },
  };
  const live = dataset.live.map((flag, row) => (away.has(row) ? 0 : flag));
  const views = [[{ ...dataset, live }, { ...changed, live }, new Int32Array(0)], [dataset, changed, rows]] as const;
  for (const settings of [{}, { mode: 'prefix' }]) {
    const config = smallConfig(settings);
    for (const [before, after, hidden] of views) {
      const [a, b] = [prepareTraining(before, config, hidden), prepareTraining(after, config, hidden)];
      assert.deepEqual(featuresToJson(a.features), featuresToJson(b.features));
      assert.ok(!JSON.stringify(featuresToJson(a.features)).includes('xylo'));
      assert.deepEqual(a.data.bags, b.data.bags);
      assert.ok(a.data.candidates.length > 0 && a.data.candidates.every((row) => !away.has(row)));
      const seen = [...a.rows.starts.keys()].flatMap((row) => [...a.rows.items.subarray(a.rows.starts[row], a.rows.ends[row]! + 1)]);
      assert.ok(seen.length > 0 && seen.every((row) => !away.has(row)));
      assert.deepEqual(a.rows, b.rows);
      assert.deepEqual(tokenStart(a, config), tokenStart(b, config));
      const asked = ({ validation }: Prepared): number[][] => [...validation.ends.keys()].map((i) => [...validation.items.subarray(validation.starts[i], validation.ends[i]! + 1)]);
      assert.ok(asked(a).length > 0 && asked(a).flat().every((row) => !away.has(row)));
      assert.deepEqual(asked(a), asked(b));
    }
  }
});

test('fit on train+valid: validation events are learned from, nothing is validated with them, the last epoch is kept; test events stay out', async (t) => {
  const folder = folders(t);
  const ofPart = (code: number): typeof dataset => ({
    ...dataset, sessions: { ...dataset.sessions, items: dataset.sessions.items.map((row, event) => (dataset.sessions.splits[event] === code ? (row + 1) % dataset.items.length : row)) },
  });
  const hash = async (name: string, data: typeof dataset, fit: string): Promise<string> => (await run(smallJob(data, folder(name), { fit, epochs: 1 }))).result.weightsHash;
  const [validChanged, testChanged] = [ofPart(splitCodes.valid), ofPart(splitCodes.test)];
  const train = await hash('train', dataset, 'train');
  assert.equal(await hash('train, valid changed', validChanged, 'train'), train);
  const both = await hash('both', dataset, 'train+valid');
  assert.notEqual(both, train);
  assert.notEqual(await hash('both, valid changed', validChanged, 'train+valid'), both);
  assert.equal(await hash('both, test changed', testChanged, 'train+valid'), both);

  // A patience of one epoch would end any run that is judged by a validation that does not improve.
  const kept = folder('last');
  const last = await run(smallJob(dataset, kept, { fit: 'train+valid', epochs: 4, patience: 1, learningRate: 1e-7 }));
  assert.deepEqual([last.result.epochs, last.result.bestEpoch, last.result.validation], [4, 4, {}]);
  assert.deepEqual(last.events.flatMap(({ validation }) => Object.keys(validation ?? {})), []);
  const evaluated = (system: string) => evaluate({ dataset, system: { run: system }, ks: [20], targets: null, hidden: new Int32Array(0), candidates: 'all', prefixes: 'test', equalExposure: false, excludeSeen: false });
  assert.equal((await evaluated(kept)).protocol.fit, 'train+valid');
  assert.equal((await evaluated(join(kept, '..', 'train'))).protocol.fit, 'train');
});

test('a run goes on with nothing but its own data and settings', async (t) => {
  const job = smallJob(dataset, temporaryFolder(t));
  await run(job, { stopAt: 2 });
  const refusal = /^The catalogue, the sessions or the settings have changed since this run was stopped/;
  await assert.rejects(run({ ...job, resume: true, dataset: { ...dataset, hash: 'other' } }), ({ message }: Error) => refusal.test(message));
  await assert.rejects(run({ ...job, resume: true, config: { ...job.config, seed: 9 } }), ({ message }: Error) => refusal.test(message));
});

test('without sessions to learn from a run says so', async (t) => {
  const job = smallJob({ ...dataset, live: new Uint8Array(dataset.items.length) }, temporaryFolder(t));
  await assert.rejects(run(job), ({ message }: Error) => message === 'There is no session with two or more live SKUs of the catalogue to learn from. Import sessions whose SKUs are in the catalogue.');
});
