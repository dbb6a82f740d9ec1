import type { Pixels } from "./pixels.ts";

/** The part of the libraries' own loaders that is used here. */
export type EmscriptenFactory<Library> = (overrides: {
  readonly noInitialRun: true;
  locateFile(path: string): string;
  print(): void;
  printErr(): void;
  instantiateWasm(imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void): WebAssembly.Exports;
}) => Promise<Library>;

/** Bytes that the memory of a library may grow to. */
export interface MemoryLimit {
  bytes: number;
  /** The library has asked for more. What it answers then is not to be trusted. */
  isReached?: boolean;
}

/**
 * A library with a memory of its own, for one picture: a memory never shrinks, and what a damaged picture leaves in one is unknown. The
 * loaders would otherwise fetch the file themselves, and write to the console.
 */
export function openLibrary<Library>(
  factory: EmscriptenFactory<Library>,
  module: WebAssembly.Module,
  limit?: MemoryLimit,
): Promise<Library> {
  provideImageData();
  return factory({
    noInitialRun: true,
    locateFile: (path) => path,
    print() {},
    printErr() {},
    instantiateWasm(imports, ready) {
      const instance = new WebAssembly.Instance(module, imports);
      if (limit) bound(instance, limit);
      ready(instance);
      return instance.exports;
    },
  });
}

/** The loaders let the memory grow by its own function, and tell the library where that fails. */
function bound({ exports }: WebAssembly.Instance, limit: MemoryLimit): void {
  const memory = Object.values(exports).find((one) => one instanceof WebAssembly.Memory);
  if (!memory) throw new Error("a library without a memory");
  memory.grow = (pages) => {
    const bytes = memory.buffer.byteLength + pages * PAGE_BYTES;
    // Loaders ask for some more than they need at first.
    limit.isReached = bytes > limit.bytes;
    if (limit.isReached) throw new RangeError(`a library asked for ${bytes} bytes, of at most ${limit.bytes}`);
    return WebAssembly.Memory.prototype.grow.call(memory, pages);
  };
}

/** https://webassembly.github.io/spec/core/exec/runtime.html#page-size */
const PAGE_BYTES = 65_536;

/** The decoders make one by its global name, which servers do not have. */
function provideImageData(): void {
  const names = globalThis as { ImageData?: unknown };
  names.ImageData ??= class implements Pixels {
    constructor(
      readonly data: Pixels["data"],
      readonly width: number,
      readonly height: number,
    ) {}
  };
}
