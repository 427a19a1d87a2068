/** `export`: a model as ONNX files, tokenizers, vocabulary, card and parity report. */
import type { ExportedRun } from '../api/training.ts';
import { printAnswer, readWords, table, UsageError, withWorkspace, type Command } from './command.ts';

const usage = 'export <workspace> --run RUN --out FOLDER';

export const exportCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(words, { run: { type: 'string' }, out: { type: 'string' } }, usage);
    const { run, out } = values;
    if (run === undefined || out === undefined) throw new UsageError(`Name a finished run with --run and a new folder with --out. Usage: shelfsight ${usage}`);
    const exported = await withWorkspace(folder, spawn, (engine) => engine.exportRun({ runId: run, folder: out }));
    printAnswer(values.json, exported, () => describe(exported));
    return 0;
  },
};

function describe({ run, folder, files, parity }: ExportedRun): string {
  return [
    `run ${run} exported to ${folder}`, '', table(['file', 'bytes'], files.map(({ name, bytes }) => [name, bytes.toLocaleString('en')])), '',
    `Opened afresh, ${parity.items} items and ${parity.sessions} sessions differ from the served model by at most ${parity.maxDifference.toExponential(1)} (limit ${parity.limit}). How to call it: README.md.`,
  ].join('\n');
}
