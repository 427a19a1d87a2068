import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findViolations } from '../../build/lint.ts';

const broken: readonly (readonly [file: string, line: string, reason: RegExp])[] = [
  ['renderer/screens/launch/Launch.svelte', '<p>{@html title}</p>', /never markup/],
  ['renderer/components/chart.ts', 'node.innerHTML = title;', /never markup/],
  ['renderer/index.html', '<link href="https://fonts.example/inter.css">', /makes no connection/],
  ['db/import/values.ts', String.raw`return text.replace(/\s+$/, '');`, /quadratic/],
  ['db/import/values.ts', String.raw`const price = /^([0-9]+,?)+$/;`, /exponential/],
  ['electron/api/launch.ts', 'preview(request: any): Promise<void>;', /unknown/],
  ['electron/transport/channel.ts', 'const message = data as any;', /unknown/],
  ['models/train.ts', '// TODO: clip the gradients', /write an issue/],
  ['models/train.ts', '// @ts-ignore', /fix the type/],
  ['tests/models/train.test.ts', "test.only('trains', () => {});", /only/],
];

for (const [file, line, reason] of broken) {
  test(`${file}: ${line}`, () => {
    const found = findViolations(file, `first line\n${line}\n`);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0]!, reason);
    assert.ok(found[0]!.startsWith(`${file}:2 `));
  });
}

test('plain code breaks no rule', () => {
  const text = [
    "const cut = text.trim();", String.raw`const digits = /^[0-9]+(\.[0-9]+)?$/;`, 'const anything: unknown = read();', "const company = 'many';",
    String.raw`const header = text.split(/[;,]/);`, '<a href="#main">',
  ].join('\n');
  for (const file of ['db/import/values.ts', 'electron/api/launch.ts', 'renderer/App.svelte', 'tests/db/items.test.ts']) assert.deepEqual(findViolations(file, text), [], file);
});
