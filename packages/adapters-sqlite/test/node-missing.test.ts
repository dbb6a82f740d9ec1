import { afterEach, expect, spyOn, test } from "bun:test";
import process from "node:process";
import { nodeSqlite } from "../src/node.ts";

const builtin = spyOn(process, "getBuiltinModule");
afterEach(() => builtin.mockRestore());

test("a Node without node:sqlite can load the module, and learns what it needs once it opens a file", () => {
  builtin.mockReturnValue(undefined as never);
  expect(() => nodeSqlite({ path: ":memory:" })).toThrow("SQLite needs Node 24 or newer");
});
