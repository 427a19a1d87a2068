/**
 * Text to token ids, one tokenizer per attribute: normalise, cut into words, numbers and signs, join characters by byte-pair merges.
 * Kept as a Hugging Face `tokenizer.json`, so the trained model can be served by any library that reads one; `@huggingface/tokenizers`
 * gives the same ids (tests/models/tokenizer.test.ts).
 *
 * Special tokens are ordinary entries of the vocabulary and not "added tokens": text is lower-cased and cut at brackets, so nobody can
 * type `[PAD]` or `[UNK]` into a title and reach them.
 */
import { joinPieces, learnBytePairs } from './bpe.ts';

export const padToken = 0;
export const unknownToken = 1;
const specialTokens = ['[PAD]', '[UNK]'] as const;

/**
 * Words (letters with their marks), numbers (with inner `.`, `,` or `/`: 0.75, 1/2, 1,000), single signs. White space, control and
 * unassigned characters only separate. Written so that JavaScript and Oniguruma read it alike.
 */
const wordPattern = '[\\p{L}\\p{M}]+|\\p{N}+(?:[.,/]\\p{N}+)*|[\\p{P}\\p{S}]';

/** Words kept with their ids between calls; a catalogue repeats its words, and 50,000 of them take about 10 MB. */
const cacheSize = 50_000;

/** One word of a text and the tokens it became. */
export interface WordTokens {
  readonly word: string;
  readonly ids: readonly number[];
}

/** A `tokenizer.json`, as far as we write it. */
export interface TokenizerFile {
  readonly version: '1.0';
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly [];
  readonly normalizer: { readonly type: 'Sequence'; readonly normalizers: readonly [{ readonly type: 'NFC' }, { readonly type: 'Lowercase' }] };
  readonly pre_tokenizer: { readonly type: 'Split'; readonly pattern: { readonly Regex: string }; readonly behavior: 'Removed'; readonly invert: true };
  readonly post_processor: null;
  readonly decoder: null;
  readonly model: {
    readonly type: 'BPE';
    readonly dropout: null;
    readonly unk_token: '[UNK]';
    readonly continuing_subword_prefix: null;
    readonly end_of_word_suffix: null;
    readonly fuse_unk: false;
    readonly byte_fallback: false;
    readonly ignore_merges: false;
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (readonly [string, string])[];
  };
}

export class Tokenizer {
  /** Token texts by id; 0 is `[PAD]`, 1 is `[UNK]`. */
  readonly tokens: readonly string[];
  readonly #merges: readonly (readonly [left: number, right: number])[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #ranks: ReadonlyMap<number, { readonly rank: number; readonly piece: number }>;
  readonly #cache = new Map<string, readonly number[]>();

  /** @param merges pairs of token ids; the pair's joined text must be a token. */
  constructor(tokens: readonly string[], merges: readonly (readonly [left: number, right: number])[]) {
    this.tokens = tokens;
    this.#merges = merges;
    this.#ids = new Map(tokens.map((token, id) => [token, id]));
    const ranks = new Map<number, { rank: number; piece: number }>();
    for (const [rank, [left, right]] of merges.entries()) {
      const piece = this.#ids.get(tokens[left]! + tokens[right]!);
      if (piece === undefined) throw new Error(`Merge ${rank} of the tokenizer joins "${tokens[left]}" and "${tokens[right]}" into a text that is no token.`);
      ranks.set(left * tokens.length + right, { rank, piece });
    }
    this.#ranks = ranks;
  }

  /** Number of ids, special tokens included. */
  get size(): number {
    return this.tokens.length;
  }

  /** Token ids of a text, at most `limit`. Empty text: none. */
  encode(text: string, limit = Infinity): number[] {
    const ids: number[] = [];
    for (const word of wordsOf(text)) {
      for (const id of this.#encodeWord(word)) {
        if (ids.length === limit) return ids;
        ids.push(id);
      }
    }
    return ids;
  }

  /** The same tokens, word by word; the last word may be cut by `limit`. */
  encodeWords(text: string, limit = Infinity): WordTokens[] {
    const words: WordTokens[] = [];
    let left = limit;
    for (const word of wordsOf(text)) {
      if (left <= 0) break;
      const ids = this.#encodeWord(word).slice(0, left);
      left -= ids.length;
      words.push({ word, ids });
    }
    return words;
  }

  #encodeWord(word: string): readonly number[] {
    const known = this.#cache.get(word);
    if (known !== undefined) return known;
    const pieces = Array.from(word, (character) => this.#ids.get(character) ?? -1);
    const count = joinPieces(pieces, (left, right) => this.#ranks.get(left * this.tokens.length + right));
    const ids = pieces.slice(0, count).map((piece) => (piece < 0 ? unknownToken : piece));
    if (this.#cache.size >= cacheSize) this.#cache.clear();
    this.#cache.set(word, ids);
    return ids;
  }

  toFile(): TokenizerFile {
    return {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] },
      pre_tokenizer: { type: 'Split', pattern: { Regex: wordPattern }, behavior: 'Removed', invert: true },
      post_processor: null,
      decoder: null,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: '[UNK]',
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(this.tokens.map((token, id) => [token, id])),
        merges: this.#merges.map(([left, right]) => [this.tokens[left]!, this.tokens[right]!] as const),
      },
    };
  }
}

/**
 * Reads back what `toFile` wrote.
 * @throws Error where the file is of another kind: reading it with our rules would give other ids without a word.
 */
export function tokenizerFromFile(file: TokenizerFile): Tokenizer {
  if (file.model?.type !== 'BPE' || file.pre_tokenizer?.pattern?.Regex !== wordPattern) {
    throw new Error('This tokenizer.json was not written by Shelfsight: its model or its word pattern differs. Train the model again.');
  }
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(file.model.vocab)) tokens[id] = token;
  if (tokens[padToken] !== specialTokens[padToken] || tokens[unknownToken] !== specialTokens[unknownToken] || tokens.includes(undefined as never)) {
    throw new Error('This tokenizer.json has gaps in its vocabulary, or its first two tokens are not [PAD] and [UNK].');
  }
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges = file.model.merges.map(([left, right], rank) => {
    const pair = [ids.get(left) ?? -1, ids.get(right) ?? -1] as const;
    if (pair.includes(-1)) throw new Error(`Merge ${rank} of tokenizer.json joins "${left}" and "${right}", but one of them is no token.`);
    return pair;
  });
  return new Tokenizer(tokens, merges);
}

/**
 * Learns a tokenizer of at most `size` tokens from texts (special tokens included). The same texts in any order give the same tokenizer.
 * @param limit words read of each text: those that encoding will read.
 */
export function trainTokenizer(texts: Iterable<string>, size: number, limit = Infinity): Tokenizer {
  const counts = new Map<string, number>();
  for (const text of texts) {
    let read = 0;
    for (const word of wordsOf(text)) {
      if (read++ === limit) break;
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const specials = specialTokens.length;
  const { pieces, merges } = learnBytePairs(counts, Math.max(1, size - specials));
  return new Tokenizer([...specialTokens, ...pieces], merges.map(([left, right]) => [left + specials, right + specials]));
}

/** NFC, lower case, then the words of the pattern one after the other. */
function* wordsOf(text: string): Generator<string> {
  for (const match of text.normalize('NFC').toLowerCase().matchAll(wordPatternExpression)) yield match[0];
}
const wordPatternExpression = new RegExp(wordPattern, 'gu');
