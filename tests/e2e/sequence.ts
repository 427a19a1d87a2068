import { test, type TestContext } from 'node:test';

/** Tests that go one way through the app: each starts where the one before ended, so that after a failure the rest says nothing. */
export function sequence(): (name: string, run: (t: TestContext) => Promise<void>) => void {
  let failed = '';
  return (name, run) =>
    void test(name, async (t) => {
      if (failed !== '') return t.skip(`it starts where “${failed}” should have ended`);
      try {
        await run(t);
      } catch (error) {
        failed = name;
        // Playwright hangs the whole page on its errors; the message says what was expected and found.
        throw error instanceof Error && 'matcherResult' in error ? new Error(error.message, { cause: error.stack }) : error;
      }
    });
}
