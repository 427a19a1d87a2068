/**
 * An exported model as any other program would use it: from the files of its folder alone, by the recipe that its card gives. Items and
 * sessions one at a time, nothing shared with the code that serves; the parity report holds the two against each other.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportedItem, Vocabulary } from './export-jobs.ts';
import { floats, ints, type Feeds } from './graph/tensor.ts';
import { openModel, type Model as Network } from './runtime/session.ts';
import { tokenizerFromFile, type Tokenizer, type TokenizerFile } from './tokenizer.ts';

export interface ExportedVector {
  readonly vector: Float32Array;
  readonly key: Float32Array;
}

export class ExportedModel {
  readonly vocabulary: Vocabulary;
  readonly #items: Network;
  readonly #sessions: Network;
  readonly #tokenizers: ReadonlyMap<string, Tokenizer>;

  private constructor(vocabulary: Vocabulary, items: Network, sessions: Network, tokenizers: ReadonlyMap<string, Tokenizer>) {
    this.vocabulary = vocabulary;
    this.#items = items;
    this.#sessions = sessions;
    this.#tokenizers = tokenizers;
  }

  static async open(folder: string): Promise<ExportedModel> {
    const read = (name: string): Buffer => readFileSync(join(folder, name));
    const vocabulary = JSON.parse(read('vocabulary.json').toString('utf8')) as Vocabulary;
    const tokenizers = new Map(vocabulary.texts.map(({ name, tokenizer }) => [name, tokenizerFromFile(JSON.parse(read(tokenizer).toString('utf8')) as TokenizerFile)]));
    return new ExportedModel(vocabulary, await openModel(read('item-encoder.onnx')), await openModel(read('session-encoder.onnx')), tokenizers);
  }

  async encodeItem(item: ExportedItem): Promise<ExportedVector> {
    const out = await this.#items.run(this.#itemFeeds(item));
    return { vector: out['vectors']!.data as Float32Array, key: out['keys']!.data as Float32Array };
  }

  #itemFeeds(item: ExportedItem): Feeds {
    const { texts, categories, numbers } = this.vocabulary;
    const bag = new Map<number, number>();
    const put = (token: number, weight: number): void => void bag.set(token, (bag.get(token) ?? 0) + weight);
    for (const { name, limit, start, weights } of texts) {
      for (const id of this.#tokenizers.get(name)!.encode(String(item[name] ?? '')).slice(0, limit)) put(start + id, weights[id]!);
    }
    for (const { name, start, keys, weights } of categories) {
      const label = Math.max(0, keys.indexOf(keyOf((item[name] ?? []) as readonly string[])));
      put(start + label, weights[label]!);
    }
    if (bag.size === 0) put(0, 0);
    const size = Math.sqrt([...bag.values()].reduce((sum, weight) => sum + weight ** 2, 0)) || 1;
    const values = numbers.flatMap(({ name, mean, deviation, farthest }) => {
      const value = item[name];
      return typeof value === 'number' ? [Math.max(-farthest, Math.min(farthest, (Math.log1p(value) - mean) / deviation)), 0] : [0, 1];
    });
    return {
      ...(typeof item['row'] === 'number' ? { rows: ints(Int32Array.of(item['row']), [1]) } : {}),
      tokens: ints(Int32Array.from(bag.keys()), [1, bag.size]),
      weights: floats(Float32Array.from(bag.values(), (weight) => weight / size), [1, 1, bag.size]),
      numbers: floats(Float32Array.from(values), [1, values.length]),
    };
  }

  /** Item vectors of a session, oldest first, none beyond `maxLength` -> its query and the probability of each label, by output. */
  async encodeSession(vectors: readonly Float32Array[]): Promise<Readonly<Record<string, Float32Array>>> {
    const { width, maxLength } = this.vocabulary.model;
    const recurrent = !this.#sessions.inputs.includes('mask');
    const rows = recurrent ? maxLength : vectors.length; // recurrent systems unroll so many steps
    const items = new Float32Array(rows * width);
    for (const [t, vector] of vectors.entries()) items.set(vector, t * width);
    const layout = recurrent ? recurrence(vectors.length, rows) : this.#attention(vectors.length);
    const out = await this.#sessions.run({ ...layout, items: floats(items, [1, rows, width]) });
    return Object.fromEntries(Object.entries(out).map(([name, { data }]) => [name, data as Float32Array]));
  }

  /** Scores of the items that compete -> how likely each is the next. */
  probabilities(scores: readonly number[]): readonly number[] {
    const { value, above } = this.vocabulary.temperature;
    const logits = scores.map((score) => (above !== null && score > above.knee ? above.knee / value + (score - above.knee) / above.value : score / value));
    const most = Math.max(...logits);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
    return logits.map((logit) => Math.exp(logit - most) / sum);
  }

  #attention(length: number): Feeds {
    const causal = this.vocabulary.model.mode === 'causal';
    const moments = causal ? length : 1; // rows of the masks
    const past = new Float32Array(moments * length);
    const [mask, pool, age] = [new Float32Array(past.length), new Float32Array(past.length), new Float32Array(past.length)];
    for (let row = 0; row < moments; row++) {
      const end = causal ? row + 1 : length;
      for (let k = 0; k < length; k++) {
        const at = row * length + k;
        past[at] = k < end ? 1 : 0;
        mask[at] = k < end ? 0 : -1e9;
        pool[at] = (k < end ? 1 / end : 0) + (causal && k === row ? 1 : 0);
        age[at] = k < end ? end - 1 - k : 0;
      }
    }
    const shape = causal ? [length, length] : [1, 1, length];
    return {
      present: floats(new Float32Array(length).fill(1), [1, length, 1]), mask: floats(mask, [1, 1, moments, length]),
      past: floats(past, shape), pool: floats(pool, shape), age: floats(age, shape),
      'steps.indices': ints(Int32Array.from({ length }, (_, t) => t), [length]), moments: ints(Int32Array.of(moments - 1), [1]),
    };
  }

  async dispose(): Promise<void> {
    await this.#items.dispose();
    await this.#sessions.dispose();
  }
}

function recurrence(length: number, rows: number): Feeds {
  const [carry, past, mean] = [new Float32Array(rows), new Float32Array(rows * rows), new Float32Array(rows * rows)];
  for (let t = 0; t < length; t++) {
    carry[t] = t > 0 ? 1 : 0;
    past.fill(1, t * rows, t * rows + t + 1);
    mean.fill(1 / (t + 1), t * rows, t * rows + t + 1);
  }
  return { carry: floats(carry, [1, rows, 1]), past: floats(past, [1, rows, rows]), mean: floats(mean, [1, rows, rows]), moments: ints(Int32Array.of(length - 1), [1]) };
}

/** As the model tells labels apart: case, white space and composition of characters do not count; parts of a path are joined by U+001F. */
function keyOf(path: readonly string[]): string {
  return path.map((part) => part.normalize('NFC').toLowerCase().trim().replace(/\s+/gu, ' ')).join('\u001f');
}
