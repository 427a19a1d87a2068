/** Which column means what: the user's word, then the profile's headers, then synonyms, then a proposal from the values. */
import type { ImportKind, ImportMapping } from '../records.ts';
import { chooseProfile, fieldsOf, normaliseHeader, profiles, requiredFields } from './profile.ts';
import type { Profile } from './profile.ts';
import { readPrice } from './values.ts';

/** Below this a guess is shown as a proposal and not applied. */
export const leastConfidence = 0.6;

/** `price_eur`, `Preis (CHF)`: the header names the currency. */
const pricedHeader = /^(.+?)(aud|brl|cad|chf|cny|czk|dkk|eur|gbp|huf|inr|jpy|mxn|nok|nzd|pln|ron|sek|try|usd|zar)$/;

/** Normalised header -> what it means in any language we know, and how good a name for it that is (0 is best). */
const synonyms: Readonly<Record<ImportKind, ReadonlyMap<string, { readonly field: string; readonly rank: number }>>> = {
  catalog: indexSynonyms('catalog'),
  sessions: indexSynonyms('sessions'),
};

function indexSynonyms(kind: ImportKind): ReadonlyMap<string, { readonly field: string; readonly rank: number }> {
  const index = new Map<string, { readonly field: string; readonly rank: number }>();
  for (const [field, aliases] of Object.entries(profiles.at(-1)![kind].columns)) {
    for (const [rank, alias] of aliases.entries()) if (!index.has(normaliseHeader(alias))) index.set(normaliseHeader(alias), { field, rank });
  }
  return index;
}

export interface MappedColumn {
  /** Trimmed; '' for a column without a name. */
  readonly header: string;
  readonly field: string | null;
  readonly confidence: number;
}

export interface ColumnMap {
  readonly profile: Profile;
  readonly columns: readonly MappedColumn[];
  /** Required fields that no column holds; the first name stands for alternatives. */
  readonly missing: readonly string[];
  /** Currency that a price header names (`price_eur`), or ''. */
  readonly currency: string;
}

/** `rows`: a sample of the file, for evidence. */
export function mapColumns(headers: readonly string[], kind: ImportKind, rows: readonly (readonly string[])[], mapping: ImportMapping = {}): ColumnMap {
  const profile = chooseProfile(headers, kind, mapping.format);
  const names = headers.map((header) => header.trim());
  const lower = names.map((name) => name.toLowerCase());
  const columns: { header: string; field: string | null; confidence: number }[] = names.map((header) => ({ header, field: null, confidence: 0 }));
  const taken = new Set<string>();
  const assign = (index: number, field: string, confidence: number): void => {
    const column = columns[index];
    if (column === undefined || column.field !== null || column.header === '' || taken.has(field)) return;
    columns[index] = { ...column, field, confidence };
    taken.add(field);
  };

  // The user's word. A field mapped to '' is left without a column.
  const fields = fieldsOf(kind);
  const chosen = Object.entries(mapping.columns ?? {}).filter(([field]) => fields.includes(field));
  for (const [field, header] of chosen) {
    const wanted = header.trim().toLowerCase();
    const index = wanted === '' ? -1 : lower.indexOf(wanted);
    if (index >= 0) assign(index, field, 1);
    else taken.add(field);
  }
  let currency = '';
  for (const [field, aliases] of Object.entries(profile[kind].columns)) for (const alias of aliases) assign(lower.indexOf(alias), field, 1);
  const normalised = names.map(normaliseHeader);
  const hits = normalised.map((name, index) => ({ index, ...synonyms[kind].get(name) }));
  // Of two headers for one field the better synonym wins, whatever their order in the file.
  for (const { index, field, rank = 0 } of hits.sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))) {
    if (field !== undefined) assign(index, field, rank === 0 ? 0.95 : 0.85);
  }
  if (kind === 'catalog' && !taken.has('price')) {
    for (const [index, name] of normalised.entries()) {
      const priced = pricedHeader.exec(name);
      if (priced === null || taken.has('price') || synonyms.catalog.get(priced[1]!)?.field !== 'price') continue;
      assign(index, 'price', 0.9);
      currency = priced[2]!.toUpperCase();
    }
  }
  propose(columns, kind, rows, taken);

  const held = new Set(columns.filter(({ confidence }) => confidence >= leastConfidence).map(({ field }) => field));
  const missing = requiredFields[kind].filter((anyOf) => !anyOf.some((field) => held.has(field))).map((anyOf) => anyOf[0]!);
  return { profile, columns, missing, currency };
}

/** Value evidence for columns whose name says nothing: proposals, never applied without the user's word. */
function propose(columns: { header: string; field: string | null; confidence: number }[], kind: ImportKind, rows: readonly (readonly string[])[], taken: Set<string>): void {
  if (rows.length < 2) return;
  for (const [index, column] of columns.entries()) {
    if (column.field !== null || column.header === '') continue;
    const values = rows.map((row) => row[index] ?? '').filter((value) => value.trim() !== '');
    if (values.length < 2) continue;
    const share = (test: (value: string) => boolean): number => values.filter(test).length / values.length;
    const unique = new Set(values).size / values.length;
    const compact = share((value) => value.length <= 40 && !value.trim().includes(' '));
    const field = kind === 'sessions' ? null
      : share((value) => value.includes(' > ')) > 0.5 ? 'category_path'
      : share((value) => /^https?:\/\/\S+\.(jpe?g|png|webp|gif)$/i.test(value)) > 0.5 ? 'image_url'
      : share((value) => readPrice(value)?.currency !== undefined && readPrice(value)?.currency !== '') > 0.5 ? 'price'
      : unique === 1 && compact === 1 ? 'sku'
      : unique > 0.9 && share((value) => value.includes(' ')) > 0.5 ? 'title'
      : null;
    if (field === null || taken.has(field)) continue;
    columns[index] = { ...column, field, confidence: 0.4 };
    taken.add(field);
  }
}

/** What the headers of a file speak of. */
export function guessKind(headers: readonly string[]): ImportKind {
  const sessions = mapColumns(headers, 'sessions', []);
  return sessions.missing.length === 0 ? 'sessions' : 'catalog';
}
