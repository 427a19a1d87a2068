/** A GPU in software (Debian's chromium and libvulkan1) for tests: correctness, placement and memory behaviour, not speed. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';

export const softwareGpu = {
  /** Why GPU tests are skipped, or false. */
  missing: existsSync(driver) ? (false as const) : `no software GPU: ${driver} is absent (apt-get install chromium libvulkan1)`,
  /** For a child process: the adapter has to be named before the process starts. */
  environment(): NodeJS.ProcessEnv {
    return { ...process.env, VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'shelfsight-gpu-')) };
  },
};
