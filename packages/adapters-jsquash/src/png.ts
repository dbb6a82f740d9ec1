import { ImageError } from "@plinth/core";
import type { Codecs } from "./codecs.ts";
import type { PictureDecoder, PictureEncoder } from "./library.ts";
import type { Pixels } from "./pixels.ts";

/** What the library exports; an address is a number of bytes into its memory. */
interface PngLibrary {
  readonly memory: WebAssembly.Memory;
  encode(result: number, at: number, length: number, width: number, height: number, bits: number): void;
  decode(at: number, length: number): number;
  __wbindgen_add_to_stack_pointer(bytes: number): number;
  __wbindgen_malloc(bytes: number, align: number): number;
}

/** The functions that the library calls have a hash behind their names. */
const DECODED = "__wbg_newwithownedu8clampedarray";

export async function pngDecoder(codecs: Codecs): Promise<PictureDecoder> {
  const module = await codecs("png");
  let pixels: Pixels | undefined;
  const library = openPng(module, (memory, at, length, width, height) => {
    pixels = { data: new Uint8ClampedArray(memory.buffer as ArrayBuffer, at, length), width, height };
  });
  return (bytes) => {
    library.decode(written(library, bytes), bytes.byteLength);
    if (!pixels) throw new ImageError("invalid", "the PNG has no pixels");
    return { pixels, orientation: 1 };
  };
}

export async function pngEncoder(codecs: Codecs): Promise<PictureEncoder> {
  const library = openPng(await codecs("png"), () => {});
  return ({ data, width, height }) => {
    const at = written(library, data);
    const result = library.__wbindgen_add_to_stack_pointer(-16);
    library.encode(result, at, data.byteLength, width, height, 8);
    const answer = new Uint32Array(library.memory.buffer, result, 2);
    return new Uint8Array(library.memory.buffer as ArrayBuffer).slice(answer[0], answer[0]! + answer[1]!);
  };
}

/**
 * The library with a memory of its own, for one picture. Its package has a loader for one instance in a process, which a damaged picture
 * would leave in an unknown state, as the library stops where it is.
 */
function openPng(
  module: WebAssembly.Module,
  decoded: (memory: WebAssembly.Memory, at: number, length: number, width: number, height: number) => void,
): PngLibrary {
  const unused = () => 0;
  const imports: Record<string, (...numbers: number[]) => number | undefined> = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    imports[name] = name.startsWith(DECODED)
      ? (at, length, width, height) => {
          decoded(library.memory, at!, length!, width!, height!);
          return 0;
        }
      : unused;
  }
  imports.__wbindgen_throw = () => {
    throw new ImageError("invalid", "the PNG is damaged");
  };
  const library = new WebAssembly.Instance(module, { wbg: imports }).exports as unknown as PngLibrary;
  return library;
}

function written(library: PngLibrary, bytes: Uint8Array | Uint8ClampedArray): number {
  const at = library.__wbindgen_malloc(bytes.byteLength, 1) >>> 0;
  new Uint8Array(library.memory.buffer).set(bytes, at);
  return at;
}
