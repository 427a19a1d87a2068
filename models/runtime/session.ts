/** Opens ONNX models. This folder is the only importer of onnxruntime-node. */
import type { InferenceSession, OnnxValue, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Feeds, Tensor, TensorData } from '../graph/tensor.ts';
import { loadRuntime, providers, type Device } from './devices.ts';

export interface SessionOptions {
  readonly device?: Device;
  /** CPU threads of one operator. Two lose to one on a contended machine, so it is a setting. */
  readonly threads?: number;
  /** Idle threads wait for work by spinning: a little faster alone, twice as slow beside other programs (453 against 1,011 ms a step), so off unless asked for. */
  readonly spinning?: boolean;
  /** Outputs that stay on the device; see `trainer.ts`. */
  readonly onDevice?: readonly string[];
  /** Writes a profile to this path prefix; `dispose` completes the file. */
  readonly profile?: string;
  /** Logs where each node was placed to the process's stderr. */
  readonly logPlacement?: boolean;
}

export interface Model {
  readonly device: Device;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Feeds that the model does not read are ignored. */
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export async function openModel(bytes: Uint8Array, options: SessionOptions = {}): Promise<Model> {
  const session = await openSession(bytes, options);
  return {
    device: options.device ?? 'cpu',
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async (feeds) => {
      const results = await session.run(toRuntime(feeds, session.inputNames));
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromRuntime(value)]));
    },
    dispose: async () => {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

export async function openSession(bytes: Uint8Array, options: SessionOptions): Promise<InferenceSession> {
  const { device = 'cpu', threads, spinning, onDevice, profile, logPlacement } = options;
  const config: InferenceSession.SessionOptions = {
    executionProviders: providers[device],
    graphOptimizationLevel: 'all',
    logSeverityLevel: logPlacement === true ? 0 : 3,
  };
  if (threads !== undefined) config.intraOpNumThreads = threads;
  if (spinning !== true) config.extra = { session: { intra_op: { allow_spinning: '0' } } };
  if (onDevice !== undefined && onDevice.length > 0) config.preferredOutputLocation = Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer' as const]));
  if (profile !== undefined) Object.assign(config, { enableProfiling: true, profileFilePrefix: profile });
  return loadRuntime().InferenceSession.create(bytes, config);
}

export function toRuntime(feeds: Feeds, names: readonly string[]): Record<string, OrtTensor> {
  const { Tensor: Constructor } = loadRuntime();
  return Object.fromEntries(
    names.map((name) => {
      const feed = feeds[name];
      if (feed === undefined) throw new Error(`nothing is fed to ${name}`);
      return [name, new Constructor(feed.dtype, feed.data as never, feed.dims) as OrtTensor];
    }),
  );
}

export function fromRuntime(value: OnnxValue): Tensor {
  const tensor = value as OrtTensor;
  return { dtype: tensor.type as Tensor['dtype'], data: tensor.data as TensorData, dims: tensor.dims };
}
