/** Runs beside the page, in its own world: lets it ask for a port to the backend, and for a PDF of itself. Two functions, no Electron object. */
import { contextBridge, ipcRenderer } from 'electron';
import type { PdfMessage, PreloadBridge } from './api/wire.ts';

/** The little of the page's globals that is used here; the project's other processes have none of them. */
declare const window: { readonly location: { readonly origin: string }; postMessage(message: string | PdfMessage, origin: string, ports: readonly unknown[]): void };

const bridge: PreloadBridge = { connect: () => ipcRenderer.send('shelfsight.connect'), savePdf: (name) => ipcRenderer.send('shelfsight.save-pdf', name) };
contextBridge.exposeInMainWorld('shelfsight', bridge);

// A port cannot cross the bridge, but a message to the own window carries it.
ipcRenderer.on('shelfsight.port', (event) => window.postMessage('shelfsight.port', window.location.origin, [...event.ports]));
ipcRenderer.on('shelfsight.pdf', (_event, message: PdfMessage) => window.postMessage(message, window.location.origin, []));
