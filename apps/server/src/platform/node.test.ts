import { afterAll, expect, test } from "bun:test";
import process from "node:process";
import { nodeRuntime } from "./node.ts";

const versions = Object.getOwnPropertyDescriptor(process, "versions")!;
afterAll(() => Object.defineProperty(process, "versions", versions));

test.each([
  ["20.20.2", "Plinth needs Node 24 or newer"],
  ["24.0.0", undefined],
  ["100.1.0", undefined],
])("Node %s", (node, says) => {
  Object.defineProperty(process, "versions", { ...versions, value: { ...process.versions, node } });
  const reason = nodeRuntime.unfit?.();
  if (says === undefined) expect(reason).toBeUndefined();
  else expect(reason).toStartWith(says);
});
