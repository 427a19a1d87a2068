/** The native menu mirrors what the keyboard does in the page: it presses the page's own shortcuts, so there is one way to do a thing. */
import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import { home } from './app-scheme.ts';

export interface MenuActions {
  openWorkspace(): void;
  openDemo(): void;
}

const screens = ['Launch', 'Catalog', 'Sessions', 'Training', 'Categories'] as const;

export function installMenu(window: () => BrowserWindow | null, actions: MenuActions): void {
  const command = process.platform === 'darwin' ? 'meta' : 'control';
  const press = (keyCode: string, modifiers: ('meta' | 'control')[]): void => {
    const contents = window()?.webContents;
    contents?.sendInputEvent({ type: 'keyDown', keyCode, modifiers });
    contents?.sendInputEvent({ type: 'keyUp', keyCode, modifiers });
  };
  const go = (screen: string): MenuItemConstructorOptions => ({
    label: screen,
    click: () => void window()?.loadURL(`${home}#/${screen.toLowerCase()}`), // a change of the address within the page
  });
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'Workspace',
      submenu: [
        { label: 'Open workspace…', accelerator: 'CommandOrControl+O', click: actions.openWorkspace },
        { label: 'Open demo workspace', click: actions.openDemo },
        { type: 'separator' },
        { label: 'Import catalog or sessions', click: () => void window()?.loadURL(`${home}#/catalog/+import`) },
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    { label: 'Go', submenu: [{ label: 'Search SKUs, screens and actions', click: () => press('K', [command]) }, { type: 'separator' }, ...screens.map(go)] },
    { label: 'View', submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { type: 'separator' }, { role: 'togglefullscreen' }] },
    { role: 'windowMenu' },
    { label: 'Help', submenu: [{ label: 'Keyboard shortcuts', click: () => void window()?.webContents.sendInputEvent({ type: 'char', keyCode: '?' }) }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
