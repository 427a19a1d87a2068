/** What the user chooses outside the page. Paths stay in the shell: no screen names one. */
import { existsSync, readdirSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { dialog, type BrowserWindow } from 'electron';

/** A folder that is a workspace or can become one; null when the user changed their mind. */
export async function chooseWorkspace(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open workspace',
    message: 'Choose a workspace, or an empty folder for a new one',
    properties: ['openDirectory', 'createDirectory'],
  });
  const folder = filePaths[0];
  if (canceled || folder === undefined) return null;
  if (existsSync(join(folder, 'workspace.sqlite')) || readdirSync(folder).length === 0) return folder;
  await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'This folder holds other files.',
    detail: `${folder} is not a Shelfsight workspace. Choose an empty folder for a new one.`,
  });
  return null;
}

/** Saves the page as it would be printed, whole or not at all. The name it was saved under; null when the user changed their mind. */
export async function savePdf(window: BrowserWindow, name: string): Promise<string | null> {
  const page = await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true });
  const { canceled, filePath } = await dialog.showSaveDialog(window, { title: 'Save as PDF', defaultPath: name, filters: [{ name: 'PDF', extensions: ['pdf'] }] });
  if (canceled || filePath === '') return null;
  const draft = `${filePath}.tmp-${process.pid}-0`;
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(page);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, filePath);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return basename(filePath);
}

export function reportFailure(message: string): void {
  dialog.showErrorBox('Shelfsight cannot go on', message);
}
