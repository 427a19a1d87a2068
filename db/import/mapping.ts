/** Which column means what: the user's word, then the profile's headers, then synonyms, then a proposal from the values. */
import type { ImportKind, ImportMapping } from '../records.ts';
import { chooseProfile, columnsOf, fieldsOf, findColumns, generic, normaliseHeader, requiredFields } from './profile.ts';
import type { Container, Profile, ProfileChoice, ProfileColumns } from './profile.ts';
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
  for (const [field, aliases] of Object.entries(columnsOf(generic, kind).columns)) {
    for (const [rank, alias] of aliases.entries()) if (!index.has(normaliseHeader(alias))) index.set(normaliseHeader(alias), { field, rank });
  }
  return index;
}

/** What an attribute of this name is in a catalogue, or null. */
export function synonymOf(name: string): string | null {
  return synonyms.catalog.get(normaliseHeader(name))?.field ?? null;
}

export interface MappedColumn {
  /** Trimmed; '' for a column without a name. */
  readonly header: string;
  readonly field: string | null;
  readonly confidence: number;
}

export interface ColumnMap {
  readonly profile: Profile;
  readonly choice: ProfileChoice;
  readonly columns: readonly MappedColumn[];
  /** Canonical field -> columns that mean it, best first; more than one where the profile says so. */
  readonly sources: ReadonlyMap<string, readonly number[]>;
  /** Required fields that no column holds; the first name stands for alternatives. */
  readonly missing: readonly string[];
  /** Required fields that several columns may be: the user must say which. */
  readonly candidates: ReadonlyMap<string, readonly string[]>;
  /** Currency that a price header names (`price_eur`), or ''. */
  readonly currency: string;
}

/** Names so general that they mean a field only where nothing better does. */
const weakNames = new Set(['id', 'ref', 'reference', 'handle', 'asin', 'item', 'product', 'label', 'ad'].map(normaliseHeader));

/** `rows`: a sample of the file, for evidence. */
export function mapColumns(headers: readonly string[], kind: ImportKind, rows: readonly (readonly string[])[], mapping: ImportMapping = {}, container: Container = 'csv'): ColumnMap {
  const names = headers.map((header) => header.trim());
  const choice = chooseProfile(names, kind, container, mapping.format);
  const { profile } = choice;
  const known = columnsOf(profile, kind);
  const lower = names.map((name) => name.toLowerCase());
  const columns: { header: string; field: string | null; confidence: number }[] = names.map((header) => ({ header, field: null, confidence: 0 }));
  const sources = new Map<string, number[]>();
  const taken = new Set<string>(Object.keys(known.constants ?? {}));
  const candidates = new Map<string, readonly string[]>();
  const assign = (index: number, field: string, confidence: number, further = false): void => {
    const column = columns[index];
    if (column === undefined || column.header === '' || (taken.has(field) && !further) || (column.field !== null && !further)) return;
    if (column.field === null) columns[index] = { ...column, field, confidence };
    taken.add(field);
    sources.set(field, [...(sources.get(field) ?? []), index]);
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
  const locale = /-[a-z]{2}_[A-Z]{2}\b/.exec(mapping.columns?.['title'] ?? '')?.[0];
  for (const [field, aliases] of Object.entries(known.columns)) {
    if (profile === generic || taken.has(field)) continue;
    const found = [...new Set(aliases.flatMap((alias) => findColumns(alias, names, profile.caseSensitive)))];
    // Whoever chose a language for one field means it for all.
    if (locale !== undefined) found.sort((a, b) => Number(names[b]!.includes(locale)) - Number(names[a]!.includes(locale)));
    if (found.length > 1 && known.ask?.includes(field) === true) {
      candidates.set(field, found.map((index) => names[index]!));
      taken.add(field);
    } else for (const index of found) assign(index, field, 1, true);
  }
  for (const [field, aliases] of Object.entries(known.questions ?? {})) {
    const answered = requiredFields[kind].some((anyOf) => anyOf.includes(field) && chosen.some(([one]) => anyOf.includes(one)));
    const found = aliases.flatMap((alias) => findColumns(alias, names, profile.caseSensitive)).map((index) => names[index]!);
    if (found.length > 0 && !answered && !sources.has(field)) candidates.set(field, found);
  }
  const normalised = names.map(normaliseHeader);
  const hits = normalised.map((name, index) => ({ index, name, ...synonyms[kind].get(name) })).filter(({ index }) => columns[index]!.field === null);
  if (profile === generic) {
    for (const field of requiredFields[kind].flat()) {
      const all = hits.filter((hit) => hit.field === field);
      const good = all.filter(({ name }) => !weakNames.has(name));
      const rivals = good.length > 0 ? good : all;
      if (taken.has(field) || rivals.length < 2 || rivals.some(({ rank }) => rank === 0)) continue;
      candidates.set(field, rivals.map(({ index }) => names[index]!));
      taken.add(field);
    }
  }
  // Of two headers for one field the better synonym wins, whatever their order in the file.
  for (const { index, field, rank = 0 } of hits.sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))) {
    if (field !== undefined) assign(index, field, rank === 0 ? 0.95 : 0.85);
  }
  if (kind === 'catalog' && !taken.has('price')) {
    for (const [index, name] of normalised.entries()) {
      const priced = pricedHeader.exec(name);
      if (priced !== null && synonyms.catalog.get(priced[1]!)?.field === 'price') assign(index, 'price', 0.9);
    }
  }
  const priced = pricedHeader.exec(normalised[sources.get('price')?.[0] ?? -1] ?? '');
  const currency = priced !== null && synonyms.catalog.get(priced[1]!)?.field === 'price' ? priced[2]!.toUpperCase() : '';
  if (profile === generic) propose(columns, kind, rows, taken);

  const held = new Set([...sources.keys(), ...composed(known)]);
  const optional = kind === 'catalog' && known.columns['title'] === undefined && profile !== generic;
  const missing = requiredFields[kind].filter((anyOf) => (!anyOf.some((field) => held.has(field)) || anyOf.some((field) => candidates.has(field))) && !(optional && anyOf.includes('title'))).map((anyOf) => anyOf.find((field) => candidates.has(field)) ?? anyOf[0]!);
  for (const field of candidates.keys()) if (!missing.includes(field)) candidates.delete(field);
  return { profile, choice, columns, sources, missing, candidates, currency };
}

/** Fields that a profile puts together from columns of other names. */
function composed({ values = {}, composeSku, layout }: ProfileColumns): readonly string[] {
  return [...Object.keys(values).filter((field) => values[field]!.join !== undefined), ...(composeSku === undefined && layout?.long === undefined ? [] : ['sku'])];
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
export function guessKind(headers: readonly string[], container: Container = 'csv'): ImportKind {
  const sessions = mapColumns(headers, 'sessions', [], {}, container);
  return sessions.missing.every((field) => sessions.candidates.has(field)) ? 'sessions' : 'catalog';
}
