import { expect, test } from "bun:test";
import { readSource } from "./files.ts";
import { checkTestLimits } from "./test-limits.ts";

const linesOf = (text: string, file = "packages/core/test/a.test.ts") =>
  checkTestLimits([readSource(file, text)]).map(({ line }) => line);

test.each([
  `test("a", () => {}, 60_000);`,
  `it("a", async () => {\n  expect([1, 2]).toEqual({ a: f(1, 2) });\n}, LIMIT_MS);`,
  `test.each([[1, 2], [3, 4]])("a %p", (a, b) => f(a, b), 5000);`,
  `test.skipIf(why)("a", () => {}, { timeout: 1000 },);`,
  'beforeAll(() => build("node", "deno"), 60_000);',
  "afterEach(stop, 30_000);",
  "setDefaultTimeout(60_000);",
])("a limit of its own is a problem: %s", (text) => {
  expect(linesOf(text)).toEqual([1]);
  expect(linesOf(text, "tests/hosts/support.ts")).toEqual([1]);
  expect(linesOf(text, "packages/core/src/a.ts")).toEqual([]);
});

test.each([
  `test("a", () => {});`,
  `test(\n  "a",\n  () => f(1, 2),\n);`,
  `test.each([[1, 2, 3]])("a %p", (a, b, c) => f(a, b, c));`,
  `test("a", () => {}, 600_000);`,
  `test("a", () => {}, 300_000 + KILLS * 15_000);`,
  "beforeAll(() => build(1, 2));",
  "setDefaultTimeout(3_600_000);",
  `/x/.test("a", 1, 2);`,
])("nothing is said of %s", (text) => {
  expect(linesOf(text)).toEqual([]);
});
