/** Run by crashes.ts: does one operation and says so, or why it was not done. */
import { writeSync } from 'node:fs';
import { StorageError } from '../../db/errors.ts';
import { describeFault } from '../../db/faults.ts';
import { operations } from './operations.ts';

const [name, folder] = process.argv.slice(2);
try {
  await operations[name!]!.run(folder!);
  writeSync(1, 'done\n');
} catch (error) {
  const told = describeFault(error, folder!) ?? error;
  if (!(told instanceof StorageError)) throw error;
  writeSync(1, `refused: ${told.message}\n`);
}
