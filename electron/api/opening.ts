/** Part of the service `launch`: the opening of a model, which the first numbers of every screen wait for. */

/** `opening.progress` events: from a moment that a person notices until it ends. There is one at a time. */
export interface ModelOpening {
  readonly runId: string;
  readonly status: 'running' | 'ended';
  /** `reading` the workspace; then what the model computes and does not find in its cache; `demand`: the panel, as category demand reads it. */
  readonly phase: 'reading' | 'items' | 'likeness' | 'moments' | 'standings' | 'demand';
  /** 0…1, of all phases together; null while it cannot be told. */
  readonly done: number | null;
  readonly seconds: number;
}

export interface OpeningApi {
  /** Ends it: whoever waits is answered with `cancelled`, and the next question opens the model again. Safe to call twice. */
  stopOpening(request: {}): Promise<void>;
}
