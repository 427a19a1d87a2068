/** Where a training can run on this machine: each provider is tried once with a tiny graph, in a process that may crash doing so. */
import type { DeviceInfo } from '../api/training.ts';
import { AppError } from '../api/errors.ts';
import type { Compute } from './context.ts';

const knownDevices = ['webgpu', 'cpu'] as const;

export interface Devices {
  list(): Promise<readonly DeviceInfo[]>;
  /** @throws AppError `invalid` for a device that is not known or cannot be used here */
  choose(wanted: string): Promise<string>;
}

export function createDevices(compute: Compute): Devices {
  let verdicts: Promise<readonly DeviceInfo[]> | null = null;

  async function probeAll(): Promise<readonly DeviceInfo[]> {
    const found: DeviceInfo[] = [];
    for (const device of knownDevices) {
      const verdict = await compute.probe(device).catch((error: Error) => ({ available: false, detail: error.message, milliseconds: null }));
      found.push({ device, ...verdict });
    }
    return found;
  }

  function list(): Promise<readonly DeviceInfo[]> {
    verdicts ??= probeAll();
    return verdicts;
  }

  return {
    list,
    async choose(wanted) {
      if (wanted === 'cpu') return 'cpu';
      const devices = await list();
      // The faster one: an emulated GPU gives right results, but slower than the CPU itself.
      if (wanted === 'auto') return devices.toSorted((a, b) => (a.milliseconds ?? Infinity) - (b.milliseconds ?? Infinity))[0]?.device ?? 'cpu';
      const device = devices.find(({ device }) => device === wanted);
      if (!device) throw new AppError('invalid', `There is no device "${wanted.slice(0, 40)}". Known: auto, ${[...knownDevices].reverse().join(', ')}.`);
      if (!device.available) throw new AppError('invalid', `${wanted} cannot be used on this machine: ${device.detail} Choose cpu or auto.`);
      return wanted;
    },
  };
}
