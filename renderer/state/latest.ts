/**
 * Only the newest question's answer counts. While one is being answered, newer ones wait as a single question: a slow model
 * is never handed a queue of stale keystrokes, and an answer to an older question is dropped.
 */
export class Latest<Question, Answer> {
  readonly #ask: (question: Question) => Promise<Answer>;
  readonly #answered: (answer: Answer, question: Question) => void;
  readonly #failed: (error: unknown) => void;
  #newest: { readonly question: Question } | null = null;
  #asking = false;

  constructor(ask: (question: Question) => Promise<Answer>, answered: (answer: Answer, question: Question) => void, failed: (error: unknown) => void) {
    this.#ask = ask;
    this.#answered = answered;
    this.#failed = failed;
  }

  put(question: Question): void {
    this.#newest = { question };
    if (!this.#asking) void this.#run();
  }

  /** Forgets what was asked: an answer on its way is dropped. */
  drop(): void {
    this.#newest = null;
  }

  async #run(): Promise<void> {
    this.#asking = true;
    while (this.#newest !== null) {
      const current = this.#newest;
      try {
        const answer = await this.#ask(current.question);
        if (this.#newest === current) {
          this.#newest = null;
          this.#answered(answer, current.question);
        }
      } catch (error) {
        if (this.#newest === current) {
          this.#newest = null;
          this.#failed(error);
        }
      }
    }
    this.#asking = false;
  }
}
