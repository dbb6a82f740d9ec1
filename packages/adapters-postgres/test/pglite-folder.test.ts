import { afterAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recover } from "@plinth/core";
import { pglite } from "../src/pglite.ts";

const root = mkdtempSync(join(tmpdir(), "plinth-pglite-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LOCK = "plinth.lock";
const one = { sql: "select 1 as a", params: [] };

/** A process that opens the folder, reports it, and keeps running. */
function holder(path: string) {
  const code = `
    const { pglite } = await import(${JSON.stringify(join(import.meta.dirname, "../src/pglite.ts"))});
    await pglite({ path: ${JSON.stringify(path)} }).all(${JSON.stringify(one)});
    console.log("open");
    setInterval(() => {}, 1000);
  `;
  return Bun.spawn([process.execPath, "-e", code], { stdout: "pipe", stderr: "inherit" });
}

async function opened(child: ReturnType<typeof holder>): Promise<void> {
  const reader = child.stdout.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toContain("open");
  reader.releaseLock();
}

async function refusal(path: string): Promise<string> {
  const driver = pglite({ path });
  const error = await recover<unknown>(
    () => driver.all(one),
    (reason) => reason,
  );
  await driver.close!();
  return error instanceof Error ? error.message : "opened";
}

describe("a folder", () => {
  test("is for one process; one that was killed does not keep it", async () => {
    const path = join(root, "a/b");
    const first = holder(path);
    await opened(first);
    expect(await refusal(path)).toBe(
      `${path} is in use by process ${first.pid}: only one process can use a PGlite folder. Stop that process, or set DATABASE_URL to Postgres or SQLite.`,
    );
    expect(existsSync(join(path, LOCK))).toBe(true);
    first.kill("SIGKILL");
    await first.exited;
    const second = holder(path);
    await opened(second);
    second.kill("SIGKILL");
    await second.exited;
  });

  test("is opened once within a process, and again after it was closed", async () => {
    const path = join(root, "c");
    const driver = pglite({ path });
    await driver.all(one);
    expect(readFileSync(join(path, LOCK), "utf8")).toStartWith(`${process.pid}`);
    expect(await refusal(path)).toContain(`in use by process ${process.pid}:`);
    await driver.close!();
    expect(readdirSync(path).filter((name) => name.startsWith(LOCK))).toEqual([]);
    expect(await refusal(path)).toBe("opened");
  });

  test("is taken over from a process with this one's id, from before a restart, and from an id given anew", async () => {
    const path = join(root, "d");
    mkdirSync(path);
    // Only Linux reports when a process started.
    const another = existsSync("/proc/self/stat") ? [`${process.ppid} 1`] : [];
    for (const left of [`${process.pid} 1`, `${process.pid}`, "", "4194303", ...another]) {
      writeFileSync(join(path, LOCK), left);
      expect(await refusal(path)).toBe("opened");
    }
  });

  test("that is made here is closed to others", async () => {
    const path = join(root, "e");
    await refusal(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });
});
