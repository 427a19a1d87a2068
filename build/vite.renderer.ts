/** Builds the screens into dist/renderer. Everything is a file of our own origin: the content security policy allows nothing else. */
import { resolve } from 'node:path';
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '../renderer');

export default defineConfig({
  root,
  base: './',
  plugins: [svelte({ configFile: false, preprocess: vitePreprocess() })],
  build: {
    outDir: resolve(import.meta.dirname, '../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    // A data: URL would be refused by font-src and script-src.
    assetsInlineLimit: 0,
    // The polyfill would be an inline script; every host we run in preloads modules itself.
    modulePreload: { polyfill: false },
    // Read from the disk at once, never over a network: a warning about its size would be the first thing that `npm start` says.
    chunkSizeWarningLimit: 2_000,
  },
});
