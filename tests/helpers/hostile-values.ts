/** Values that a page gone wrong, or someone in its place, could send: what JSON can carry, and what structured clone can besides. */

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

export const jsonValues: readonly unknown[] = [
  null, true, false, 0, -0, 1, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 31, -(2 ** 31), 4294967296,
  '', ' ', 'a', '0', '-1', '1e999', 'null', 'undefined', 'NaN', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '../../etc/passwd', '/etc/passwd',
  'C:\\Windows\\win.ini', 'file:///etc/passwd', "'; DROP TABLE items; --", '" OR 1=1', '%', '_', '*', '\\', '<script>window.__pwned=1</script>', '${7*7}', '{{7*7}}', '=1+1', '\0', 'a\0b',
  '\ud800', '\udc00x', '\ufeff', '\u202eabc', 'é', 'e\u0301', '👩‍👩‍👧', 'x'.repeat(1_000_001), '\n\r\t', '2026-11-21',
  [], [[]], [null], [1, 2, 3], ['a'], Array(10_000).fill('x'), nested(500),
  {}, { a: 1 }, { length: 1 }, { then: 1 }, JSON.parse('{"__proto__": {"polluted": true}}'), { constructor: { prototype: {} } }, { toString: 1 }, { valueOf: null }, { toJSON: 'x' },
  Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index])),
];

/** What no JSON text can hold but a MessagePort can carry. */
export const liveValues: readonly unknown[] = [
  undefined, NaN, Infinity, -Infinity, 1n, -(2n ** 64n), new Date(0), new Date(NaN), /a+$/, new Map([['a', 1]]), new Set([1]), new Error('x'), new ArrayBuffer(8), new Uint8Array(4),
  new Float64Array([NaN]), new BigInt64Array(1), new DataView(new ArrayBuffer(1)), Object(1), Object('a'), Object(true), Object(1n), new Array(3), Object.assign([], { extra: 1 }),
  (() => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    return circular;
  })(),
  Object.create(null), new Blob([]),
];
