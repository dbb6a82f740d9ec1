import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleForNode, suiteOnRuntimes } from "../../../tests/support/runtime-suite.ts";
import { threadCases } from "./thread-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-jsquash-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

await bundleForNode(folder, {
  suite: join(import.meta.dir, "threads-suite.ts"),
  "codec-thread": join(import.meta.dir, "../src/codec-thread.ts"),
});

// Only their names are used here: the program runs them.
suiteOnRuntimes(folder, threadCases());
