/** How far the opening of a model has come, while somebody waits for its first numbers. */

/**
 * Vectors of the SKUs; likeness of SKUs without events to those that have some; vectors of the panel's moments; who stands where at each
 * moment. `demand`: what category demand reads of the moments, at its first question.
 */
export type OpeningPhase = 'items' | 'likeness' | 'moments' | 'standings' | 'demand';

export interface OpeningProgress {
  readonly phase: OpeningPhase;
  /** 0…1, of all phases together. */
  readonly done: number;
}

interface Part {
  readonly phase: OpeningPhase;
  readonly cost: number;
}

/** A few of a second are as many as anybody can read. */
const pause = 100;

/** Parts of a work in their order, with what each is expected to cost beside the others: what lies in a cache is passed at once. */
export class Opening {
  readonly #parts: readonly Part[];
  readonly #tell: (progress: OpeningProgress) => void;
  #told = -Infinity;

  constructor(parts: readonly Part[], tell: (progress: OpeningProgress) => void) {
    this.#parts = parts;
    this.#tell = tell;
  }

  /** Begins a part; what is returned takes the share of it that is done. */
  begin(phase: OpeningPhase): (share: number) => void {
    const place = this.#parts.findIndex((part) => part.phase === phase);
    const sum = (parts: readonly Part[]): number => parts.reduce((total, { cost }) => total + cost, 0);
    const [before, own, all] = [sum(this.#parts.slice(0, place)), this.#parts[place]!.cost, sum(this.#parts)];
    const tell = (share: number): void => {
      this.#told = performance.now();
      this.#tell({ phase, done: all === 0 ? 0 : (before + share * own) / all });
    };
    tell(0);
    return (share) => {
      if (performance.now() - this.#told >= pause) tell(share);
    };
  }
}
