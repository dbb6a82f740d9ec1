import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSRuntime } from "quickjs-emscripten-core";
import { copyImage } from "./heap-image.ts";
import { type MemorySize, WASM_PAGE_BYTES } from "./memory-pool.ts";
import { FIRST_PAGES, FUEL } from "./meter.ts";
import type { RealmImage } from "./realm-image.ts";

/** What a memory may have beside objects: the data and the stack of QuickJS, and what its allocator cannot use. */
const OWN_PAGES = 256;
/** Of calls within calls. Its own stack has a megabyte, and that of the host about as much. */
const STACK_BYTES = 256 * 1024;

/** QuickJS with a memory of its own, for one program. */
export interface Instance {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  /** Turns of loops that are left; below zero the next one traps. */
  readonly fuel: { value: bigint };
  readonly memory: WebAssembly.Memory;
  readonly places: InstancePlaces;
  /** How often the interpreter has asked its host: for the time, for a function of the host … Only where that is `watched`. */
  readonly asked: () => number;
}

/** Where in its memory it has what. */
export interface InstancePlaces {
  readonly runtime: number;
  readonly context: number;
  /** What the interpreter returns beside a value. */
  readonly scratch: number;
}

export interface InstanceOptions {
  /** Without content. */
  readonly memory: WebAssembly.Memory;
  /** The limit of its objects. */
  readonly memoryBytes: number;
  /** What it holds at its start. Absent: the interpreter alone. */
  readonly image?: RealmImage | undefined;
  readonly isWatched?: boolean;
  /** Called before it holds anything but the program of the interpreter. */
  readonly began?: () => void;
}

/** What the loader of the package takes and returns. */
type QuickjsLoader = (options: {
  readonly wasmMemory: WebAssembly.Memory;
  print(): void;
  printErr(): void;
  instantiateWasm(imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void): WebAssembly.Exports;
}) => Promise<LoadedQuickjs>;

interface LoadedQuickjs {
  _malloc(bytes: number): number;
}

/** Functions of the interpreter that make what an image has already. */
type QuickjsFunctions = Record<"QTS_NewRuntime" | "QTS_NewContext" | "QTS_NewFunction", (...of: unknown[]) => number>;

/** The memory of an instance: it cannot grow beyond what its objects may need. */
export function memorySize(memoryBytes: number, image?: RealmImage): MemorySize {
  const initial = image ? image.heap.byteLength / WASM_PAGE_BYTES : FIRST_PAGES;
  return { initial, maximum: OWN_PAGES + Math.ceil(memoryBytes / WASM_PAGE_BYTES) };
}

/** What a trap leaves in an instance is unknown; so a program gets a new one, which goes with all that it held. Nothing in it has to be freed. */
export async function openInstance(module: WebAssembly.Module, options: InstanceOptions): Promise<Instance> {
  const { memory, image, memoryBytes, began, isWatched = false } = options;
  let fuel: Instance["fuel"] | undefined;
  let loaded: LoadedQuickjs | undefined;
  const places = { runtime: 0, context: 0, scratch: 0, ...image?.places };
  let asked = 0;
  const count = () => void asked++;
  const load = async () => {
    const loader = loaderIn(await variant.importModuleLoader());
    return async () => {
      loaded = await loader({
        wasmMemory: memory,
        print() {},
        printErr() {},
        instantiateWasm(imports, ready) {
          const instance = new WebAssembly.Instance(module, isWatched ? watched(imports, count) : imports);
          fuel = instance.exports[FUEL] as unknown as Instance["fuel"];
          ready(instance);
          return instance.exports;
        },
      });
      if (image) copyImage(image.heap, memory);
      began?.();
      return loaded;
    };
  };
  const own = { type: "sync", importFFI: () => functionsAt(places, image), importModuleLoader: load };
  const quickjs = await newQuickJSWASMModuleFromVariant(own as unknown as typeof variant);
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setModuleLoader((name) => ({
    error: new TypeError(`Cannot import ${name}: a function is one file. Bundle it.`),
  }));
  // A program has the same memory whether it begins with an image or not: it uses as many turns. So the library takes the same place again.
  const { _malloc } = loaded!;
  loaded!._malloc = (bytes) => (places.scratch ||= _malloc(bytes));
  const context = runtime.newContext();
  loaded!._malloc = _malloc;
  return { runtime, context, fuel: fuel!, memory, places, asked: () => asked };
}

/** With an image, the interpreter's objects exist in its memory already: what would create them returns their addresses. */
async function functionsAt(places: { runtime: number; context: number }, image: RealmImage | undefined) {
  const Functions = (await variant.importFFI()) as unknown as new (module: unknown) => QuickjsFunctions;
  return class extends Functions {
    constructor(module: unknown) {
      super(module);
      const { QTS_NewRuntime, QTS_NewContext } = this;
      this.QTS_NewRuntime = () => (places.runtime ||= QTS_NewRuntime());
      this.QTS_NewContext = (...of) => (places.context ||= QTS_NewContext(...of));
      if (image) this.QTS_NewFunction = () => 0;
    }
  };
}

function watched(imports: WebAssembly.Imports, count: () => void): WebAssembly.Imports {
  const counted = (value: WebAssembly.ImportValue): WebAssembly.ImportValue => {
    if (typeof value !== "function") return value;
    return (...values: unknown[]) => {
      count();
      return (value as (...values: unknown[]) => unknown)(...values);
    };
  };
  const entries = Object.entries(imports).map(([name, values]) => {
    const all = Object.entries(values).map(([key, value]) => [key, counted(value)] as const);
    return [name, Object.fromEntries(all)] as const;
  });
  return Object.fromEntries(entries);
}

/** Bundlers wrap the package's CommonJS in different ways. */
function loaderIn(found: unknown): QuickjsLoader {
  if (typeof found === "function") return found as QuickjsLoader;
  return loaderIn((found as { default: unknown }).default);
}

/** Whether it has once had about as much as it may. Promises that there was no memory for are never settled. */
export function isFull(memory: WebAssembly.Memory, memoryBytes: number): boolean {
  return memory.buffer.byteLength > OWN_PAGES * WASM_PAGE_BYTES + memoryBytes / 2;
}
