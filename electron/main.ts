/** Entry of the desktop app: a thin shell. Window, menu, dialogs, `app://`, forking, handing ports over; no SQLite, no tensor. */
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { app, BrowserWindow, ipcMain, MessageChannelMain, session, utilityProcess } from 'electron';
import { isOurs } from './app-scheme.ts';
import type { PdfMessage } from './api/wire.ts';
import { chooseWorkspace, reportFailure, savePdf } from './dialogs.ts';
import { demoWorkspace } from './folders.ts';
import { backendWords, destinationOf, keepBackend, type BackendHold, type Destination } from './keep-backend.ts';
import { installMenu } from './menu.ts';
import { registerScheme, serveScreens } from './protocol.ts';
import { forkUtility, serveOrders, type UtilityChild } from './transport/utility.ts';
import { confine, denyPermissions, openWindow } from './window.ts';

const electron = { utilityProcess, MessageChannelMain };
const entry = (name: string): string => join(import.meta.dirname, name + extname(import.meta.filename));
const screens = join(import.meta.dirname, '../renderer');
const demo: Destination = { folder: demoWorkspace(), demo: true, reset: false };

let backend: BackendHold<UtilityChild> | null = null;
let window: BrowserWindow | null = null;
let quitting = false;

if (!app.requestSingleInstanceLock()) app.exit(0);
app.enableSandbox();
registerScheme();
app.on('second-instance', focusWindow);
app.on('web-contents-created', (_event, contents) => confine(contents));
app.on('window-all-closed', () => app.quit());
app.on('before-quit', closeFirst);
app.on('child-process-gone', (_event, { type, name, reason }) => console.error(`${name ?? type} ended: ${reason}`));
ipcMain.on('shelfsight.connect', handOverPort);
ipcMain.on('shelfsight.save-pdf', printPage);

await app.whenReady();
denyPermissions(session.defaultSession);
serveScreens(session.defaultSession, screens);
installMenu(() => window, { openWorkspace: () => void switchWorkspace(), openDemo: () => void open(demo) });
const { values } = parseArgs({ args: process.argv.slice(1), options: { workspace: { type: 'string' }, demo: { type: 'boolean' } }, strict: false });
await open({ reset: false, folder: typeof values.workspace === 'string' ? resolve(values.workspace) : demo.folder, demo: values.demo === true || values.workspace === undefined });

/** Opens a workspace in the window; the one before is closed in good order first. */
async function open(destination: Destination): Promise<void> {
  await backend?.stop();
  const words = backendWords(destination);
  backend = keepBackend(async () => {
    const child = await forkUtility(electron, entry('backend'), 'backend', words());
    serveOrders(electron, child, entry('compute'));
    return child;
  }, giveUp, (departure) => void open(destinationOf(departure, destination.folder)));
  await backend.start().catch((error: Error) => giveUp(null, error.message));
  if (window === null) showWindow();
  else window.webContents.reload();
}

function showWindow(): void {
  window = openWindow(join(import.meta.dirname, 'preload.cjs'), session.defaultSession);
  window.on('closed', () => (window = null));
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    console.error(`The page ended: ${reason}. Loading it again.`);
    if (reason !== 'clean-exit') window?.webContents.reload();
  });
}

function focusWindow(): void {
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

async function switchWorkspace(): Promise<void> {
  if (window === null) return;
  const folder = await chooseWorkspace(window);
  if (folder !== null) await open({ folder, demo: false, reset: false });
}

/** Our own page in its own top frame, and nobody else. */
function isOurPage({ senderFrame: frame, sender }: Electron.IpcMainEvent): boolean {
  return frame !== null && frame.parent === null && sender === window?.webContents && isOurs(frame.url);
}

/** What a page proposes as the name of a file is a name and no path. */
function printPage(event: Electron.IpcMainEvent, name: unknown): void {
  if (!isOurPage(event) || window === null || typeof name !== 'string') return;
  const answer = (message: Omit<PdfMessage, 'shelfsight'>): void => event.sender.send('shelfsight.pdf', { shelfsight: 'pdf', ...message } satisfies PdfMessage);
  savePdf(window, name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '_').slice(0, 120)).then((saved) => answer({ saved, problem: '' }), (error: Error) => answer({ saved: null, problem: error.message }));
}

/** A port to the backend. */
function handOverPort(event: Electron.IpcMainEvent): void {
  if (!isOurPage(event)) return;
  const { port1, port2 } = new MessageChannelMain();
  const page = event.sender;
  backend?.child().then(
    (child) => {
      child.give(port1);
      page.postMessage('shelfsight.port', null, [port2]);
      // The page hears of the backend's end by its port; this holds even where the system closes it late.
      void child.exited.then(() => port2.close());
    },
    (error: Error) => console.error(error.message),
  );
}

function giveUp(_exitCode: number | null, message = 'The workspace could not be opened, or its process ended too often. It may be open in another Shelfsight.'): void {
  reportFailure(message);
  app.exit(1);
}

/** Quitting waits until a training has its checkpoint; what must be safe is safe without it (Windows sends no such event at logout). */
function closeFirst(event: Electron.Event): void {
  if (quitting || backend === null) return;
  event.preventDefault();
  quitting = true;
  void backend.stop().finally(() => app.quit());
}
