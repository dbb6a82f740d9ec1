import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStoreCases } from "@plinth/conformance";
import { bundleForNode, suiteOnRuntimes } from "../../../tests/support/runtime-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-node-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

await bundleForNode(folder, { suite: join(import.meta.dir, "node-suite.ts") });

suiteOnRuntimes(
  folder,
  fileStoreCases({
    /** Only the names are used here: the program runs the cases. */
    open: () => {
      throw new Error("not here");
    },
  }),
);
