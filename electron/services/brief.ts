/**
 * The launch brief: what a merchandiser hands on about one SKU, on one page. Every list is short and every text is cut, so that the
 * page holds whatever a title says.
 */
import type { ItemFeatures } from '../../db/records.ts';
import type { Brief, BriefApi, BriefPart, BriefRow } from '../api/brief.ts';
import type { ErrorToExpect } from '../api/backtest.ts';
import type { LaunchApi, Preview } from '../api/launch.ts';
import type { Explanation, Fill } from '../api/what-if.ts';
import { writeBrief } from './brief-html.ts';
import { csvTable } from './csv.ts';

/** Lines of a list on the page. */
const most = { where: 4, losers: 5, fills: 5, warnings: 3 } as const;
/** Characters of a text on the page. */
const longest = { title: 160, label: 64, sentence: 220 } as const;

/** What the brief asks of others. `errorToExpect`: of the latest back-test, null before one. */
interface Sources extends Pick<LaunchApi, 'preview' | 'explain'> {
  readonly errorToExpect: (request: { readonly confidence: 'normal' | 'low'; readonly leaf?: string }) => ErrorToExpect | null;
}

export function createBriefs({ preview, explain, errorToExpect }: Sources): BriefApi {
  return {
    async brief({ sku, features, currency = '' }) {
      const numbers = await preview({ sku, features });
      const explanation = await explain({ sku, features });
      const leaf = features.categoryPath.at(-1);
      const error = errorToExpect({ confidence: numbers.confidence, ...(leaf === undefined ? {} : { leaf }) });
      const brief = describeLaunch(features, currency, numbers, explanation, error);
      return { brief, file: { name: `launch-brief-${fileName(sku)}.html`, text: writeBrief(brief) } };
    },
    async exportTable({ name, rows }) {
      return { name: `${fileName(name)}.csv`, text: csvTable(rows) };
    },
  };
}

export function describeLaunch(features: ItemFeatures, currency: string, numbers: Preview, explanation: Explanation, error: ErrorToExpect | null): Brief {
  const { exposure, exposureInterval, reach, medianRank, averageExposure, percentile, provenance: { k, candidates } } = numbers;
  return {
    sku: cut(numbers.sku, longest.label),
    title: cut(features.title === '' ? 'No title yet' : features.title, longest.title),
    subtitle: cut([features.brand, features.categoryPath.join(' > '), features.color.join(', '), features.price === null ? '' : `${features.price} ${currency}`.trim()].filter((part) => part !== '').join(' · '), longest.sentence),
    figures: [
      { label: `Exposure@${k}`, value: percent(exposure), note: `95 % interval ${percent(exposureInterval[0])} to ${percent(exposureInterval[1])}; ${(exposure / averageExposure).toFixed(1)}× an average SKU` },
      { label: 'Reach', value: percent(reach), note: `of sessions show it at least once in the top ${k}` },
      { label: 'Median rank', value: count(medianRank), note: `among ${count(candidates)} SKUs` },
      { label: 'More exposure than', value: percent(percentile), note: 'of live SKUs' },
    ],
    parts: [whereItShows(numbers), whoLoses(numbers), whatToFix(explanation), howSure(numbers, error)],
    provenance: sourcesOf(numbers),
  };
}

function whereItShows({ where, slotsGained, provenance: { k, panel } }: Preview): BriefPart {
  const after = where.find(({ by }) => by === 'category')?.groups.filter(({ entered }) => entered > 0).slice(0, most.where) ?? [];
  const highest = Math.max(1, ...after.map(({ entered }) => entered));
  return {
    title: 'Where it will show',
    of: 'draft',
    sentences: [slotsGained === 0
      ? `In none of ${count(panel.moments)} moments does it reach the top ${k}.`
      : `In the top ${k} at ${count(slotsGained)} of ${count(panel.moments)} moments of recorded sessions, most often after an item of:`],
    rows: after.map(({ label, entered, moments }) => ({ label: cut(label === '' ? 'no category' : label, longest.label), value: `${count(entered)} (${percent(entered / moments)} of such moments)`, bar: entered / highest })),
  };
}

function whoLoses({ displaced, displacedBy, slotsGained, slotsLost }: Preview): BriefPart {
  const own = displacedBy.find(({ by }) => by === 'brand')?.groups.find((group) => group.own);
  const highest = Math.max(1, ...displaced.map(({ slots }) => slots));
  return {
    title: 'Who loses',
    of: 'others',
    sentences: [
      slotsLost === 0 ? 'Nobody: no recommendation changes.' : `${count(slotsGained)} slots gained = ${count(slotsLost)} slots lost by other SKUs. Slots of recommendation, not units sold.`,
      ...(own === undefined ? [] : [`Of its own brand: ${count(own.slots)} slots (${percent(own.slots / slotsLost)}).`]),
    ],
    rows: displaced.slice(0, most.losers).map(({ item, slots, places, protected: marked }) => ({
      label: cut(item.title || item.sku, longest.label), value: `−${count(slots)} slots, ${places.toFixed(1)} places down${marked ? ', protected' : ''}`, bar: slots / highest,
    })),
  };
}

function whatToFix({ whole, fills, summary }: Explanation): BriefPart {
  const helps = fills.filter(({ gain }) => gain > 0).slice(0, most.fills);
  const effect = ({ gain }: Fill): string => (whole.exposure > 0 ? `+${count(Math.round((gain / whole.exposure) * 100))}\u00a0%` : `+${percent(gain)}`);
  const highest = Math.max(Number.EPSILON, ...helps.map(({ gain }) => gain));
  const row = (fill: Fill): BriefRow => ({
    label: cut(`${fill.field}: ${fill.value}`, longest.label), value: `${effect(fill)} exposure (est.)${fill.gainInterval[0] <= 0 ? ', unsure' : ''}`, bar: fill.gain / highest,
  });
  return {
    title: 'What to fix',
    of: 'draft',
    sentences: [cut(helps.length === 0 ? `Nothing found that would raise its exposure. ${summary}` : 'By substitution of what comparable SKUs have; only write what is true of the product.', longest.sentence)],
    rows: helps.map(row),
  };
}

function howSure({ confidence, warnings, readiness }: Preview, error: ErrorToExpect | null): BriefPart {
  return {
    title: 'How sure we are',
    of: 'draft',
    sentences: [
      cut(error === null ? 'No back-test of past launches has been run, so the error of such previews is not known.' : describeError(error), longest.sentence),
      'The interval says how much the figure would move with other sessions of the same kind; it does not cover what the model gets wrong.',
      ...(confidence === 'low' ? ['Low confidence: the model has to guess here.'] : []),
      ...warnings.slice(0, most.warnings).map(({ message }) => cut(message, longest.sentence)),
      `Readiness ${percent(readiness.score)}: ${readiness.parts.map(({ name, score }) => `${name} ${percent(score)}`).join(', ')}.`,
    ],
    rows: [],
  };
}

function sourcesOf({ provenance: { model, head, run, trainedAt, device, panel, k, candidates, seen } }: Preview): Brief['provenance'] {
  return [
    ['Model', `${model}, ${head} head, run ${run}, trained ${new Date(trainedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC on ${device}`],
    ['Panel', `${count(panel.moments)} moments in ${panel.source}${panel.source.includes(`seed ${panel.seed}`) ? '' : `; seed ${panel.seed}`}`],
    ['Protocol', `top ${k} among ${count(candidates)} SKUs, ties against the draft, items already in the session ${seen === 'removed' ? 'left out' : 'allowed'}`],
    ['Exposure', 'share of recommendation slots; it is not sales, and no figure here is a promise'],
  ];
}

function describeError({ by, label, launches, exposureMedian, p80, spearman, at, stale }: ErrorToExpect): string {
  const like = by === 'category' ? `launches in ${label}` : by === 'confidence' ? `drafts of ${label} confidence` : 'past launches';
  return `In the back-test of ${new Date(at).toISOString().slice(0, 10)}, exposure of ${like} was off by a factor of ${exposureMedian.toFixed(1)} (median of ${count(launches)}; the forecast stayed below ${p80.toFixed(1)} for four of five; rank correlation ${spearman.toFixed(2)})${stale ? '; the data has changed since' : ''}.`;
}

/** About three significant digits, as on the screen. */
function percent(ratio: number): string {
  const size = Math.abs(ratio * 100);
  return `${(ratio * 100).toFixed(size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)}\u00a0%`;
}

function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}

function cut(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`;
}

/** A SKU or name as part of a file's name on every system. */
function fileName(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 100).replace(/^[.-]+/, '') || 'draft';
}
