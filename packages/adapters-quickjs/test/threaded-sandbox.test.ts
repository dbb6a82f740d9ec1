import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sandboxSuite } from "@plinth/conformance";
import { threadedSandbox } from "../src/threads/threaded-sandbox.ts";

const program = "bun-quickjs-thread";
const limits = {
  wallMs: 60_000,
  cpuMs: 2000,
  memoryBytes: 16 * 1024 ** 2,
  valueBytes: 100_000,
  logBytes: 1000,
  callsInFlight: 10,
  calls: 100,
};
const programOf = (body: string, calls = {}) => ({
  source: `export default async (context) => { ${body} }`,
  fileName: "function.js",
  context: {},
  calls,
  limits,
});

describe("quickjs on threads", () => {
  const sandbox = threadedSandbox({ program });
  sandboxSuite({ test, open: async () => sandbox });

  test("while a program computes, this thread goes on", async () => {
    let isOver = false;
    let turns = 0;
    const ran = sandbox.run(programOf("for (;;);")).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      turns++;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(await ran).toMatchObject({ ok: false, error: { kind: "cpu_time" } });
    // On one thread it would have got one turn, or two.
    expect(turns).toBeGreaterThan(5);
  });
});

test("a thread that stops fails its programs, and the next one gets another thread", async () => {
  const file = join(tmpdir(), `plinth-thread-${process.pid}.mjs`);
  const started = join(tmpdir(), `plinth-thread-${process.pid}.started`);
  const thread = pathToFileURL(join(import.meta.dir, "../src/threads/bun-quickjs-thread.ts")).href;
  writeFileSync(
    file,
    `import { existsSync, writeFileSync } from "node:fs";
     import { parentPort } from "node:worker_threads";
     if (existsSync(${JSON.stringify(started)})) await import(${JSON.stringify(thread)});
     else {
       writeFileSync(${JSON.stringify(started)}, "");
       parentPort.on("message", () => process.exit(1));
       parentPort.postMessage({ type: "ready" });
     }`,
  );
  const sandbox = threadedSandbox({ program: pathToFileURL(file), threads: 1 });
  expect(await sandbox.run(programOf("return 1"))).toMatchObject({ ok: false, error: { kind: "crash" } });
  expect(await sandbox.run(programOf("return 1"))).toMatchObject({ ok: true, value: 1 });
});

test("a thread begins with what the one before it has prepared", async () => {
  const sandbox = threadedSandbox({ program, threads: 1, idleMs: 1 });
  const body = "return [Math.random(), new URL('https://a.example/b').pathname]";
  const values: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const outcome = await sandbox.run(programOf(body));
    values.push(outcome.ok && outcome.value);
    await Bun.sleep(20);
  }
  expect(values).toEqual(Array.from({ length: 3 }, () => [expect.any(Number), "/b"]));
  expect(new Set(values.map(String)).size).toBe(3);
});

test("a thread that cannot start is no failure of the program", async () => {
  const sandbox = threadedSandbox({ program: new URL("file:///nowhere/thread.mjs") });
  expect(await sandbox.run(programOf("return 1")).catch(String)).toContain("cannot start");
});
