/** One library each, compiled to WebAssembly: MozJPEG, libwebp and the `png` of Rust. */
export type CodecName = "jpeg-decoder" | "jpeg-encoder" | "webp-decoder" | "webp-encoder" | "png";

/** Compiles a library when it is first needed, and then returns the same one. */
export type Codecs = (name: CodecName) => Promise<WebAssembly.Module>;

export function codecsFrom(
  read: Readonly<Record<CodecName, () => Promise<WebAssembly.Module | BufferSource>>>,
): Codecs {
  const compiled = new Map<CodecName, Promise<WebAssembly.Module>>();
  return (name) => {
    let module = compiled.get(name);
    if (!module) {
      module = read[name]().then(compile);
      module.catch(() => compiled.delete(name));
      compiled.set(name, module);
    }
    return module;
  };
}

async function compile(content: WebAssembly.Module | BufferSource): Promise<WebAssembly.Module> {
  return content instanceof WebAssembly.Module ? content : WebAssembly.compile(content);
}
