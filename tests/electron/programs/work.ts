/** The contract of worker.ts. */
import type { Allowed } from '../../../electron/transport/channel.ts';

export interface Work {
  readonly work: {
    identify(request: {}): Promise<{ readonly pid: number; readonly folder: string; readonly parent: number }>;
    sum(request: { readonly values: Float64Array }): Promise<number>;
    wait(request: {}): Promise<void>;
    /** One event every 60 ms. */
    report(request: { readonly times: number }): Promise<void>;
    hang(request: {}): Promise<void>;
    abort(request: {}): Promise<void>;
  };
}

export interface WorkEvents {
  readonly reported: { readonly time: number };
}

export const workMethods = { work: { identify: true, sum: true, wait: true, report: true, hang: true, abort: true } } as const satisfies Allowed<Work>;
