import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { AppError, isAppError, type ErrorCode } from '../../../electron/api/errors.ts';
import { createClient, relay, serve, type Allowed, type Port } from '../../../electron/transport/channel.ts';
import { portOf } from '../../../electron/transport/port.ts';

interface Desk {
  readonly desk: {
    add(request: { readonly a: number; readonly b: number }): Promise<number>;
    copy(request: { readonly values: Float32Array }): Promise<Float32Array>;
    refuse(request: {}): Promise<void>;
    stumble(request: {}): Promise<void>;
    wait(request: {}): Promise<void>;
  };
}
interface Bells {
  readonly rung: { readonly times: number };
}
const allowed = { desk: { add: true, copy: true, refuse: true, stumble: true, wait: true } } as const satisfies Allowed<Desk>;

const desk: Desk['desk'] = {
  add: async ({ a, b }) => a + b,
  copy: async ({ values }) => values,
  refuse: async () => {
    throw new AppError('busy', 'Come back later.');
  },
  stumble: async () => {
    throw new TypeError('a bug');
  },
  wait: () => new Promise(() => {}),
};

function openPair(context: TestContext): readonly [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  context.after(() => port1.close());
  return [portOf(port1, 'plain'), portOf(port2, 'plain')];
}

function openDesk(context: TestContext) {
  const [near, far] = openPair(context);
  const bugs: string[] = [];
  const ring = serve<Desk, Bells>(far, { services: { desk }, allowed, onBug: (name, error) => void bugs.push(`${name}: ${(error as Error).message}`) });
  const client = createClient<Desk, Bells>(near, allowed, { lost: 'backend-lost', lostMessage: 'The line is dead.' });
  return { near, far, ring, client, bugs };
}

async function failure(call: Promise<unknown>): Promise<{ readonly code: ErrorCode; readonly message: string }> {
  const error = await call.then(
    () => assert.fail('the call succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(isAppError(error), String(error));
  return { code: error.code, message: error.message };
}

test('calls are answered by value, also out of order and with typed arrays', async (context) => {
  const { client } = openDesk(context);
  const { api } = client;
  const values = new Float32Array([1.5, -2, 3]);
  assert.deepEqual(await Promise.all([api.desk.add({ a: 1, b: 2 }), api.desk.copy({ values }), api.desk.add({ a: -1, b: 1 })]), [3, values, 0]);
});

test('an expected failure keeps its kind and sentence; a bug arrives as internal and is logged', async (context) => {
  const { client, bugs } = openDesk(context);
  assert.deepEqual(await failure(client.api.desk.refuse({})), { code: 'busy', message: 'Come back later.' });
  assert.deepEqual(await failure(client.api.desk.stumble({})), { code: 'internal', message: 'a bug' });
  assert.deepEqual(bugs, ['desk.stumble: a bug']);
});

test('a name outside the allow-list fails by name, whatever the object behind it has', async (context) => {
  const { near } = openDesk(context);
  const replies: unknown[] = [];
  const names = [['desk', 'toString'], ['desk', '__proto__'], ['constructor', 'constructor'], ['desk', 'missing'], ['nobody', 'add'], [{}, []], ['__proto__', 'hasOwnProperty']];
  const done = new Promise<void>((resolve) => near.onMessage((message) => replies.push(message) === names.length && resolve()));
  for (const [id, [service, method]] of names.entries()) near.post({ id, service, method, request: {} });
  await done;
  assert.deepEqual(
    replies.map((reply) => (reply as { ok: boolean; code: string; message: string }).code),
    names.map(() => 'invalid'),
  );
  assert.equal((replies[0] as { message: string }).message, 'There is no method desk.toString.');
});

test('what is no call is dropped and the line stays usable', async (context) => {
  const { near, client } = openDesk(context);
  for (const message of [null, 1, 'call', [], {}, { id: 'x', service: 'desk', method: 'add' }, { id: 1.5, service: 'desk', method: 'add' }, { service: 'desk', method: 'add' }]) near.post(message);
  assert.equal(await client.api.desk.add({ a: 2, b: 2 }), 4);
});

test('calls in flight fail with the named kind when the line closes, later ones at once', async (context) => {
  const { client, far } = openDesk(context);
  const waiting = failure(client.api.desk.wait({}));
  await client.api.desk.add({ a: 0, b: 0 });
  far.close();
  const expected = { code: 'backend-lost', message: 'The line is dead.' };
  assert.deepEqual([await waiting, await failure(client.api.desk.add({ a: 1, b: 1 }))], [expected, expected]);
});

test('events reach those who listen, until they stop', async (context) => {
  const { client, ring } = openDesk(context);
  const heard: number[] = [];
  const stop = client.on('rung', ({ times }) => heard.push(times));
  ring('rung', { times: 1 });
  ring('rung', { times: 2 });
  await client.api.desk.add({ a: 0, b: 0 });
  stop();
  ring('rung', { times: 3 });
  await client.api.desk.add({ a: 0, b: 0 });
  assert.deepEqual(heard, [1, 2]);
});

test('a relay carries both ways and closes both ends', async (context) => {
  const [screen, hostSide] = openPair(context);
  const [shellSide, backend] = openPair(context);
  serve<Desk>(backend, { services: { desk }, allowed, onBug: () => {} });
  relay(hostSide, shellSide);
  const client = createClient<Desk>(screen, allowed, { lost: 'backend-lost', lostMessage: 'gone' });
  assert.equal(await client.api.desk.add({ a: 20, b: 3 }), 23);
  const waiting = failure(client.api.desk.wait({}));
  backend.close();
  assert.equal((await waiting).code, 'backend-lost');
});
