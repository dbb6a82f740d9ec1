/** What becomes of threads that stop: those here run programs of their own. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { codecThreads } from "../src/codec-threads.ts";
import { SERVER_LIMITS } from "../src/limits.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-codec-threads-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const threadsOf = (name: string, source?: string) => {
  const path = join(folder, name);
  if (source !== undefined) writeFileSync(path, `import { parentPort } from "node:worker_threads";\n${source}`);
  return codecThreads({ limits: SERVER_LIMITS, timeoutMs: 60_000, program: pathToFileURL(path) });
};
const job = { bytes: new Uint8Array(1), size: { width: 1, height: 1 } };

test("a thread that cannot start is no fault of the picture", async () => {
  await expect(threadsOf("absent.ts")(job)).rejects.toThrow(/cannot start/);
  await expect(threadsOf("throws.ts", "throw new Error('no memory');")(job)).rejects.toThrow(/cannot start/);
});

test("a picture that stops a thread is invalid", async () => {
  const run = threadsOf(
    "stops.ts",
    `parentPort.on("message", () => process.exit(3)); parentPort.postMessage({ ready: true });`,
  );
  expect(await run(job)).toMatchObject({ failure: "invalid" });
});

test("a thread that stops while it has no work is not used again", async () => {
  const run = threadsOf(
    "once.ts",
    `parentPort.on("message", () => {
      parentPort.postMessage({ pixels: new Uint8ClampedArray(4) });
      setTimeout(() => process.exit(0), 1);
    });
    parentPort.postMessage({ ready: true });`,
  );
  for (let times = 0; times < 20; times++) {
    const answer = await run(job);
    // It may stop while it gets a job, but nobody waits for one that has stopped.
    if ("failure" in answer) expect(answer.failure).toBe("invalid");
    await Bun.sleep(times);
  }
});
