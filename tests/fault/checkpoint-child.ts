/** Run by checkpoint.test.ts: writes the checkpoint of one step again. */
import { readCheckpoint, writeCheckpoint } from '../../models/checkpoint.ts';

const folder = process.argv[2]!;
writeCheckpoint(folder, readCheckpoint(folder)!);
