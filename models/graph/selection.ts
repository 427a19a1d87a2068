/** Distinct rows taken out of a larger set, and the way back: packing sessions of different lengths and unpacking them. */
import { customGradient, describe, gather, mul, reshape } from './operators.ts';
import { sameShape } from './shapes.ts';
import { floats, ints, type Feeds } from './tensor.ts';
import { graphError, input, nameOf, showShape, type Shape, type Value } from './value.ts';

/** Symbolic selection; `selectionFeeds` fills it. */
export interface Selection {
  readonly name: string;
  readonly from: Shape; //    e.g. ['batch', 'length']
  readonly taken: Shape; //   e.g. ['tokens']
  readonly index: Value; //   int32 [...taken], into the flattened `from`
  readonly inverse: Value; // int32 [...from], into the flattened `taken`, 0 where nothing was taken
  readonly mask: Value; //    [...from, 1], 1 where something was taken
}

export function selectionInput(name: string, size: { readonly from: Shape; readonly taken: Shape }): Selection {
  return { name, ...size, index: input(`${name}.index`, size.taken, 'int32'), inverse: input(`${name}.inverse`, size.from, 'int32'), mask: input(`${name}.mask`, [...size.from, 1]) };
}

/** x [...from, D] -> [...taken, D] */
export function select(x: Value, selection: Selection): Value {
  const rows = leadingRows('select', x, selection.from, selection.name);
  return customGradient([x], gather(rows, selection.index), (g) => [unselect(g, selection)]);
}

/** x [...taken, D] -> [...from, D], zeros where nothing was taken. */
export function unselect(x: Value, selection: Selection): Value {
  const rows = leadingRows('unselect', x, selection.taken, selection.name);
  return customGradient([x], mul(gather(rows, selection.inverse), selection.mask), (g) => [select(g, selection)]);
}

function leadingRows(op: string, x: Value, leading: Shape, name: string): Value {
  if (!sameShape(x.shape.slice(0, -1), leading)) throw graphError(op, `${name} is of ${showShape(leading)}, the value is ${describe(x)}`);
  return reshape(x, [-1, x.shape.at(-1)!]);
}

export function selectionFeeds(selection: Selection, indices: Int32Array, size: { readonly from: readonly number[]; readonly taken?: readonly number[] }): Feeds {
  const total = size.from.reduce((a, b) => a * b, 1);
  const inverse = new Int32Array(total);
  const mask = new Float32Array(total);
  for (const [i, at] of indices.entries()) {
    if (!(at >= 0 && at < total) || mask[at] === 1) throw new Error(`${selection.name}: position ${at} is outside ${showShape(size.from)} or taken twice`);
    inverse[at] = i;
    mask[at] = 1;
  }
  return {
    [nameOf(selection.index)]: ints(indices, size.taken ?? [indices.length]),
    [nameOf(selection.inverse)]: ints(inverse, size.from),
    [nameOf(selection.mask)]: floats(mask, [...size.from, 1]),
  };
}
