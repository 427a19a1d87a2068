/**
 * Google's product categories by their numbers: feeds may name a category so. The list is Google's own and not shipped; it is read from the
 * archive that the feed stands in. Without it a number stays a number, and the report says what would help.
 */
import type { SourceFile } from './container.ts';
import { decideEncoding } from './detect-encoding.ts';
import { decodeText } from './encoding.ts';
import type { IssueList } from './report.ts';

/** The list has about 6,000 lines of 100 characters; what is much longer is another file. */
const mostCharacters = 8_388_608;
const shownNumbers = 3;

export const isCategoryNumber = (cell: string): boolean => cell.length < 20 && /^\d{1,9}$/.test(cell.trim());

export class CategoryNumbers {
  readonly #paths: ReadonlyMap<string, string>;
  /** What the list says of itself (`2021-09-21`), or ''. */
  readonly #version: string;
  readonly #unknown = new Set<string>();
  #resolved = 0;
  #unresolved = 0;
  #first: { readonly line: number; readonly column: string } | null = null;

  constructor(paths: ReadonlyMap<string, string>, version: string) {
    this.#paths = paths;
    this.#version = version;
  }

  /** `A > B > C`, or null for a number that the list does not know, and for what is no number. */
  find(cell: string): string | null {
    return isCategoryNumber(cell) ? this.#paths.get(cell.trim()) ?? null : null;
  }

  /** Counts a row with a number. */
  note(cell: string, place: { readonly line: number; readonly column: string }): void {
    if (this.find(cell) !== null) this.#resolved += 1;
    else {
      this.#unresolved += 1;
      this.#first ??= place;
      if (this.#unknown.size < shownNumbers) this.#unknown.add(cell.trim());
    }
  }

  report(list: IssueList): void {
    if (this.#resolved > 0) list.add('I_TAXONOMY', { because: this.#version === '' ? 'without a date' : `of ${this.#version}`, details: { count: this.#resolved, version: this.#version } });
    if (this.#first !== null) list.add('I_CATEGORY_NUMBERS', { ...this.#first, because: [...this.#unknown].join(', '), details: { count: this.#unresolved, known: this.#paths.size } });
  }
}

/** `# Google_Product_Taxonomy_Version: 2021-09-21`, then `1604 - Apparel & Accessories > Clothing`. */
export async function readTaxonomy(source: SourceFile): Promise<CategoryNumbers> {
  let text = '';
  for await (const chunk of decodeText(source.read(), await decideEncoding(source, {}))) {
    text += chunk;
    if (text.length > mostCharacters) break;
  }
  const paths = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, number = '', path = ''] = /^\s{0,9}(\d{1,9})\s{0,9}-\s(.{1,1000})$/.exec(line) ?? [];
    if (number !== '') paths.set(number, path.trim());
  }
  return new CategoryNumbers(paths, /Version:\s{0,9}([\w.-]{1,20})/i.exec(text.slice(0, 200))?.[1] ?? '');
}
