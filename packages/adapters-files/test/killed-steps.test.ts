/** A process that writes is killed before each call that changes something on the disk, one run for each. */
import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleForNode, NODE } from "../../../tests/support/runtime-suite.ts";
import { noTracing } from "../../../tests/support/strace.ts";
import { diskFileStore } from "../src/disk-file-store.ts";
import { requireWhole } from "./whole.ts";

const root = mkdtempSync(join(tmpdir(), "plinth-killed-steps-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const CALLS = ["mkdir", "fsync", "rename", "link", "symlink", "unlink", "rmdir"];
/** What each file may be, by its size; 0: not there. The first is how it was, the last how it will be. */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  "kept/a": [1000, 2000, 3000],
  "kept/b": [1000, 0],
  "new/deep/a": [0, 4000],
  "copied/a": [0, 3000],
  "parted/a": [0, 1000],
};

const reason = existsSync(NODE) ? noTracing() : `there is no ${NODE}`;
if (reason !== undefined) test.skip(`everything — ${reason}`, () => {});
else {
  await bundleForNode(root, { "one-of-each": join(import.meta.dir, "one-of-each.ts") });
  const before = join(root, "before");
  const store = diskFileStore({ folder: before });
  for (const key of ["kept/a", "kept/b"]) await store.put(key, new Uint8Array(1000));

  for (const call of CALLS) {
    test(`killed before each ${call}, it leaves every file as it was or as it was to be`, async () => {
      let kills = 0;
      while (await killedAt(call, kills + 1)) kills++;
      expect(kills).toBeGreaterThan(0);
    });
  }

  /** False: it came to its end before that call. */
  async function killedAt(call: string, when: number): Promise<boolean> {
    const folder = join(root, `${call}-${when}`);
    cpSync(before, folder, { recursive: true });
    const child = Bun.spawn(
      [
        "strace",
        "-f",
        "-o",
        "/dev/null",
        "-e",
        `trace=${call}`,
        "-e",
        `inject=${call}:signal=KILL:when=${when}`,
        NODE,
        join(root, "one-of-each.mjs"),
        folder,
      ],
      // All calls come from one thread, and so in one order.
      { env: { ...process.env, UV_THREADPOOL_SIZE: "1" }, stdout: "inherit", stderr: "inherit" },
    );
    const ended = (await child.exited) === 0;
    await requireStates(folder, ended);
    rmSync(folder, { recursive: true });
    return !ended;
  }

  async function requireStates(folder: string, ended: boolean): Promise<void> {
    const files = diskFileStore({ folder });
    await requireWhole(files);
    const sizes = new Map((await files.list()).files.map(({ key, size }) => [key, size]));
    for (const [key, allowed] of Object.entries(SIZES)) {
      const size = sizes.get(key) ?? 0;
      expect({ key, size, allowed: (ended ? allowed.slice(-1) : allowed).includes(size) }).toMatchObject({
        allowed: true,
      });
    }
  }
}
