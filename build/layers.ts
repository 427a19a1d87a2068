/**
 * Who may import whom: design.md section 3 as data, and the check that holds the code to it. The folder of a file is its permission.
 * Where it improves on the table: `db/records.ts`, `models/config.ts` and `models/jobs.ts` are the vocabulary the contract is written in,
 * so models may use the constants of the first, the contract's schemas the lists of the others, and screens the types of all three;
 * `electron/engine.ts` joins services and database for both the backend process and the command line.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** A layer is the longest `place` that a file's path starts with. Everything named in `values` may be imported as a type too. */
export interface Layer {
  readonly place: string;
  readonly values: readonly string[];
  readonly types?: readonly string[];
  /** Packages; `svelte` allows `svelte/store` too. */
  readonly packages?: readonly string[];
  /** Built-in modules of Node, without `node:`; `*` for all. */
  readonly node?: readonly string[];
}

const shell = { values: ['electron', 'electron/api', 'electron/transport', 'electron/transport/utility.ts', 'electron/main.ts', 'electron/window.ts', 'electron/dialogs.ts', 'electron/menu.ts', 'electron/protocol.ts'], packages: ['electron'], node: ['*'] };

export const layers: readonly Layer[] = [
  { place: 'models/graph', values: ['models/graph'] },
  { place: 'models/runtime', values: ['models/runtime', 'models/graph'], types: ['models'], packages: ['onnxruntime-node'], node: ['*'] },
  { place: 'models', values: ['models', 'models/graph', 'models/runtime', 'db/records.ts', 'db/full-disk.ts'], node: ['crypto', 'fs', 'path', 'os', 'module', 'perf_hooks', 'url', 'zlib'] },
  { place: 'db/records.ts', values: [] },
  // One sentence for the processes that have no database, too.
  { place: 'db/full-disk.ts', values: [], node: ['fs'] },
  { place: 'db', values: ['db', 'db/records.ts', 'db/full-disk.ts'], packages: ['better-sqlite3', 'papaparse', 'jschardet', 'saxes', 'entities'], node: ['*'] },
  { place: 'electron/api', values: ['electron/api', 'models/config.ts', 'models/jobs.ts'], types: ['db/records.ts', 'models'], packages: ['zod'] },
  { place: 'electron/services', values: ['electron/services', 'electron/api', 'db', 'db/records.ts', 'db/full-disk.ts', 'models'], types: ['electron/transport'], node: ['*'] },
  { place: 'electron/transport/utility.ts', values: ['electron/transport', 'electron/api'], packages: ['electron'], node: ['*'] },
  { place: 'electron/transport', values: ['electron/transport', 'electron/api'], types: ['models', 'db/records.ts'], packages: ['ws'], node: ['*'] },
  { place: 'electron/engine.ts', values: ['electron', 'electron/version.ts', 'electron/services', 'electron/transport', 'electron/api', 'electron/compute-pool.ts', 'db'], types: ['models', 'db/records.ts'], node: ['*'] },
  { place: 'electron/wipe.ts', values: ['electron', 'electron/engine.ts', 'electron/services', 'electron/transport', 'electron/api', 'db'], node: ['*'] },
  { place: 'electron/compute-pool.ts', values: ['electron', 'electron/transport', 'electron/api'], types: ['electron/services', 'models'], node: ['*'] },
  { place: 'electron/demo.ts', values: ['electron/engine.ts', 'electron/services', 'build/demo'], types: ['electron/api', 'db/records.ts'], node: ['*'] },
  { place: 'electron/backend.ts', values: ['electron', 'electron/engine.ts', 'electron/wipe.ts', 'electron/demo.ts', 'electron/transport', 'electron/transport/utility.ts', 'electron/api'], node: ['*'] },
  { place: 'electron/cli.ts', values: ['electron/commands', 'electron/transport', 'electron/api'], node: ['path'] },
  { place: 'electron/commands', values: ['electron/commands', 'electron/engine.ts', 'electron/demo.ts', 'electron/transport', 'electron/api', 'models/config.ts', 'models/jobs.ts'], types: ['db/records.ts'], node: ['*'] },
  { place: 'electron/compute.ts', values: ['electron/transport', 'electron/api', 'models', 'models/runtime', 'db/full-disk.ts'], node: ['*'] },
  { place: 'electron/main.ts', ...shell },
  { place: 'electron/window.ts', ...shell },
  { place: 'electron/dialogs.ts', ...shell },
  { place: 'electron/menu.ts', ...shell },
  { place: 'electron/protocol.ts', ...shell },
  { place: 'electron/preload.ts', values: [], types: ['electron/api'], packages: ['electron'] },
  { place: 'electron/version.ts', values: ['package.json'] },
  // The browser host and small things that several processes share: no database, no models.
  { place: 'electron', values: ['electron', 'electron/version.ts', 'electron/api', 'electron/transport'], types: ['db/records.ts', 'models'], packages: ['ws'], node: ['*'] },
  // Bundled into the app: its first start makes its own shop.
  { place: 'build/demo', values: ['build/demo'], node: ['fs', 'path'] },
  { place: 'package.json', values: [] },
  { place: 'renderer', values: ['renderer'], types: ['electron/api', 'db/records.ts', 'models/config.ts', 'models/jobs.ts'], packages: ['svelte', '@lucide/svelte', 'd3-scale', '@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono'] },
];

/** Packages with native code and the one file that loads each; others may import their types. */
export const nativePackages: Readonly<Record<string, string>> = {
  'onnxruntime-node': 'models/runtime/devices.ts',
  'better-sqlite3': 'db/connection.ts',
};

const checkedFolders = ['models', 'db', 'electron', 'renderer', 'build/demo'];

export interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
  /** 1-based. */
  readonly line: number;
}

/** Static and dynamic imports and re-exports of one file. */
export function readImports(file: string, text: string): readonly Import[] {
  const scripts = file.endsWith('.svelte') ? svelteScripts(text) : text;
  const source = ts.createSourceFile(file, scripts, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const imports: Import[] = [];
  const add = (node: ts.Node, target: ts.Expression | undefined, typeOnly: boolean): void => {
    if (target === undefined || !ts.isStringLiteralLike(target)) return;
    imports.push({ target: target.text, typeOnly, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeImport(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true);
    else if (ts.isCallExpression(node) && loadsModule(node.expression)) add(node, node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

/** `import(…)`, `require(…)` and `createRequire(…)(…)`. */
function loadsModule(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const name = ts.isCallExpression(callee) ? callee.expression : callee;
  return ts.isIdentifier(name) && name.text === (name === callee ? 'require' : 'createRequire');
}

/** `import { type A, type B }` leaves nothing to load, yet Node still loads the module: only `import type` counts. */
function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** The scripts of a component, everything else blanked so that lines stay where they are. */
function svelteScripts(text: string): string {
  let scripts = '';
  let end = 0;
  for (const match of text.matchAll(/<script[^>]*>([^]*?)<\/script>/g)) {
    const start = match.index + match[0].indexOf('>') + 1;
    scripts += text.slice(end, start).replaceAll(/[^\n]/g, ' ') + match[1]!;
    end = start + match[1]!.length;
  }
  return scripts;
}

function layerOf(file: string): Layer | undefined {
  return layers
    .filter(({ place }) => file === place || file.startsWith(`${place}/`))
    .reduce<Layer | undefined>((longest, layer) => (longest === undefined || layer.place.length > longest.place.length ? layer : longest), undefined);
}

const builtins = new Set(builtinModules);

/** Why `file` may not import this, in words; null where it may. */
export function refusal(file: string, { target, typeOnly }: Import): string | null {
  const layer = layerOf(file);
  if (layer === undefined) return `${file} belongs to no layer: name its folder in build/layers.ts`;
  if (target.startsWith('.')) {
    const path = target.endsWith('.css') ? null : join(dirname(file), target).replaceAll('\\', '/');
    if (path === null) return null;
    const targetLayer = layerOf(path);
    if (targetLayer === undefined) return `${path} belongs to no layer`;
    const allowed = (names: readonly string[] | undefined): boolean => names?.includes(targetLayer.place) === true || names?.includes(path) === true;
    if (allowed(layer.values) || targetLayer === layer) return null;
    // A folder in `types` opens what lies in it, too.
    if (typeOnly && (allowed(layer.types) || layer.types?.some((name) => path.startsWith(`${name}/`)) === true)) return null;
    return `${layer.place} may not import ${typeOnly ? 'types' : 'values'} from ${targetLayer.place} (values: ${layer.values.join(', ') || 'none'}; types: ${layer.types?.join(', ') ?? 'none'})`;
  }
  const builtin = target.startsWith('node:') ? target.slice(5) : target;
  if (target.startsWith('node:') || builtins.has(target)) {
    const allowed = layer.node?.includes('*') === true || layer.node?.includes(builtin.split('/')[0]!) === true;
    return allowed || typeOnly ? null : `${layer.place} may not import node:${builtin}`;
  }
  const name = target.split('/').slice(0, target.startsWith('@') ? 2 : 1).join('/');
  if (layer.packages?.includes(name) !== true) return `${layer.place} may not import the package ${name} (packages: ${layer.packages?.join(', ') ?? 'none'})`;
  const home = nativePackages[name];
  return home !== undefined && !typeOnly && file !== home ? `${name} is native code and is loaded in ${home} only` : null;
}

/** One line for each import that the table does not allow, and for each cycle of modules that load each other. */
export function checkLayers(root: string): readonly string[] {
  const problems: string[] = [];
  const loads = new Map<string, readonly string[]>();
  for (const path of globSync(checkedFolders.map((folder) => `${folder}/**/*.{ts,svelte}`), { cwd: root }).sort()) {
    const file = path.replaceAll('\\', '/');
    const imports = readImports(file, readFileSync(join(root, file), 'utf8'));
    for (const found of imports) {
      const reason = refusal(file, found);
      if (reason !== null) problems.push(`${file}:${found.line} ${reason}`);
    }
    loads.set(file, imports.filter(({ target, typeOnly }) => !typeOnly && target.startsWith('.')).map(({ target }) => join(dirname(file), target).replaceAll('\\', '/')));
  }
  for (const home of Object.values(nativePackages)) if (!existsSync(join(root, home))) problems.push(`build/layers.ts names ${home}, which does not exist`);
  return [...problems, ...findCycles(loads).map((cycle) => `modules load each other: ${cycle.map((file) => relative('.', file)).join(' -> ')}`)];
}

export function findCycles(loads: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of loads.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of loads.keys()) visit(file);
  return cycles;
}

if (import.meta.main) {
  const problems = checkLayers(join(import.meta.dirname, '..'));
  for (const problem of problems) console.log(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
