/** Debian's Chromium on the real app, with an ear for everything that must not happen: foreign requests, errors in the console. */
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { expect as playwrightExpect } from 'playwright/test';
import { startHost, type Host } from './host.ts';
import { prepareWorkspace, temporaryFolder, writeShop, type ShopFiles } from './shop.ts';

/** Waits for a state; long enough for two busy cores, so that only a state that never comes fails. */
const patienceMs = 60_000;
export const expect = playwrightExpect.configure({ timeout: patienceMs });

const offline = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--no-pings', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', ...offline] });
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses asked for, sockets included. */
  readonly requests: readonly string[];
  /** Errors and warnings of the console, breaches of the content security policy among them, and exceptions. */
  readonly problems: readonly string[];
}

/** Opens the app in a context of its own. */
export async function openApp(browser: Browser, host: Host, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: 'light', locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(patienceMs);
  const requests: string[] = [];
  const problems: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => problems.push(`exception: ${error.error().stack}`));
  const page = await context.newPage();
  page.on('websocket', (socket) => requests.push(socket.url()));
  await page.goto(host.link);
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  return { page, context, requests, problems };
}

/** A host on a workspace of the test's own, and a browser on it. */
export interface Stage<Files = ShopFiles> {
  /** For files of the test; the workspace is in it. */
  readonly folder: string;
  readonly files: Files;
  readonly host: Host;
  readonly browser: Browser;
  readonly visit: Visit;
  close(): Promise<void>;
}

/** Opens what `prepare` has made of a folder and a workspace in it. What was begun is ended where a later part fails. */
export async function openStage<Files>(prepare: (folder: string, workspace: string) => Files | Promise<Files>): Promise<Stage<Files>> {
  const folder = temporaryFolder();
  const begun: (() => Promise<void>)[] = [async () => folder.remove()];
  const close = async (): Promise<void> => {
    for (const end of begun.splice(0).reverse()) await end();
  };
  try {
    const workspace = join(folder.path, 'workspace');
    const files = await prepare(folder.path, workspace);
    const host = await startHost(workspace);
    begun.push(() => host.stop());
    const browser = await launchBrowser();
    begun.push(() => browser.close());
    return { folder: folder.path, files, host, browser, visit: await openApp(browser, host), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The shop with a model, opened in a browser. */
export function openTrainedShop(): Promise<Stage> {
  return openStage(async (folder, workspace) => {
    const files = writeShop(folder);
    await prepareWorkspace(workspace, files);
    return files;
  });
}

/** Goes to a screen by its address, as a bookmark does. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#/${address}`);
}

/** Requests that would leave this machine. */
export function foreign(requests: readonly string[], host: Host): readonly string[] {
  return requests.filter((address) => {
    const url = new URL(address);
    return url.protocol !== 'data:' && url.host !== new URL(host.origin).host;
  });
}
