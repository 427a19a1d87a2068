/**
 * Items as arrays of numbers, by fitted features. The same function encodes a catalogue for training and a draft while it is typed.
 */
import type { ItemFeatures } from '../db/records.ts';
import { isCategoryLevel, labelOf, labelPath, textOf } from './features.ts';
import type { Features, NumberAttribute, TextAttribute } from './features.ts';
import { unknownToken } from './tokenizer.ts';

/** Bags of token ids (CSR): item i holds `ids[offsets[i]] .. ids[offsets[i + 1] - 1]`, in text order, repeats kept. */
export interface TokenBags {
  readonly name: string;
  /** [items + 1] */
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
}

export interface EncodedItems {
  readonly count: number;
  /** In the order of `features.texts`. */
  readonly texts: readonly TokenBags[];
  /** In the order of `features.categories`: [items] label index, 0 = unknown or missing. */
  readonly categories: readonly { readonly name: string; readonly labels: Int32Array }[];
  /** In the order of `features.numbers`: [items, 2] standardised value (0 where missing) and 1 where missing. */
  readonly numbers: readonly { readonly name: string; readonly values: Float32Array }[];
}

/** Beyond this many standard deviations a price is an error of the file or an outlier that would drown the rest. */
export const farthestValue = 4;

export function encodeItems(features: Features, items: readonly ItemFeatures[]): EncodedItems {
  return {
    count: items.length,
    texts: features.texts.map((attribute) => encodeText(attribute, items)),
    categories: features.categories.map((attribute) => ({ name: attribute.name, labels: Int32Array.from(items, (item) => labelOf(attribute, item)) })),
    numbers: features.numbers.map((attribute) => ({ name: attribute.name, values: encodeNumbers(attribute, items) })),
  };
}

function encodeText(attribute: TextAttribute, items: readonly ItemFeatures[]): TokenBags {
  const offsets = new Int32Array(items.length + 1);
  const all: number[] = [];
  for (const [row, item] of items.entries()) {
    for (const id of attribute.tokenizer.encode(textOf(item, attribute.name), attribute.limit)) all.push(id);
    offsets[row + 1] = all.length;
  }
  return { name: attribute.name, offsets, ids: Int32Array.from(all) };
}

function encodeNumbers(attribute: NumberAttribute, items: readonly ItemFeatures[]): Float32Array {
  const values = new Float32Array(2 * items.length);
  for (const [row, item] of items.entries()) {
    if (item.price === null) values[2 * row + 1] = 1;
    else values[2 * row] = Math.max(-farthestValue, Math.min(farthestValue, (Math.log1p(item.price) - attribute.mean) / attribute.deviation));
  }
  return values;
}

/** One token of a field as the preview shows it. Pieces of a word carry hyphens where the word goes on: `spr-`, `-ing`. */
export interface TokenNote {
  readonly field: string;
  readonly token: string;
  /** Visible SKUs in whose field the token occurs; 0 is unseen. */
  readonly count: number;
}

export interface TokenDescription {
  readonly notes: readonly TokenNote[];
  /** Words (runs of letters) of the text fields. */
  readonly words: number;
  /** Those that the model cannot read as a whole: not one token of their own. */
  readonly unknown: readonly string[];
  /** unknown / words, 0 without words. */
  readonly unknownShare: number;
}

const letter = /\p{L}/u;

/** How the model reads an item's texts. */
export function describeTokens(features: Features, item: ItemFeatures): TokenDescription {
  const notes: TokenNote[] = [];
  const unknown: string[] = [];
  let words = 0;
  for (const attribute of features.texts) {
    const { tokenizer, documents } = attribute;
    for (const { word, ids } of tokenizer.encodeWords(textOf(item, attribute.name), attribute.limit)) {
      let at = 0;
      for (const [index, id] of ids.entries()) {
        // An unknown character stands for itself: the user must see which one it is.
        const text = id === unknownToken ? String.fromCodePoint(word.codePointAt(at)!) : tokenizer.tokens[id]!;
        at += text.length;
        notes.push({ field: attribute.name, token: `${index > 0 ? '-' : ''}${text}${at < word.length ? '-' : ''}`, count: id === unknownToken ? 0 : documents[id]! });
      }
      if (!letter.test(word)) continue;
      words++;
      if (ids.length !== 1 || ids[0] === unknownToken || documents[ids[0]!] === 0) unknown.push(word);
    }
  }
  return { notes, words, unknown, unknownShare: words === 0 ? 0 : unknown.length / words };
}

export interface FeatureWarning {
  readonly code: 'unknown-brand' | 'unknown-tokens' | 'unknown-category' | 'no-title';
  readonly message: string;
}

/** Above this share of unknown words a preview is of low confidence. */
const tooManyUnknown = 0.5;

/** What makes a preview of this item uncertain; each message says what the model does instead. */
export function warningsFor(features: Features, item: ItemFeatures): FeatureWarning[] {
  const warnings: FeatureWarning[] = [];
  const skus = `${features.visible.toLocaleString('en')} SKUs it learned from`;
  if (features.texts.some(({ name }) => name === 'title') && item.title.trim() === '') {
    warnings.push({ code: 'no-title', message: 'There is no title. The model reads only the other fields, so expect a rough guess.' });
  }
  const { words, unknown, unknownShare } = describeTokens(features, item);
  if (unknownShare > tooManyUnknown) {
    const some = [...new Set(unknown)].slice(0, 3).map((word) => `“${word}”`).join(', ');
    warnings.push({ code: 'unknown-tokens', message: `${unknown.length} of ${words} words are new to the model (${some}). It reads them in pieces, which says little about the product.` });
  }
  for (const attribute of features.categories) {
    if (attribute.name === 'brand' && labelPath(item, 'brand') !== null && labelOf(attribute, item) === 0) {
      warnings.push({ code: 'unknown-brand', message: `The brand “${item.brand.trim()}” is not among the ${skus}. It counts as no brand.` });
    }
  }
  const levels = features.categories.filter(({ name }) => isCategoryLevel(name));
  const deepest = levels.at(-1);
  if (deepest !== undefined && item.categoryPath.length > 0 && labelPath(item, deepest.name) !== null && labelOf(deepest, item) === 0) {
    const known = levels.findLast((level) => labelOf(level, item) !== 0);
    const read = known === undefined ? 'No part of it is known.' : `It is read as “${known.labels[labelOf(known, item)]}”.`;
    warnings.push({ code: 'unknown-category', message: `The category “${item.categoryPath.join(' > ')}” is not among the ${skus}. ${read}` });
  }
  return warnings;
}
