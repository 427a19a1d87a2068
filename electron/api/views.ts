/** What the user has set up and the workspace keeps. The addresses and keys are the screens' own: nothing else reads them. */
export interface SavedView {
  readonly name: string;
  /** What stands in the address of the board: filters, order and columns. */
  readonly detail: string;
}

export type GridName = 'board' | 'catalog';

export interface ViewsApi {
  /** By name. */
  list(request: {}): Promise<readonly SavedView[]>;
  /** `invalid` where a view of that name stands (upper and lower case are one name), unless it is to be replaced. */
  save(request: SavedView & { readonly replace: boolean }): Promise<void>;
  rename(request: { readonly name: string; readonly to: string }): Promise<void>;
  remove(request: { readonly name: string }): Promise<void>;
  /** Keys of the shown columns in their order; null: those the grid shows by itself. */
  columns(request: { readonly grid: GridName }): Promise<readonly string[] | null>;
  keepColumns(request: { readonly grid: GridName; readonly columns: readonly string[] | null }): Promise<void>;
}
