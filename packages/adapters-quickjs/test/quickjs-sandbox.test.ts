import { describe, test } from "bun:test";
import { sandboxSuite } from "@plinth/conformance";
import { installedEngine as engine } from "../src/installed-engine.ts";
import { quickjsSandbox } from "../src/quickjs-sandbox.ts";

describe("quickjs", () => {
  const sandbox = quickjsSandbox({ engine, versions: { worthTurns: 0n } });
  sandboxSuite({ test, open: async () => sandbox });
});
