import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlDriverCases } from "@plinth/conformance";
import { bundleForNode, suiteOnRuntimes } from "../../../tests/support/runtime-suite.ts";
import { readPoolCases } from "./read-pool-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-node-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

await bundleForNode(folder, {
  suite: join(import.meta.dir, "node-suite.ts"),
  "node-reader": join(import.meta.dir, "../src/node-reader.ts"),
});

/** Only their names are used here: the program runs them. */
const unused = (): never => {
  throw new Error("not here");
};
const handles = { open: unused, openAnother: unused, openToClose: unused };

suiteOnRuntimes(folder, [...sqlDriverCases({ dialect: "sqlite", ...handles }), ...readPoolCases(folder, unused)]);
