/** The harness in a real browser: pages at an address, with an ear for whatever the browser complains about. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import type { Page } from 'playwright';
import { buildRenderer } from '../../../build/renderer.ts';
import { seriousViolations } from '../../helpers/axe.ts';
import type { Scene } from './answers.ts';
import { serveHarness } from './server.ts';

export const skip = existsSync('/usr/bin/chromium') ? false : 'chromium is not installed';

export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions, since this address was opened. */
  readonly complaints: readonly string[];
}

export interface Pages {
  /** Opens an address of a scene with nothing remembered; the caller closes the context of the page. */
  open(scene: Scene, address: string): Promise<Opened>;
  /** Loads an address anew in the page that looked before, where the program need not be compiled again. */
  look(scene: Scene, address: string): Promise<Opened>;
  close(): Promise<void>;
}

export async function openPages(...scenes: readonly Scene[]): Promise<Pages> {
  assert.ok(buildRenderer(new URL('../../..', import.meta.url).pathname));
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] });
  const hosts = new Map<Scene, Awaited<ReturnType<typeof serveHarness>>>();
  for (const scene of scenes) hosts.set(scene, await serveHarness(scene));
  const begin = async (): Promise<{ readonly page: Page; readonly complaints: string[] }> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(String(error)));
    return { page, complaints };
  };
  const enter = async (opened: Opened, scene: Scene, address: string): Promise<Opened> => {
    await opened.page.goto(`${hosts.get(scene)!.url}#/${address}`);
    await opened.page.locator('main h1').first().waitFor({ state: 'attached' });
    return opened;
  };
  let looking: Awaited<ReturnType<typeof begin>> | undefined;
  return {
    open: async (scene, address) => enter(await begin(), scene, address),
    async look(scene, address) {
      looking ??= await begin();
      await looking.page.goto('about:blank');
      await looking.page.emulateMedia({ colorScheme: null });
      looking.complaints.length = 0;
      return enter(looking, scene, address);
    },
    async close() {
      await browser.close();
      for (const host of hosts.values()) await host.close();
    },
  };
}

/** Neither the window nor its screen scrolls sideways, at the latest when charts have been drawn for a new width. */
async function waitForNoSideways(page: Page): Promise<void> {
  await page.waitForFunction(() => ['html', 'main'].map((name) => document.querySelector(name)!).every((element) => element.scrollWidth <= element.clientWidth));
}

/** In light and in dark: no serious violation; no sideways scrolling, also at 200 % zoom, which halves a window's pixels; no complaint. */
export async function assertSound({ page, complaints }: Opened): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
    assert.deepEqual(await seriousViolations(page), [], theme);
  }
  await waitForNoSideways(page);
  await page.setViewportSize({ width: 640, height: 360 });
  await waitForNoSideways(page);
  await page.setViewportSize({ width: 1280, height: 720 });
  assert.deepEqual(complaints, []);
}
