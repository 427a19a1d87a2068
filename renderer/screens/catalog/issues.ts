/** Problems of an import grouped by their code, blockers first, so that one cause is one line whatever its count. */
import type { ImportReport, Issue, IssueSeverity } from '../../../db/records.ts';

export interface IssueGroup {
  readonly code: string;
  readonly severity: IssueSeverity;
  readonly count: number;
  readonly message: string;
  readonly fix: string;
  readonly examples: readonly Issue[];
}

const order = { file: 0, row: 1, warn: 2, info: 3 } as const satisfies Record<IssueSeverity, number>;
export const severityWords = { file: 'Stops the file', row: 'Row rejected', warn: 'Warning', info: 'Note' } as const satisfies Record<IssueSeverity, string>;
const exampleCount = 3;

export function groupIssues(report: Pick<ImportReport, 'issues' | 'issueCounts'>): readonly IssueGroup[] {
  const groups = [...Map.groupBy(report.issues, (issue) => issue.code)].map(([code, issues]) => ({
    code, severity: issues[0]!.severity, count: report.issueCounts[code] ?? issues.length, message: issues[0]!.message, fix: issues.find((issue) => issue.fix !== undefined)?.fix ?? '', examples: issues.slice(0, exampleCount),
  }));
  return groups.sort((a, b) => order[a.severity] - order[b.severity] || b.count - a.count);
}

/** `line 214, column preis: “auf Anfrage”`. */
export function placeOf(issue: Issue): string {
  const place = [issue.line === null ? '' : `line ${issue.line.toLocaleString('en')}`, issue.column === null ? '' : `column ${issue.column}`].filter((part) => part !== '').join(', ');
  return issue.value === null ? place : `${place}${place === '' ? '' : ': '}“${issue.value}”`;
}
