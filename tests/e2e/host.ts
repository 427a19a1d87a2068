/** The browser host as a user starts it, on a workspace of the test's own, and the processes it is made of. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export type Role = 'backend' | 'compute';

export interface Host {
  readonly origin: string;
  /** Opens the app, once. */
  readonly link: string;
  /** Another link: each opens once. */
  nextLink(): Promise<string>;
  /** Process ids of one role that live now. */
  pids(role: Role): readonly number[];
  /** What the processes wrote to standard error so far. */
  complaints(): string;
  stop(): Promise<void>;
}

/** @throws Error with what the host said where it ends before it prints its link */
export async function startHost(workspace: string): Promise<Host> {
  const child = spawn(process.execPath, [join(root, 'electron', 'web.ts'), '--workspace', workspace], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  const exited = once(child, 'exit');
  const links: string[] = [];
  let printed = (): void => {};
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    links.splice(0, Infinity, ...Array.from(said.matchAll(/open at (http:\S+)\s/g), (match) => match[1]!));
    printed();
  });
  /** The next link that was not handed out. */
  let handedOut = 0;
  const readLink = (): Promise<string> =>
    new Promise((resolve, reject) => {
      printed = () => {
        if (links.length > handedOut) resolve(links[handedOut++]!);
      };
      printed();
      void exited.then(() => reject(new Error(`The host ended before it printed a link. ${said}${complained}`)));
    });
  const link = await readLink();
  return {
    origin: new URL(link).origin,
    link,
    nextLink() {
      child.stdin.write('\n');
      return readLink();
    },
    pids: (role) => descendantsOf(child.pid!).filter(({ words }) => words.some((word) => word.endsWith(`/electron/${role}.ts`))).map(({ pid }) => pid),
    complaints: () => complained,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
}

function descendantsOf(ancestor: number): readonly Process[] {
  const byParent = Map.groupBy(readProcesses(), (process) => process.parent);
  const below = (pid: number): readonly Process[] => (byParent.get(pid) ?? []).flatMap((process) => [process, ...below(process.pid)]);
  return below(ancestor);
}

function readProcesses(): readonly Process[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      // The name of the program stands in brackets and may hold blanks; the parent is the second word after it.
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
      return [{ pid: Number(name), parent, words: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') }];
    } catch {
      return []; // it ended while we looked
    }
  });
}
