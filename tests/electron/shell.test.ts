/**
 * promises.md section 6, as far as it can be asserted without an Electron binary: on the sources of the shell. What can be run without
 * Electron (path check, policy, whose frame is ours) is run in assets.test.ts; the rest runs in tests/e2e/electron.test.ts where a binary is.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const folder = resolve(import.meta.dirname, '../../electron');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const sources = new Map(files.map((name) => [name, ts.createSourceFile(name, readFileSync(join(folder, name), 'utf8'), ts.ScriptTarget.Latest, true)]));

function visit(file: string, look: (node: ts.Node) => void): void {
  const walk = (node: ts.Node): void => {
    look(node);
    ts.forEachChild(node, walk);
  };
  walk(sources.get(file)!);
}

/** Calls in a file as text without white space: `callee(arguments)`. */
function callsOf(file: string): string[] {
  const calls: string[] = [];
  visit(file, (node) => {
    if (ts.isCallExpression(node)) calls.push(node.getText().replaceAll(/\s+/g, ''));
  });
  return calls;
}

/** Values given to a property of this name anywhere in the program. */
function valuesOf(property: string): string[] {
  const values: string[] = [];
  for (const file of files) {
    visit(file, (node) => {
      if (ts.isPropertyAssignment(node) && node.name.getText() === property) values.push(node.initializer.getText());
    });
  }
  return values;
}

/** Files that import from `electron` at run time. */
function importersOfElectron(): string[] {
  return files.filter((file) => {
    let imports = false;
    visit(file, (node) => {
      if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) && node.moduleSpecifier.text === 'electron') imports ||= !node.importClause?.isTypeOnly;
    });
    return imports;
  });
}

test('rows 2-4: no Node in the page, its own world, a sandbox for every renderer', () => {
  assert.deepEqual(
    { nodeIntegration: valuesOf('nodeIntegration'), contextIsolation: valuesOf('contextIsolation'), sandbox: valuesOf('sandbox'), spellcheck: valuesOf('spellcheck') },
    { nodeIntegration: ['false'], contextIsolation: ['true'], sandbox: ['true'], spellcheck: ['false'] },
  );
  const main = callsOf('main.ts');
  assert.ok(main.includes('app.enableSandbox()'));
  assert.ok(main.indexOf('app.enableSandbox()') < main.indexOf('app.whenReady()'), 'before the first renderer');
});

test('row 5: every permission is denied', () => {
  const calls = callsOf('window.ts');
  assert.ok(calls.includes('session.setPermissionRequestHandler((_contents,_permission,answer)=>answer(false))'));
  assert.ok(calls.includes('session.setPermissionCheckHandler(()=>false)'));
  assert.ok(calls.includes('session.setDevicePermissionHandler(()=>false)'));
  assert.ok(callsOf('main.ts').includes('denyPermissions(session.defaultSession)'));
});

test('rows 6, 8-12, 15: what weakens the page is never set, webviews and openExternal never used', () => {
  for (const name of ['webSecurity', 'allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures', 'webviewTag', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'bypassCSP', 'devTools']) {
    assert.deepEqual(valuesOf(name), [], name);
  }
  for (const file of files) assert.deepEqual(callsOf(file).filter((call) => /openExternal|executeJavaScript|insertCSS|openDevTools/.test(call)), [], file);
});

test('rows 12-14: no webview, no navigation, no new window, in any page there ever is', () => {
  const calls = callsOf('window.ts');
  for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview']) assert.ok(calls.includes(`contents.on('${event}',(event)=>event.preventDefault())`), event);
  assert.ok(calls.includes("contents.setWindowOpenHandler(()=>({action:'deny'}))"));
  const main = callsOf('main.ts');
  assert.ok(main.indexOf("app.on('web-contents-created',(_event,contents)=>confine(contents))") >= 0);
  assert.ok(main.indexOf("app.on('web-contents-created',(_event,contents)=>confine(contents))") < main.indexOf('app.whenReady()'));
});

test('rows 1, 18: one scheme, standard and secure, no way round the policy; no other address is ever loaded', () => {
  assert.ok(callsOf('protocol.ts').includes('protocol.registerSchemesAsPrivileged([{scheme,privileges:{standard:true,secure:true}}])'));
  const main = callsOf('main.ts');
  assert.ok(main.indexOf('registerScheme()') < main.indexOf('app.whenReady()'));
  const loads = files.flatMap(callsOf).filter((call) => /\.loadURL\(|\.loadFile\(/.test(call));
  assert.ok(loads.length > 0 && loads.every((call) => /loadURL\((home|`\$\{home\}#\/[^`]*`)\)/.test(call)), loads.join('\n'));
});

test('row 17: a port is handed to our own page in its own top frame, and a PDF is made of it; both checked before', () => {
  const main = sources.get('main.ts')!.text;
  const body = main.slice(main.indexOf('function handOverPort'));
  assert.ok(main.includes('return frame !== null && frame.parent === null && sender === window?.webContents && isOurs(frame.url);'));
  const check = body.indexOf('if (!isOurPage(event)) return;');
  assert.ok(check > 0 && check < body.indexOf('new MessageChannelMain()'));
  const print = main.slice(main.indexOf('function printPage'));
  const printed = print.indexOf("if (!isOurPage(event) || window === null || typeof name !== 'string') return;");
  assert.ok(printed > 0 && printed < print.indexOf('savePdf('));
  const listeners = files.flatMap(callsOf).filter((call) => /^ipcMain\.(on|handle|once)\(/.test(call));
  assert.deepEqual(listeners, ["ipcMain.on('shelfsight.connect',handOverPort)", "ipcMain.on('shelfsight.save-pdf',printPage)"]);
});

test('row 20: the preload script exposes two functions and no object of Electron', () => {
  const calls = callsOf('preload.ts');
  assert.deepEqual(calls.filter((call) => call.startsWith('contextBridge.')), ["contextBridge.exposeInMainWorld('shelfsight',bridge)"]);
  assert.match(sources.get('preload.ts')!.text, /const bridge: PreloadBridge = \{ connect: \(\) => ipcRenderer\.send\('shelfsight\.connect'\), savePdf: \(name\) => ipcRenderer\.send\('shelfsight\.save-pdf', name\) \};/);
  assert.ok(calls.every((call) => !/ipcRenderer\.(invoke|sendSync|sendToHost)/.test(call)));
});

test('the menu has every action of the palette but the themes, which the settings have', () => {
  const read = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
  const labels = [...`${read('renderer/frame/palette.svelte.ts')}${read('renderer/frame/keys.ts')}`.matchAll(/(?:key|screen): '[\w-]+', label: '([^']+)'/g)].map(([, label]) => label!).filter((label) => !label.startsWith('Use '));
  assert.ok(labels.length >= 16, labels.join());
  const menu = read('electron/menu.ts');
  assert.deepEqual(labels.filter((label) => !menu.includes(`'${label}'`)), []);
});

test('only the files of the shell load Electron, and the shell loads neither SQLite nor a tensor', () => {
  assert.deepEqual(importersOfElectron().sort(), ['dialogs.ts', 'main.ts', 'menu.ts', 'preload.ts', 'protocol.ts', 'window.ts']);
});
