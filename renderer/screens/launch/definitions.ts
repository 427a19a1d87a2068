/** "How was this computed?": what each number of a preview means, in the words of the product vocabulary. */
import type { Preview } from '../../../electron/api/launch.ts';
import { formatCount, formatFactor, formatRank, formatShare } from '../../state/format.ts';

export type Topic =
  | 'exposure' | 'reach' | 'medianRank' | 'percentile' | 'ranks' | 'entered' | 'categories' | 'displaced' | 'similar' | 'tokens'
  | 'readiness' | 'where' | 'fields' | 'words' | 'fills' | 'difference' | 'wins' | 'shows' | 'history' | 'protected';

export interface Definition {
  readonly title: (k: number) => string;
  readonly means: (preview: Preview) => string;
  /** The number with its interval, in words. */
  readonly value: (preview: Preview) => string;
}

const interval = ([low, high]: readonly [number, number]): string => `95 % interval ${formatShare(low, high)} to ${formatShare(high)}`;

export const definitions: { readonly [T in Topic]: Definition } = {
  exposure: {
    title: (k) => `Exposure@${k}`,
    means: ({ provenance: { k, panel } }) => `Share of all top-${k} slots over the panel that this SKU would hold: ${formatCount(panel.moments)} moments with ${k} slots each. It counts being recommended, not being bought.`,
    value: (preview) => `${formatShare(preview.exposure)}, ${interval(preview.exposureInterval)} (bootstrap over sessions). An average SKU has ${formatShare(preview.averageExposure)}.`,
  },
  reach: {
    title: () => 'Reach',
    means: ({ provenance: { k } }) => `Share of panel sessions with at least one moment in whose top ${k} this SKU stands.`,
    value: (preview) => `${formatShare(preview.reach)} of sessions, ${interval(preview.reachInterval)} (bootstrap over sessions).`,
  },
  medianRank: {
    title: () => 'Median rank',
    means: ({ provenance: { candidates } }) => `The rank this SKU has in the middle moment of the panel, among ${formatCount(candidates)} SKUs. Smaller is better; a specialist can rank low in the median and still be shown where it fits.`,
    value: (preview) => `Rank ${formatRank(preview.medianRank)} of ${formatCount(preview.provenance.candidates)}.`,
  },
  percentile: {
    title: () => 'Place among SKUs',
    means: () => 'Share of live SKUs that have less exposure on the same panel with the same model.',
    value: (preview) => `More exposure than ${formatShare(preview.percentile)} of live SKUs; ${formatFactor(preview.exposure / preview.averageExposure)} an average SKU.`,
  },
  ranks: {
    title: () => 'Rank in sessions',
    means: ({ provenance: { panel } }) => `Every one of the ${formatCount(panel.moments)} moments of the panel, by the rank this SKU has in it.`,
    value: (preview) => `${formatCount(preview.slotsGained)} moments within the top ${preview.provenance.k}.`,
  },
  entered: {
    title: () => 'Sessions that would see it',
    means: ({ provenance: { k } }) => `Moments of recorded sessions in whose top ${k} this SKU stands, best rank first. The strip shows what the shopper had looked at just before.`,
    value: (preview) => `${formatCount(preview.entered.length)} of ${formatCount(preview.slotsGained)} moments are listed.`,
  },
  categories: {
    title: () => 'Category agreement',
    means: () => 'The category the model expects from this SKU’s vector at each level, beside the one that is stated. A difference can be a mistake in the text, in the category, or in the model.',
    value: (preview) => `${preview.categories.filter((level) => level.agrees === true).length} of ${preview.categories.filter((level) => level.agrees !== null).length} stated levels agree.`,
  },
  displaced: {
    title: () => 'Who loses',
    means: ({ provenance: { k } }) => `SKUs that stood in a top ${k} of the panel and would be pushed out by this one. Slots of recommendation, not units sold.`,
    value: (preview) => `${formatCount(preview.slotsGained)} slots gained = ${formatCount(preview.slotsLost)} slots lost by others.`,
  },
  similar: {
    title: () => 'Nearest existing SKUs',
    means: () => 'Live SKUs whose item vectors are closest to this one’s (cosine), with the exposure they have on the same panel.',
    value: (preview) => `Closest: ${preview.similar[0]?.item.title ?? 'none'}.`,
  },
  tokens: {
    title: () => 'Words the model knows',
    means: () => 'The pieces the text is read in, with how often the model met them while it learned. Unseen pieces say nothing to it.',
    value: (preview) => `${formatCount(preview.tokens.filter((token) => token.count === 0).length)} of ${formatCount(preview.tokens.length)} pieces are unseen.`,
  },
  readiness: {
    title: () => 'Readiness',
    means: ({ readiness }) => `A weighted score of what the draft states: ${readiness.parts.map((part) => `${part.name} ${formatShare(part.weight)}`).join(', ')}. It says how complete the data is, not how well the SKU will do.`,
    value: ({ readiness }) => `${formatShare(readiness.score)}: ${readiness.parts.map((part) => `${part.name} ${formatShare(part.score)}`).join(', ')}.`,
  },
  where: {
    title: () => 'Where it shows',
    means: ({ provenance: { k } }) => `The moments in whose top ${k} this SKU stands, by what is alike about them: category and brand of the item just viewed, how many items came before, and the first item of the session. The share beside each count is of all moments of that kind.`,
    value: (preview) => `${formatCount(preview.slotsGained)} moments in all.`,
  },
  fields: {
    title: () => 'What each field contributes',
    means: () => 'Exposure as it is minus exposure with the field emptied, on the same panel: an estimate by substitution (est.). Fields overlap, so the parts do not add up to the whole. Beside it the places of the median rank that are lost without the field: they move where exposure, a count of top-K slots, does not. It is an effect on this model, not a cause of shoppers’ behaviour.',
    value: (preview) => `The whole is ${formatShare(preview.exposure)}.`,
  },
  words: {
    title: () => 'What each title word contributes',
    means: () => 'Exposure as it is minus exposure with every occurrence of the word left out of the title, on the same panel (est.). A word with a minus costs exposure. Beside it the places of the median rank that are lost without the word.',
    value: (preview) => `The whole is ${formatShare(preview.exposure)}.`,
  },
  fills: {
    title: () => 'To-do list',
    means: () => 'Exposure if one empty or weak field held what comparable SKUs have, minus exposure as it is, on the same panel (est.); the interval is paired: both on the same resampled sessions. Only write what is true of the product.',
    value: (preview) => `From ${formatShare(preview.exposure)} as it is now.`,
  },
  difference: {
    title: () => 'B minus A',
    means: ({ provenance: { panel } }) => `Difference of the two variants’ exposure on the same ${formatCount(panel.moments)} moments; 95 % interval by a bootstrap over sessions with both variants on the same resample. An interval that holds zero shows no difference.`,
    value: () => 'Only one variant is launched: each is previewed as if the other did not exist.',
  },
  wins: {
    title: () => 'Win rate of B',
    means: ({ provenance: { panel } }) => `Share of the ${formatCount(panel.moments)} moments in which B ranks better than A, ties counted half; 95 % interval by a bootstrap over sessions. At 50 % neither is better.`,
    value: () => 'It counts every moment, also those far below the slots that are shown.',
  },
  shows: {
    title: (k) => `In the top ${k}`,
    means: ({ provenance: { k, panel } }) => `Each of the ${formatCount(panel.moments)} moments by which variant stands in its top ${k}.`,
    value: () => 'The moments that only one variant reaches are what the choice is about.',
  },
  history: {
    title: () => 'Real history',
    means: () => 'Recorded events of the SKU, not predictions: by time where the sessions have one, else by the part of the data they are in.',
    value: (preview) => `Of the ${formatCount(preview.similar.length)} nearest SKUs.`,
  },
  protected: {
    title: () => 'Protected SKUs',
    means: () => 'A SKU can be marked as protected with the share of its slots that a launch may take. A preview that takes more warns.',
    value: (preview) => `${formatCount(preview.displaced.filter((row) => row.protected).length)} of the SKUs listed are protected.`,
  },
};
