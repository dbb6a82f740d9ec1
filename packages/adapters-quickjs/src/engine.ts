import { FUEL, meterWasm } from "./meter.ts";

/** Compiles QuickJS when it is first needed, and then returns the same one. */
export type QuickjsEngine = () => Promise<WebAssembly.Module>;

/** `read` returns a compiled module where the host compiles itself, and bytes elsewhere. Bundles have a metered file already. */
export function engineFrom(read: () => Promise<WebAssembly.Module | Uint8Array>): QuickjsEngine {
  let compiled: Promise<WebAssembly.Module> | undefined;
  return () => {
    compiled ??= read()
      .then(compile)
      .catch((error: unknown) => {
        compiled = undefined;
        throw error;
      });
    return compiled;
  };
}

async function compile(content: WebAssembly.Module | Uint8Array): Promise<WebAssembly.Module> {
  if (content instanceof WebAssembly.Module) return metered(content);
  const module = await WebAssembly.compile(content as BufferSource);
  return isMetered(module) ? module : metered(await WebAssembly.compile(meterWasm(content)));
}

function metered(module: WebAssembly.Module): WebAssembly.Module {
  if (!isMetered(module)) throw new Error("This build of QuickJS would not be limited: its loops do not count.");
  return module;
}

const isMetered = (module: WebAssembly.Module): boolean =>
  WebAssembly.Module.exports(module).some(({ name }) => name === FUEL);
