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

/**
 * Bootstrap over whole sessions, drawn once per panel: how often each session occurs in each of 1,000 resamples. A preview then only
 * adds up the sessions that the draft enters.
 *
 *   exposure*(r) = Σ_s w(s, r) · slots(s) / (K Σ_s w(s, r) · moments(s)),   reach*(r) = Σ_s w(s, r) [slots(s) > 0] / Σ_s w(s, r)
 */
export class Resampler {
  readonly #panel: Panel;
  /** [sessions, resamples]; drawing one of 256 or more sessions over 255 times does not happen. */
  readonly #weights: Uint8Array;
  /** [resamples] Σ_s w(s, r) · moments(s) */
  readonly #moments: Float64Array;

  constructor(panel: Panel) {
    this.#panel = panel;
    const sessions = panel.sessions.length;
    this.#weights = new Uint8Array(sessions * resamples);
    this.#moments = new Float64Array(resamples);
    const random = new Random(panel.seed);
    for (let resample = 0; resample < resamples; resample++) {
      for (let draw = 0; draw < sessions; draw++) {
        const session = random.below(sessions);
        this.#weights[session * resamples + resample]!++;
        this.#moments[resample]! += momentsOf(panel, session);
      }
    }
  }

  /**
   * @param slots [sessions] entered moments of each session
   * @param leftOut [sessions] 1 for sessions that do not count
   * @param counted sessions and moments that do
   */
  intervals(slots: Int32Array, leftOut: Uint8Array, k: number, counted: { readonly sessions: number; readonly moments: number }): Intervals {
    const weights = this.#weights;
    const sums = new Float64Array(resamples); // Σ w · (slots · 2^24 + 1): both sums in one pass, exact in a double
    const moments = Float64Array.from(this.#moments);
    const sessions = new Float64Array(resamples).fill(slots.length);
    let any = false;
    for (let session = 0; session < slots.length; session++) {
      const base = session * resamples;
      if (leftOut[session] === 1) {
        const size = momentsOf(this.#panel, session);
        addWeighted(moments, weights, base, -size);
        addWeighted(sessions, weights, base, -1);
      } else if (slots[session]! > 0) {
        any = true;
        addWeighted(sums, weights, base, slots[session]! * packing + 1);
      }
    }
    if (!any) return neverSeen(k, counted);
    const exposures = sums.map((sum, r) => (moments[r] === 0 ? 0 : Math.floor(sum / packing) / (k * moments[r]!)));
    const reaches = sums.map((sum, r) => (sessions[r] === 0 ? 0 : (sum % packing) / sessions[r]!));
    return { exposureInterval: middle(exposures), reachInterval: middle(reaches) };
  }

  /**
   * 95 % interval of Σ_s w(s, r) · values(s) / Σ_s w(s, r) · moments(s), a mean per moment. Of the difference of two drafts it is paired.
   * @param values [sessions]
   */
  meanInterval(values: Float64Array, leftOut: Uint8Array): readonly [number, number] {
    const sums = new Float64Array(resamples);
    const moments = Float64Array.from(this.#moments);
    for (let session = 0; session < values.length; session++) {
      if (leftOut[session] === 1) addWeighted(moments, this.#weights, session * resamples, -momentsOf(this.#panel, session));
      else if (values[session] !== 0) addWeighted(sums, this.#weights, session * resamples, values[session]!);
    }
    return middle(sums.map((sum, r) => (moments[r] === 0 ? 0 : sum / moments[r]!)));
  }
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
