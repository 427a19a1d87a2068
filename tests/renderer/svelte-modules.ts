/**
 * Lets Node load `.svelte.ts` modules: types are stripped, runes compiled for the server, where state is a plain variable and
 * nothing needs a document. Import this file before the module under test.
 */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileModule } from 'svelte/compiler';

registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.svelte.ts')) return next(url, context);
    const file = fileURLToPath(url);
    const source = compileModule(stripTypeScriptTypes(readFileSync(file, 'utf8')), { filename: file, generate: 'server' }).js.code;
    return { format: 'module', source, shortCircuit: true };
  },
});
