/** Problems of an import in words: where one is, and how grave it is. */
import type { Issue, IssueGroup, IssueSeverity } from '../../../db/records.ts';

export const severityWords = { file: 'Stops the file', row: 'Row rejected', warn: 'Warning', info: 'Note' } as const satisfies Record<IssueSeverity, string>;

/** Blockers cost rows or the file, warnings do not. */
export const sections = [
  { title: 'Blockers', what: 'Rows that are left out unless they are mended.', done: 'Rows that were left out.', severities: ['file', 'row'] },
  { title: 'Warnings', what: 'Imported all the same; worth a look.', done: 'Imported all the same; worth a look.', severities: ['warn'] },
  { title: 'Notes', what: 'How the file is read.', done: 'How the file was read.', severities: ['info'] },
] as const satisfies readonly { readonly title: string; readonly what: string; readonly done: string; readonly severities: readonly IssueSeverity[] }[];

export function groupsOf(groups: readonly IssueGroup[], severities: readonly IssueSeverity[]): readonly IssueGroup[] {
  return groups.filter((group) => severities.includes(group.severity));
}

/** `line 214, column preis: “auf Anfrage”`. */
export function placeOf(issue: Issue): string {
  const place = [issue.line === null ? '' : `line ${issue.line.toLocaleString('en')}`, issue.column === null ? '' : `column ${issue.column}`].filter((part) => part !== '').join(', ');
  return issue.value === null ? place : `${place}${place === '' ? '' : ': '}“${issue.value}”`;
}
