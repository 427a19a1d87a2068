/** Collects the issues of one file: all are counted, the first 1,000 are listed, and beyond that a file holds every one. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportMapping, Issue, IssueGroup, IssueSeverity } from '../records.ts';
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
  readonly #folder: string | null;
  readonly #listed = new Map<IssueSeverity, Issue[]>(severities.map((severity) => [severity, []]));
  readonly #groups = new Map<IssueCode, { readonly severity: IssueSeverity; readonly fix: string; readonly examples: string[] }>();
  #total = 0;
  #handle: number | null = null;
  #draft = '';
  #pending = '';

  /** `folder`: where the full list goes when it exceeds what is listed; null keeps no file. */
  constructor(file: string, folder: string | null) {
    this.#file = file;
    this.#folder = folder;
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
    if (this.#folder !== null) this.#keep(issue, this.#folder);
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
    if (this.#folder === null || this.#handle === null || this.#total <= limits.listedIssues) {
      this.discard();
      return null;
    }
    writeSync(this.#handle, this.#pending);
    closeSync(this.#handle);
    this.#handle = null;
    const path = join(this.#folder, `import-${importId}.jsonl`);
    renameSync(this.#draft, path);
    return path;
  }

  discard(): void {
    if (this.#handle === null) return;
    closeSync(this.#handle);
    this.#handle = null;
    rmSync(this.#draft, { force: true });
  }

  /** One JSON document a line. The file exists from the first issue on, so that no issue has to wait in memory. */
  #keep(issue: Issue, folder: string): void {
    if (this.#handle === null) {
      this.#draft = join(folder, `issues.tmp-${process.pid}-${nextDraft()}`);
      this.#handle = openSync(this.#draft, 'w');
    }
    this.#pending += `${JSON.stringify(issue)}\n`;
    if (this.#pending.length < 65_536) return;
    writeSync(this.#handle, this.#pending);
    this.#pending = '';
  }
}

let drafts = 0;
function nextDraft(): number {
  drafts += 1;
  return drafts;
}
