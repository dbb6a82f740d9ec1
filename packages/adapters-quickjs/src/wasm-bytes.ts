/** Reads the binary form of WebAssembly: https://webassembly.github.io/spec/core/binary/ */
export class WasmReader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error("the WebAssembly file ends too early");
    return value;
  }

  /** An unsigned number of at most 32 bits, in LEB128. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
  }

  /** A number in LEB128 whose value is not needed, signed or not. */
  skipNumber(): void {
    while ((this.byte() & 0x80) !== 0);
  }

  skip(count: number): void {
    this.at += count;
  }

  take(count: number): Uint8Array {
    const from = this.at;
    this.at += count;
    return this.bytes.subarray(from, this.at);
  }
}

/** Collects the parts of a file, and copies each once. */
export class WasmWriter {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  add(part: Uint8Array | readonly number[]): this {
    const bytes = part instanceof Uint8Array ? part : Uint8Array.from(part);
    this.#parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  u32(value: number): this {
    return this.add(leb128(value));
  }

  /** Bytes behind their length, as sections, names and bodies of functions are. */
  sized(part: Uint8Array): this {
    return this.u32(part.length).add(part);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}
