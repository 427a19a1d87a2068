/** The memory held against its definition, written out once more over plain pairs. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { splitCodes } from '../../db/records.ts';
import { readArtifact } from '../../models/artifact.ts';
import { rankPrefixes } from '../../models/evaluate.ts';
import { learnableRows, splitSessions, trainingSequences, validationPrefixes, type Sequences } from '../../models/examples.ts';
import type { Dataset } from '../../models/jobs.ts';
import { encodeCatalog, loadModel, trainedScorer } from '../../models/loaded.ts';
import { chooseMemory, memoryWeights } from '../../models/memory-choice.ts';
import { countMemory, memoryFromBytes, memoryToBytes, Recall } from '../../models/memory.ts';
import { Random } from '../../models/random.ts';
import { RecalledMoments } from '../../models/recalled-moments.ts';
import type { Scorer } from '../../models/scorer.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { firstSessions, smallJob } from './slice.ts';

const dataset = firstSessions(50);
const count = dataset.items.length;
const sequencesOf = (data: Dataset, hidden: Int32Array): Sequences => trainingSequences(data.sessions, splitSessions(data.sessions), learnableRows(data.live, hidden));
const hidden = Int32Array.from(new Set(dataset.sessions.items.subarray(0, 6)));
const sequences = sequencesOf(dataset, hidden);
const close = (actual: number, expected: number, tolerance = 1e-5): void => assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);

/** C(i, j) by definition, keyed `i j`. */
function pairsOf({ items, offsets }: Sequences, backward: number): Map<string, number> {
  const events = (row: number): number => items.filter((item) => item === row).length;
  const sums = new Map<string, number>();
  const add = (i: number, j: number, weight: number): void => void sums.set(`${i} ${j}`, (sums.get(`${i} ${j}`) ?? 0) + weight);
  for (let s = 0; s + 1 < offsets.length; s++) {
    const session = [...items.subarray(offsets[s], offsets[s + 1])];
    session.forEach((a, at) => session.forEach((b, later) => {
      if (later <= at || later - at > 10) return;
      add(a, b, (a === b ? 3 : 1) / Math.sqrt(later - at));
      if (a !== b) add(b, a, backward / Math.sqrt(later - at));
    }));
  }
  const scaled = [...sums].map(([key, sum]) => {
    const [i, j] = key.split(' ').map(Number) as [number, number];
    return { key, i, j, weight: sum / Math.sqrt((events(i) + 20) * (events(j) + 20)) };
  });
  const kept = [...new Set(items)].flatMap((row) => scaled.filter(({ i }) => i === row).sort((a, b) => b.weight - a.weight || a.j - b.j).slice(0, 100));
  const mean = kept.reduce((sum, { weight }) => sum + weight, 0) / kept.length;
  return new Map(kept.map(({ key, weight }) => [key, weight / mean]));
}

const recalledBy = (pairs: Map<string, number>, session: readonly number[], j: number): number =>
  session.filter((row) => sequences.items.includes(row)).slice(-8).reverse().reduce((sum, i, age) => sum + 0.8 ** age * (pairs.get(`${i} ${j}`) ?? 0), 0);

/** Item vectors of nobody in particular; the slice's SKUs without events must find theirs among them. */
const width = 8;
const vectors = ((random: Random) => Float32Array.from({ length: count * width }, () => random.normal()))(new Random(3));
function opened(numbers = dataset.ids, likeness = vectors): Promise<Recall> {
  return Recall.open(countMemory(sequences, dataset.ids, 0.5), numbers, { vectors: likeness, width, threads: 1 });
}

test('a session recalls what its last eight seen SKUs stood near, by definition', async (t) => {
  const recall = await opened();
  const pairs = pairsOf(sequences, 0.5);
  const seen = new Set(sequences.items);
  let compared = 0;
  for (const session of [[3], [...sequences.items.subarray(0, 12)], [hidden[0]!, sequences.items[4]!, sequences.items[4]!, hidden[1]!], [hidden[0]!]]) {
    const { values } = recall.recall(Int32Array.from(session));
    for (const j of seen) {
      close(values[j]!, recalledBy(pairs, session, j));
      if (values[j]! > 0) compared++;
    }
  }
  assert.ok(compared > 50);
});

test('SKUs without events recall 1.25 times what their twenty nearest seen SKUs do, those with events their own alone', async (t) => {
  const recall = await opened();
  const session = sequences.items.slice(0, 12);
  const { values, rows } = recall.recall(session);
  const length = (row: number): number => Math.hypot(...vectors.subarray(row * width, (row + 1) * width));
  const cosine = (a: number, b: number): number => vectors.subarray(a * width, (a + 1) * width).reduce((sum, x, i) => sum + x * vectors[b * width + i]!, 0) / length(a) / length(b);
  const seen = [...new Set(sequences.items)];
  for (const row of hidden) {
    const nearest = seen.map((other) => ({ other, closeness: cosine(row, other) })).sort((a, b) => b.closeness - a.closeness).slice(0, 20);
    const total = nearest.reduce((sum, { closeness }) => sum + Math.exp(20 * closeness), 0);
    const expected = nearest.reduce((sum, { other, closeness }) => sum + (1.25 * Math.exp(20 * closeness) * values[other]!) / total, 0);
    close(values[row]!, expected);
    assert.equal(rows.includes(row), expected > 0);
  }
  assert.ok([...hidden].some((row) => values[row]! > 0), 'no newcomer inherited anything: the comparison says nothing');
  const alone = await Recall.open(countMemory(sequences, dataset.ids, 0.5), dataset.ids, null);
  assert.ok([...hidden].every((row) => alone.recall(session).values[row] === 0));
});

test('a changed catalogue finds its rows again', async (t) => {
  const order = [...dataset.ids.keys()].reverse().slice(5); // turned round, without the last five
  const numbers = Int32Array.of(99_999, ...order.map((row) => dataset.ids[row]!)); // and with a new SKU in front
  const likeness = Float32Array.of(...new Float32Array(width).fill(0.5), ...order.flatMap((row) => [...vectors.subarray(row * width, (row + 1) * width)]));
  const [before, after] = [await opened(), await opened(numbers, likeness)];
  const session = sequences.items.subarray(0, 9).filter((row) => order.includes(row));
  const expected = before.recall(session).values.slice();
  const { values } = after.recall(session.map((row) => 1 + order.indexOf(row)));
  for (const [at, row] of order.entries()) if (before.seen[row] === 1) assert.equal(values[1 + at], expected[row]);
  assert.ok(values[0]! > 0, 'the new SKU inherits');
});

test('the moments of a panel recall what each session does, known SKUs and new ones', async (t) => {
  const recall = await opened();
  const sessions = [0, 4, 9].map((from) => sequences.items.slice(from, from + 5));
  const moments = new RecalledMoments(recall, 0.3, sessions.length, (moment) => sessions[moment]!);
  const newcomer = hidden[0]!;
  const nearest = [...recall.seen.keys()].filter((row) => recall.seen[row] === 1).map((row) => {
    const of = (index: number): Float32Array => vectors.subarray(index * width, (index + 1) * width);
    return { row, score: of(row).reduce((sum, x, i) => sum + x * of(newcomer)[i]!, 0) / Math.hypot(...of(row)) / Math.hypot(...of(newcomer)) };
  }).sort((a, b) => b.score - a.score).slice(0, 20);
  const typed = new Float32Array(sessions.length).fill(2);
  moments.addNewcomer(nearest, typed);
  for (const [moment, session] of sessions.entries()) {
    const whole = new Float32Array(count).fill(2);
    recall.add(session, 0.3, whole);
    close(typed[moment]!, whole[newcomer]!);
    for (let row = 0; row < count; row++) {
      const scores = new Float32Array(sessions.length).fill(2);
      moments.add(row, scores);
      close(scores[moment]!, whole[row]!);
    }
  }
});

test('at most 100 neighbours are kept, the strongest, and the bytes of a file give them back', () => {
  const random = new Random(4);
  const items = Int32Array.from({ length: 3000 }, () => random.below(150));
  const memory = countMemory({ items, offsets: Int32Array.from({ length: 151 }, (_, s) => 20 * s), sessions: new Int32Array(0) }, Int32Array.from({ length: 150 }, (_, row) => row + 7), 0.5);
  assert.ok(memory.offsets.every((end, i) => i === 0 || end - memory.offsets[i - 1]! <= 100));
  assert.ok(memory.offsets.some((end, i) => i > 0 && end - memory.offsets[i - 1]! === 100));
  close(memory.weights.reduce((sum, weight) => sum + weight, 0) / memory.weights.length, 1);
  const { skus, offsets, ids, weights } = memoryFromBytes(memoryToBytes(memory));
  assert.deepEqual({ skus: [...skus], offsets: [...offsets], ids: [...ids], weights: [...weights] }, { skus: [...memory.skus], offsets: [...memory.offsets], ids: [...memory.ids], weights: [...memory.weights] });
});

test('the chosen weight is the best of the grid on validation, and 0 where the memory misleads', async () => {
  const data = firstSessions(1000);
  const items = data.items.length;
  const learned = sequencesOf(data, new Int32Array(0));
  const learnable = learnableRows(data.live, new Int32Array(0));
  const prefixes = validationPrefixes(data.sessions, splitSessions(data.sessions), learnable);
  const random = new Random(6);
  const fixed = Float32Array.from({ length: items }, () => random.normal());
  const scorer = (memory: Recall | null, weight: number): Scorer => ({
    name: 'fixed',
    async scores(batch, out) {
      for (let b = 0; b + 1 < batch.offsets.length; b++) {
        out.set(fixed, b * items);
        memory?.add(batch.items.subarray(batch.offsets[b], batch.offsets[b + 1]), weight, out.subarray(b * items, (b + 1) * items));
      }
    },
  });
  const elsewhere = random.shuffle(Int32Array.from({ length: items }, (_, row) => row));
  const recalls = await Promise.all([{ ...learned, items: learned.items.map((row) => elsewhere[row]!) }, learned].map((from) => Recall.open(countMemory(from, data.ids, 0.1), data.ids, null)));
  const measure = async (recall: Recall, weight: number): Promise<number> => (await rankPrefixes(scorer(recall, weight), prefixes, { candidates: learnable, ks: [20], excludeSeen: true })).k['20']!['all']!.ndcg;
  const chosen = await chooseMemory(scorer(null, 0), prefixes, learnable, recalls, 20);
  const tried = await Promise.all(memoryWeights.map((weight) => measure(recalls[1]!, weight)));
  assert.equal(chosen.recall, 1);
  assert.equal(chosen.weight, memoryWeights[tried.indexOf(Math.max(...tried))]);
  close(chosen.measure, Math.max(...tried), 1e-12);
  close(chosen.without, tried[0]!, 1e-12);
  assert.ok(chosen.weight > 0 && chosen.measure > chosen.without);
  // Whoever ranks every target first has nothing to gain.
  const one = { ...prefixes, ends: prefixes.ends.slice(0, 1), starts: prefixes.starts.slice(0, 1) };
  const oracle: Scorer = { name: 'oracle', scores: (_, out) => Promise.resolve(void (out.fill(0)[prefixes.items[prefixes.ends[0]!]!] = 100)) };
  assert.deepEqual(await chooseMemory(oracle, one, learnable, recalls, 20), { recall: 0, weight: 0, without: 1, measure: 1 });
});

const effects = { onProgress: () => {}, stopRequested: () => false, threads: 1 } as const;

test('training keeps a memory of training events alone, and the saved model adds it to its scores', async (t) => {
  const folder = temporaryFolder(t);
  await train({ ...smallJob(dataset, folder, { epochs: 1 }), hidden }, effects);
  const { memory, manifest } = readArtifact(folder);
  assert.ok(memory !== null && manifest.memory !== null && manifest.memory.weight > 0 && manifest.memory.validation!.with > manifest.memory.validation!.without);
  assert.deepEqual([...memory.skus], [...new Set(sequences.items)].sort((a, b) => a - b).map((row) => dataset.ids[row]));

  const model = await loadModel(folder, 1);
  t.after(() => model.dispose());
  const { vectors: encoded, rows } = await encodeCatalog(model, dataset.items, dataset.ids);
  const batch = { offsets: Int32Array.of(0, 3, 4), items: Int32Array.of(...sequences.items.subarray(0, 3), hidden[0]!) };
  const scores = async (from: typeof model): Promise<Float32Array> => {
    const out = new Float32Array(2 * count);
    await (await trainedScorer(from, dataset, encoded, rows)).scores(batch, out);
    return out;
  };
  const [plain, whole] = [await scores({ ...model, artifact: { ...model.artifact, memory: null } }), await scores(model)];
  const pairs = pairsOf(sequences, manifest.memory.backward);
  for (const row of new Set(sequences.items)) close(whole[row]! - plain[row]!, manifest.memory.weight * recalledBy(pairs, [...batch.items.subarray(0, 3)], row), 1e-4);
  assert.deepEqual([...whole.subarray(count)], [...plain.subarray(count)], 'a hidden SKU reminds of nothing');
});

test('hidden SKUs, validation and test events change nothing in the memory', async (t) => {
  const { codes } = splitSessions(dataset.sessions);
  const changed: Dataset = { ...dataset, sessions: { ...dataset.sessions, items: dataset.sessions.items.map((row, event) => (codes[event] === splitCodes.train && !hidden.includes(row) ? row : hidden[0]!)) } };
  const bytes = (data: Dataset): Buffer => Buffer.from(memoryToBytes(countMemory(sequencesOf(data, hidden), data.ids, 0.1)));
  assert.ok(bytes(changed).equals(bytes(dataset)));
  const folder = temporaryFolder(t);
  await train({ ...smallJob(dataset, folder, { epochs: 1, memory: false }), hidden }, effects);
  assert.deepEqual([readArtifact(folder).memory, readArtifact(folder).manifest.memory], [null, null]);
});
