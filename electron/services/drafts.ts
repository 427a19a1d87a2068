/** The launch board: drafts, every edit of them as a named step, and the numbers that are stored for them. */
import { listDrafts, listDraftSkus, readDraftFacets, readDrafts, readDraftSkus } from '../../db/board.ts';
import { deleteDrafts, editDrafts, listProtections, protectSkus, saveDraft } from '../../db/drafts.ts';
import { forgetEdit, listEdits, redoEdit, undoEdit } from '../../db/edit-log.ts';
import { getItem, getItemRows } from '../../db/items.ts';
import { draftsWithoutNumbers, savePreviews, type BoardNumbers } from '../../db/previews.ts';
import type { Item } from '../../db/records.ts';
import { activeRun } from '../../db/runs.ts';
import type { DraftsApi } from '../api/drafts.ts';
import { AppError } from '../api/errors.ts';
import type { Context } from './context.ts';
import { createDraftOrders } from './draft-orders.ts';
import type { Serving } from './serving.ts';

/** Numbers are stored, and the board told, this often: it fills in steps that can be seen, and is not asked for pages all the time. */
const stepMilliseconds = 500;

type Computed = BoardNumbers & { readonly sku: string; readonly contentHash: string };

/** `numbersOf` asks the model about one draft. */
export function createDraftsService({ workspace, emit }: Context, serving: Pick<Serving, 'draftsChanged'>, numbersOf: (runId: string, item: Item) => Promise<BoardNumbers>): DraftsApi {
  const db = workspace.reader;
  const orders = createDraftOrders(db);
  let refreshing: Promise<{ readonly previewed: number }> | null = null;
  let stopped = false;

  const runId = (): string | null => activeRun(db)?.runId ?? null;

  /** Runs a change and tells everyone. */
  async function change<T>(work: Parameters<typeof workspace.write<T>>[0]): Promise<T> {
    const result = await workspace.write(work);
    serving.draftsChanged();
    emit('workspace.changed', { what: ['drafts'] });
    return result;
  }

  /** Numbers for every draft that lacks them, stored under the text they were computed from. */
  async function computeNumbers(): Promise<{ readonly previewed: number }> {
    const run = runId();
    if (run === null) throw new AppError('no-model', 'There is no trained model yet. Train one first.');
    let computed: Computed[] = [];
    let previewed = 0;
    let stored = performance.now();
    const store = async (): Promise<void> => {
      const numbers = computed;
      computed = [];
      stored = performance.now();
      if (numbers.length === 0) return;
      previewed += numbers.length;
      await workspace.write((writer) => savePreviews(writer, run, numbers));
      emit('workspace.changed', { what: ['numbers'] });
    };
    for (const { sku, contentHash } of draftsWithoutNumbers(db, run)) {
      if (stopped) break;
      const found = findDraft(sku);
      if (found?.contentHash !== contentHash) continue; // edited or deleted meanwhile
      computed.push({ sku, contentHash, ...(await numbersOf(run, found.item)) });
      if (performance.now() - stored > stepMilliseconds) await store();
    }
    await store();
    return { previewed };
  }

  function findDraft(sku: string): { readonly item: Item; readonly contentHash: string } | null {
    return getItemRows(db, [sku])[0]?.status === 'draft' ? getItem(db, sku) : null;
  }

  return {
    async orderDrafts({ order, find, ...query }) {
      return orders.arrange({ ...query, runId: runId() }, order, find);
    },
    async drafts({ order, ...query }) {
      const range = orders.range(order, query.offset, query.limit);
      return range === undefined ? listDrafts(db, { ...query, runId: runId() }) : { total: range.total, rows: readDrafts(db, runId(), range.ids) };
    },
    async draftFacets(request) {
      return readDraftFacets(db, { ...request, runId: runId() });
    },
    async draftSkus({ order, ...query }) {
      const range = orders.range(order, query.offset, query.limit);
      return range === undefined ? listDraftSkus(db, { ...query, runId: runId() }) : readDraftSkus(db, range.ids);
    },
    saveDraft: ({ sku, features, currency }) => change((writer) => saveDraft(writer, sku, features, currency)),
    deleteDrafts: ({ skus }) => change((writer) => deleteDrafts(writer, skus)),
    editDrafts: (request) => (request.dryRun ? workspace.write((writer) => editDrafts(writer, request)) : change((writer) => editDrafts(writer, request))),
    async edits() {
      return listEdits(db);
    },
    undo: () => change(undoEdit),
    redo: () => change(redoEdit),
    forgetEdit: ({ id }) => change((writer) => forgetEdit(writer, id)),
    protect: ({ skus, limit }) => change((writer) => protectSkus(writer, skus, limit)),
    async protections({ skus }) {
      return listProtections(db, skus);
    },
    refreshBoard() {
      stopped = false;
      refreshing ??= computeNumbers().finally(() => (refreshing = null));
      return refreshing;
    },
    async stopBoard() {
      stopped = true;
    },
  };
}
