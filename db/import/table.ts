/** Whatever a file is, its rows come out the same: named columns, records of text with the place of each cell. */
import type { Encoding } from './encoding.ts';
import type { Container } from './profile.ts';
import type { FileRecord } from './record-reader.ts';

export interface TableReading {
  readonly onRecord: (record: FileRecord) => void;
  /** Wraps the records of one chunk, for a transaction around them. */
  readonly around: (work: () => void) => void;
  readonly onRead?: ((bytesRead: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Table {
  readonly container: Container;
  readonly encoding: Encoding;
  /** '' where columns are not told apart by a sign. */
  readonly delimiter: string;
  readonly fromSepLine: boolean;
  /** 0 where the file has none of its own. */
  readonly headerLine: number;
  /** Trimmed names, '' for a column without one. */
  readonly headers: readonly string[];
  /** The first records, the header among them where it is one. */
  readonly first: readonly FileRecord[];
  /** Sheets of a workbook, and the one that is read. */
  readonly sheets: readonly string[];
  readonly sheet?: string;
  /** Reads the records below the header from the start, as often as asked. @throws FileRejection, and the signal's reason */
  read(reading: TableReading): Promise<{ readonly visited: number }>;
}
