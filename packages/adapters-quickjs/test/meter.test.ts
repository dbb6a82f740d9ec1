import { expect, test } from "bun:test";
import { engineFrom } from "../src/engine.ts";
import { installedEngine } from "../src/installed-engine.ts";
import { FUEL, meterWasm } from "../src/meter.ts";

/**
 * (module (global i32 (i32.const 0)) (memory 1)
 *   (func (export "spin") (loop (br 0)))
 *   (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 7) (local.get 0))))
 */
const PROGRAM = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x02, 0x60, 0x00, 0x00, 0x60, 0x01, 0x7f, 0x00],
  ...[0x03, 0x03, 0x02, 0x00, 0x01],
  ...[0x05, 0x03, 0x01, 0x00, 0x01],
  ...[0x06, 0x06, 0x01, 0x7f, 0x00, 0x41, 0x00, 0x0b],
  ...[0x07, 0x0f, 0x02, 0x04, 0x73, 0x70, 0x69, 0x6e, 0x00, 0x00, 0x04, 0x66, 0x69, 0x6c, 0x6c, 0x00, 0x01],
  ...[0x0a, 0x15, 0x02, 0x07, 0x00, 0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b],
  ...[0x0b, 0x00, 0x41, 0x00, 0x41, 0x07, 0x20, 0x00, 0xfc, 0x0b, 0x00, 0x0b],
]);

interface Metered {
  readonly [FUEL]: WebAssembly.Global & { value: bigint };
  spin(): void;
  fill(bytes: number): void;
}

async function open(): Promise<Metered> {
  const { instance } = await WebAssembly.instantiate(meterWasm(PROGRAM));
  return instance.exports as unknown as Metered;
}

test("a loop ends when its turns are used up", async () => {
  const program = await open();
  program[FUEL].value = 1000n;
  expect(() => program.spin()).toThrow(WebAssembly.RuntimeError);
  expect(program[FUEL].value).toBe(-1n);
});

test("a block of bytes has its price, however short its code is", async () => {
  const program = await open();
  program[FUEL].value = 1000n;
  program.fill(6400);
  expect(program[FUEL].value).toBe(900n);
});

test("whoever does not set a limit has none to speak of", async () => {
  expect((await open())[FUEL].value).toBe(2n ** 62n);
});

test("an interpreter that does not count is refused, and one that cannot be loaded is tried again", async () => {
  const unmetered = await WebAssembly.compile(PROGRAM);
  await expect(engineFrom(async () => unmetered)()).rejects.toThrow("would not be limited");
  let tries = 0;
  const flaky = engineFrom(async () => (++tries === 1 ? Promise.reject(new Error("not yet")) : installedEngine()));
  await expect(flaky()).rejects.toThrow("not yet");
  expect(await flaky()).toBeInstanceOf(WebAssembly.Module);
});
