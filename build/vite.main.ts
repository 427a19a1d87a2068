/**
 * Builds the processes into dist/main: one SSR build of every entry, and with `--mode preload` the preload script as one CommonJS
 * file, the only form a sandboxed preload may have. Native packages stay outside; everything else is bundled.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const root = resolve(import.meta.dirname, '..');
const outDir = resolve(root, 'dist/main');
const entries = ['main', 'backend', 'compute', 'web', 'cli'].map((name) => resolve(root, 'electron', `${name}.ts`)).concat(resolve(root, 'db/import/import-thread.ts')).filter((file) => existsSync(file));
/** Formats are data that the import finds as files beside it, so that adding one touches no code. */
const profiles: Plugin = {
  name: 'profiles',
  generateBundle() {
    const folder = resolve(root, 'db/import/profiles');
    for (const name of readdirSync(folder)) this.emitFile({ type: 'asset', fileName: `profiles/${name}`, source: readFileSync(resolve(folder, name)) });
  },
};
const external = ['electron', 'better-sqlite3', 'onnxruntime-node', /^node:/];

export default defineConfig(({ mode }) =>
  mode === 'preload'
    ? {
        build: { outDir, emptyOutDir: false, minify: false, lib: { entry: resolve(root, 'electron/preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' }, rolldownOptions: { external } },
      }
    : {
        plugins: [profiles],
        ssr: { noExternal: true, target: 'node' },
        build: {
          ssr: true, outDir, emptyOutDir: true, target: 'node24', minify: false,
          rolldownOptions: { input: entries, external, output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' } },
        },
      },
);
