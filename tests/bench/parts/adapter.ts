/** The graphics adapter that benchmarks use: the machine's own, or else the software one that comes with Debian's chromium. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Verdict } from '../../../models/runtime/devices.ts';

const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

export interface Adapter {
  readonly kind: 'GPU' | 'software adapter';
  /** What a process needs to see it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly detail: string;
}

/** Null where there is neither. Asked in processes of their own: a broken driver takes its process with it. */
export async function findAdapter(): Promise<Adapter | null> {
  const folder = process.env['XDG_RUNTIME_DIR'] ?? mkdtempSync(join(tmpdir(), 'shelfsight-adapter-'));
  const own = { ...process.env, XDG_RUNTIME_DIR: folder };
  const named = process.env['VK_ICD_FILENAMES']?.includes('swiftshader') === true;
  const verdict = await ask(own);
  if (verdict?.available === true) return { kind: named ? 'software adapter' : 'GPU', environment: own, detail: verdict.detail };
  if (named || !existsSync(softwareDriver)) return null;
  const software = { ...own, VK_ICD_FILENAMES: softwareDriver };
  const emulated = await ask(software);
  return emulated?.available === true ? { kind: 'software adapter', environment: software, detail: emulated.detail } : null;
}

async function ask(environment: NodeJS.ProcessEnv): Promise<Verdict | null> {
  const program = `import { probe } from ${JSON.stringify(join(import.meta.dirname, '../../../models/runtime/devices.ts'))}; console.log(JSON.stringify(await probe('webgpu'))); process.exit(0);`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env: environment });
    return JSON.parse(stdout) as Verdict;
  } catch {
    return null;
  }
}
