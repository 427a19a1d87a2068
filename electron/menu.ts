/** The native menu mirrors the palette (Ctrl K): it goes to the same addresses and presses the page's own shortcuts, so there is one way to do a thing. */
import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import { home } from './app-scheme.ts';

export interface MenuActions {
  openWorkspace(): void;
  openDemo(): void;
}

/** Addresses behind the `#/` of the page. */
const places: readonly (readonly [label: string, address: string])[] = [
  ['Catalogue', 'catalog'], ['Sessions', 'sessions'], ['Training', 'training'], ['Benchmark', 'benchmark'], ['Launch', 'launch'], ['Categories', 'categories'],
];
const views: readonly (readonly [label: string, address: string])[] = [
  ['Category demand', 'categories/+demand'], ['Model report', 'report'], ['Launch back-test', 'backtest'], ['Show the checklist', 'home'], ['Settings', 'settings'],
];
const actions: readonly (readonly [label: string, address: string])[] = [
  ['New draft', 'launch/+new'], ['Import a file', 'catalog/+import'], ['Train a model', 'training/+new'], ['Run the benchmark', 'benchmark/run'],
];

export function installMenu(window: () => BrowserWindow | null, shell: MenuActions): void {
  const command = process.platform === 'darwin' ? 'meta' : 'control';
  const press = (keyCode: string, modifiers: ('meta' | 'control')[]): void => {
    const contents = window()?.webContents;
    contents?.sendInputEvent({ type: 'keyDown', keyCode, modifiers });
    contents?.sendInputEvent({ type: 'keyUp', keyCode, modifiers });
  };
  const type = (letter: string): void => void window()?.webContents.sendInputEvent({ type: 'char', keyCode: letter });
  const go = ([label, address]: readonly [string, string]): MenuItemConstructorOptions => ({
    label,
    click: () => void window()?.loadURL(`${home}#/${address}`), // a change of the address within the page
  });
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'Workspace',
      submenu: [
        { label: 'Open workspace…', accelerator: 'CommandOrControl+O', click: shell.openWorkspace },
        { label: 'Open demo workspace', click: shell.openDemo },
        { type: 'separator' },
        ...actions.map(go),
        { label: 'Show jobs', click: () => type('j') },
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    { label: 'Go', submenu: [{ label: 'Search SKUs, screens and actions', click: () => press('K', [command]) }, { type: 'separator' }, ...places.map(go), { type: 'separator' }, ...views.map(go)] },
    { label: 'View', submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { type: 'separator' }, { role: 'togglefullscreen' }] },
    { role: 'windowMenu' },
    { label: 'Help', submenu: [{ label: 'Keyboard shortcuts', click: () => type('?') }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
