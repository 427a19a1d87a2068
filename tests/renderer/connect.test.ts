import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../../renderer/connect.ts';
import type { OpenCarrier } from '../../renderer/connect.ts';
import type { Call } from '../../electron/api/wire.ts';

type Listener = Parameters<OpenCarrier>[0];

/** A carrier that the test opens, speaks through and cuts. */
function createLine() {
  const calls: Call[] = [];
  const listeners: Listener[] = [];
  const connection = new Connection((on) => void listeners.push(on));
  const open = (): void => listeners.at(-1)!.open((call) => void calls.push(call));
  return { calls, listeners, connection, open };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('calls made before the line is open wait for it; answers find their call in any order', async () => {
  const { calls, listeners, connection, open } = createLine();
  const first = connection.api.catalog.stats({});
  const second = connection.api.training.pause({ runId: 'r' });
  assert.deepEqual(calls, []);
  open();
  assert.deepEqual(calls, [{ id: 1, service: 'catalog', method: 'stats', request: {} }, { id: 2, service: 'training', method: 'pause', request: { runId: 'r' } }]);
  listeners[0]!.message({ id: 2, ok: false, code: 'not-found', message: 'There is no run r.' });
  listeners[0]!.message({ id: 1, ok: true, value: { live: 3 } });
  assert.deepEqual(await first, { live: 3 });
  await assert.rejects(second, { code: 'not-found', message: 'There is no run r.' });
});

test('a lost line fails the calls in flight and says so; the next one opens by itself', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { listeners, connection, open } = createLine();
  const states: string[] = [];
  connection.onState((state) => states.push(state));
  open();
  const call = connection.api.catalog.stats({});
  listeners[0]!.close();
  await assert.rejects(call, { code: 'backend-lost' });
  await assert.rejects(connection.api.catalog.stats({}), { code: 'backend-lost' });
  context.mock.timers.tick(250);
  assert.equal(listeners.length, 2);
  open();
  assert.deepEqual(states, ['open', 'reconnecting', 'open']);
});

test('after several attempts in vain the state says that nobody answers, and goes on trying', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { listeners, connection } = createLine();
  for (let attempt = 0; attempt < 7; attempt++) {
    listeners.at(-1)!.close();
    context.mock.timers.tick(4000);
  }
  assert.deepEqual([connection.state, listeners.length], ['gone', 8]);
});

test('events reach their listeners until these end', async () => {
  const { listeners, connection, open } = createLine();
  open();
  const heard: unknown[] = [];
  const end = connection.on('workspace.changed', (change) => heard.push(change.what));
  listeners[0]!.message({ event: 'workspace.changed', data: { what: ['drafts'] } });
  end();
  listeners[0]!.message({ event: 'workspace.changed', data: { what: ['model'] } });
  await settle();
  assert.deepEqual(heard, [['drafts']]);
});
