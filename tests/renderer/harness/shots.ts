/** Takes a screenshot of every screen: `node tests/renderer/harness/shots.ts FOLDER [scene] [address…]`. Console errors are printed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { Scene } from './answers.ts';
import { serveHarness } from './server.ts';

const [folder = '/tmp/shots', scene = 'ready', ...addresses] = process.argv.slice(2);
const sizes = (process.env['SIZES'] ?? '1280x720,1920x1080').split(',').map((size) => size.split('x').map(Number) as [number, number]);
const themes = (process.env['THEMES'] ?? 'light,dark').split(',');
const all = addresses.length > 0 ? addresses : ['home', 'catalog', 'sessions', 'training', 'benchmark', 'benchmark/categories', 'benchmark/convergence', 'benchmark/sessions', 'benchmark/cost', 'benchmark/run', 'launch', 'categories', 'settings'];
mkdirSync(folder, { recursive: true });
const harness = await serveHarness(scene as Scene);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const [width, height] of sizes) {
  for (const theme of themes) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme as 'light' | 'dark' });
    const page = await context.newPage();
    page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') console.log(`[${theme}] ${message.text()}`); });
    page.on('pageerror', (error) => console.log(`[${theme}] ${error.stack}`));
    for (const address of all) {
      await page.goto(`${harness.url}#/${address}`);
      await page.waitForTimeout(700);
      await page.screenshot({ path: join(folder, `${scene}-${address.replaceAll(/\W+/g, '_')}-${theme}-${width}.png`) });
    }
    await context.close();
  }
}
await browser.close();
await harness.close();
