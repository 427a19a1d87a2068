/** How good a run is on the test part, beside baselines on the same moments: one row per system, as each is computed. */
import type { BaselineName, EvaluationReport } from '../../../models/jobs.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';

/** What a model must beat to be worth having. */
const baselines: readonly BaselineName[] = ['popularity', 'markov', 'co-occurrence', 'title-similarity'];

export class EvaluationState {
  reports = $state.raw<readonly EvaluationReport[]>([]);
  working = $state('');
  problem = $state('');
  #runId = '';
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Shows the run's stored report, if it has one. */
  show(runId: string, stored: EvaluationReport | null): void {
    if (runId === this.#runId) return;
    this.#runId = runId;
    this.reports = stored === null ? [] : [stored];
    this.problem = '';
  }

  async evaluate(): Promise<void> {
    const runId = this.#runId;
    this.reports = [];
    this.problem = '';
    try {
      for (const system of [{ run: runId }, ...baselines.map((baseline) => ({ baseline }))]) {
        this.working = 'run' in system ? 'this run' : system.baseline;
        const report = await this.#app.api.training.evaluate({ system, ks: [5, 10, 20], prefixes: 'test' });
        if (runId !== this.#runId) return;
        this.reports = [...this.reports, report];
      }
      this.#app.announcement = 'The evaluation is complete.';
    } catch (error) {
      if (runId === this.#runId) this.problem = describeError(error);
    } finally {
      this.working = '';
    }
  }
}
