/** promises.md R8: of two processes that open a workspace in the same moment one gets it; when it is killed, a third does. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../helpers/database.ts';

const program = `
  import { openWorkspace } from ${JSON.stringify(join(import.meta.dirname, '../../db/database.ts'))};
  process.stdout.write('ready');
  process.stdin.once('data', () => {
    try {
      openWorkspace(process.argv[1]);
      process.stdout.write('open');
    } catch (error) {
      process.stdout.write(String(error.code));
    }
  });`;

/** Loaded, and waiting for the word. */
async function start(t: TestContext, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
}

async function open(child: ChildProcess): Promise<string> {
  const told = once(child.stdout!, 'data');
  child.stdin!.write('now');
  return String((await told)[0]);
}

test('one writer, whoever comes first, and no lock is left by one that was killed', async (t) => {
  const folder = temporaryFolder(t); // the first pair makes the workspace, too
  for (let round = 0; round < 3; round++) {
    const pair = await Promise.all([start(t, folder), start(t, folder)]);
    const answers = await Promise.all(pair.map(open));
    assert.deepEqual([...answers].sort(), ['busy', 'open'], `round ${round}`);
    const holder = pair[answers.indexOf('open')]!;
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const third = await start(t, folder);
    assert.equal(await open(third), 'open', `round ${round}`);
    for (const child of [...pair, third]) if (child.kill('SIGKILL')) await once(child, 'exit');
  }
});
