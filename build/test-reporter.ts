/** Tells what the test runner does: failures in full when they happen, one line for each file. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

export interface TestCounts {
  passed: number;
  failed: number;
  /** A test that was skipped is neither passed nor failed, and says why. */
  skipped: { name: string; reason: string }[];
}

/** Adds to the counts what it hears. */
export async function* report(source: AsyncIterable<TestEvent>, counts: TestCounts): AsyncGenerator<string> {
  /** What the file now running has added to the counts. */
  let before = { passed: counts.passed, failed: counts.failed, skipped: counts.skipped.length };
  const failedBefore = counts.failed;
  for await (const event of source) {
    switch (event.type) {
      case 'test:pass':
        if (event.data.details.type === 'suite') break;
        // A file without a single test would otherwise count as one that passed.
        if (event.data.name === event.data.file) break;
        if (event.data.skip !== undefined && event.data.skip !== false) {
          counts.skipped.push({ name: event.data.name, reason: typeof event.data.skip === 'string' && event.data.skip !== '' ? event.data.skip : 'no reason given' });
        } else counts.passed++;
        break;
      case 'test:fail': {
        const { error, type } = event.data.details as { error: Error & { cause?: unknown; failureType?: string }; type?: string };
        // A suite fails with its tests, which have been counted; on its own only where a hook failed.
        if (type === 'suite' && error.failureType === 'subtestsFailed') break;
        if (error.failureType === 'subtestsFailed') break;
        counts.failed++;
        yield `  FAILED ${place(event.data.file)} > ${event.data.name}\n${indent(inspect(error.cause ?? error, { depth: 4 }))}\n`;
        break;
      }
      case 'test:stdout':
      case 'test:stderr':
        yield event.data.message;
        break;
      case 'test:summary':
        if (event.data.file !== undefined) {
          const passed = counts.passed - before.passed;
          const failed = counts.failed - before.failed;
          const skipped = counts.skipped.length - before.skipped;
          before = { passed: counts.passed, failed: counts.failed, skipped: counts.skipped.length };
          yield `  ${event.data.success ? 'ok    ' : 'FAILED'} ${place(event.data.file)}  ${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}  ${(event.data.duration_ms / 1000).toFixed(1)} s\n`;
        } else if (!event.data.success && counts.failed === failedBefore) {
          counts.failed++;
          yield '  FAILED: the test runner says so, though no test of it.\n';
        }
        break;
      default:
    }
  }
}

function place(file: string | undefined): string {
  return file === undefined ? '' : relative(process.cwd(), file);
}

function indent(text: string): string {
  return text.split('\n').map((line) => `    ${line}`).join('\n');
}
