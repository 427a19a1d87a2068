/** Draws icon.svg into icon.png with Debian's chromium: `node build/icons/render.ts`, after the drawing has changed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';

/** electron-builder makes every smaller size from this one. */
const size = 1024;

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: size, height: size } });
const drawing = readFileSync(join(import.meta.dirname, 'icon.svg')).toString('base64');
await page.setContent(`<style>body{margin:0}img{width:${size}px;height:${size}px;display:block}</style><img src="data:image/svg+xml;base64,${drawing}">`);
await page.locator('img').screenshot({ path: join(import.meta.dirname, 'icon.png'), omitBackground: true });
await browser.close();
