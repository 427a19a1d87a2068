/** The newest question's answer, or why there is none: what a screen shows of one question. */
import { describeError } from './errors.ts';
import { Latest } from './latest.ts';

export class Asked<Question, Answer> {
  result = $state.raw<Answer | null>(null);
  problem = $state('');
  computing = $state(false);
  /** What the result answers; null before there was one. */
  answered = $state.raw<Question | null>(null);
  readonly #latest: Latest<Question, Answer>;

  constructor(ask: (question: Question) => Promise<Answer>) {
    this.#latest = new Latest(
      ask,
      (result, question) => {
        this.result = result;
        this.answered = question;
        this.problem = '';
        this.computing = false;
      },
      (error) => {
        this.problem = describeError(error);
        this.computing = false;
      },
    );
  }

  /** The result of an older question stays until this one's is there. */
  put(question: Question): void {
    this.computing = true;
    this.#latest.put(question);
  }

  forget(): void {
    this.#latest.drop();
    this.result = null;
    this.problem = '';
    this.computing = false;
  }
}
