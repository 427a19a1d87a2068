/** Pictures of the app to look at, at both ends of the window sizes, light and dark. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { seriousViolations } from '../helpers/axe.ts';

const output = join(import.meta.dirname, 'output');
const sizes = [{ width: 1280, height: 720 }, { width: 1920, height: 1080 }] as const;
/** Both themes at both sizes at night; otherwise the small window light and the large one dark, for a minute less. */
const themes = process.env['SHELFSIGHT_NIGHTLY'] === undefined ? [['light'], ['dark']] as const : [['light', 'dark'], ['light', 'dark']] as const;

/** Takes the pictures of what is on screen now, none of which may scroll sideways. */
export async function shoot(page: Page, name: string): Promise<void> {
  await take(page, name, async () => {});
}

/** The same, and none may keep anybody out. */
export async function shootSound(page: Page, name: string): Promise<void> {
  await take(page, name, async (picture) => assert.deepEqual(await seriousViolations(page), [], picture));
}

async function take(page: Page, name: string, also: (picture: string) => Promise<void>): Promise<void> {
  mkdirSync(output, { recursive: true });
  for (const [place, size] of sizes.entries()) {
    await page.setViewportSize(size);
    for (const colorScheme of themes[place]!) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(output, `${name}-${colorScheme}-${size.width}.png`) });
      await also(`${name}, ${colorScheme}`);
    }
    const wide = await page.evaluate('[...document.querySelectorAll("html, body, main, main section, .sheet, header, footer, dialog")].filter((element) => element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX !== "hidden").map((element) => element.outerHTML.slice(0, 120))');
    assert.deepEqual(wide, [], `${name} scrolls sideways at ${size.width} px`);
  }
  await page.setViewportSize(sizes[0]);
}
