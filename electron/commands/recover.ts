/** `recover`: what can be done about a workspace that is refused, and does it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecoveryWay } from '../../db/records.ts';
import type { Recovered, Recovery } from '../api/workspace.ts';
import { openOrRecover } from '../engine.ts';
import { given, printAnswer, readWords, table, UsageError, type Command } from './command.ts';

const usage = 'recover <workspace> [--restore [--backup NAME] | --salvage | --set-log-aside | --fresh]';

const optionOf: Readonly<Record<RecoveryWay, string>> = { restore: 'restore', salvage: 'salvage', log: 'set-log-aside', fresh: 'fresh' };
const words: Readonly<Record<RecoveryWay, string>> = {
  restore: 'puts the newest backup, or the one named, in its place', salvage: 'reads what can be read into a new workspace', log: 'opens the workspace without that file', fresh: 'starts an empty workspace',
};

export const recoverCommand: Command = {
  usage,
  async run(args, spawn) {
    const flag = { type: 'boolean', default: false } as const;
    const { values, folder } = readWords(args, { restore: flag, salvage: flag, 'set-log-aside': flag, fresh: flag, backup: { type: 'string' } }, usage);
    if (!existsSync(join(folder, 'workspace.sqlite'))) throw new UsageError(`There is no workspace at ${folder}.`);
    const asked = (Object.keys(optionOf) as RecoveryWay[]).filter((way) => values[optionOf[way] as 'restore'] || (way === 'restore' && values.backup !== undefined));
    if (asked.length > 1) throw new UsageError(`Choose one way. Usage: shelfsight ${usage}`);
    const engine = await openOrRecover(folder, spawn);
    try {
      const [way] = asked;
      if (way !== undefined) {
        const recovered = await engine.api.workspace.recover(given({ way, backup: values.backup }));
        printAnswer(values.json, recovered, () => describe(recovered));
        return 0;
      }
      const recovery = await engine.api.workspace.recovery({});
      printAnswer(values.json, recovery, () => (recovery === null ? `${folder} opens as it is.` : offer(recovery)));
      return recovery === null ? 0 : 1;
    } finally {
      await engine.close();
    }
  },
};

function offer({ message, ways, backups }: Recovery): string {
  return [
    message, '', ...ways.map((way) => `  --${optionOf[way].padEnd(14)} ${words[way]}`),
    ...(backups.length === 0 ? ['', 'There are no backups.'] : ['', table(['backup', 'from', 'bytes'], backups.map(({ name, at, bytes }) => [name, new Date(at).toISOString(), bytes.toLocaleString('en')]))]),
    '', 'What is there now is set aside, never deleted.',
  ].join('\n');
}

function describe({ way, setAside, tables }: Recovered): string {
  const head = way === 'log' ? `The workspace opens without the file that lay beside it, which is in ${setAside} now.` : `The workspace opens again. What was there is in ${setAside} now.`;
  if (tables === null) return head;
  return [head, '', table(['table', 'rows', 'lost'], tables.filter(({ rows, lost }) => rows > 0 || lost !== 0).map(({ table: name, rows, lost }) => [name, rows.toLocaleString('en'), lost === null ? 'unknown' : lost.toLocaleString('en')]))].join('\n');
}
