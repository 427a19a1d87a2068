/**
 * A shop of any size, made by a seed: titles from a vocabulary with Zipf's frequencies, brands, a tree of categories, and sessions that stay
 * in a leaf for a while and prefer popular SKUs. It stands for the size of a data set, not for its content.
 */
import type { ItemFeatures } from '../../../db/records.ts';
import { splitCodes } from '../../../db/records.ts';
import type { Dataset } from '../../../models/jobs.ts';
import { Random } from '../../../models/random.ts';

export interface ShopSize {
  readonly items: number;
  readonly sessions: number;
  readonly seed: number;
}

const words = 50_000;
const wordsPerLeaf = 60;
const itemsPerLeaf = 250;
const itemsPerBrand = 80;
/** Events of a session: 2 to 6, 3 on average. */
const lengths = [2, 2, 2, 3, 3, 3, 4, 5] as const;

export function createShop({ items: count, sessions, seed }: ShopSize): Dataset {
  const random = new Random(seed);
  const vocabulary = Array.from({ length: words }, () => madeUpWord(random));
  const leaves = Math.max(4, Math.round(count / itemsPerLeaf));
  const brands = Math.max(4, Math.round(count / itemsPerBrand));
  const leafWords = Array.from({ length: leaves }, () => Array.from({ length: wordsPerLeaf }, () => vocabulary[zipf(random, words)]!));
  const paths = Array.from({ length: leaves }, (_, leaf) => [`Floor ${leaf % 12}`, `Aisle ${leaf % 144}`, `Shelf ${leaf % 1728}`, `Leaf ${leaf}`]);
  const items: ItemFeatures[] = Array.from({ length: count }, (_, item) => {
    const leaf = item % leaves;
    const own = leafWords[leaf]!;
    const brand = `Brand ${zipf(random, brands)}`;
    const title = Array.from({ length: 6 + random.below(7) }, () => (random.uniform() < 0.7 ? own[zipf(random, wordsPerLeaf)]! : vocabulary[zipf(random, words)]!));
    return {
      title: `${brand} ${title.join(' ')}`, description: '', brand, categoryPath: paths[leaf]!, color: [], material: [], size: '', department: '', manufacturer: '',
      price: null, attrs: [],
    };
  });
  const perLeaf = Math.floor(count / leaves);
  const offsets = new Int32Array(sessions + 1);
  const events = new Int32Array(sessions * lengths.at(-1)!);
  let at = 0;
  for (let session = 0; session < sessions; session++) {
    let leaf = random.below(leaves);
    const length = lengths[random.below(lengths.length)]!;
    for (let event = 0; event < length; event++) {
      if (random.uniform() < 0.15) leaf = random.below(leaves);
      events[at++] = leaf + leaves * zipf(random, perLeaf);
    }
    offsets[session + 1] = at;
  }
  return {
    ids: Int32Array.from(items.keys()), items, live: new Uint8Array(count).fill(1),
    sessions: { offsets, items: events.slice(0, at), splits: new Uint8Array(at).fill(splitCodes.none) },
    hash: `synthetic ${count} ${sessions} ${seed}`,
  };
}

/** 0 … n - 1 with a chance of about 1 / (rank + 1). */
function zipf(random: Random, n: number): number {
  return Math.min(n - 1, Math.floor((n + 1) ** random.uniform()) - 1);
}

function madeUpWord(random: Random): string {
  const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 've', 'xi', 'zo', 'qua', 'ster', 'lin'];
  return Array.from({ length: 2 + random.below(3) }, () => syllables[random.below(syllables.length)]!).join('');
}
