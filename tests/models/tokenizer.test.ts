import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { learnBytePairs } from '../../models/bpe.ts';
import { Random } from '../../models/random.ts';
import { padToken, tokenizerFromFile, trainTokenizer, unknownToken } from '../../models/tokenizer.ts';
import type { Tokenizer, TokenizerFile } from '../../models/tokenizer.ts';
import { readDataset } from '../helpers/data.ts';

const { items } = readDataset('amazon_scientific');
const titles = items.map(({ title }) => title);
const naughty = JSON.parse(readFileSync(new URL('../../../shared/fixtures/hostile/blns/blns.json', import.meta.url), 'utf8')) as string[];

/** What another library makes of the file we write. */
function oracle(tokenizer: Tokenizer): (text: string) => number[] {
  const other = new HuggingFaceTokenizer(JSON.parse(JSON.stringify(tokenizer.toFile())), {});
  return (text) => other.encode(text, { add_special_tokens: false }).ids;
}

function texts(tokenizer: Tokenizer, text: string): string[] {
  return tokenizer.encode(text).map((id) => tokenizer.tokens[id]!);
}

for (const size of [300, 8000]) {
  test(`Hugging Face reads the same ids from our file: all titles, descriptions, naughty strings (${size} tokens)`, () => {
    const tokenizer = trainTokenizer(titles, size);
    const read = oracle(tokenizer);
    for (const text of [...titles, ...items.slice(0, 1500).map(({ description }) => description), ...naughty]) {
      assert.deepEqual(tokenizer.encode(text), read(text), text);
    }
  });
}

test('Hugging Face reads the same ids for any string, whatever the tokenizer learned from', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 1, maxLength: 30 }), fc.integer({ min: 3, max: 80 }), (list, size) => {
    const tokenizer = trainTokenizer(list.flatMap((text) => [text, text]), size);
    const read = oracle(tokenizer);
    for (const text of [...list, list.join(''), list.join('').toUpperCase()]) assert.deepEqual(tokenizer.encode(text), read(text));
  }), { numRuns: 300 });
});

test('repeated characters join from the left, as in the reference', () => {
  const tokenizer = trainTokenizer(['aaaa aaaa aaaaaaa aaaaaaa aabaab aabaab'], 40);
  const read = oracle(tokenizer);
  for (let length = 1; length < 60; length++) assert.deepEqual(tokenizer.encode('a'.repeat(length)), read('a'.repeat(length)));
});

test('the order of the texts does not matter', () => {
  const one = trainTokenizer(titles, 2000).toFile();
  assert.deepEqual(trainTokenizer(new Random(1).shuffle([...titles]) as string[], 2000).toFile(), one);
});

test('pairs of equal count are joined in order of their characters', () => {
  const { pieces } = learnBytePairs(new Map([['zy', 3], ['ba', 3], ['ab', 3], ['qx', 4]]), 14);
  assert.deepEqual(pieces, ['a', 'b', 'q', 'x', 'y', 'z', 'qx', 'ab', 'ba', 'zy']);
});

test('the vocabulary keeps its size; words that occur often are whole', () => {
  const tokenizer = trainTokenizer(titles, 4000);
  assert.equal(tokenizer.size, 4000);
  const counts = new Map<string, number>();
  for (const title of titles) for (const word of title.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count >= 20).map(([word]) => word);
  assert.ok(frequent.length > 300);
  assert.deepEqual(frequent.filter((word) => tokenizer.encode(word).length !== 1), []);
});

test('words, numbers and signs', () => {
  const tokenizer = trainTokenizer(['1/2 0.75 1,000 inch steel', '1/2 0.75 1,000 inch steel'], 200);
  assert.deepEqual(texts(tokenizer, '1/2-INCH\u00a0Steel\t0.75\u200b1,000.'), ['1/2', '[UNK]', 'inch', 'steel', '0.75', '1,000', '.']);
  assert.deepEqual(texts(tokenizer, ''), []);
  assert.deepEqual(texts(tokenizer, ' \n\u0000\u00ad'), []);
});

test('composed and decomposed letters are one; unknown characters are [UNK], one each', () => {
  const tokenizer = trainTokenizer(['café café'], 50);
  assert.deepEqual(tokenizer.encode('CAFE\u0301'), tokenizer.encode('café'));
  assert.equal(tokenizer.encode('café').length, 1);
  assert.deepEqual(tokenizer.encode('✓ж🙂'), [unknownToken, unknownToken, unknownToken]);
});

test('nobody reaches a special token by typing it', () => {
  const tokenizer = trainTokenizer([...titles, '[PAD] [UNK] pad unk'], 8000);
  for (const text of ['[PAD]', '[UNK]', '[pad][unk]', 'a[PAD]b']) {
    assert.ok(!tokenizer.encode(text).includes(padToken));
    assert.deepEqual(tokenizer.encode(text), oracle(tokenizer)(text));
  }
});

test('words that are names of object properties are words', () => {
  const text = 'constructor tostring hasownproperty __proto__ valueof';
  const tokenizer = trainTokenizer([text, text], 500);
  assert.deepEqual(texts(tokenizer, text), ['constructor', 'tostring', 'hasownproperty', '_', '_', 'proto', '_', '_', 'valueof']);
  assert.deepEqual(tokenizer.encode(text), oracle(tokenizer)(text));
});

test('a limit cuts after so many tokens', () => {
  const tokenizer = trainTokenizer(titles, 1000);
  const whole = tokenizer.encode(titles[0]!);
  for (const limit of [0, 1, 5, whole.length, 1000]) {
    assert.deepEqual(tokenizer.encode(titles[0]!, limit), whole.slice(0, limit));
    assert.deepEqual(tokenizer.encodeWords(titles[0]!, limit).flatMap(({ ids }) => ids), whole.slice(0, limit));
  }
});

test('a word of 8,000 characters is joined like any other', () => {
  const tokenizer = trainTokenizer(titles, 3000);
  const random = new Random(3);
  const long = Array.from({ length: 8000 }, () => 'etaoinshrdlu'[random.below(12)]).join('');
  assert.deepEqual(tokenizer.encode(long), oracle(tokenizer)(long));
});

test('a file read back encodes alike; a foreign or broken one is refused', () => {
  const tokenizer = trainTokenizer(titles, 3000);
  const file = JSON.parse(JSON.stringify(tokenizer.toFile())) as TokenizerFile;
  const again = tokenizerFromFile(file);
  assert.deepEqual(again.toFile(), tokenizer.toFile());
  for (const title of titles.slice(0, 200)) assert.deepEqual(again.encode(title), tokenizer.encode(title));
  const foreign = { ...file, pre_tokenizer: { ...file.pre_tokenizer, pattern: { Regex: '\\w+' } } };
  assert.throws(() => tokenizerFromFile(foreign), /was not written by Shelfsight/);
  assert.throws(() => tokenizerFromFile({ ...file, model: { ...file.model, vocab: { '[PAD]': 0, '[UNK]': 1, a: 3 } } }), /gaps in its vocabulary/);
  assert.throws(() => tokenizerFromFile({ ...file, model: { ...file.model, merges: [['q', 'no such token']] } }), /one of them is no token/);
});

test('a script with more characters than the vocabulary has room for keeps the frequent ones', () => {
  const characters = Array.from({ length: 400 }, (_, i) => String.fromCodePoint(0x4e00 + i));
  const tokenizer = trainTokenizer([...characters, ...characters.slice(0, 50)], 100);
  assert.deepEqual(tokenizer.encode(characters[10]!).map((id) => id !== unknownToken), [true]);
  assert.deepEqual(tokenizer.encode(characters[399]!), [unknownToken]);
  assert.ok(tokenizer.size <= 100);
});

test('nothing to learn from', () => {
  const tokenizer = trainTokenizer([], 100);
  assert.deepEqual([...tokenizer.tokens], ['[PAD]', '[UNK]']);
  assert.deepEqual(tokenizer.encode('a b'), [unknownToken, unknownToken]);
});
