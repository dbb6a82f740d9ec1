import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
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

test("whatever a program replaces, it sees nothing of the realm outside", async () => {
  const body = `const seen = [];
    const keep = (value) => { seen.push(value); return value; };
    const told = Object.getOwnPropertyDescriptor(Error, Symbol.hasInstance);
    Object.defineProperty(Error, Symbol.hasInstance, { value: (value) => { keep(value); return true; }, configurable: true });
    Object.assign = (...values) => keep(values[0]);
    globalThis.Error = class { static [Symbol.hasInstance](value) { keep(value); return true; } };
    globalThis.Promise = class { constructor(work) { keep(work); } };
    globalThis.ArrayBuffer = class { constructor(size) { keep(size); } };
    Error.prepareStackTrace = (error, sites) => { keep(sites); for (const site of sites) keep(site.getThis()), keep(site.getFunction()); return ""; };
    const promise = keep(import("x"));
    keep(await promise.catch((error) => error));
    keep(crypto.getRandomValues(new Uint8Array(1)).buffer);
    try { new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])) } catch (error) { keep(error) }
    try { null.x } catch (error) { keep(error).stack }
    const outside = [];
    for (const value of seen) {
      for (const one of [value, value?.then, value?.constructor, value?.[0]]) {
        try { if (one?.constructor?.constructor?.("return typeof process")() === "object") outside.push(String(value)) } catch {}
        try { if (one?.constructor?.("return typeof process")() === "object") outside.push(String(value)) } catch {}
      }
    }
    return [seen.length > 3, outside, typeof WeakRef, typeof FinalizationRegistry];`;
  const outcome = await runtime.run(programOf("replaces", body));
  expect(outcome).toMatchObject({ ok: true, value: [true, [], "undefined", "undefined"] });
});

test("what is thrown while a module is loaded is told as it is", async () => {
  for (const [thrown, error] of [
    ["new RangeError('too far')", { name: "RangeError", message: "too far" }],
    ["'a text'", { message: "a value was thrown that is no Error: a text" }],
  ] as const) {
    const program = programOf(thrown, "", { source: `throw ${thrown}; export default () => 1` });
    expect(await runtime.run(program)).toMatchObject({ ok: false, error });
  }
});

test("a process is replaced before the kernel ends it for what it has computed in all", async () => {
  // As a server has it whose own limits are lower.
  const command = (memoryBytes: number) => {
    const { program, args, env } = bunCommand(memoryBytes);
    return { program: "/bin/sh", args: ["-c", 'ulimit -t 2; exec "$@"', "sh", program, ...args], env };
  };
  const own = processRuntime({ command });
  const body = "const end = Date.now() + 150; while (Date.now() < end); return 1";
  for (let taken = 0; taken < 2300; ) {
    const outcome = await own.run(programOf("busy", body, { limits: { ...limits, cpuMs: 300 } }));
    expect(outcome).toMatchObject({ ok: true });
    taken += outcome.usage.cpuMs;
  }
  expect(own.processes).toBe(1);
  await own.close();
});

test("a process that has ended while it waited is not used again", async () => {
  const others = new Set(children());
  const own = processRuntime({ command: bunCommand });
  const soon = { limits: { ...limits, wallMs: 5000 } };
  expect(await own.run(programOf("idle", "return 1", soon))).toMatchObject({ ok: true });
  const idle = () => children().filter((pid) => !others.has(pid));
  for (const pid of idle()) process.kill(pid, "SIGKILL");
  await until(() => idle().length === 0);
  expect(await own.run(programOf("idle", "return 2", soon))).toMatchObject({ ok: true, value: 2 });
  expect(own.processes).toBe(1);
  await own.close();
});

test("processes start where the server has lower limits itself", async () => {
  const code = `const { processRuntime } = await import(${JSON.stringify(new URL("../src/process-runtime.ts", import.meta.url).pathname)});
    const { bunCommand } = await import(${JSON.stringify(new URL("../src/bun-command.ts", import.meta.url).pathname)});
    const own = processRuntime({ command: bunCommand });
    console.log(JSON.stringify(await own.run(${JSON.stringify({ ...programOf("low", "return 1"), calls: {} })}).catch(String)));
    await own.close();`;
  const script = 'ulimit -d 1900000; ulimit -t 60; exec "$@"';
  const server = Bun.spawn(["/bin/sh", "-c", script, "sh", process.execPath, "--eval", code], { stdout: "pipe" });
  expect(JSON.parse(await new Response(server.stdout).text())).toMatchObject({ ok: true, value: 1 });
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

function children(): number[] {
  const all = readdirSync("/proc/self/task").map((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8"));
  return all.join(" ").split(" ").filter(Boolean).map(Number);
}
