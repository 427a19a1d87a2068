/** Changing drafts and the marks of protected SKUs. Every change is recorded as a named step (edit-log.ts). */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { applyChanges, describeChanges, nameChanges, nameDifference } from './draft-changes.ts';
import type { FieldChange } from './draft-changes.ts';
import { eachInSlices, inTransaction, putProtection, readProtection, recordEdit } from './edit-log.ts';
import { StorageError } from './errors.ts';
import { getItem, getItemRows } from './items.ts';
import type { ItemRow } from './items.ts';
import type { DraftChange, Item, ItemFeatures } from './records.ts';
import { contentHash, fromStored, prepareItemWriter, skuKey, toStored } from './stored-item.ts';
import type { Existing, ItemWriter } from './stored-item.ts';

/** What a person wrote comes from no file. */
const typed = { importId: null, line: null } as const;

/** Creates or changes a draft. @throws StorageError `invalid` when the SKU is empty, too long, or already live. */
export function saveDraft(db: WritableDB, sku: string, features: ItemFeatures, currency = ''): { readonly item: Item; readonly created: boolean } {
  const trimmed = sku.trim();
  if (trimmed === '') throw new StorageError('invalid', 'SKU is empty. Type the SKU that the draft will have.');
  if ([...trimmed].length > 256) throw new StorageError('invalid', `SKU has ${[...trimmed].length} characters; at most 256 are allowed.`);
  if (trimmed.includes('\0')) throw new StorageError('invalid', 'SKU contains a NUL character. Remove it.');
  return transact(db, () => {
    const writer = prepareItemWriter(db);
    const existing = writer.find(skuKey(trimmed));
    if (existing !== null && existing.status === 'live') throw new StorageError('invalid', `SKU "${trimmed}" is live already. Drafts never change live SKUs: choose another SKU.`);
    const previous = existing === null ? null : fromStored(trimmed, existing.status, existing.stored);
    const stored = toStored({
      groupId: previous?.groupId ?? '', class: previous?.class ?? '', availability: previous?.availability ?? '', imageUrl: previous?.imageUrl ?? '',
      createdAt: previous?.createdAt ?? null, currency: currency === '' ? previous?.currency ?? '' : currency, ...features,
    });
    if (writer.put(trimmed, 'draft', stored, existing, typed) !== 'unchanged') {
      const recorder = recordEdit(db);
      recorder.draft(existing?.sku ?? trimmed, existing, writer.find(skuKey(trimmed)));
      recorder.finish(existing === null ? `create draft ${trimmed}` : existing.status === 'retired' ? `make ${existing.sku} a draft again` : `change ${nameDifference(existing.stored, stored)} of ${existing.sku}`);
    }
    return { item: getItem(db, trimmed).item, created: existing === null };
  });
}

/** All or none; live items are not deleted by it. @throws StorageError `not-found` where one of them is no draft */
export async function deleteDrafts(db: WritableDB, skus: readonly string[]): Promise<{ readonly edit: number }> {
  return inTransaction(db, async () => {
    const writer = prepareItemWriter(db);
    const recorder = recordEdit(db);
    const keys = uniqueKeys(skus);
    await eachInSlices(keys, (key) => {
      recorder.removal(findDraft(writer, key));
    });
    const edit = recorder.finish(keys.length === 1 ? `delete draft ${skus[0]}` : `delete ${formatNumber(keys.length)} drafts`);
    if (edit === null) throw new StorageError('invalid', 'No draft was named. Select the drafts to delete.');
    return { edit };
  });
}

export interface DraftsEdited {
  readonly changed: number;
  readonly unchanged: number;
  /** The first that change. */
  readonly examples: readonly { readonly sku: string; readonly title: string; readonly changes: readonly FieldChange[] }[];
  /** null where nothing was stored. */
  readonly edit: number | null;
}

const listedExamples = 50;

/** The same changes to many drafts, as one step. @throws StorageError `not-found` where one of them is no draft */
export async function editDrafts(db: WritableDB, { skus, changes, onlyEmpty = false, dryRun }: { readonly skus: readonly string[]; readonly changes: readonly DraftChange[]; readonly onlyEmpty?: boolean; readonly dryRun: boolean }): Promise<DraftsEdited> {
  refuseInvalid(changes);
  return inTransaction(db, async () => {
    const writer = prepareItemWriter(db);
    const recorder = recordEdit(db);
    const keys = uniqueKeys(skus);
    const examples: { readonly sku: string; readonly title: string; readonly changes: readonly FieldChange[] }[] = [];
    let changed = 0;
    await eachInSlices(keys, (key) => {
      const draft = findDraft(writer, key);
      const stored = applyChanges(draft.stored, changes, onlyEmpty);
      if (contentHash(stored) === draft.contentHash) return;
      changed += 1;
      if (examples.length < listedExamples) examples.push({ sku: draft.sku, title: draft.stored.title as string, changes: describeChanges(draft.stored, stored, changes) });
      if (dryRun) return;
      writer.put(draft.sku, 'draft', stored, draft, typed);
      recorder.draft(draft.sku, draft, writer.find(key));
    });
    const edit = recorder.finish(`${nameChanges(changes)} of ${changed === 1 ? examples[0]?.sku : `${formatNumber(changed)} drafts`}`);
    return { changed, unchanged: keys.length - changed, examples, edit };
  });
}

function refuseInvalid(changes: readonly DraftChange[]): void {
  if (changes.length === 0) throw new StorageError('invalid', 'No field was named. Choose the field to set.');
  const names = changes.map((change) => (change.field === 'attribute' ? `attribute ${change.name}` : change.field));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new StorageError('invalid', `The field ${twice} is set twice. Set each field once.`);
  if (changes.some((change) => change.field === 'attribute' && change.name.trim() === '')) throw new StorageError('invalid', 'The attribute has no name. Type the name of the column.');
}

/** In names that people read: `7,792`. */
function formatNumber(count: number): string {
  return count.toLocaleString('en');
}

function uniqueKeys(skus: readonly string[]): readonly string[] {
  return [...new Set(skus.map(skuKey))];
}

function findDraft(writer: ItemWriter, key: string): Existing {
  const found = writer.find(key);
  if (found?.status !== 'draft') throw new StorageError('not-found', `There is no draft "${key}".${found === null ? '' : ` That SKU is ${found.status}.`} Nothing was changed: take it out of the selection.`);
  return found;
}

/** Marks live SKUs as protected, or with null takes the mark away. @throws StorageError `not-found` where one of them is not live */
export function protectSkus(db: WritableDB, skus: readonly string[], limit: number | null): { readonly changed: number } {
  return transact(db, () => {
    const recorder = recordEdit(db);
    const changed = getItemRows(db, uniqueKeys(skus)).flatMap((row, index) => {
      if (row?.status !== 'live') throw new StorageError('not-found', `There is no live SKU "${skus[index]}": only live SKUs lose slots to a launch.`);
      const before = readProtection(db, row.sku);
      if (before === limit) return [];
      putProtection(db, row.sku, limit);
      recorder.protection(row.sku, before, limit);
      return [row.sku];
    });
    const whom = changed.length === 1 ? changed[0] : `${formatNumber(changed.length)} SKUs`;
    recorder.finish(limit === null ? `remove the protection of ${whom}` : `protect ${whom}`);
    return { changed: changed.length };
  });
}

/** Share of its slots that each protected SKU may lose. */
export function readProtections(db: ReadableDB): ReadonlyMap<string, number> {
  return new Map(db.prepare<[], [string, number]>(`SELECT items.sku, protections.share FROM protections JOIN items ON items.id = protections.item ORDER BY items.sku`).raw().all() as [string, number][]);
}

/** By SKU; all of them unless some are named. */
export function listProtections(db: ReadableDB, skus?: readonly string[]): readonly { readonly item: ItemRow; readonly limit: number }[] {
  const all = readProtections(db);
  const wanted = skus === undefined ? [...all.keys()] : uniqueKeys(skus);
  return getItemRows(db, wanted).flatMap((item) => {
    const limit = item === null ? undefined : all.get(item.sku);
    return item === null || limit === undefined ? [] : [{ item, limit }];
  });
}
