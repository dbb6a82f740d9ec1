import { WasmReader, WasmWriter } from "./wasm-bytes.ts";

/**
 * The exported global, an i64, that counts down with each turn of a loop and each 64 bytes of a block copy. Below zero the code traps.
 * It starts so high that whoever does not set it has no limit.
 */
export const FUEL = "plinth_fuel";

/** Pages of an imported memory: enough for what QuickJS itself needs, its stack, and a small program. More it asks for. */
export const FIRST_PAGES = 96;

const SECTION = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;
const HEADER_BYTES = 8;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const I32 = 0x7f;
const I64 = 0x7e;
/** `i64.const 2 ** 62`, in LEB128. */
const START = [0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xc0, 0x00];

/**
 * The same program, in which no loop runs for ever: QuickJS asks whether to stop only between the steps of a script, while one step, such as
 * a search in a long text or `indexOf` of a list with 2 ** 53 holes, can take hours. Works where clocks stand still, and where a thread cannot be
 * ended.
 */
export function meterWasm(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = sectionsOf(wasm);
  const types = parameterCounts(sections.get(SECTION.type));
  const imports = sections.get(SECTION.import);
  const imported = importCounts(imports);
  const functions = functionTypes(sections.get(SECTION.function));
  const globals = sections.get(SECTION.global);
  const fuel = imported.globals + (globals ? new WasmReader(globals).u32() : 0);
  const changed = new Map<number, Uint8Array>([
    ...(imports ? [[SECTION.import, withSmallMemory(imports)] as const] : []),
    [SECTION.global, withEntry(globals, [I64, 1, ...START, 0x0b])],
    [SECTION.export, withEntry(sections.get(SECTION.export), exportOf(FUEL, fuel))],
    [SECTION.code, meterCode(sections.get(SECTION.code)!, fuel, (index) => types[functions[index]!]!)],
  ]);
  return rewritten(wasm, changed);
}

function sectionsOf(wasm: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  const reader = new WasmReader(wasm, HEADER_BYTES);
  while (reader.at < wasm.length) found.set(reader.byte(), reader.take(reader.u32()));
  return found;
}

/** Every program of a compiler has all three sections that change, so none has to be put in its place. */
function rewritten(wasm: Uint8Array, changed: ReadonlyMap<number, Uint8Array>): Uint8Array<ArrayBuffer> {
  const reader = new WasmReader(wasm, HEADER_BYTES);
  const writer = new WasmWriter().add(wasm.subarray(0, HEADER_BYTES));
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const content = reader.take(reader.u32());
    writer.add([id]).sized(changed.get(id) ?? content);
  }
  return writer.bytes();
}

function withEntry(section: Uint8Array | undefined, entry: readonly number[]): Uint8Array {
  if (!section) throw new Error("the WebAssembly file has no such section");
  const reader = new WasmReader(section);
  const count = reader.u32();
  return new WasmWriter()
    .u32(count + 1)
    .add(section.subarray(reader.at))
    .add(entry)
    .bytes();
}

function exportOf(name: string, index: number): number[] {
  return [...new WasmWriter().sized(new TextEncoder().encode(name)).add([KIND.global]).u32(index).bytes()];
}

function parameterCounts(section: Uint8Array | undefined): number[] {
  return entriesOf(section, (reader) => {
    reader.skip(1);
    const parameters = reader.u32();
    reader.skip(parameters);
    reader.skip(reader.u32());
    return parameters;
  });
}

function functionTypes(section: Uint8Array | undefined): number[] {
  return entriesOf(section, (reader) => reader.u32());
}

/** A memory that the caller provides; it may be small at first. */
function withSmallMemory(section: Uint8Array): Uint8Array {
  const reader = new WasmReader(section);
  const writer = new WasmWriter();
  let copied = 0;
  for (let left = reader.u32(); left > 0; left--) {
    const { kind, least } = skipImport(reader);
    if (kind !== KIND.memory) continue;
    writer.add(section.subarray(copied, least!.from)).u32(Math.min(least!.pages, FIRST_PAGES));
    copied = least!.to;
  }
  return writer.add(section.subarray(copied)).bytes();
}

function importCounts(section: Uint8Array | undefined): { readonly globals: number } {
  const kinds = entriesOf(section, (reader) => skipImport(reader).kind);
  return { globals: kinds.filter((kind) => kind === KIND.global).length };
}

interface Import {
  readonly kind: number;
  /** Of a table or a memory: its size at first, and where that stands. */
  readonly least?: { readonly pages: number; readonly from: number; readonly to: number };
}

function skipImport(reader: WasmReader): Import {
  reader.skip(reader.u32());
  reader.skip(reader.u32());
  const kind = reader.byte();
  if (kind === KIND.function) reader.u32();
  else if (kind === KIND.global) reader.skip(2);
  if (kind !== KIND.table && kind !== KIND.memory) return { kind };
  if (kind === KIND.table) reader.skip(1);
  const flags = reader.byte();
  const from = reader.at;
  const pages = reader.u32();
  const to = reader.at;
  if ((flags & 1) !== 0) reader.u32();
  return { kind, least: { pages, from, to } };
}

function entriesOf<T>(section: Uint8Array | undefined, read: (reader: WasmReader) => T): T[] {
  if (!section) return [];
  const reader = new WasmReader(section);
  return Array.from({ length: reader.u32() }, () => read(reader));
}

function meterCode(section: Uint8Array, fuel: number, parametersOf: (index: number) => number): Uint8Array {
  const reader = new WasmReader(section);
  const count = reader.u32();
  const writer = new WasmWriter().u32(count);
  for (let index = 0; index < count; index++) {
    writer.sized(meterBody(reader.take(reader.u32()), fuel, parametersOf(index)));
  }
  return writer.bytes();
}

/** One function: `loop` is followed by a turn's price, and a block copy comes after its own. */
function meterBody(body: Uint8Array, fuel: number, parameters: number): Uint8Array {
  const reader = new WasmReader(body);
  const groups = reader.u32();
  const declared = reader.at;
  let locals = parameters;
  for (let group = 0; group < groups; group++) {
    locals += reader.u32();
    reader.skip(1);
  }
  const code = new WasmWriter();
  const turn = turnPrice(fuel);
  let copied = reader.at;
  let copies = false;
  const insert = (upTo: number, added: readonly number[]) => {
    code.add(body.subarray(copied, upTo)).add(added);
    copied = upTo;
  };
  const start = reader.at;
  while (reader.at < body.length) {
    const at = reader.at;
    const found = skipInstruction(reader);
    if (found === "loop") insert(reader.at, turn);
    if (found !== "block copy") continue;
    insert(at, blockPrice(fuel, locals));
    copies = true;
  }
  code.add(body.subarray(copied));
  const writer = new WasmWriter().u32(groups + (copies ? 1 : 0)).add(body.subarray(declared, start));
  if (copies) writer.add([1, I32]);
  return writer.add(code.bytes()).bytes();
}

/** `fuel -= 1; if (fuel < 0) unreachable` */
function turnPrice(fuel: number): number[] {
  const global = [...new WasmWriter().u32(fuel).bytes()];
  const less = [0x23, ...global, 0x42, 1, 0x7d, 0x24, ...global];
  return [...less, 0x23, ...global, 0x42, 0, 0x53, 0x04, 0x40, 0x00, 0x0b];
}

/** `fuel -= length >> 6`, where the length is on top of the stack and stays there. `local` is free for it. */
function blockPrice(fuel: number, local: number): number[] {
  const global = [...new WasmWriter().u32(fuel).bytes()];
  const it = [...new WasmWriter().u32(local).bytes()];
  return [0x22, ...it, 0x23, ...global, 0x20, ...it, 0xad, 0x42, 6, 0x88, 0x7d, 0x24, ...global];
}

type Found = "loop" | "block copy" | undefined;

/** https://webassembly.github.io/spec/core/binary/instructions.html, without vectors, exceptions and the like: those are refused. */
function skipInstruction(reader: WasmReader): Found {
  const code = reader.byte();
  if (code === 0xfc) return skipPrefixed(reader);
  if (code >= 0x45 && code <= 0xc4) return undefined;
  const immediates = IMMEDIATES.get(code);
  if (!immediates) throw new Error(`an instruction that is not known: 0x${code.toString(16)}`);
  immediates(reader);
  return code === 0x03 ? "loop" : undefined;
}

function skipPrefixed(reader: WasmReader): Found {
  const code = reader.u32();
  // How many numbers follow; `memory.copy` and `memory.fill` are 10 and 11.
  const numbers = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1][code];
  if (numbers === undefined) throw new Error(`an instruction that is not known: 0xfc ${code}`);
  for (let i = 0; i < numbers; i++) reader.skipNumber();
  return code === 10 || code === 11 ? "block copy" : undefined;
}

type Skip = (reader: WasmReader) => void;

const numbers =
  (count: number): Skip =>
  (reader) => {
    for (let i = 0; i < count; i++) reader.skipNumber();
  };
const bytes =
  (count: number): Skip =>
  (reader) =>
    reader.skip(count);
const list: Skip = (reader) => {
  for (let left = reader.u32(); left > 0; left--) reader.skipNumber();
};
const codes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const IMMEDIATES: ReadonlyMap<number, Skip> = new Map<number, Skip>([
  ...[0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1].map((code): [number, Skip] => [code, numbers(0)]),
  ...[0x02, 0x03, 0x04, 0x0c, 0x0d, 0x10, 0x12, ...codes(0x20, 0x26), 0x3f, 0x40, 0x41, 0x42, 0xd0, 0xd2].map(
    (code): [number, Skip] => [code, numbers(1)],
  ),
  ...[0x11, 0x13, ...codes(0x28, 0x3e)].map((code): [number, Skip] => [code, numbers(2)]),
  [
    0x0e,
    (reader) => {
      list(reader);
      reader.skipNumber();
    },
  ],
  [0x1c, list],
  [0x43, bytes(4)],
  [0x44, bytes(8)],
]);
