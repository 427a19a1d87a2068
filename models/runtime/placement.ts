/** Reads off an onnxruntime profile which provider ran which operators. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

interface ProfileEvent {
  readonly cat?: string;
  readonly name: string;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/** Provider -> operator -> how often it ran, over all profiles written with this path prefix. */
export function placements(prefix: string): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const file of readdirSync(dirname(prefix)).filter((name) => name.startsWith(basename(prefix)))) {
    for (const { cat, name, args } of JSON.parse(readFileSync(join(dirname(prefix), file), 'utf8')) as ProfileEvent[]) {
      if (cat !== 'Node' || !name.endsWith('_kernel_time') || args?.provider === undefined || args.op_name === undefined) continue;
      const operators = (counts[args.provider] ??= {});
      operators[args.op_name] = (operators[args.op_name] ?? 0) + 1;
    }
  }
  return counts;
}
