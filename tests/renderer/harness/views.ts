/** Saved views and columns, as long as the page is open. */
import type { Events } from '../../../electron/api/index.ts';
import type { GridName, SavedView, ViewsApi } from '../../../electron/api/views.ts';

export function viewsAnswers(send: <Name extends keyof Events>(event: Name, data: Events[Name]) => void): ViewsApi {
  const views = new Map<string, SavedView>([['Without colour', { name: 'Without colour', detail: '+board:missing=color' }]]);
  const grids = new Map<GridName, readonly string[]>();
  const changed = (): void => send('workspace.changed', { what: ['views'] });
  return {
    list: async () => [...views.values()],
    async save({ name, detail }) {
      views.set(name, { name, detail });
      changed();
    },
    async rename({ name, to }) {
      const view = views.get(name)!;
      views.delete(name);
      views.set(to, { ...view, name: to });
      changed();
    },
    async remove({ name }) {
      views.delete(name);
      changed();
    },
    columns: async ({ grid }) => grids.get(grid) ?? null,
    async keepColumns({ grid, columns }) {
      if (columns === null) grids.delete(grid);
      else grids.set(grid, columns);
    },
  };
}
