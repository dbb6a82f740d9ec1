import type { SandboxLimits } from "@plinth/core";
import { PRELUDE } from "@plinth/core/sandbox";
import type { QuickJSHandle } from "quickjs-emscripten-core";
import { type HeapImage, heapImage } from "./heap-image.ts";
import { type HostFunctions, hostHandles } from "./host.ts";
import { type Instance, type InstancePlaces, memorySize, openInstance } from "./instance.ts";

/** What the host calls. */
export type RealmEntry = "start" | "settle" | "fire";

/** An interpreter that is ready for a program: its globals are there, and nothing of any program. Numbers are places in its memory. */
export interface RealmImage {
  readonly heap: HeapImage;
  readonly places: InstancePlaces;
  readonly entries: Readonly<Record<RealmEntry, number>>;
  /** Eight bytes: from what `Math.random` makes its next number. */
  readonly random: number;
}

/** None of the host's functions is called before a program runs. */
const NOTHING = {} as SandboxLimits & HostFunctions;
/** Of objects. The globals need a small part of it. */
const MEMORY_BYTES = 16 * 1024 ** 2;

/** Evaluates the globals, once for all programs. */
export async function realmImage(module: WebAssembly.Module): Promise<RealmImage> {
  let empty: HeapImage | undefined;
  const memory = new WebAssembly.Memory(memorySize(MEMORY_BYTES));
  const began = () => (empty = heapImage(memory));
  const instance = await openInstance(module, { memory, memoryBytes: MEMORY_BYTES, began });
  const { context, places } = instance;
  const host = context.newObject();
  for (const [name, handle] of hostHandles(instance, NOTHING, NOTHING)) context.setProp(host, name, handle);
  const prelude = context.unwrapResult(context.evalCode(PRELUDE, "plinth", { type: "global" }));
  const api = context.unwrapResult(context.callFunction(prelude, context.undefined, host));
  const entry = (name: RealmEntry): number => context.getProp(api, name).value;
  const entries = { start: entry("start"), settle: entry("settle"), fire: entry("fire") };
  const random = placeOfRandom(instance);
  return { heap: heapImage(memory, empty), places, entries, random };
}

/** A value whose place is known. */
export function handleAt({ context, places }: Instance, place: number): QuickJSHandle {
  const memory = context.getMemory(places.runtime as Parameters<typeof context.getMemory>[0]);
  return memory.heapValueHandle(place as Parameters<typeof memory.heapValueHandle>[0]);
}

/** Each run has random numbers of its own, though all begin with the same image. */
export function seedRandom({ memory }: Instance, place: number): void {
  const state = crypto.getRandomValues(new Uint8Array(8));
  // Zero stays zero for ever.
  state[0]! |= 1;
  new Uint8Array(memory.buffer).set(state, place);
}

/** The state of `Math.random`, for a comparison. */
export function randomState({ memory }: Instance, place: number): bigint {
  return new DataView(memory.buffer).getBigUint64(place, true);
}

/** The context is a struct of less than this. */
const CONTEXT_BYTES = 2048;

/** In the context, the one number that a call of `Math.random` moves on as xorshift64* does: https://en.wikipedia.org/wiki/Xorshift#xorshift* */
function placeOfRandom({ context, memory, places }: Instance): number {
  const start = places.context;
  const read = () => new BigUint64Array(memory.buffer.slice(start, start + CONTEXT_BYTES));
  const before = read();
  context.unwrapResult(context.evalCode("Math.random()", "plinth")).dispose();
  const index = read().findIndex((state, i) => state !== before[i] && state === nextRandom(before[i]!));
  if (index < 0) throw new Error("This build of QuickJS has random numbers that cannot be seeded.");
  return start + index * 8;
}

function nextRandom(state: bigint): bigint {
  let next = state;
  next ^= next >> 12n;
  next ^= BigInt.asUintN(64, next << 25n);
  return next ^ (next >> 27n);
}
