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

// Four floats, or one float beside three zeros. Alignments are hints: other addresses are right too.
export const load = (address: Code): Code => [...address, ...simd(0, 4, 0)];
export const store = (address: Code, value: Code): Code => [...address, ...value, ...simd(11, 4, 0)];
export const loadOne = (address: Code): Code => [...address, ...simd(92, 2, 0)];
export const storeOne = (address: Code, value: Code): Code => [...address, ...value, ...simd(90, 2, 0, 0)];
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

/** Repeats `body` while the address in `local`, and `ahead` bytes behind it, are below the one in `end`. */
export function whileBelow(local: number, end: number, body: Code, ahead = 0): Code {
  const isBelow: Code = [...(ahead === 0 ? get(local) : addI32(get(local), i32(ahead))), ...get(end), 0x49];
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
  grow(pages: number): number;
}
const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: Api };

const pageBytes = 65_536;
const addressable = 65_536; // pages: 4 GiB

/** Memory of `bytes` that may grow up to `limit`. Growing leaves the bytes where they are but ends every view of them. */
export function createMemory(bytes: number, limit = bytes): Memory {
  const pages = (size: number): number => Math.max(Math.ceil(size / pageBytes), 1);
  if (pages(bytes) > addressable) throw new Error(`weights, gradients and moments take ${(bytes / 2 ** 30).toFixed(1)} GiB; a trainer on the CPU holds at most 4`);
  return new api.Memory({ initial: pages(bytes), maximum: Math.min(pages(limit), addressable) });
}

/** Makes room for `bytes` in all; says whether the views have to be made anew. */
export function ensureRoom(memory: Memory, bytes: number): boolean {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes);
  if (missing > 0) memory.grow(missing);
  return missing > 0;
}

export function instantiate(functions: readonly WasmFunction[], memory: Memory): unknown {
  return new api.Instance(new api.Module(assemble(functions)), { env: { memory } }).exports;
}
