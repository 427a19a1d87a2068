/** `README.md` of an exported model: what it is, what it learned from, how good it was by which protocol, what it cannot do, how to call it. */
import type { ModelManifest } from './artifact.ts';
import { configReasons, variantOf, type TrainingConfig } from './config.ts';
import type { Parity } from './export-jobs.ts';
import type { EvaluationReport, Metrics, TrainJobResult } from './jobs.ts';
import { keyWidth } from './network.ts';
import type { Temperatures } from './temperature.ts';

export interface CardFacts {
  readonly runId: string;
  readonly version: string;
  readonly manifest: ModelManifest;
  readonly attributes: TrainJobResult['attributes'];
  /** Of the data it learned from, by the plain protocol; none where it was not evaluated. */
  readonly reports: readonly EvaluationReport[];
  readonly parity: Parity;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

const titles: Readonly<Record<TrainingConfig['model'], string>> = {
  m2trec: 'M2TRec', metrec: 'MeTRec', 'trec-title': 'TRec-title', 'trec-id': 'TRec-id', 'mutrec-id': 'MuTRec-id', gru4rec: 'GRU4Rec', narm: 'NARM', stamp: 'STAMP',
};

const purposes: Readonly<Record<string, string>> = {
  'item-encoder.onnx': 'fields of items as tokens -> item vectors and keys',
  'session-encoder.onnx': 'item vectors of a session -> what it is compared with the keys by, and label probabilities',
  'vocabulary.json': 'what stands between fields and the inputs of item-encoder.onnx; labels of the outputs',
  'memory.bin': 'what was seen together, counted',
  'skus.json': 'the SKUs behind row numbers and behind memory.bin',
  'parity.json': 'the exported files against the model as it is served, with an example to try a runtime on',
  'recipe.py': 'the whole way from fields to scores in Python',
};

export function describeExport(facts: CardFacts): string {
  const { runId, manifest, parity } = facts;
  return `${[
    `# ${titles[manifest.config.model]}, run ${runId}`,
    whatItIs(facts),
    '## Files', grid(['file', 'bytes', 'what it is'], facts.files.map(({ name, bytes }) => [name, count(bytes), purposes[name] ?? (name.startsWith('tokenizer-') ? 'Hugging Face tokenizer.json of a text attribute' : '')])),
    '## Data', ...dataOf(facts),
    '## Metrics', ...metricsOf(facts),
    '## Limits', limitsOf(manifest).map((limit) => `- ${limit}`).join('\n'),
    '## How to call it', ...callOf(manifest),
    '## Parity', parityOf(parity),
    '## Settings', grid(['setting', 'value', 'why the default is what it is'], Object.entries(manifest.config).map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value), configReasons[name as keyof TrainingConfig]])),
  ].join('\n\n')}\n`;
}

function whatItIs({ manifest: { config, device, epochs, bestEpoch, createdAt, weightsHash }, version }: CardFacts): string {
  const { input, tasks } = variantOf(config.model);
  const reads = { metadata: 'reads what the catalogue says of an item, never its SKU', title: 'reads titles and nothing else', id: 'knows items by rows of their own, one for each SKU it was trained with' }[input];
  return `A next-item model for shopping sessions. It ${reads}, and predicts ${tasks === 'item' ? 'the next item' : 'the next item and its categories'} of a session. Trained by Shelfsight ${version} on ${new Date(createdAt).toISOString().slice(0, 10)} (${device}, ${count(epochs)} epochs, the weights of epoch ${bestEpoch}, seed ${config.seed}). sha256 of the weights: \`${weightsHash}\`.`;
}

function dataOf({ manifest, attributes, reports }: CardFacts): readonly string[] {
  const [report] = reports;
  const size = report === undefined ? '' : ` The catalogue had ${count(report.data.items)} live SKUs, the workspace ${count(report.data.sessions)} sessions with ${count(report.data.events)} events.`;
  return [
    `It learned from ${count(manifest.moments)} moments of recorded sessions${manifest.config.share < 1 ? `, ${Number((100 * manifest.config.share).toFixed(1))} % of them` : ''}${manifest.hidden > 0 ? `; the events of ${count(manifest.hidden)} SKUs were hidden from it` : ''}.${size} sha256 of SKUs and events: \`${manifest.dataHash}\`.`,
    ...(attributes.length === 0 ? [] : [grid(['attribute', 'kind', 'vocabulary', 'SKUs that fill it'], attributes.map(({ name, kind, vocabulary, filled }) => [name, kind, kind === 'number' ? '–' : count(vocabulary), count(filled)]))]),
  ];
}

function metricsOf({ manifest: { validation, memory }, reports, runId }: CardFacts): readonly string[] {
  const chosen = Object.entries(validation).map(([name, value]) => `${name} ${name === 'n' ? count(value) : percent(value)}`).join(', ');
  return [
    `Validation, by which the epoch was chosen (so these flatter): ${chosen || '–'}.`,
    ...(reports.length === 0 ? [`It has not been measured on the test part of this data: run \`shelfsight evaluate <workspace> --run ${runId}\` and export again.`] : [...reports.flatMap(reportOf), ...(memory === null ? [] : ['These are figures of the model with its memory; validation chose the epoch without it.'])]),
  ];
}

function reportOf({ protocol, k, categories, coverage, gini }: EvaluationReport): readonly string[] {
  const rows = Object.entries(k).flatMap(([size, slices]) => Object.entries(slices).map(([slice, metrics]) => [size, slice, ...metricCells(metrics)]));
  const levels = Object.entries(categories).map(([level, { n, hit }]) => [level, count(n), percent(hit['1'] ?? 0), percent(hit['5'] ?? 0)]);
  return [
    `**Test part, repeats ${protocol.repeats}.** Every prefix's next item among all live SKUs, ties against the model, ${count(protocol.leftOut)} targets left out that nothing may recommend. ${protocol.split} ± is the standard error. Sparse: sessions with an item of fewer than 10 training events; tail: targets with fewer than 10; cold: with none. Coverage ${percent(coverage)}${gini === null ? '' : `, Gini of exposure ${gini.toFixed(3)}`}.`,
    grid(['K', 'slice', 'n', 'HIT', '±', 'MRR', 'NDCG'], rows),
    ...(levels.length === 0 ? [] : [grid(['category level', 'n', 'HIT@1', 'HIT@5'], levels)]),
  ];
}

function metricCells({ n, hit, mrr, ndcg, errors }: Metrics): readonly string[] {
  return n === 0 ? ['0', '–', '–', '–', '–'] : [count(n), percent(hit), percent(errors.hit), percent(mrr), percent(ndcg)];
}

function limitsOf({ config, memory, hidden }: ModelManifest): readonly string[] {
  const { input } = variantOf(config.model);
  return [
    'Scores rank items after a session of this shop, in this time. They are no forecast of sales, and no probability of a purchase.',
    `Of a session it reads the last ${config.maxLength} items, and nothing of who the visitor is, of time, or of stock.`,
    ...(input === 'id' ? ['An item without a row cannot be scored: new SKUs need another training.'] : [
      'Words and values of fewer than three SKUs, and labels of fewer than two, were not learned: they count as missing. A new brand is no brand to it.',
      ...(config.head === 'id' ? ['Its head has a row for each SKU of training: an item without one cannot be scored.'] : []),
    ]),
    ...(memory === null ? [] : ['The networks know nothing of the memory: without memory.bin their lists are those of the model alone.']),
    ...(hidden > 0 ? [`${count(hidden)} SKUs were hidden from it, so it is weaker on them than a model for use would be.`] : []),
    'Vocabulary, SKUs, memory and the example hold words, brands and SKUs of the shop it was trained for: pass them on as you would pass on its catalogue.',
  ];
}

function callOf(manifest: ModelManifest): readonly string[] {
  const { config, shape, seen, memory, temperatures } = manifest;
  const [d, key] = [String(config.width), String(keyWidth(config))];
  const { input, encoder } = variantOf(config.model);
  const T = String(config.maxLength);
  const itemInputs = [
    ...(input === 'id' ? [] : [['tokens', 'int32', '[items, length]', 'rows of the joint token table, any where the weight is 0'], ['weights', 'float32', '[items, 1, length]', 'term frequency times the weights of vocabulary.json, brought to length 1 over all attributes of an item']]),
    ...(shape.numbers > 0 ? [['numbers', 'float32', `[items, ${shape.numbers}]`, 'value and missing flag of each number']] : []),
    ...(shape.items > 0 ? [['rows', 'int32', '[items]', 'place of the SKU in `rows` of skus.json']] : []),
  ];
  const sessionInputs = encoder === 'transformer'
    ? [
        ['items', 'float32', `[batch, length, ${d}]`, 'item vectors, oldest first, 0 where a session is shorter'],
        ['present', 'float32', '[batch, length, 1]', '1 for an item, 0 for padding'],
        ...(config.mode === 'causal'
          ? [['mask', 'float32', '[1, 1, length, length]', '0 up to the diagonal, -1e9 after it'], ['past, pool, age', 'float32', '[length, length]', 'row r: 1 up to r; 1 / (r + 1) up to r and 1 more at r; steps back from r']]
          : [['mask', 'float32', '[batch, 1, 1, length]', '0 for an item, -1e9 for padding'], ['past, pool, age', 'float32', '[batch, 1, length]', '1 for an item; 1 / number of items; steps back from the last']]),
        ['steps.indices', 'int32', '[length]', '0, 1, 2, …'],
      ]
    : [
        ['items', 'float32', `[batch, ${T}, ${d}]`, 'item vectors, oldest first, then 0'],
        ['carry', 'float32', `[batch, ${T}, 1]`, '1 for every item but the first'],
        ['past, mean', 'float32', `[batch, ${T}, ${T}]`, 'row r of an item: 1 up to r; the same with a sum of 1'],
      ];
  const outputs = [
    ['item', 'vectors', `[items, ${d}]`, 'what a session is made of'], ['item', 'keys', `[items, ${key}]`, 'what sessions are compared with'],
    ['session', 'queries', `[moments, ${key}]`, 'one for each moment asked for'],
    ...(variantOf(config.model).tasks === 'item+categories' ? shape.levels.map(({ name, labels }) => ['session', `labels.${name}`, `[moments, ${labels}]`, 'probability of each label of vocabulary.json; column 0 is no label']) : []),
  ];
  return [
    'The score of item j after session S is `queries(S) · keys(j)`. Inputs that a network does not list are not fed. item-encoder.onnx takes:',
    grid(['input', 'type', 'shape', 'what'], itemInputs),
    'session-encoder.onnx takes:',
    grid(['input', 'type', 'shape', 'what'], [...sessionInputs, ['moments', 'int32', '[moments]', encoder === 'transformer' && config.mode === 'prefix' ? 'rows of the batch' : 'places in [batch × length] after whose item the query is wanted']]),
    'They answer:',
    grid(['network', 'output', 'shape', 'what'], outputs),
    `Where items of the session may come again, ${seen[0].toFixed(3)} is added to the scores of those seen earlier and ${seen[1].toFixed(3)} to that of the last one; where not, leave them out.`,
    ...(memory === null ? [] : [
      `Then the memory: score + ${memory.weight} · m(S, j) with m(S, j) = Σ 0.8^age · C(i, j) over the last 8 SKUs i of S that it knows, latest first. memory.bin is little-endian 32-bit words: n, then n SKU numbers (their SKUs, in this order, are \`memory\` in skus.json), n + 1 offsets, and for each neighbour of each SKU its place and, after all places, its weight C as float32. An item that it does not know takes over m of its 20 nearest known items by the cosine of \`vectors\`: 1.25 · Σ w_k m(S, k), w the softmax of 20 · cosine.`,
    ]),
    probabilitiesOf(temperatures),
    'In Python, with `recipe.py` beside it (`pip install numpy onnxruntime tokenizers`):',
    ['```python', example, '```'].join('\n'),
  ];
}

/** How scores become probabilities, and how far they were to be believed where that was chosen. */
function probabilitiesOf(temperatures: Temperatures): string {
  const { item, ...levels } = temperatures;
  const labels = Object.entries(levels).map(([level, { value }]) => `${level} ${value.toFixed(3)}`).join(', ');
  const inside = labels === '' ? '' : ` Label probabilities come at temperatures chosen alike, which are inside session-encoder.onnx: ${labels}.`;
  if (item === undefined) return `Probabilities of items are the softmax of the scores over those that compete. No temperature was chosen for them, so they may promise too much.${inside}`;
  const { value, above, n, validation } = item;
  const logits = above === null ? `score / ${value.toFixed(3)}` : `min(score, ${above.knee.toFixed(3)}) / ${value.toFixed(3)} + max(0, score - ${above.knee.toFixed(3)}) / ${above.value.toFixed(3)}`;
  return `Probabilities of items are the softmax of ${logits} over those that compete, items of the session left out. These temperatures were chosen on ${count(n)} validation moments: the mean -log p of what came fell from ${validation.without.toFixed(3)} to ${validation.with.toFixed(3)} nats. They change no order.${inside}`;
}

const example = `import json
import numpy as np
from recipe import Model

model = Model(".")
example = json.load(open("parity.json"))["examples"]
catalogue = [example["item"], *example["session"]]  # fields of items, or their rows
keys = np.stack([model.item(fields)[1] for fields in catalogue])
session = [model.item(fields)[0] for fields in example["session"]]  # oldest first
out = model.session(session)
scores = (out["queries"] @ keys.T)[0]
print("best first:", np.argsort(-scores))
print("how likely, were these all:", model.probabilities(scores))
print("differs by:", abs(out["queries"][0, : len(example["query"])] - example["query"]).max())  # below 0.0001`;

function parityOf({ items, sessions, differences, maxDifference, limit }: Parity): string {
  const each = Object.entries(differences).map(([name, value]) => `${name} ${value.toExponential(1)}`).join(', ');
  return `The exported files were opened afresh in ONNX Runtime, ${count(items)} items and ${count(sessions)} sessions were encoded one at a time from the files alone, and compared with the model as Shelfsight serves it: max |Δ| = ${maxDifference.toExponential(1)}, below ${limit} (${each}).`;
}

function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
