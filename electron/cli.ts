/**
 * Entry of the command line: the same services without a window. Standard output is the answer (one JSON document with `--json`),
 * standard error the progress. Exit status: 0 done, 1 an error of the user's making (one sentence), 2 a bug.
 */
import { extname, join } from 'node:path';
import { isAppError } from './api/errors.ts';
import { backtestCommand } from './commands/backtest.ts';
import { UsageError, type Command } from './commands/command.ts';
import { bundleCommand } from './commands/bundle.ts';
import { compareCommand } from './commands/compare.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { previewCommand } from './commands/preview.ts';
import { recommendCommand } from './commands/recommend.ts';
import { recoverCommand } from './commands/recover.ts';
import { trainCommand } from './commands/train.ts';
import { forkedWorkers } from './transport/spawn.ts';

const commands: Readonly<Record<string, Command>> = {
  import: importCommand,
  train: trainCommand,
  evaluate: evaluateCommand,
  compare: compareCommand,
  recommend: recommendCommand,
  preview: previewCommand,
  backtest: backtestCommand,
  export: exportCommand,
  bundle: bundleCommand,
  recover: recoverCommand,
};

const usage = `Usage: shelfsight <command> <workspace> [options] [--json]

${Object.values(commands).map((command) => `  ${command.usage}`).join('\n')}
  demo
  bench [NAME]

A workspace is one folder; import creates it.`;

const entry = (role: string): string => join(import.meta.dirname, role + extname(import.meta.filename));
const workers = forkedWorkers({ backend: entry('backend'), compute: entry('compute') });

async function main([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    console.log(usage);
    return name === undefined ? 1 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`There is no command "${name}". Known: ${Object.keys(commands).join(', ')}, demo, bench.`);
  if (words.includes('--help')) {
    console.log(`Usage: shelfsight ${command.usage}`);
    return 0;
  }
  return command.run(words, workers);
}

/** Error codes that no user can have caused. */
const bugs = ['internal', 'compute-lost', 'backend-lost'];

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  if (error instanceof UsageError || (isAppError(error) && !bugs.includes(error.code))) {
    console.error(error.message);
    return 1;
  }
  console.error(isAppError(error) ? `Shelfsight failed: ${error.message}` : error);
  return 2;
});
