/** A minimal assembler for WebAssembly with SIMD: enough for loops over float32 arrays. Encodings: webassembly.github.io/spec, binary format. */

export type Code = readonly number[];

export const types = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

export function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

const simd = (opcode: number, ...rest: Code): Code => [0xfd, ...unsigned(opcode), ...rest];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...(value < 0x40 ? [value] : [(value & 0x7f) | 0x80, value >> 7])]; // 0 to 8,191
export const addI32 = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const addF64 = (a: Code, b: Code): Code => [...a, ...b, 0xa0];

export const load = (address: Code): Code => [...address, ...simd(0, 4, 0)]; // 16-byte aligned
export const store = (address: Code, value: Code): Code => [...address, ...value, ...simd(11, 4, 0)];
export const splat = (value: Code): Code => [...value, ...simd(19)];
export const add = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe4)];
export const sub = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe5)];
export const mul = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe6)];
export const div = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe7)];
export const sqrt = (a: Code): Code => [...a, ...simd(0xe3)];
/** The two lower floats as doubles; `upperHalf` brings the two upper ones down first. */
export const toDoubles = (a: Code): Code => [...a, ...simd(0x5f)];
export const upperHalf = (a: Code): Code => [...a, ...a, ...simd(13, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)];
export const addDoubles = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xf0)];
export const mulDoubles = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xf2)];
export const lane = (a: Code, index: 0 | 1): Code => [...a, ...simd(0x21, index)];

/** Repeats `body` while the address in `local` is below the one in `end`; both are multiples of 16. */
export function whileBelow(local: number, end: number, body: Code): Code {
  const isBelow: Code = [...get(local), ...get(end), 0x49];
  return [0x02, 0x40, ...isBelow, 0x45, 0x0d, 0, 0x03, 0x40, ...body, ...isBelow, 0x0d, 0, 0x0b, 0x0b];
}

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A module that imports `env.memory` and exports each function. */
function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const text = (value: string): Code => vector([...new TextEncoder().encode(value)].map((byte) => [byte]));
  const section = (id: number, items: readonly Code[]): Code => {
    const body = vector(items);
    return [id, ...unsigned(body.length), ...body];
  };
  const types = functions.map(({ parameters, results }): Code => [0x60, ...vector(parameters.map((type) => [type])), ...vector(results.map((type) => [type]))]);
  const bodies = functions.map(({ locals, body }): Code => {
    const code = [...vector(locals.map((type) => [1, type])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...text('env'), ...text('memory'), 2, 0, 1]]), // at least one page
    ...section(3, functions.map((_, i) => unsigned(i))),
    ...section(7, functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)])),
    ...section(10, bodies),
  ]);
}

/** The part of the WebAssembly API used here: TypeScript knows it only together with the DOM. */
interface Api {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}
export interface Memory {
  readonly buffer: ArrayBuffer;
}
const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: Api };

/** Memory that never moves: it can be viewed for as long as it lives. */
export function createMemory(bytes: number): Memory {
  const pages = Math.max(Math.ceil(bytes / 65_536), 1);
  return new api.Memory({ initial: pages, maximum: pages });
}

export function instantiate(functions: readonly WasmFunction[], memory: Memory): unknown {
  return new api.Instance(new api.Module(assemble(functions)), { env: { memory } }).exports;
}
