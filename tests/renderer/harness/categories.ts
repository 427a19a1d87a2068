/** DEVELOPMENT HARNESS, never part of the product: the analyst's answers, by the real arithmetic over scores that are made up. */
import type { Api } from '../../../electron/api/index.ts';
import type { Demand, DemandMoment, DemandRequest, Recommendation, SessionRequest } from '../../../electron/api/categories.ts';
import { AppError } from '../../../electron/api/errors.ts';
import type { ModelReport, ReportPage, ReportProgress } from '../../../electron/api/report.ts';
import type { RunDetail } from '../../../electron/api/training.ts';
import { CategoryTree } from '../../../models/category-tree.ts';
import { sumDemand, sumFrom, type DemandMoments } from '../../../models/demand.ts';
import { fitFeatures, labelKey, labelOf } from '../../../models/features.ts';
import { measureReport } from '../../../models/report.ts';
import type { Scorer } from '../../../models/scorer.ts';
import type { Temperatures } from '../../../models/temperature.ts';
import { datasetOf, sessionTable } from '../../helpers/sessions.ts';
import type { Send } from './answers.ts';
import { items, live, rowOf, similarity, visits } from './shop.ts';
import { slowBrand, type SlowOpening } from './opening.ts';

const catalogue = live();
const rowOfSku = new Map(catalogue.map(({ sku }, row) => [sku, row]));
const levels = fitFeatures(catalogue, new Uint8Array(catalogue.length).fill(1), { attributes: ['l1', 'l2', 'l3', 'leaf'] }).categories;
const tree = new CategoryTree(levels);
const labelsOf = levels.map((level) => Int32Array.from(catalogue, (item) => labelOf(level, item)));
const levelNames = levels.map(({ name }) => name);

/** A distribution per level: half on where the last item is, the rest by the size of a category. */
function distribution(level: number, last: number, sharpness = 0.5): Float32Array {
  const { counts } = levels[level]!;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return Float32Array.from(counts, (count, label) => (1 - sharpness) * (count / all) + (label === last ? sharpness : 0));
}

function recommend(run: string, { session, k = 20, withDrafts = false }: SessionRequest): Recommendation {
  const known = session.filter((sku) => items.has(sku));
  const last = items.get(known.at(-1) ?? '');
  const scored = [...items.values()].filter((item) => (withDrafts || item.status === 'live') && !known.includes(item.sku)).map((item) => ({ item, score: last === undefined ? 0 : similarity(last, item) * 9 })).sort((a, b) => b.score - a.score);
  const sum = scored.reduce((total, one) => total + Math.exp(one.score), 0);
  const top = scored.slice(0, k).map(({ item, score }) => ({ item: rowOf(item), score, probability: Math.exp(score) / sum }));
  const probabilities = levels.map((level, index) => distribution(index, last === undefined ? 0 : labelOf(level, last), 0.5 + 0.06 * index));
  return {
    run, head: 'tied', unknown: session.filter((sku) => !items.has(sku)), items: top, candidates: scored.length, milliseconds: 9, tree: tree.describe(probabilities),
    categories: levels.map(({ name, labels }, index) => {
      const own = probabilities[index]!;
      const best = Array.from(labels.keys()).slice(1).sort((a, b) => own[b]! - own[a]!).slice(0, 8).map((label) => ({ label: labels[label]!, probability: own[label]! }));
      const seen = known.map((sku) => labels[labelOf(levels[index]!, items.get(sku)!)]!).filter((label) => label !== '');
      return { level: name, labels: best, rest: 1 - best.reduce((total, { probability }) => total + probability, 0), frequent: [...new Set(seen)], fromTopItems: best.slice(0, 2) };
    }),
  };
}

/** The last visits of the shop, moment by moment. */
const moments = visits.slice(-600).flatMap(({ sessionId, skus }, session) => skus.slice(1).map((next, place) => ({ session, sessionId, before: skus.slice(0, place + 1), next })));

function momentsOf(level: number): DemandMoments {
  const label = (sku: string): number => labelsOf[level]![rowOfSku.get(sku)!] || -1;
  return {
    sessions: Int32Array.from(moments, ({ session }) => session), from: Int32Array.from(moments, ({ before }) => label(before.at(-1)!)), next: Int32Array.from(moments, ({ next }) => label(next)),
    labels: levels[level]!.keys.length, probabilities: Float32Array.from(moments.flatMap(({ before }) => [...distribution(level, label(before.at(-1)!), 0.62)])),
  };
}

const levelOf = ({ level }: DemandRequest): number => Math.max(0, level === undefined ? levels.length - 1 : levelNames.indexOf(level));

function demand(run: string, request: DemandRequest): Demand {
  const level = levelOf(request);
  const data = momentsOf(level);
  const { least = 1, most = Infinity } = request.segment ?? {};
  const member = Uint8Array.from(moments, ({ before }) => (before.length >= least && before.length <= most ? 1 : 0));
  const { categories, flows, none: _, ...counts } = sumDemand(data, member, 12);
  const from = request.from === undefined ? categories.toSorted((a, b) => b.from - a.from)[0]?.label ?? null : levels[level]!.indices.get(labelKey(request.from)) ?? 0;
  const { moments: count, to } = sumFrom(data, member, from);
  const path = (label: number) => tree.pathOf(level, label);
  const shown = to.slice(0, 10);
  return {
    run, model: 'm2trec', level: levelNames[level]!, levels: levelNames, ...counts, honest: true, milliseconds: 12,
    panel: { sessions: 600, moments: moments.length, heldOut: moments.length, seed: 1, source: '600 of 600 sessions the model did not learn from (test), drawn with seed 1' },
    categories: categories.map(({ label, ...rest }) => ({ path: path(label), ...rest })), rest: { count: 0, predicted: 0, actual: 0 },
    flows: { ...flows, paths: flows.labels.map(path) },
    chosen: {
      from: from === null ? null : path(from), moments: count, to: shown.map(({ label, ...rest }) => ({ path: path(label), ...rest })),
      rest: { predicted: count - shown.reduce((sum, { predicted }) => sum + predicted, 0), actual: count - shown.reduce((sum, { actual }) => sum + actual, 0) },
    },
  };
}

const scorer: Scorer = {
  name: 'harness', fit: 'train',
  async scores({ offsets, items: rows }, out) {
    for (let b = 0; b + 1 < offsets.length; b++) {
      const last = labelsOf.at(-1)![rows[offsets[b + 1]! - 1]!]!;
      for (let row = 0; row < catalogue.length; row++) out[b * catalogue.length + row] = (labelsOf.at(-1)![row] === last ? 4 : 0) + ((row * 7919) % 1000) / 1000;
    }
  },
  categories: {
    levels: levels.map(({ name, labels }, level) => ({ name, labels, labelOf: labelsOf[level]!.map((label) => label || -1) })),
    async scores({ offsets, items: rows }, out) {
      for (let b = 0; b + 1 < offsets.length; b++) for (const level of levels.keys()) out[level]!.set(distribution(level, labelsOf[level]![rows[offsets[b + 1]! - 1]!]!, 0.62), b * levels[level]!.labels.length);
    },
  },
};

const chosen = { n: 4_604, validation: { without: 3.2, with: 2.9 } };
const temperatures: Temperatures = { item: { value: 1.38, above: { knee: 4.5, value: 1.95 }, ...chosen }, ...Object.fromEntries(levels.map(({ name }) => [name, { value: 1.1, above: null, ...chosen }])) };

let measured: Promise<ModelReport> | null = null;
async function measure(): Promise<ModelReport> {
  const table = sessionTable(visits.slice(-500).map(({ skus }, index) => [skus.map((sku) => rowOfSku.get(sku)!), (index < 300 ? 't' : 'x').repeat(skus.length)]));
  const { confusion, exposure, ...rest } = await measureReport(scorer, { dataset: datasetOf(catalogue, table), hidden: new Int32Array(0), attributes: levels, temperatures, pathOf: (level, label) => tree.pathOf(level, label) });
  const named = ({ top, ...slots }: typeof exposure.allowed): ModelReport['exposure']['allowed'] => ({ ...slots, top: top.map(({ row, slots: count }) => ({ item: rowOf(catalogue[row]!), slots: count })) });
  return {
    ...rest, exposure: { allowed: named(exposure.allowed), removed: named(exposure.removed) },
    confusion: confusion.map(({ pairs, ...counts }) => ({ ...counts, pairs: pairs.map(({ examples, ...pair }) => ({ ...pair, examples: examples.map(({ session, target, ...one }) => ({ ...one, sessionId: visits.at(session - 500)!.sessionId, target: rowOf(catalogue[target]!) })) })) })),
  };
}

/** What the analyst's screens ask. `run` null: there is no model. */
export function categoriesAnswers(run: RunDetail | null, known: (runId: string) => RunDetail | undefined, benchmarkSystems: ReportPage['beside'], send: Send, opening: SlowOpening): Pick<Api, 'categories' | 'report'> {
  const runId = run?.runId ?? '';
  let stored = run !== null;
  const needModel = (): void => { if (run === null) throw new AppError('no-model', 'There is no trained model yet. Train one first.'); };
  return {
    categories: {
      items: async ({ skus }) => skus.map((sku) => { const item = items.get(sku); return item === undefined ? null : rowOf(item); }),
      recommend: async (request) => { needModel(); return recommend(runId, request); },
      contributions: async (request) => {
        const whole = recommend(runId, request);
        const places = [...request.session.keys()].filter((place) => items.has(request.session[place]!));
        const labels = whole.categories.map(({ level, labels: own }) => ({ level, path: [own[0]!.label], probability: own[0]!.probability }));
        return {
          run: runId, items: whole.items.map(({ item, probability }) => ({ item, probability })), labels,
          positions: places.length < 2 ? [] : places.map((place, index) => {
            const without = recommend(runId, { ...request, session: request.session.filter((_, other) => other !== place) });
            const left = new Map(without.items.map(({ item, probability }) => [item.sku, probability]));
            const effects = whole.items.map(({ item, probability }) => probability - (left.get(item.sku) ?? 0));
            return { place, item: rowOf(items.get(request.session[place]!)!), items: effects, labels: labels.map(({ probability }) => (index === places.length - 1 ? probability / 2 : 0.004 * (index - 1))), replaced: effects.filter((effect) => effect > 0.01).length, moved: Math.min(1, effects.reduce((sum, effect) => sum + Math.abs(effect), 0) / 2) };
          }),
        };
      },
      demand: async (request) => { needModel(); return request.segment?.brand === slowBrand ? opening.wait() : demand(runId, request); },
      demandMoments: async ({ to, which: _, offset, limit, ...request }) => {
        const level = levelOf(request);
        const path = (sku: string): string => labelKey(tree.pathOf(level, labelsOf[level]![rowOfSku.get(sku)!]!));
        const fits = moments.filter(({ before, next }) => (to === undefined || path(next) === labelKey(to)) && (request.from === undefined || path(before.at(-1)!) === labelKey(request.from)));
        const rows = fits.slice(offset, offset + limit).map(({ sessionId, before, next }): DemandMoment => ({
          sessionId, items: before.slice(-6).map((sku) => rowOf(items.get(sku)!)), next: rowOf(items.get(next)!), probability: 0.62, expected: { path: tree.pathOf(level, labelsOf[level]![rowOfSku.get(before.at(-1)!)!]!), probability: 0.66 },
        }));
        return { total: fits.length, moments: rows };
      },
    },
    report: {
      read: async ({ runId: asked }) => {
        const own = known(asked);
        if (own === undefined) throw new AppError('not-found', `There is no run ${asked}.`);
        const report = stored && own.status === 'done' ? await (measured ??= measure()) : null;
        const { model, head, seed, device, status, active, startedAt, seconds, hidden } = own;
      const dataHash = report?.data.hash ?? own.dataHash;
        return { run: { runId: asked, model, head, seed, device, status, active, startedAt, seconds, dataHash, hidden }, report, measuredAt: report === null ? null : startedAt, presentHash: own.stale ? 'other' : dataHash, beside: benchmarkSystems.slice(0, 8), apart: [{ label: 'VSKNN', key: 'vsknn', reason: 'It was not evaluated on this data. Run it on the benchmark screen.' }], progress: null };
      },
      measure: async ({ runId: asked }) => {
        const tell = (status: ReportProgress['status'], done: number): void => send('report.progress', { runId: asked, status, done, seconds: done * 4, message: null });
        const begun = { runId: asked, status: 'running', done: null, seconds: 0, message: null } as const;
        stored = true;
        [0.2, 0.5, 0.8].forEach((done, index) => setTimeout(() => tell('running', done), 300 * (index + 1)).unref());
        setTimeout(() => tell('done', 1), 1_500).unref();
        return begun;
      },
      cancel: async () => {},
      export: async ({ runId: asked, format }) => ({ name: `model-report-${asked}.${format === 'markdown' ? 'md' : format}`, text: `${format} of ${asked}` }),
    },
  };
}
