import { afterAll, describe, expect, test } from "bun:test";
import { sandboxSuite } from "@plinth/conformance";
import type { SandboxLimits, SandboxProgram } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { bunCommand } from "../src/bun-command.ts";
import { processRuntime } from "../src/process-runtime.ts";

const limits: SandboxLimits = {
  wallMs: 60_000,
  cpuMs: 2000,
  memoryBytes: 16 * 1024 ** 2,
  valueBytes: 100_000,
  logBytes: 1000,
  callsInFlight: 10,
  calls: 100,
};
const programOf = (version: string, body: string, more: Partial<SandboxProgram> = {}): SandboxProgram => ({
  ...{ source: `export default async (context) => { ${body} }`, fileName: "function.js", version },
  ...{ context: {}, calls: {}, limits, ...more },
});

const runtime = processRuntime({ command: bunCommand });
afterAll(() => runtime.close());

describe("processes of Bun", () => {
  // One process for all that end by themselves, as a version of a function has it.
  const open = async () => ({ run: (program: SandboxProgram) => runtime.run({ ...program, version: "suite" }) });
  const skips = {
    "what has no time left names its line": "who ends a process does not know where its program is",
    "a program ends at the same place in each run": "its limit is time of the processor",
  };
  sandboxSuite({ test, open, skips });
});

test("a program without an end is ended, and those beside it go on", async () => {
  const short = { limits: { ...limits, cpuMs: 100 } };
  const loops = [
    "for (;;);",
    "const storm = () => Promise.resolve().then(storm); storm(); await new Promise(() => {})",
  ];
  const endless = loops.map((body, i) => runtime.run(programOf(`loops ${i}`, body, short)));
  const ended = await Promise.all([...endless, runtime.run(programOf("quick", "return 1"))]);
  const kinds = ended.map((one) => (one.ok ? one.value : one.error.kind));
  expect(kinds).toEqual(["cpu_time", "cpu_time", 1]);
});

test("what a program goes on with after its end is ended too", async () => {
  const storms =
    "const storm = () => Promise.resolve().then(storm); Promise.resolve().then(() => Promise.resolve()).then(storm); return 1";
  expect(await runtime.run(programOf("storms", storms))).toMatchObject({ ok: true, value: 1 });
  expect(await runtime.run(programOf("storms", "return 2"))).toMatchObject({ ok: true, value: 2 });
});

test("there is nothing of the runtime inside, and no module can be imported", async () => {
  const body = `const found = [];
    for (const name of ["process", "Bun", "require", "Buffer", "WebAssembly", "Deno", "module"]) found.push(typeof globalThis[name]);
    const refused = await import("node:fs").catch((error) => error);
    const bytes = (await context.echo(new Uint8Array([1]))).buffer;
    for (const outer of [refused, bytes, crypto.getRandomValues(new Uint8Array(1)).buffer, new TextEncoder().encode("a").buffer, context])
      found.push(outer.constructor.constructor("return typeof process")());
    try { new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])) } catch (error) { found.push(error.constructor.constructor("return typeof process")()) }
    return [refused instanceof Error, new Set(found).size, found[0]];`;
  const echo = async ([value]: readonly unknown[]) => value;
  const { value } = (await runtime.run(programOf("inside", body, { calls: { echo } }))) as { value?: unknown };
  expect(value).toEqual([true, 1, "undefined"]);
});

test("a version has its own processes, which are used again, bounded, and ended with the server", async () => {
  const own = processRuntime({ command: bunCommand, atOnce: 1 });
  for (let n = 0; n < 200; n++) {
    const outcome = await own.run(programOf("a", "globalThis.left = (globalThis.left ?? 0) + 1; return left"));
    expect(outcome).toMatchObject({ ok: true, value: 1 });
  }
  expect(own.processes).toBe(1);
  for (const version of ["b", "c", "d"]) await own.run(programOf(version, "return 1"));
  await until(() => own.processes === 2);
  const endless = own.run(programOf("e", "await new Promise((done) => setTimeout(done, 1e6))"));
  await until(() => own.processes === 2);
  await own.close();
  expect(await endless).toMatchObject({ ok: false, error: { kind: "crash" } });
  expect(own.processes).toBe(0);
  expect(await own.run(programOf("a", "return 1")).catch(String)).toContain("stops");
});

test("a process that cannot start, or says what it should not, is no failure of the program", async () => {
  const broken = ["process.exit(3)", "process.stdout.write('no message at all')"];
  for (const code of broken) {
    const command = () => ({ program: process.execPath, args: ["--eval", code], env: { BUN_BE_BUN: "1" } });
    const own = processRuntime({ command });
    expect(await own.run(programOf("a", "return 1")).catch(String)).toContain("cannot start");
    await own.close();
  }
});
