/** Shape arithmetic with symbolic sizes. */
import { graphError, showShape, type Dim, type Shape } from './value.ts';

/** numpy broadcasting: align at the right; a 1 stretches; anything else must be equal. */
export function broadcastShapes(op: string, ...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let result: Dim = 1;
    for (const shape of shapes) {
      const dim = shape[axis - rank + shape.length] ?? 1;
      if (dim === 1 || dim === result) continue;
      if (result !== 1) throw graphError(op, `cannot broadcast ${shapes.map(showShape).join(' with ')}`);
      result = dim;
    }
    return result;
  });
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** Turns -1 into the last axis and refuses what is out of range. */
export function resolveAxis(op: string, axis: number, shape: Shape): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= shape.length) throw graphError(op, `axis ${axis} of ${showShape(shape)}`);
  return resolved;
}

export function resolveAxes(op: string, axes: number | readonly number[], shape: Shape): readonly number[] {
  const resolved = (typeof axes === 'number' ? [axes] : axes).map((axis) => resolveAxis(op, axis, shape)).sort((a, b) => a - b);
  if (new Set(resolved).size !== resolved.length) throw graphError(op, `an axis appears twice in [${resolved}]`);
  return resolved;
}

/** The shape left when `axes` are summed away. */
export function reduceShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)) : shape.filter((_, axis) => !axes.includes(axis));
}

/** Axes along which `from` was stretched to become `to`, counted in `to`. */
export function broadcastAxes(from: Shape, to: Shape): readonly number[] {
  const offset = to.length - from.length;
  return to.map((_, axis) => axis).filter((axis) => axis < offset || from[axis - offset] !== to[axis]);
}

/** The numeric factor of a shape's size and its symbols in order; two shapes of equal factors hold equally many elements. */
function factors(shape: Shape): { readonly count: number; readonly symbols: readonly string[] } {
  let count = 1;
  const symbols: string[] = [];
  for (const dim of shape) {
    for (const factor of typeof dim === 'number' ? [dim] : dim.split('*')) {
      const number = Number(factor);
      if (Number.isNaN(number)) symbols.push(String(factor));
      else count *= number;
    }
  }
  return { count, symbols: symbols.sort() };
}

/** Checks a reshape and fills in its single -1. */
export function reshapeShape(from: Shape, to: Shape): Shape {
  const hole = to.indexOf(-1);
  const whole = factors(from);
  const given = factors(to.filter((_, axis) => axis !== hole));
  const mismatch = () => graphError('reshape', `${showShape(from)} does not hold as many elements as ${showShape(to)}`);
  if (hole < 0) {
    if (whole.count !== given.count || whole.symbols.join() !== given.symbols.join()) throw mismatch();
    return to;
  }
  const symbols = [...whole.symbols];
  for (const symbol of given.symbols) {
    const at = symbols.indexOf(symbol);
    if (at < 0) throw mismatch();
    symbols.splice(at, 1);
  }
  if (to.lastIndexOf(-1) !== hole || given.count === 0 || whole.count % given.count !== 0) throw mismatch();
  const count = whole.count / given.count;
  const dim: Dim = symbols.length === 0 ? count : [...(count === 1 ? [] : [String(count)]), ...symbols].join('*');
  return to.map((size, axis) => (axis === hole ? dim : size));
}
