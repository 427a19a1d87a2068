/** The window: a sandboxed page that can go nowhere and ask for nothing. promises.md section 6. */
import { BrowserWindow, type Session, type WebContents, type WebPreferences } from 'electron';
import { home } from './app-scheme.ts';

export function webPreferences(preload: string, session: Session): WebPreferences {
  return {
    preload,
    session,
    nodeIntegration: false,
    contextIsolation: true,
    sandbox: true,
    spellcheck: false, // downloads dictionaries from a CDN on Windows and Linux otherwise
  };
}

export function openWindow(preload: string, session: Session): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1000,
    minHeight: 640,
    show: false,
    title: 'Shelfsight',
    webPreferences: webPreferences(preload, session),
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(home);
  return window;
}

/** Electron approves every permission unless told otherwise. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** For every page that is ever created, whatever created it. */
export function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
