/** What "Run benchmark" would do: the chosen systems, seeds and shares, how many trainings that is, and how long they may take. */
import type { BenchmarkTable, StartBenchmark, SystemName } from '../../../electron/api/benchmark.ts';
import { kinds, type Family } from './names.ts';
import { usualShares } from './shares.ts';

/** Systems in the order of the table. */
export const systemNames = Object.keys(kinds) as SystemName[];

export class Plan {
  systems = $state.raw<ReadonlySet<SystemName>>(new Set<SystemName>(['m2trec', 'metrec', ...systemNames.filter((name) => kinds[name].family === 'untrained')]));
  shares = $state.raw<ReadonlySet<number>>(new Set([1]));
  seeds = $state('1');
  preset = $state<'small' | 'full'>('full');
  fit = $state<'train' | 'train+valid'>('train');
  device = $state('auto');
  epochs = $state('');
  readonly trained = $derived([...this.systems].filter((name) => kinds[name].family !== 'untrained'));

  toggle(name: SystemName): void {
    this.systems = toggled(this.systems, name);
  }

  toggleShare(share: number): void {
    this.shares = toggled(this.shares, share);
  }

  /** All systems of a family, or none where all are chosen already. */
  toggleFamily(family: Family, possible: (name: SystemName) => boolean): void {
    const members = systemNames.filter((name) => kinds[name].family === family && possible(name));
    const all = members.every((name) => this.systems.has(name));
    this.systems = new Set([...this.systems].filter((name) => !members.includes(name)).concat(all ? [] : members));
  }

  /** Why it cannot start as it is; '' when it can. */
  get problem(): string {
    if (this.systems.size === 0) return 'Choose at least one system.';
    if (this.trained.length > 0 && readSeeds(this.seeds) === null) return 'Seeds are whole numbers, separated by commas: 1, 2, 3.';
    if (this.trained.length > 0 && this.shares.size === 0) return 'Choose at least one share of the sessions.';
    if (this.epochs.trim() !== '' && !/^\s*[1-9]\d{0,2}\s*$/.test(this.epochs)) return 'Epochs is a whole number from 1 to 999, or empty for the preset’s own.';
    return '';
  }

  request(table: BenchmarkTable | null): StartBenchmark {
    return {
      systems: systemNames.filter((name) => this.systems.has(name) && whyNot(name, table) === ''), seeds: readSeeds(this.seeds) ?? [1], shares: [...this.shares].sort((a, b) => b - a), preset: this.preset, device: this.device,
      ...(this.epochs.trim() === '' ? {} : { epochs: Number(this.epochs) }), ...(this.fit === 'train' ? {} : { fit: this.fit }),
    };
  }
}

function toggled<Value>(set: ReadonlySet<Value>, value: Value): ReadonlySet<Value> {
  return set.has(value) ? new Set([...set].filter((other) => other !== value)) : new Set([...set, value]);
}

/** `1, 2, 3` -> [1, 2, 3], each once; null where something is no seed. */
export function readSeeds(text: string): readonly number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const seeds = words.map((word) => (/^\d{1,9}$/.test(word) ? Number(word) : Number.NaN));
  return seeds.length === 0 || seeds.some(Number.isNaN) ? null : [...new Set(seeds)];
}

/** Why a system cannot run on this data; '' when it can. */
export function whyNot(name: SystemName, table: BenchmarkTable | null): string {
  const needsTitles = name === 'trec-title' || name === 'title-similarity';
  return needsTitles && table?.data?.titles === false ? 'no SKU has a title' : '';
}

export interface Estimate {
  readonly trainings: number;
  /** Seconds of the trainings whose like has run before, scaled by their share. */
  readonly seconds: number;
  /** Trainings of systems that never ran here. */
  readonly unknown: number;
}

/** How long the plan may take, from how long the same systems took here. Runs of another preset count: it is an orientation. */
export function estimate(plan: Pick<Plan, 'trained' | 'seeds' | 'shares'>, table: BenchmarkTable | null): Estimate {
  const seeds = readSeeds(plan.seeds)?.length ?? 0;
  let [seconds, unknown] = [0, 0];
  for (const name of plan.trained) {
    const run = table?.systems.find((system) => system.name === name && system.run !== null)?.run ?? null; // the newest
    for (const share of plan.shares) {
      if (run === null) unknown += seeds;
      else seconds += (seeds * run.seconds * share) / run.config.share;
    }
  }
  return { trainings: seeds * plan.shares.size * plan.trained.length, seconds, unknown };
}
