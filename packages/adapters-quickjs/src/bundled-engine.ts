import { engineFrom } from "./engine.ts";

/** QuickJS as a part of a bundle: on Workers as a compiled module, as code may not compile any there. */
export const bundledEngine = engineFrom(
  async () => (await import("@jitl/quickjs-wasmfile-release-sync/wasm")).default as WebAssembly.Module | Uint8Array,
);
