/** Runs cases in onnxruntime and holds them against the interpreter. */
import { gradients } from '../../../models/graph/gradients.ts';
import { evaluate } from '../../../models/graph/interpreter.ts';
import { writeModel } from '../../../models/graph/onnx.ts';
import { mul, add, reduceSum } from '../../../models/graph/operators.ts';
import { constant, sizeOf, type Value } from '../../../models/graph/value.ts';
import type { Device } from '../../../models/runtime/devices.ts';
import { openModel } from '../../../models/runtime/session.ts';
import { spread, type Case } from './cases.ts';

/** A scalar in which the elements of every float output weigh differently. */
export function probe({ outputs }: Case): Value {
  const parts = outputs.flatMap((output, i) => (output.dtype === 'float32' ? [reduceSum(mul(output, weightsFor(output, i)))] : []));
  return parts.reduce((a, b) => add(a, b));
}

/** Over all axes behind the last symbolic one, where sizes are known. */
function weightsFor(output: Value, seed: number): Value {
  const known = output.shape.slice(output.shape.findLastIndex((dim) => typeof dim === 'string') + 1) as readonly number[];
  return constant(spread(sizeOf(known), seed + 11), known);
}

/** The largest deviation of outputs and gradients from the interpreter, relative to the largest number of each tensor (at least 1). */
export async function deviation(item: Case, device: Device, threads = 1): Promise<number> {
  const derivatives = item.wrt.length === 0 ? [] : gradients(probe(item), item.wrt);
  const values = [...item.outputs, ...derivatives];
  const named = Object.fromEntries(values.map((value, i) => [`y${i}`, value]));
  const expected = evaluate(values, item.feeds);
  const model = await openModel(writeModel({ outputs: named, parametersAs: 'inputs' }), { device, threads });
  const actual = await model.run(item.feeds);
  await model.dispose();
  let worst = 0;
  for (const [i, { data, dims }] of expected.entries()) {
    const got = actual[`y${i}`]!;
    if (got.dims.join() !== dims.join()) throw new Error(`${item.name}: output ${i} is [${got.dims}], not [${dims}]`);
    const scale = data.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1);
    for (const [k, x] of data.entries()) worst = Math.max(worst, Math.abs(Number(got.data[k]) - x) / scale || (Number.isNaN(Number(got.data[k])) ? Infinity : 0));
  }
  return worst;
}
