/** https://webassembly.github.io/spec/core/exec/runtime.html#page-size */
export const WASM_PAGE_BYTES = 65_536;

/** In pages. */
export interface MemorySize {
  readonly initial: number;
  readonly maximum: number;
}

/** As many as wait for a program at once. */
const MOST = 2;

/**
 * Memories for instances. A new one costs more than all else that a run needs, so that of a run that has ended is used again: each of its bytes is
 * overwritten with zero before, and one that has grown is thrown away. A memory has nothing but its bytes and its size, so nobody can tell it from a new one.
 */
export class MemoryPool {
  readonly #waiting: { readonly memory: WebAssembly.Memory; readonly size: MemorySize }[] = [];

  take(size: MemorySize): WebAssembly.Memory {
    const { initial, maximum } = size;
    const index = this.#waiting.findIndex((one) => one.size.initial === initial && one.size.maximum === maximum);
    return index < 0 ? new WebAssembly.Memory(size) : this.#waiting.splice(index, 1)[0]!.memory;
  }

  /** No instance uses it any more. */
  give(memory: WebAssembly.Memory, size: MemorySize): void {
    if (memory.buffer.byteLength !== size.initial * WASM_PAGE_BYTES) return;
    if (this.#waiting.length >= MOST) this.#waiting.shift();
    new Uint8Array(memory.buffer).fill(0);
    this.#waiting.push({ memory, size });
  }
}
