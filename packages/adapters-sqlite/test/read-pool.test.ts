import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registerCases } from "@plinth/conformance";
import { bunSqlite } from "../src/bun.ts";
import { Placement } from "../src/read-placement.ts";
import { readPoolCases } from "./read-pool-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-readers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

registerCases(test, readPoolCases(folder, bunSqlite));

test("a statement comes to the main thread when it is fast, and leaves it when it is slow", () => {
  const placement = new Placement(false, false);
  const inThread = (ms: number, times: number) => {
    for (let i = 0; i < times; i++) placement.ranInThread(ms);
    return placement.here;
  };
  expect(inThread(0.1, 1)).toBe(false);
  expect(inThread(9, 1)).toBe(false);
  expect(inThread(0.1, 2)).toBe(true);
  placement.ranHere(9);
  placement.ranHere(0.1);
  placement.ranHere(9);
  expect(placement.here).toBe(true);
  placement.ranHere(9);
  expect(placement.here).toBe(false);
  // Twice as often as before.
  expect(inThread(0.1, 3)).toBe(false);
  expect(inThread(0.1, 1)).toBe(true);
  placement.ranHere(30);
  expect(placement.here).toBe(false);
  expect(inThread(2000, 1)).toBe(false);
  expect(placement.long).toBe(true);
});
