import type { Pixels } from "./pixels.ts";

/** The part of the libraries' own loaders that is used here. */
export type EmscriptenFactory<Library> = (overrides: {
  readonly noInitialRun: true;
  locateFile(path: string): string;
  print(): void;
  printErr(): void;
  instantiateWasm(imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void): WebAssembly.Exports;
}) => Promise<Library>;

/**
 * A library with a memory of its own, for one picture: a memory never shrinks, and what a damaged picture leaves in one is unknown. The
 * loaders would otherwise fetch the file themselves, and write to the console.
 */
export function openLibrary<Library>(
  factory: EmscriptenFactory<Library>,
  module: WebAssembly.Module,
): Promise<Library> {
  provideImageData();
  return factory({
    noInitialRun: true,
    locateFile: (path) => path,
    print() {},
    printErr() {},
    instantiateWasm(imports, ready) {
      const instance = new WebAssembly.Instance(module, imports);
      ready(instance);
      return instance.exports;
    },
  });
}

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
