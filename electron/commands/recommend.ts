/** `recommend`: next items and next categories after a session. */
import type { Recommendation } from '../api/categories.ts';
import { given, percent, printAnswer, readCount, readWords, table, UsageError, withWorkspace, type Command } from './command.ts';

const usage = 'recommend <workspace> --session SKU,SKU,… [--k 20] [--run RUN]';

export const recommendCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(words, { session: { type: 'string' }, k: { type: 'string' }, run: { type: 'string' } }, usage);
    const session = (values.session ?? '').split(',').map((sku) => sku.trim()).filter((sku) => sku !== '');
    if (session.length === 0) throw new UsageError(`Name the SKUs of a session, oldest first. Usage: shelfsight ${usage}`);
    const request = { session, ...given({ k: readCount('k', values.k), run: values.run }) };
    const answer = await withWorkspace(folder, spawn, (engine) => engine.api.categories.recommend(request));
    printAnswer(values.json, answer, () => describe(answer));
    return 0;
  },
};

function describe({ run, head, unknown, items, categories }: Recommendation): string {
  const lines = [`run ${run}, ${head} head`];
  if (unknown.length > 0) lines.push(`Not in the catalogue, left out: ${unknown.join(', ')}`);
  lines.push('', table(['#', 'SKU', 'probability', 'title'], items.map(({ item, probability }, index) => [String(index + 1), item.sku, percent(probability), item.title])));
  for (const { level, labels, rest } of categories) {
    lines.push('', table([level, 'probability'], [...labels.map(({ label, probability }) => [label, percent(probability)]), ['(all others)', percent(rest)]]));
  }
  return lines.join('\n');
}
