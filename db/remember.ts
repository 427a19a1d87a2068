/** Answers about the whole catalogue, for as long as nothing is written: while a list is scrolled or a word is typed, the same rows would be counted at every step. */
import type { ReadableDB } from './connection.ts';

interface Remembered {
  /** What the connection has seen of writes of others, and its own. */
  readonly state: string;
  readonly answers: Map<string, unknown>;
}

const remembered = new WeakMap<ReadableDB, Remembered>();
const mostAnswers = 50;

/** What `read` answers to `question`, remembered where `keeps` allows it. */
export function remember<Answer>(db: ReadableDB, question: string, read: () => Answer, keeps: (answer: Answer) => boolean = () => true): Answer {
  if (db.inTransaction) return read(); // what it has written may be rolled back
  const state = `${db.pragma('data_version', { simple: true })} ${db.prepare('SELECT total_changes()').pluck().get()}`;
  const known = remembered.get(db);
  const answers = known?.state === state && known.answers.size < mostAnswers ? known.answers : new Map<string, unknown>();
  remembered.set(db, { state, answers });
  if (answers.has(question)) return answers.get(question) as Answer;
  const answer = read();
  if (keeps(answer)) answers.set(question, answer);
  return answer;
}
