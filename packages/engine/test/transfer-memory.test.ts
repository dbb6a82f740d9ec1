import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

test("memory does not grow with the file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-transfer-"));
  try {
    const child = Bun.spawn(
      [process.execPath, join(import.meta.dir, "transfer-memory.ts"), join(folder, "plinth.db")],
      {
        stdout: "pipe",
        stderr: "inherit",
      },
    );
    const { bytes, inserted, importGrowth, exported, exportGrowth } = await new Response(child.stdout).json();
    expect(bytes).toBeGreaterThan(200_000_000);
    expect(inserted).toBe(198_000);
    expect(exported).toBeGreaterThan(200_000_000);
    expect(importGrowth).toBeLessThan(60_000_000);
    expect(exportGrowth).toBeLessThan(60_000_000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
