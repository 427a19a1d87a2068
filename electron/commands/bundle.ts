/** `bundle`: a workspace with its model in use as one file, to be opened on the first screen of another machine. */
import { resolve } from 'node:path';
import { printAnswer, readWords, UsageError, withWorkspace, type Command } from './command.ts';

const usage = 'bundle <workspace> --out FILE.zip';

export const bundleCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(words, { out: { type: 'string' } }, usage);
    const { out } = values;
    if (out === undefined) throw new UsageError(`Name a new file with --out. Usage: shelfsight ${usage}`);
    const saved = await withWorkspace(folder, spawn, (engine) => engine.saveBundle(resolve(out)));
    printAnswer(values.json, saved, () => `${saved.file}: ${saved.bytes.toLocaleString('en')} bytes, ${saved.run === null ? 'no model yet' : `with the model of ${saved.run}`}. Open it with “Open bundle” on the first screen.`);
    return 0;
  },
};
