/** Just enough of the protocol buffer wire format to write an ONNX file. A message is the list of its encoded fields. */

export type Message = readonly Uint8Array[];

const text = new TextEncoder();

/** Little-endian groups of 7 bits; negative numbers as 64-bit two's complement. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

export function intField(field: number, value: number | bigint): Message {
  return [varint(field * 8), varint(value)];
}

export function floatField(field: number, value: number): Message {
  return [varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)];
}

export function bytesField(field: number, bytes: Uint8Array): Message {
  return [varint(field * 8 + 2), varint(bytes.byteLength), bytes];
}

export function stringField(field: number, value: string): Message {
  return bytesField(field, text.encode(value));
}

export function messageField(field: number, ...parts: readonly Message[]): Message {
  const fields = parts.flat();
  const length = fields.reduce((sum, part) => sum + part.byteLength, 0);
  return [varint(field * 8 + 2), varint(length), ...fields];
}

export function join(parts: Message): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
