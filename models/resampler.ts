import type { Panel } from './panel.ts';
import { Random } from './random.ts';

const resamples = 1000;

const packing = 2 ** 24;

/** Of 95 % in the middle, this much lies below. */
const tail = 0.025;

export interface Intervals {
  readonly exposureInterval: readonly [number, number];
  readonly reachInterval: readonly [number, number];
}

/** Groups of sessions at most: a preview then adds up 2 MB of weights, however many sessions there are. */
const mostGroups = 2000;

/**
 * Bootstrap over whole sessions, drawn once per panel: how often each session occurs in each of 1,000 resamples. A preview then only
 * adds up the sessions that the draft enters.
 *
 *   exposure*(r) = Σ_s w(s, r) · slots(s) / (K Σ_s w(s, r) · moments(s)),   reach*(r) = Σ_s w(s, r) [slots(s) > 0] / Σ_s w(s, r)
 *
 * Beyond 2,000 sessions they are dealt by chance into 2,000 groups of equal size, which are resampled whole. Sessions are independent,
 * so a sum over groups varies as the same sum over sessions does.
 */
export class Resampler {
  readonly #panel: Panel;
  /** [sessions] group of each. */
  readonly #groupOf: Int32Array;
  readonly #groups: number;
  /** [groups, resamples]; drawing one of 256 or more groups over 255 times does not happen. */
  readonly #weights: Uint8Array;
  /** [resamples] Σ_s w(s, r) · moments(s), and Σ_s w(s, r) */
  readonly #moments = new Float64Array(resamples);
  readonly #sessions = new Float64Array(resamples);

  constructor(panel: Panel) {
    this.#panel = panel;
    const random = new Random(panel.seed);
    this.#groups = Math.min(mostGroups, panel.sessions.length);
    this.#groupOf = deal(panel.sessions.length, this.#groups, random);
    this.#weights = new Uint8Array(this.#groups * resamples);
    const [moments, sessions] = [new Int32Array(this.#groups), new Int32Array(this.#groups)];
    for (const [session, group] of this.#groupOf.entries()) {
      moments[group]! += momentsOf(panel, session);
      sessions[group]!++;
    }
    for (let resample = 0; resample < resamples; resample++) {
      for (let draw = 0; draw < this.#groups; draw++) {
        const group = random.below(this.#groups);
        this.#weights[group * resamples + resample]!++;
        this.#moments[resample]! += moments[group]!;
        this.#sessions[resample]! += sessions[group]!;
      }
    }
  }

  /**
   * @param slots [sessions] entered moments of each session
   * @param leftOut [sessions] 1 for sessions that do not count
   * @param counted sessions and moments that do
   */
  intervals(slots: Int32Array, leftOut: Uint8Array, k: number, counted: { readonly sessions: number; readonly moments: number }): Intervals {
    const both = new Float64Array(this.#groups); // slots · 2^24 + sessions reached: both sums in one pass, exact in a double
    for (let session = 0; session < slots.length; session++) if (leftOut[session] !== 1 && slots[session]! > 0) both[this.#groupOf[session]!]! += slots[session]! * packing + 1;
    if (both.every((value) => value === 0)) return neverSeen(k, counted);
    const { moments, sessions } = this.#without(leftOut);
    const sums = this.#weigh(both);
    const exposures = sums.map((sum, r) => (moments[r] === 0 ? 0 : Math.floor(sum / packing) / (k * moments[r]!)));
    const reaches = sums.map((sum, r) => (sessions[r] === 0 ? 0 : (sum % packing) / sessions[r]!));
    return { exposureInterval: middle(exposures), reachInterval: middle(reaches) };
  }

  /**
   * 95 % interval of Σ_s w(s, r) · values(s) / Σ_s w(s, r) · moments(s), a mean per moment. Of the difference of two drafts it is paired.
   * @param values [sessions]
   */
  meanInterval(values: Float64Array, leftOut: Uint8Array): readonly [number, number] {
    const grouped = new Float64Array(this.#groups);
    for (let session = 0; session < values.length; session++) if (leftOut[session] !== 1) grouped[this.#groupOf[session]!]! += values[session]!;
    const { moments } = this.#without(leftOut);
    return middle(this.#weigh(grouped).map((sum, r) => (moments[r] === 0 ? 0 : sum / moments[r]!)));
  }

  /** [resamples] Σ w · values over groups. */
  #weigh(values: Float64Array): Float64Array {
    const sums = new Float64Array(resamples);
    for (let group = 0; group < values.length; group++) if (values[group] !== 0) addWeighted(sums, this.#weights, group * resamples, values[group]!);
    return sums;
  }

  /** Moments and sessions of each resample without those left out. */
  #without(leftOut: Uint8Array): { readonly moments: Float64Array; readonly sessions: Float64Array } {
    const moments = Float64Array.from(this.#moments);
    const sessions = Float64Array.from(this.#sessions);
    for (let session = leftOut.indexOf(1); session >= 0; session = leftOut.indexOf(1, session + 1)) {
      const base = this.#groupOf[session]! * resamples;
      addWeighted(moments, this.#weights, base, -momentsOf(this.#panel, session));
      addWeighted(sessions, this.#weights, base, -1);
    }
    return { moments, sessions };
  }
}

/** A group for each session; a group of its own where there are enough. */
function deal(sessions: number, groups: number, random: Random): Int32Array {
  const groupOf = Int32Array.from({ length: sessions }, (_, session) => session % Math.max(1, groups));
  if (sessions > groups) random.shuffle(groupOf);
  return groupOf;
}

/** sums(r) += by · w(r). A function of its own, because V8 then compiles the inner loop by itself. */
function addWeighted(sums: Float64Array, weights: Uint8Array, base: number, by: number): void {
  for (let r = 0; r < resamples; r++) sums[r] = sums[r]! + by * weights[base + r]!;
}

/**
 * A draft that enters nowhere: every resample says 0, which would claim certainty. The upper end is the reach at which no entry in so
 * many sessions still has a chance of 2.5 %: 1 - 0.025^(1 / sessions); for exposure, with one slot in each session reached.
 */
function neverSeen(k: number, { sessions, moments }: { readonly sessions: number; readonly moments: number }): Intervals {
  if (sessions === 0) return { exposureInterval: [0, 1 / k], reachInterval: [0, 1] };
  const reach = 1 - tail ** (1 / sessions);
  return { exposureInterval: [0, (reach * sessions) / (k * moments)], reachInterval: [0, reach] };
}

function middle(values: Float64Array): readonly [number, number] {
  values.sort();
  return [values[Math.floor(tail * resamples)]!, values[Math.ceil((1 - tail) * resamples) - 1]!];
}

function momentsOf(panel: Panel, session: number): number {
  return panel.momentOffsets[session + 1]! - panel.momentOffsets[session]!;
}
