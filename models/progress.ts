/** What a running job tells: every change of phase, steps at most five times a second, with an estimate only once it is stable. */
import type { TrainJobProgress, TrainingPhase } from './jobs.ts';

const interval = 200; // ms between events of steps
/** Share of the work after which a rate is worth extrapolating. */
const stableAfter = 0.02;

export interface Position {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly epochs: number;
}

export class Progress {
  readonly #emit: (progress: TrainJobProgress) => void;
  readonly #moments: number;
  readonly #started = performance.now();
  #phase: TrainingPhase = 'preparing';
  #message: string | null = null;
  #device: string;
  #position: Position;
  #earlierSeconds = 0;
  /** Of steps alone: where an epoch takes less than an interval, its phases must not keep all steps from being told. */
  #lastStep = -Infinity;
  #losses: number[] = [];
  #window: { time: number; steps: number } = { time: performance.now(), steps: 0 };
  #rate: number | null = null;
  #validation: Readonly<Record<string, number>> | null = null;
  #trainingSince: { time: number; step: number } | null = null;

  /** `moments`: examples per step on average, for the rate. */
  constructor(emit: (progress: TrainJobProgress) => void, device: string, epochs: number, moments: number) {
    this.#emit = emit;
    this.#device = device;
    this.#moments = moments;
    this.#position = { step: 0, steps: 0, epoch: 0, epochs };
  }

  /** Seconds this run has worked, over all its parts. */
  get seconds(): number {
    return this.#earlierSeconds + (performance.now() - this.#started) / 1000;
  }

  phase(phase: TrainingPhase, message: string | null): void {
    this.#phase = phase;
    this.#message = message;
    this.#send();
  }

  resumeAt(seconds: number, position: Position): void {
    this.#earlierSeconds = seconds;
    this.#position = position;
  }

  step(position: Position, loss: number): void {
    this.#phase = 'training';
    this.#message = null;
    this.#position = position;
    this.#trainingSince ??= { time: performance.now(), step: position.step - 1 };
    this.#losses.push(loss);
    this.#window.steps++;
    const now = performance.now();
    if (now - this.#lastStep < interval) return;
    this.#lastStep = now;
    this.#send();
  }

  epoch(position: Position, validation: Readonly<Record<string, number>>): void {
    this.#position = position;
    this.#validation = validation;
    this.#send();
    this.#validation = null;
  }

  #send(): void {
    const now = performance.now();
    if (this.#window.steps > 0) {
      this.#rate = (this.#window.steps * this.#moments * 1000) / Math.max(1, now - this.#window.time);
    }
    this.#window = { time: now, steps: 0 };
    const { step, steps } = this.#position;
    const since = this.#trainingSince;
    const stable = since !== null && step - since.step >= Math.max(5, stableAfter * steps);
    this.#emit({
      phase: this.#phase, ...this.#position,
      loss: this.#losses.length === 0 ? null : this.#losses.reduce((sum, loss) => sum + loss, 0) / this.#losses.length,
      examplesPerSecond: this.#rate,
      eta: stable ? ((now - since.time) / 1000 / (step - since.step)) * (steps - step) : null,
      elapsed: this.seconds, device: this.#device, memoryMB: Math.round(process.memoryUsage().rss / 1e6),
      validation: this.#validation, message: this.#message,
    });
    this.#losses = [];
  }
}
