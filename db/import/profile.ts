/** Formats as data: which headers a file must have, and what each of them means. One JSON file per format. */
import type { ImportKind } from '../records.ts';
import generic from './profiles/generic.json' with { type: 'json' };
import shelfsight from './profiles/shelfsight.json' with { type: 'json' };

export const itemFields = [
  'sku', 'title', 'group_id', 'description', 'brand', 'manufacturer', 'department', 'class', 'size', 'category_path', 'category_l1', 'category_l2',
  'category_l3', 'leaf', 'color', 'material', 'price', 'currency', 'availability', 'image_url', 'created_at', 'status',
] as const;
export type ItemField = (typeof itemFields)[number];

export const eventFields = ['session_id', 'sku', 'timestamp', 'position', 'type', 'user_id', 'split'] as const;
export type EventField = (typeof eventFields)[number];

/** What a file must name; a list inside the list: any one of them will do. */
export const requiredFields: Readonly<Record<ImportKind, readonly (readonly string[])[]>> = {
  catalog: [['sku'], ['title']],
  sessions: [['session_id'], ['sku'], ['timestamp', 'position']],
};

export interface ProfileColumns {
  /** Headers that must be there; of an inner list one is enough. */
  readonly required: readonly (readonly string[])[];
  /** Canonical field -> headers that mean it, best first. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

export interface Profile {
  readonly id: string;
  readonly version: number;
  /** Separates several colours or materials in one cell. */
  readonly multiValueSeparator?: string;
  readonly catalog: ProfileColumns;
  readonly sessions: ProfileColumns;
}

/** Most particular first; `generic` knows synonyms and takes what no other profile claims. */
export const profiles: readonly Profile[] = [shelfsight, generic];

export function fieldsOf(kind: ImportKind): readonly string[] {
  return kind === 'catalog' ? itemFields : eventFields;
}

/** No known name of a column is longer; a longer cell is no header, whose text would be looked at for nothing. */
const longestName = 60;

/** Letters and digits only, without accents and case: `Article-No.` and `article_no` are one name. '' for what is too long for one. */
export function normaliseHeader(header: string): string {
  if (header.length > longestName) return '';
  return header.normalize('NFKD').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** The first profile whose required headers are all present. */
export function chooseProfile(headers: readonly string[], kind: ImportKind, format?: string): Profile {
  const names = new Set(headers.map((header) => header.trim().toLowerCase()));
  const asked = profiles.find((profile) => profile.id === format);
  return asked ?? profiles.find((profile) => profile[kind].required.every((anyOf) => anyOf.some((name) => names.has(name)))) ?? profiles.at(-1)!;
}
