import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latest } from '../../renderer/state/latest.ts';

/** A backend whose answers arrive when the test says so. */
function createDesk() {
  const open: { readonly question: string; readonly answer: (text: string) => void; readonly fail: (error: Error) => void }[] = [];
  const heard: string[] = [];
  const latest = new Latest<string, string>(
    (question) => new Promise((resolve, reject) => open.push({ question, answer: resolve, fail: reject })),
    (answer, question) => heard.push(`${question}=${answer}`),
    (error) => heard.push(`failed ${(error as Error).message}`),
  );
  return { open, heard, latest };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('while one question is out, later ones wait as one, and the older answer is dropped', async () => {
  const { open, heard, latest } = createDesk();
  latest.put('w');
  latest.put('wh');
  latest.put('white');
  assert.deepEqual(open.map((call) => call.question), ['w']);
  open[0]!.answer('old');
  await settle();
  assert.deepEqual(open.map((call) => call.question), ['w', 'white']);
  open[1]!.answer('new');
  await settle();
  assert.deepEqual(heard, ['white=new']);
});

test('a failure of a superseded question is not shown; the newest one is', async () => {
  const { open, heard, latest } = createDesk();
  latest.put('a');
  latest.put('b');
  open[0]!.fail(new Error('of a'));
  await settle();
  open[1]!.fail(new Error('of b'));
  await settle();
  latest.put('c');
  open[2]!.answer('fine');
  await settle();
  assert.deepEqual(heard, ['failed of b', 'c=fine']);
});

test('a dropped question stays unanswered', async () => {
  const { open, heard, latest } = createDesk();
  latest.put('a');
  latest.drop();
  open[0]!.answer('late');
  await settle();
  assert.deepEqual(heard, []);
});
