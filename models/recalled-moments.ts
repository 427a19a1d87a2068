/**
 * What the moments of a panel recall of one SKU j: β m(S, j) = β Σ over the seen SKUs i of S of 0.8^age · C(i, j). The SKUs i that recall j
 * are few, and so are the moments that hold one of them: a draft costs some short lists, and no moment is asked in vain.
 */
import { linksOf, type Links } from './links.ts';
import { shares, type Recall } from './memory.ts';

export class RecalledMoments {
  readonly #recall: Recall;
  readonly #weight: number;
  /** By row: the moments whose session holds it, with 0.8^age. */
  readonly #holding: Links;

  /** `session(m)` are the catalogue rows before moment m. */
  constructor(recall: Recall, weight: number, moments: number, session: (moment: number) => Int32Array) {
    this.#recall = recall;
    this.#weight = weight;
    this.#holding = linksOf(recall.seen.length, (add) => {
      for (let moment = 0; moment < moments; moment++) recall.forEachRemembered(session(moment), (row, share) => add(row, moment, share));
    });
  }

  /** scores [moments] += β m of a SKU of the catalogue. */
  add(row: number, scores: Float32Array): void {
    const sources = new Map<number, number>();
    this.#recall.addSources(row, 1, sources);
    this.#add(sources, scores);
  }

  /** scores [moments] += β m of a SKU without events, from its `inheritance.count` nearest seen SKUs and their cosines. */
  addNewcomer(nearest: readonly { readonly row: number; readonly score: number }[], scores: Float32Array): void {
    const sources = new Map<number, number>();
    for (const [i, share] of shares(nearest.map(({ score }) => score)).entries()) this.#recall.addSources(nearest[i]!.row, share, sources);
    this.#add(sources, scores);
  }

  #add(sources: ReadonlyMap<number, number>, scores: Float32Array): void {
    const { offsets, rows: moments, weights } = this.#holding;
    for (const [row, value] of sources) for (let at = offsets[row]!; at < offsets[row + 1]!; at++) scores[moments[at]!]! += this.#weight * value * weights[at]!;
  }
}
