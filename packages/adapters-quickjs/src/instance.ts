import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSRuntime } from "quickjs-emscripten-core";
import { FUEL } from "./meter.ts";

/** https://webassembly.github.io/spec/core/exec/runtime.html#page-size */
const PAGE_BYTES = 65_536;
/** What QuickJS is compiled to begin with: its own data and stack, and the room for the first objects. */
const FIRST_PAGES = 256;
/** Of calls within calls. Its own stack has a megabyte, and that of the host about as much. */
const STACK_BYTES = 256 * 1024;

/** QuickJS with a memory of its own, for one program. */
export interface Instance {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  /** Turns of loops that are left; below zero the next one traps. */
  readonly fuel: { value: bigint };
  readonly memory: WebAssembly.Memory;
}

/** What the loader of the package takes and returns. */
type QuickjsLoader = (options: {
  readonly wasmMemory: WebAssembly.Memory;
  print(): void;
  printErr(): void;
  instantiateWasm(imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void): WebAssembly.Exports;
}) => Promise<unknown>;

/**
 * A memory never shrinks, and what a trap leaves in one is unknown; so a program gets a new one, which goes with all that it held. Nothing in it has to
 * be freed. `memoryBytes` is the limit of its objects, and the memory cannot grow beyond it.
 */
export async function openInstance(module: WebAssembly.Module, memoryBytes: number): Promise<Instance> {
  const memory = new WebAssembly.Memory({
    initial: FIRST_PAGES,
    maximum: FIRST_PAGES + Math.ceil(memoryBytes / PAGE_BYTES),
  });
  let fuel: Instance["fuel"] | undefined;
  const load = async () => {
    const loader = loaderIn(await variant.importModuleLoader());
    return () =>
      loader({
        wasmMemory: memory,
        print() {},
        printErr() {},
        instantiateWasm(imports, ready) {
          const instance = new WebAssembly.Instance(module, imports);
          fuel = instance.exports[FUEL] as unknown as Instance["fuel"];
          ready(instance);
          return instance.exports;
        },
      });
  };
  const own = { type: "sync", importFFI: variant.importFFI, importModuleLoader: load };
  const quickjs = await newQuickJSWASMModuleFromVariant(own as unknown as typeof variant);
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setModuleLoader((name) => ({
    error: new TypeError(`Cannot import ${name}: a function is one file. Bundle it.`),
  }));
  return { runtime, context: runtime.newContext(), fuel: fuel!, memory };
}

/** Bundlers wrap the package's CommonJS in different ways. */
function loaderIn(found: unknown): QuickjsLoader {
  if (typeof found === "function") return found as QuickjsLoader;
  return loaderIn((found as { default: unknown }).default);
}

/** Whether it has once had about as much as it may. Promises that there was no memory for are never settled. */
export function isFull(memory: WebAssembly.Memory, memoryBytes: number): boolean {
  return memory.buffer.byteLength > FIRST_PAGES * PAGE_BYTES + memoryBytes / 2;
}
