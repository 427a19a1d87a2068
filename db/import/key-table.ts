/** Numbers filed under the hash of a text, in flat arrays: 48 bytes a key at most, 18 at least, where a Map of strings would hold the strings. */

/** 53-bit hash of texts in their order (two multiplicative 32-bit hashes, as in MurmurHash's finaliser). Equal texts are equal; others almost never. */
export function hashText(...texts: readonly string[]): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    a = Math.imul(a ^ 0x1f, 2654435761); // the end of a text counts too
    b = Math.imul(b ^ 0x1f, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0) + 1; // never 0, which marks a free slot
}

export class KeyTable {
  readonly #Values: Int32ArrayConstructor | Uint8ArrayConstructor;
  #hashes = new Float64Array(1 << 12);
  #values: Int32Array | Uint8Array;
  #size = 0;

  /** `Values`: how large the numbers are. */
  constructor(Values: Int32ArrayConstructor | Uint8ArrayConstructor = Int32Array) {
    this.#Values = Values;
    this.#values = new Values(this.#hashes.length);
  }

  /** The value filed under this hash, or null. */
  get(hash: number): number | null {
    const slot = this.#slot(hash);
    return this.#hashes[slot] === 0 ? null : this.#values[slot]!;
  }

  set(hash: number, value: number): void {
    if (this.#size * 2 >= this.#hashes.length) this.#grow();
    const slot = this.#slot(hash);
    if (this.#hashes[slot] === 0) this.#size += 1;
    this.#hashes[slot] = hash;
    this.#values[slot] = value;
  }

  /** Where the hash stands, or the free slot where it would. */
  #slot(hash: number): number {
    const mask = this.#hashes.length - 1;
    let slot = (hash % 0x7fffffff) & mask;
    while (this.#hashes[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const values = this.#values;
    this.#hashes = new Float64Array(hashes.length * 2);
    this.#values = new this.#Values(hashes.length * 2);
    for (let index = 0; index < hashes.length; index += 1) {
      const hash = hashes[index]!;
      if (hash === 0) continue;
      const slot = this.#slot(hash);
      this.#hashes[slot] = hash;
      this.#values[slot] = values[index]!;
    }
  }
}
