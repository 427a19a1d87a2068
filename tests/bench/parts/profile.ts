/** Reads off an onnxruntime profile where a step's time goes, and how many floating-point operations its matrix products are. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

type Shapes = readonly Readonly<Record<string, readonly number[]>>[];

interface ProfileEvent {
  readonly cat?: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly provider?: string; readonly input_type_shape?: Shapes; readonly output_type_shape?: Shapes };
}

export interface OperatorTime {
  readonly operator: string;
  /** Per run. */
  readonly milliseconds: number;
  readonly calls: number;
}

export interface Profile {
  readonly runs: number;
  /** Milliseconds of a run. */
  readonly graph: number;
  /** Longest first. */
  readonly operators: readonly OperatorTime[];
  /** Floating-point operations of the matrix products of a run, and their milliseconds. */
  readonly flop: number;
  readonly products: number;
}

/** @param skip runs at the start that do not count */
export function readProfile(prefix: string, skip: number): Profile {
  const file = readdirSync(dirname(prefix)).find((name) => name.startsWith(basename(prefix)));
  if (file === undefined) throw new Error(`no profile starts with ${prefix}`);
  const events = JSON.parse(readFileSync(join(dirname(prefix), file), 'utf8')) as ProfileEvent[];
  // A run's own event follows those of its nodes.
  const times = new Map<string, { microseconds: number; calls: number }>();
  let [runs, graph, flop, products] = [-skip, 0, 0, 0];
  for (const { cat, name, dur, args } of events) {
    if (cat === 'Session' && name === 'model_run') {
      if (runs++ >= 0) graph += dur;
    } else if (runs >= 0 && cat === 'Node' && name.endsWith('_kernel_time') && args?.op_name !== undefined) {
      const time = times.get(args.op_name) ?? { microseconds: 0, calls: 0 };
      times.set(args.op_name, { microseconds: time.microseconds + dur, calls: time.calls + 1 });
      if (/MatMul|Gemm/.test(args.op_name)) {
        flop += productFlop(dimsOf(args.input_type_shape), dimsOf(args.output_type_shape));
        products += dur;
      }
    }
  }
  if (runs <= 0) throw new Error(`${file} holds ${runs + skip} runs`);
  return {
    runs, graph: graph / runs / 1000, flop: flop / runs, products: products / runs / 1000,
    operators: [...times].map(([operator, { microseconds, calls }]) => ({ operator, milliseconds: microseconds / runs / 1000, calls: calls / runs })).sort((a, b) => b.milliseconds - a.milliseconds),
  };
}

function dimsOf(shapes: Shapes | undefined): readonly number[] {
  return Object.values(shapes?.[0] ?? {})[0] ?? [];
}

/** 2 M N K per product: `first` [..., M, K] or, transposed, [..., K, M]; `result` [..., M, N]. */
function productFlop(first: readonly number[], result: readonly number[]): number {
  const k = (first.at(-1)! * first.at(-2)!) / result.at(-2)!;
  return 2 * k * result.reduce((a, b) => a * b, 1);
}
