/** A fault of the whole file: ends reading, becomes the one issue of the report. Never seen outside db/import. */
import type { IssueCode, IssueFields } from './issues.ts';

export class FileRejection extends Error {
  readonly code: IssueCode;
  readonly fields: IssueFields;
  constructor(code: IssueCode, fields: IssueFields) {
    super(code);
    this.code = code;
    this.fields = fields;
  }
}
