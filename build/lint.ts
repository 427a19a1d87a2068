/** Rules of the house that no compiler checks: a table of patterns, where they hold and why. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Rule {
  readonly files: string;
  readonly pattern: RegExp;
  readonly why: string;
}

/** Each pattern is tried line by line, comments included. */
export const rules: readonly Rule[] = [
  { files: 'renderer/**/*.svelte', pattern: /\{@html/, why: 'content is never markup: {@html} lets a title run as code' },
  { files: 'renderer/**/*.{ts,svelte}', pattern: /\.(innerHTML|outerHTML)\s*=|insertAdjacentHTML/, why: 'content is never markup: use text' },
  { files: 'renderer/**/*.{html,svelte,css}', pattern: /(src|href|url)\s*[=(]\s*["']?https?:/, why: 'the app makes no connection: bundle the file' },
  { files: '{db,electron,models}/**/*.ts', pattern: /\\s[+*]\$\/|\/\^?\(?\\s[+*]\)?\$/, why: 'trimming by a pattern is quadratic on long blanks: use trim()' },
  { files: 'db/import/**/*.ts', pattern: /\/(?![/*]).*\([^()]*[+*][^()]*\)[+*{].*\//, why: 'a repeated group that repeats inside can take exponential time on hostile cells: write a loop' },
  { files: 'electron/{api,transport}/**/*.ts', pattern: /(:|<|\bas)\s*any\b/, why: 'no `any` across a process boundary: take `unknown` and check it' },
  { files: '{db,models,electron,renderer,build,tests}/**/*.{ts,js,svelte}', pattern: /\b(TODO|FIXME|XXX)\b/, why: 'do it, or write an issue' },
  { files: '{db,models,electron,renderer,build,tests}/**/*.{ts,svelte}', pattern: /@ts-(ignore|nocheck)/, why: 'fix the type; where the library is wrong, @ts-expect-error with the reason' },
  { files: 'tests/**/*.ts', pattern: /\b(test|describe|it)\.only\(|\bonly: true/, why: 'a forgotten `only` skips every other test' },
];

/** Lines a file may have; style.md section 5. */
const limits: readonly { readonly files: string; readonly lines: number }[] = [
  { files: '{db,models,electron,build}/**/*.ts', lines: 300 },
  { files: 'renderer/**/*.ts', lines: 300 },
  { files: 'renderer/**/*.svelte', lines: 100 },
];

/** Files that may be longer, each with its reason: one idea in one file. */
export const longFiles: Readonly<Record<string, string>> = {
  'models/graph/operators.ts': 'the language of the graph library, one function per operator',
  'models/graph/gradients.ts': 'one table of all gradient rules',
  'models/graph/interpreter.ts': 'one table of all operator definitions',
  'models/graph/onnx.ts': 'one table of all emitters',
  'models/graph/shapes.ts': 'one table of all shape rules',
  'models/m2trec.ts': 'the model of the paper beside its equations',
};

/** Own files that speak of the patterns they look for. */
const exempt = ['build/lint.ts', 'tests/build/lint.test.ts'];

export function findViolations(file: string, text: string): readonly string[] {
  const broken = rules.filter((rule) => matches(file, rule.files));
  return text.split('\n').flatMap((line, index) => broken.filter((rule) => rule.pattern.test(line)).map((rule) => `${file}:${index + 1} ${rule.why}`));
}

/** Long files are only warned of: they are worth a look, not a red build. */
export function checkRules(root: string): { readonly problems: readonly string[]; readonly warnings: readonly string[] } {
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const path of globSync('{db,models,electron,renderer,build,tests}/**/*.{ts,js,svelte,html,css}', { cwd: root }).sort()) {
    const file = path.replaceAll('\\', '/');
    if (exempt.includes(file)) continue;
    const text = readFileSync(join(root, file), 'utf8');
    problems.push(...findViolations(file, text));
    const limit = limits.find(({ files }) => matches(file, files));
    // Styles of a component are not counted: its script and markup are what must stay small.
    const lines = text.replaceAll(/<style>[^]*?<\/style>/g, '').split('\n').length - 1;
    if (limit !== undefined && lines > limit.lines && longFiles[file] === undefined) {
      warnings.push(`${file} has ${lines} lines (limit ${limit.lines}): split it by noun, or give the reason in longFiles of build/lint.ts`);
    }
  }
  return { problems, warnings };
}

function matches(file: string, pattern: string): boolean {
  return new RegExp(`^${translate(pattern)}$`).test(file);
}

/** The few signs of a glob used above: `**` + `/`, `*` and `{a,b}`. */
function translate(glob: string): string {
  return glob
    .replaceAll('.', '\\.')
    .replaceAll('**/', '\u0000')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0000', '(.*/)?')
    .replaceAll('{', '(')
    .replaceAll('}', ')')
    .replaceAll(',', '|');
}

if (import.meta.main) {
  const { problems, warnings } = checkRules(join(import.meta.dirname, '..'));
  for (const problem of problems) console.log(problem);
  for (const warning of warnings) console.log(`warning: ${warning}`);
  process.exit(problems.length > 0 ? 1 : 0);
}
