/** Formats as data: how one is recognised, and what its headers mean. One JSON file per format: adding one touches no code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportKind } from '../records.ts';

export const itemFields = [
  'sku', 'title', 'group_id', 'description', 'brand', 'manufacturer', 'department', 'class', 'size', 'category_path', 'category_l1', 'category_l2',
  'category_l3', 'leaf', 'color', 'material', 'price', 'currency', 'availability', 'image_url', 'created_at', 'status',
] as const;
export type ItemField = (typeof itemFields)[number];

export const eventFields = ['session_id', 'sku', 'timestamp', 'position', 'type', 'user_id', 'split'] as const;
export type EventField = (typeof eventFields)[number];

/** What a file must name; a list inside the list: any one of them will do. Sessions are cut out of a user's events where none is named. */
export const requiredFields: Readonly<Record<ImportKind, readonly (readonly string[])[]>> = {
  catalog: [['sku'], ['title']],
  sessions: [['session_id', 'user_id'], ['sku'], ['timestamp', 'position']],
};

export type Container = 'csv' | 'xml' | 'json' | 'jsonl' | 'xlsx';

/** How the cells of one field are to be read, where its name alone does not say it. */
export interface ValueRule {
  /** Separates several values in one cell. */
  readonly separator?: string;
  /** Separates levels of a path, beside ` > `; and several paths. */
  readonly levels?: string;
  readonly paths?: string;
  /** First levels that say nothing (`Default Category`). */
  readonly dropRoot?: readonly string[];
  /** Separates values of level columns that pair by their place: `L1=A|B`, `L2=x|y`. */
  readonly parallel?: string;
  /** Of several columns the deepest path counts; of equals the first. A number is no path. */
  readonly deepest?: boolean;
  /** Columns whose cell is one path, whatever `paths` says. */
  readonly single?: readonly string[];
  /** Codes of category trees: a path only where the export of the trees is at hand. */
  readonly codes?: boolean;
  /** What the words of the source mean to us; `*` stands for every other one. */
  readonly words?: Readonly<Record<string, string>>;
  /** A number of pieces in stock. */
  readonly quantity?: boolean;
  /** Holds HTML: text for a model is derived from it, the cell itself is stored as it is. */
  readonly html?: boolean;
  /** Columns put together to one value. */
  readonly join?: readonly string[];
  /** Column with milliseconds to add to a date. */
  readonly plus?: string;
}

/** What a layout is, and whatever it must know. */
export interface Layout {
  /** Rows of one key stand together; blanks of `columns` repeat the key's first row. Later rows with nothing in `own` are no items. */
  readonly fill?: { readonly key: string; readonly columns: readonly string[]; readonly own: readonly string[] };
  /** Rows name their parent and inherit what they lack. `kinds`: which words of a column mean a parent, or no item at all. */
  readonly parents?: {
    readonly column: string;
    /** Further name of a row that children may use, after a prefix (`id:17`). */
    readonly alternate?: { readonly column: string; readonly prefix: string };
    readonly kinds?: { readonly column: string; readonly parent: readonly string[]; readonly skip: readonly string[] };
  };
  /** A row is one property of an item: the latest value of each counts. */
  readonly long?: { readonly key: string; readonly time: string; readonly property: string; readonly value: string };
  /** Where this column is filled, a row says again what another one says, for one shop of several; it is an item only where it is the first one. */
  readonly repeats?: string;
  /** A row is an event: the first one of each SKU describes the item. */
  readonly distinct?: boolean;
}

export interface ProfileColumns {
  /** Headers that must be there; of an inner list one is enough. `/…/` is a pattern. */
  readonly required: readonly (readonly string[])[];
  /** So many of these must be there. */
  readonly atLeast?: { readonly count: number; readonly of: readonly string[] };
  /** There is no further header. */
  readonly exactly?: boolean;
  /** Headers that speak for this format where several are possible. */
  readonly strong?: readonly string[];
  readonly negative?: readonly string[];
  /** Canonical field -> headers that mean it, best first; of those present the first one that is not empty counts. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** Fields for which several matching headers force a choice (locales, channels). */
  readonly ask?: readonly string[];
  /** Fields that these columns may be: asked, never guessed. */
  readonly questions?: Readonly<Record<string, readonly string[]>>;
  /** Fields without a column, the same for every row. */
  readonly constants?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, ValueRule>>;
  /** Columns that hold the name and the value of an attribute; `#` stands for 1, 2, 3, …. Of `not`: pairs that say nothing. */
  readonly pairs?: { readonly name: string; readonly value: string; readonly not?: readonly (readonly [name: string, value: string])[] };
  /** Where a row has no SKU: its key and its values of `pairs`. */
  readonly composeSku?: { readonly key: string; readonly separator: string };
  /** A column of `name=value` pairs. */
  readonly keyValues?: { readonly column: string; readonly separator: string; readonly equals: string };
  /** Words that mean "no value" beside the usual ones. */
  readonly missing?: readonly string[];
  readonly layout?: Layout;
}

/** How nested JSON becomes a table. */
export interface JsonShape {
  /** Each element of this list is a row of its own, with the other fields repeated. */
  readonly explode?: string;
  /** What the elements lack they take from their surroundings under the same name. */
  readonly inherit?: boolean;
  /** Keys of exploded elements that their surroundings say better. */
  readonly drop?: readonly string[];
  /** A list of `{key, value}` objects is read as an object. */
  readonly keyed?: string;
  /** Only objects whose `key` is one of `of` are items. */
  readonly only?: { readonly key: string; readonly of: readonly string[] };
}

export interface Profile {
  readonly id: string;
  readonly version: number;
  readonly containers: readonly Container[];
  /** Of a file without a header: names of its columns, and what a cell of each looks like. Proposed, never applied unasked. */
  readonly header?: readonly { readonly name: string; readonly shape: 'integer' | 'time' | 'text' }[];
  /** Upper and lower case tell this format from others. */
  readonly caseSensitive?: boolean;
  readonly multiValueSeparator?: string;
  readonly json?: JsonShape;
  /** Files of an archive, by what they are; a pattern each. */
  readonly members?: { readonly catalog?: string; readonly sessions?: string; readonly parents?: string; readonly options?: string; readonly categories?: string; readonly taxonomy?: string };
  readonly catalog?: ProfileColumns;
  readonly sessions?: ProfileColumns;
}

function readProfiles(): readonly Profile[] {
  const folder = join(import.meta.dirname, 'profiles');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'generic.json').sort();
  return [...names, 'generic.json'].map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile);
}

/** By name; `generic` is the last one: it knows synonyms and takes what no other profile claims. */
export const profiles: readonly Profile[] = readProfiles();
export const generic: Profile = profiles.at(-1)!;

/** Names of the formats that files of this kind come in. */
export function formatsOf(kind: ImportKind): readonly string[] {
  return profiles.filter((profile) => profile[kind] !== undefined).map(({ id }) => id);
}

const noColumns: ProfileColumns = { required: [], columns: {} };

/** What a profile knows of files of this kind. */
export function columnsOf(profile: Profile, kind: ImportKind): ProfileColumns {
  return profile[kind] ?? noColumns;
}

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

const patterns = new Map<string, RegExp>();

/** Columns whose header is the alias, or matches it where it is a pattern (`/…/`). */
export function findColumns(alias: string, names: readonly string[], caseSensitive = false): readonly number[] {
  if (alias.length > 2 && alias.startsWith('/') && alias.endsWith('/')) {
    let pattern = patterns.get(alias);
    if (pattern === undefined) patterns.set(alias, (pattern = new RegExp(alias.slice(1, -1), caseSensitive ? '' : 'i')));
    return [...names.keys()].filter((index) => names[index]!.length <= 200 && pattern.test(names[index]!));
  }
  const index = caseSensitive ? names.indexOf(alias) : names.findIndex((name) => name.length === alias.length && name.toLowerCase() === alias.toLowerCase());
  return index < 0 ? [] : [index];
}

export interface ProfileChoice {
  readonly profile: Profile;
  readonly confidence: number;
  /** Others that fit as well: a question, not a guess. */
  readonly rivals: readonly string[];
}

/** The eligible profile with most of its strong headers; `generic` where none is eligible or two are equally good. */
export function chooseProfile(names: readonly string[], kind: ImportKind, container: Container, format?: string): ProfileChoice {
  const asked = profiles.find((profile) => profile.id === format);
  if (asked !== undefined) return { profile: asked, confidence: 1, rivals: [] };
  const eligible = profiles.filter((profile) => profile.header === undefined && profile !== generic && isEligible(profile, kind, names, container))
    .map((profile) => ({ profile, score: strength(profile, kind, names) })).sort((a, b) => b.score - a.score);
  const [best, second] = eligible;
  if (best === undefined) return { profile: generic, confidence: 0.5, rivals: [] };
  if (second !== undefined && second.score === best.score) return { profile: generic, confidence: 0.3, rivals: eligible.filter(({ score }) => score === best.score).map(({ profile }) => profile.id) };
  return { profile: best.profile, confidence: 0.95, rivals: [] };
}

function isEligible(profile: Profile, kind: ImportKind, names: readonly string[], container: Container): boolean {
  const columns = profile[kind];
  if (columns === undefined || !profile.containers.includes(container)) return false;
  const has = (alias: string): boolean => findColumns(alias, names, profile.caseSensitive).length > 0;
  return columns.required.every((anyOf) => anyOf.some(has)) && !(columns.negative ?? []).some(has)
    && (columns.exactly !== true || names.length === columns.required.length)
    && (columns.atLeast === undefined || columns.atLeast.of.filter(has).length >= columns.atLeast.count);
}

function strength(profile: Profile, kind: ImportKind, names: readonly string[]): number {
  const { required, strong = [], atLeast } = columnsOf(profile, kind);
  return new Set([...required.flat(), ...strong, ...(atLeast?.of ?? [])].filter((alias) => findColumns(alias, names, profile.caseSensitive).length > 0)).size;
}

/** The profile that a file without a header may be: its first rows look as this one's columns do. Proposed, never applied unasked. */
export function proposeHeaderless(rows: readonly (readonly string[])[]): Profile | null {
  const shapes = { integer: /^\d{1,19}$/, time: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/, text: /^[^"]{0,64}$/ } as const;
  return profiles.find(({ header }) => header !== undefined && rows.length > 0
    && rows.every((row) => row.length === header.length && row.every((cell, index) => shapes[header[index]!.shape].test(cell.trim())))) ?? null;
}
