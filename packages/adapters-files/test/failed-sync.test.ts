import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noTracing } from "../../../tests/support/strace.ts";
import { diskFileStore } from "../src/disk-file-store.ts";

const reason = noTracing();
const name = "a write whose sync fails is refused, however small it is";

if (reason !== undefined) test.skip(`${name} — ${reason}`, () => {});
else {
  test(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), "plinth-failed-sync-"));
    try {
      // Its folders are there, so that the first sync is that of a file.
      await diskFileStore({ folder }).put("first", new Uint8Array(1));
      const inject = ["-e", "trace=fsync", "-e", "inject=fsync:error=EIO"];
      const program = [process.execPath, join(import.meta.dir, "failed-sync.ts"), folder];
      const child = Bun.spawn(["strace", "-f", "-o", "/dev/null", ...inject, ...program], { stderr: "inherit" });
      expect(await new Response(child.stdout).json()).toEqual(["unavailable", "unavailable", "unavailable"]);
      expect((await diskFileStore({ folder }).list()).files.map(({ key }) => key)).toEqual(["first"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
