/** Run by crashes.ts: does one operation and says so. */
import { writeSync } from 'node:fs';
import { operations } from './operations.ts';

const [name, folder] = process.argv.slice(2);
await operations[name!]!.run(folder!);
writeSync(1, 'done\n');
