/** Collects the issues of one file: all are counted, the first 1,000 are listed, and beyond that a file holds every one. */
import type { ImportMapping, Issue, IssueGroup, IssueSeverity } from '../records.ts';
import { DraftFile } from './draft-file.ts';
import { makeIssue } from './issues.ts';
import type { IssueCode, IssueFields } from './issues.ts';
import { limits } from './limits.ts';

/** In the report problems that cost rows stand before notes. */
const severities: readonly IssueSeverity[] = ['file', 'row', 'warn', 'info'];

/** Codes that an answer in the mapping mends. */
const answers: Readonly<Partial<Record<IssueCode, keyof ImportMapping>>> = {
  E_ENCODING: 'encoding', I_ENCODING: 'encoding', E_HEADER_REQUIRED: 'columns', I_DELIMITER: 'delimiter', E_TITLE_EMPTY: 'untitled', E_SKU_EMPTY: 'columns', E_SESSION_ID_EMPTY: 'columns',
  E_TIMESTAMP: 'dateFormat', W_PRICE_UNREADABLE: 'priceDecimal', I_DECIMAL_COMMA: 'priceDecimal', E_NOT_TEXT: 'sheet',
};
const groupExamples = 3;

export class IssueList {
  readonly counts = new Map<string, number>();
  readonly #file: string;
  readonly #full: DraftFile | null;
  readonly #listed = new Map<IssueSeverity, Issue[]>(severities.map((severity) => [severity, []]));
  readonly #groups = new Map<IssueCode, { readonly severity: IssueSeverity; readonly fix: string; readonly examples: string[] }>();
  #total = 0;

  /** `folder`: where the full list goes when it exceeds what is listed; null keeps no file. */
  constructor(file: string, folder: string | null) {
    this.#file = file;
    this.#full = folder === null ? null : new DraftFile(folder, 'issues');
  }

  /** Answers the message. `count`: how many rows one grouped issue stands for. */
  add(code: IssueCode, fields: IssueFields, severity?: IssueSeverity): string {
    const count = typeof fields.details?.['count'] === 'number' ? fields.details['count'] : 1;
    this.counts.set(code, (this.counts.get(code) ?? 0) + count);
    this.#total += 1;
    const issue = makeIssue(code, this.#file, fields, severity);
    const list = this.#listed.get(issue.severity)!;
    if (list.length < limits.listedIssues) list.push(issue);
    const group = this.#groups.get(code);
    if (group === undefined) this.#groups.set(code, { severity: issue.severity, fix: issue.fix ?? '', examples: [issue.message] });
    else if (group.examples.length < groupExamples) group.examples.push(issue.message);
    // One JSON document a line, from the first issue on: no issue has to wait in memory.
    this.#full?.add(`${JSON.stringify(issue)}\n`);
    return issue.message;
  }

  get listed(): readonly Issue[] {
    return severities.flatMap((severity) => this.#listed.get(severity)!).slice(0, limits.listedIssues);
  }

  /** By repair action, blockers first, the most frequent first. */
  groups(): readonly IssueGroup[] {
    const all = [...this.#groups].map(([code, { severity, fix, examples }]) => ({ code, severity, count: this.counts.get(code)!, fix, answer: answers[code] ?? null, examples }));
    return all.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.count - a.count);
  }

  countsByCode(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Gives the full list its name; null where all issues are listed anyway. */
  publish(importId: number): string | null {
    if (this.#total > limits.listedIssues) return this.#full?.publish(`import-${importId}.jsonl`) ?? null;
    this.discard();
    return null;
  }

  discard(): void {
    this.#full?.discard();
  }
}
