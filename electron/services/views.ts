/** Saved views of the board, and the columns of the grids. */
import { keepColumns, listViews, readColumns, removeView, renameView, saveView } from '../../db/views.ts';
import type { ViewsApi } from '../api/views.ts';
import type { Context } from './context.ts';

export function createViewsService({ workspace, emit }: Context): ViewsApi {
  const { reader } = workspace;
  async function change(work: Parameters<typeof workspace.write<void>>[0]): Promise<void> {
    await workspace.write(work);
    emit('workspace.changed', { what: ['views'] });
  }
  return {
    list: async () => listViews(reader),
    save: ({ replace, ...view }) => change((writer) => saveView(writer, view, replace)),
    rename: ({ name, to }) => change((writer) => renameView(writer, name, to)),
    remove: ({ name }) => change((writer) => removeView(writer, name)),
    columns: async ({ grid }) => readColumns(reader, grid),
    keepColumns: ({ grid, columns }) => change((writer) => keepColumns(writer, grid, columns)),
  };
}
