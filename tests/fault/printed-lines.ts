/** What a program of a sweep printed: one JSON document a line, until its end. */
import { spawn } from 'node:child_process';

export async function printedLines<Line>(command: string, words: readonly string[]): Promise<{ readonly lines: readonly Line[]; readonly status: number | null }> {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { lines: text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line), status };
}
