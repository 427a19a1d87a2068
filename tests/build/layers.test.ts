import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCycles, readImports, refusal } from '../../build/layers.ts';

/** What the check says about a file of this one line. */
function verdict(file: string, line: string): string | null {
  const found = readImports(file, file.endsWith('.svelte') ? `<p>\n</p>\n<script lang="ts">\n${line}\n</script>` : line);
  assert.equal(found.length, 1, line);
  return refusal(file, found[0]!);
}

const allowed: readonly (readonly [file: string, line: string])[] = [
  ['models/graph/gradients.ts', "import { add } from './operators.ts';"],
  ['models/runtime/session.ts', "import type { TrainJob } from '../jobs.ts';"],
  ['models/runtime/devices.ts', "const ort = createRequire(import.meta.url)('onnxruntime-node');"],
  ['models/runtime/session.ts', "import type { Tensor } from 'onnxruntime-node';"],
  ['models/train.ts', "import { splitCodes } from '../db/records.ts';"],
  ['db/connection.ts', "import Database from 'better-sqlite3';"],
  ['db/import/csv.ts', "import Papa from 'papaparse';"],
  ['electron/api/schemas.ts', "import { modelKinds } from '../../models/config.ts';"],
  ['electron/services/catalog.ts', "import { listItems } from '../../db/items.ts';"],
  ['electron/compute.ts', "const { probe } = await import('../models/runtime/devices.ts');"],
  ['electron/main.ts', "import { app } from 'electron';"],
  ['renderer/App.svelte', "import type { Api } from '../electron/api/index.ts';"],
  ['renderer/App.svelte', "import { onMount } from 'svelte';"],
];

const refused: readonly (readonly [file: string, line: string, reason: RegExp])[] = [
  ['models/graph/gradients.ts', "import { train } from '../train.ts';", /models\/graph may not import values from models /],
  ['models/graph/onnx.ts', "import { writeFileSync } from 'node:fs';", /may not import node:fs/],
  ['models/runtime/session.ts', "import { train } from '../train.ts';", /may not import values from models /],
  ['models/train.ts', "import { listItems } from '../db/items.ts';", /may not import values from db/],
  ['models/train.ts', "import { connect } from 'node:net';", /may not import node:net/],
  ['models/train.ts', "import { InferenceSession } from 'onnxruntime-node';", /may not import the package onnxruntime-node/],
  ['models/runtime/session.ts', "import { InferenceSession } from 'onnxruntime-node';", /loaded in models\/runtime\/devices.ts only/],
  ['db/items.ts', "import Database from 'better-sqlite3';", /loaded in db\/connection.ts only/],
  ['db/items.ts', "export { train } from '../models/train.ts';", /db may not import values from models/],
  ['db/records.ts', "import type { Item } from './items.ts';", /db\/records.ts may not import/],
  ['electron/services/launch.ts', "import { probe } from '../../models/runtime/devices.ts';", /may not import values from models\/runtime/],
  ['electron/api/launch.ts', "import { listItems } from '../../db/items.ts';", /may not import values from db/],
  ['electron/main.ts', "import { createServices } from './services/index.ts';", /may not import values from electron\/services/],
  ['electron/cli.ts', "import { app } from 'electron';", /may not import the package electron/],
  ['electron/cli.ts', "const { train } = await import('../models/train.ts');", /may not import values from models/],
  ['renderer/App.svelte', "import { methods } from '../electron/api/index.ts';", /renderer may not import values from electron\/api/],
  ['renderer/App.svelte', "import { type Api } from '../electron/api/index.ts';", /renderer may not import values/],
  ['renderer/connect.ts', "import { join } from 'node:path';", /may not import node:path/],
  ['renderer/connect.ts', "import { z } from 'zod';", /may not import the package zod/],
  ['helpers/strings.ts', "import { a } from './b.ts';", /belongs to no layer/],
];

for (const [file, line] of allowed) test(`allowed: ${file}: ${line}`, () => assert.equal(verdict(file, line), null));
for (const [file, line, reason] of refused) test(`refused: ${file}: ${line}`, () => assert.match(verdict(file, line) ?? 'allowed', reason));

test('an import of a component is reported at its line', () => {
  assert.deepEqual(readImports('renderer/App.svelte', '<p>one</p>\n\n<script lang="ts">\n  import x from "./x.ts";\n</script>\n'), [{ target: './x.ts', typeOnly: false, line: 4 }]);
});

test('modules that load each other are named in order', () => {
  const loads = new Map([['a', ['b']], ['b', ['c']], ['c', ['b']], ['d', ['a']]]);
  assert.deepEqual(findCycles(loads), [['b', 'c', 'b']]);
});
