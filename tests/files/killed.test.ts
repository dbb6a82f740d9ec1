import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskFileStore } from "../../packages/adapters-files/src/disk-file-store.ts";
import { DOORS } from "./killed/doors.ts";
import { killEverywhere } from "./killed/killing.ts";

/** One step of each door, another one in each; `bun tests/files/killed/all.ts` takes them all. */
test("a server that is killed leaves no file without bytes, and after the sweep no bytes without a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-killed-"));
  try {
    const files = join(folder, "files");
    const kills = await killEverywhere({
      folder,
      store: { folder: files },
      seen: diskFileStore({ folder: files }),
      stepsOf: ({ name }, steps) => [Math.floor((steps * (1 + (name.length % 8))) / 10)],
    });
    expect(kills).toBe(DOORS.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
