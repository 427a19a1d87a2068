/** The moments of an open panel as category demand reads them: encoded once for each open model, then filtered and summed in milliseconds. */
import { labelKey, keySeparator } from './features.ts';
import { splitSessions } from './examples.ts';
import { splitCodes } from '../db/records.ts';
import type { DemandJob, DemandMomentsJob, DemandMomentsNumbers, DemandNumbers, DemandSegment, LabelNumbers } from './category-jobs.ts';
import { sumDemand, sumFrom, type DemandMoments } from './demand.ts';
import { gatherPrefixes } from './scorer.ts';
import type { Served } from './served.ts';
import { readableItems } from './trained.ts';

const shown = { categories: 300, flows: 12, to: 10, items: 6 } as const;
/** Probabilities kept in memory: 256 MB. Beyond, every n-th session of the panel counts. */
const mostCells = 64_000_000;
/** Moments encoded between two tellings of how far it is. */
const momentsAtOnce = 4_096;
/** So many held-out moments are enough to leave the others out. */
const enoughHeldOut = 200;

export class DemandPanel {
  readonly #served: Served;
  /** [moments of the demand] moment of the panel; row of the next SKU, -1 unknown; 1 where it was held out from learning. */
  readonly #moments: Int32Array;
  readonly #next: Int32Array;
  readonly #heldOut: Uint8Array;
  readonly #session: Int32Array;
  /** By level row-major [moments, labels]. */
  readonly #labels: readonly Float32Array[];
  readonly #paths: string[] = [];

  private constructor(served: Served, moments: Int32Array, labels: readonly Float32Array[]) {
    const { next, heldOut, session } = nextEvents(served);
    this.#served = served;
    this.#moments = moments;
    this.#next = moments.map((moment) => next[moment]!);
    this.#heldOut = Uint8Array.from(moments, (moment) => heldOut[moment]!);
    this.#session = moments.map((moment) => session[moment]!);
    this.#labels = labels;
  }

  /** @param done takes the share of the moments that is encoded */
  static async open(served: Served, done: (share: number) => void): Promise<DemandPanel> {
    const { panel, model, levels, vectors } = served;
    const labels = levels.reduce((sum, level) => sum + level.labels.length, 0);
    const step = Math.ceil((panel.ends.length * labels) / mostCells) || 1;
    const moments: number[] = [];
    for (let session = 0; session < panel.sessions.length; session += step) {
      for (let moment = panel.momentOffsets[session]!; moment < panel.momentOffsets[session + 1]!; moment++) moments.push(moment);
    }
    const chosen = Int32Array.from(moments);
    const probabilities = levels.map((level) => new Float32Array(chosen.length * level.labels.length));
    for (let from = 0; from < chosen.length; from += momentsAtOnce) {
      const part = chosen.subarray(from, from + momentsAtOnce);
      const encoded = await model.encoders.encodePrefixes(readableItems(model.artifact.manifest.config, gatherPrefixes(panel, part), served.rows), vectors.vectors);
      for (const [level, some] of encoded.labels.entries()) probabilities[level]!.set(some, from * levels[level]!.labels.length);
      done((from + part.length) / chosen.length);
    }
    return new DemandPanel(served, chosen, probabilities);
  }

  get #honest(): boolean {
    return this.#heldOut.reduce((sum, flag) => sum + flag, 0) >= enoughHeldOut;
  }

  demand({ level: name, segment, from }: DemandJob): DemandNumbers {
    const level = this.#levelOf(name);
    const moments = this.#read(level);
    const member = this.#member(segment);
    const { categories, flows, none, ...counts } = sumDemand(moments, member, shown.flows);
    const listed = categories.slice(0, shown.categories);
    const most = [...categories].sort((a, b) => b.from - a.from)[0];
    const origin = from === null ? (most?.label ?? null) : this.#labelOf(level, from);
    const chosen = origin === -1 ? { moments: 0, to: [] } : sumFrom(moments, member, origin);
    const sum = (list: readonly { readonly predicted: number; readonly actual: number }[], of: 'predicted' | 'actual'): number => list.reduce((total, one) => total + one[of], 0);
    const to = chosen.to.filter(({ label }) => label > 0).slice(0, shown.to);
    return {
      level: name, levels: this.#served.levels.map((one) => one.name), ...counts,
      panel: { sessions: new Set(this.#session).size, moments: this.#moments.length, heldOut: this.#heldOut.reduce((total, flag) => total + flag, 0) },
      honest: this.#honest,
      categories: listed.map(({ label, ...rest }) => ({ ...this.#name(level, label), ...rest })),
      rest: { count: moments.labels - 1 - listed.length, predicted: counts.labelled - sum(listed, 'predicted'), actual: counts.labelled - sum(listed, 'actual') },
      flows: { ...flows, labels: flows.labels.map((label) => this.#name(level, label)) },
      chosen: {
        from: origin === null || origin < 0 ? null : this.#name(level, origin), moments: chosen.moments,
        to: to.map(({ label, ...rest }) => ({ ...this.#name(level, label), ...rest })),
        rest: { predicted: chosen.moments - sum(to, 'predicted'), actual: chosen.moments - sum(to, 'actual') },
      },
    };
  }

  list({ level: name, segment, from, to, which, offset, limit }: DemandMomentsJob): DemandMomentsNumbers {
    const { panel } = this.#served;
    const level = this.#levelOf(name);
    const { from: origins, next, probabilities, labels } = this.#read(level);
    const member = this.#member(segment);
    const [origin, target] = [from, to].map((key) => (key === null ? null : this.#labelOf(level, key))) as [number | null, number | null];
    const found: { readonly m: number; readonly probability: number; readonly best: number }[] = [];
    for (let m = 0; m < next.length; m++) {
      if (member[m] !== 1 || next[m]! < 0 || (origin !== null && origins[m] !== origin)) continue;
      const own = probabilities.subarray(m * labels, (m + 1) * labels);
      const best = largest(own);
      const asked = target ?? next[m]!;
      const fits = which === 'expected' ? best === asked : next[m] === asked && (which === 'went' || best !== asked);
      if (fits) found.push({ m, probability: own[asked]!, best });
    }
    found.sort((a, b) => b.probability - a.probability || a.m - b.m);
    return {
      total: found.length,
      moments: found.slice(offset, offset + limit).map(({ m, probability, best }) => {
        const moment = this.#moments[m]!;
        return {
          session: panel.sessions[this.#session[m]!]!, next: this.#next[m]!, probability,
          rows: [...panel.items.subarray(Math.max(panel.starts[moment]!, panel.ends[moment]! - shown.items), panel.ends[moment]!)],
          expected: { ...this.#name(level, best), probability: probabilities[m * labels + best]! },
        };
      }),
    };
  }

  #read(level: number): DemandMoments {
    const { labelOf, labels } = this.#served.levels[level]!;
    const { panel } = this.#served;
    return {
      sessions: this.#session, labels: labels.length, probabilities: this.#labels[level]!,
      from: this.#moments.map((moment) => labelOf[panel.items[panel.ends[moment]! - 1]!]!),
      next: this.#next.map((row) => (row < 0 ? -1 : labelOf[row]!)),
    };
  }

  #member({ entry, least, most, row, brand }: DemandSegment): Uint8Array {
    const { panel, job: { items } } = this.#served;
    const honest = this.#honest;
    const brandKey = brand === null ? null : labelKey([brand]);
    return Uint8Array.from(this.#moments, (moment, m) => {
      if (honest && this.#heldOut[m] !== 1) return 0;
      const first = panel.itemOffsets[this.#session[m]!]!;
      const end = panel.ends[moment]!;
      if (end - first < least || (most !== null && end - first > most)) return 0;
      if (entry !== null && !isWithin(this.#pathOf(panel.items[first]!), entry)) return 0;
      const before = panel.items.subarray(first, end);
      if (row >= 0 && !before.includes(row)) return 0;
      return brandKey === null || before.some((other) => labelKey([items[other]!.brand]) === brandKey) ? 1 : 0;
    });
  }

  #pathOf(row: number): string {
    return (this.#paths[row] ??= labelKey(this.#served.job.items[row]!.categoryPath));
  }

  #levelOf(name: string): number {
    return this.#served.levels.findIndex((level) => level.name === name);
  }

  /** -1 for a key that the level does not have. */
  #labelOf(level: number, key: string): number {
    return this.#attribute(level).indices.get(key) ?? -1;
  }

  #name(level: number, label: number): LabelNumbers {
    return { key: this.#attribute(level).keys[label]!, path: this.#served.tree().pathOf(level, label) };
  }

  #attribute(level: number) {
    const { name } = this.#served.levels[level]!;
    return this.#served.model.artifact.features.categories.find((attribute) => attribute.name === name)!;
  }
}

/** Below a path, or, for a single name, with it at any level. */
function isWithin(path: string, above: string): boolean {
  return path === above || path.startsWith(above + keySeparator) || (!above.includes(keySeparator) && path.split(keySeparator).includes(above));
}

function largest(values: Float32Array): number {
  let best = 1;
  for (let i = 2; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** [moments of the panel] what happened after each: the walk over the sessions that `drawPanel` makes. */
export function nextEvents({ panel, job, model }: Pick<Served, 'panel' | 'job' | 'model'>): { readonly next: Int32Array; readonly heldOut: Uint8Array; readonly session: Int32Array } {
  const { sessions: table } = job;
  const { codes } = splitSessions(table);
  const learned = model.artifact.manifest.config.fit === 'train+valid' ? [splitCodes.train, splitCodes.valid] : [splitCodes.train];
  const next = new Int32Array(panel.ends.length);
  const heldOut = new Uint8Array(panel.ends.length);
  const session = new Int32Array(panel.ends.length);
  let moment = 0;
  for (const [place, row] of panel.sessions.entries()) {
    let known = false;
    for (let event = table.offsets[row]!; event + 1 < table.offsets[row + 1]!; event++) {
      known ||= table.items[event]! >= 0;
      if (!known) continue;
      next[moment] = table.items[event + 1]!;
      heldOut[moment] = (learned as readonly number[]).includes(codes[event + 1]!) ? 0 : 1;
      session[moment++] = place;
    }
  }
  if (moment !== panel.ends.length) throw new Error(`${moment} next events for ${panel.ends.length} moments of the panel.`);
  return { next, heldOut, session };
}
