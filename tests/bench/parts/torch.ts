/** A PyTorch in a process of its own that answers lines of JSON: the peer that ours is timed beside. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const oracle = join(import.meta.dirname, '../../../build/oracle');

/** Interpreters that may own a PyTorch; SHELFSIGHT_PYTHON names another one. */
export const interpreters = [process.env['SHELFSIGHT_PYTHON'], '/tmp/torchenv/bin/python', '/usr/bin/python3'].filter((path): path is string => path !== undefined && existsSync(path));

export interface Torch {
  /** Version and what multiplies its matrices: Debian's is generic, and products take ten times as long as with MKL. */
  readonly name: string;
  /** The script's first line. */
  readonly hello: Readonly<Record<string, unknown>>;
  /** One line in, one line out. @throws Error where the script ended. */
  ask(question: unknown): Promise<Record<string, unknown>>;
  stop(): void;
}

/** Null, with the reason on standard error, where the interpreter has no PyTorch. The script's first line has `torch` and `blas`. */
export async function startTorch(python: string, script: string, words: readonly string[], threads: number): Promise<Torch | null> {
  const child = spawn(python, [join(oracle, script), ...words], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, OMP_NUM_THREADS: String(threads) } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2000)));
  const answer = async (): Promise<Record<string, unknown> | null> => {
    const { value, done } = await lines.next();
    return done === true ? null : JSON.parse(value) as Record<string, unknown>;
  };
  const hello = await answer();
  if (hello === null) {
    process.stderr.write(`${python}: ${complaint.trim().split('\n').at(-1)}\n`);
    return null;
  }
  return {
    name: `torch ${String(hello['torch']).split('+')[0]}, BLAS ${String(hello['blas'])}`,
    hello,
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const said = await answer();
      if (said === null) throw new Error(`${python} ended: ${complaint}`);
      return said;
    },
    stop: () => child.stdin.end(),
  };
}

/** What a person reads where no interpreter has a PyTorch. */
export const noTorch = 'No PyTorch was found, so ours is shown alone. Set SHELFSIGHT_PYTHON to an interpreter that has it.';
