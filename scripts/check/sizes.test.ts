import { expect, test } from "bun:test";
import { checkSizes } from "./sizes.ts";

const problemsIn = (file: string, lines: number) => checkSizes([{ file, text: "x\n".repeat(lines) }]);

test("warns over 300 lines and fails over 500", () => {
  expect(problemsIn("packages/core/src/a.ts", 300)).toEqual([]);
  expect(problemsIn("packages/core/src/a.ts", 301)).toMatchObject([{ warning: true }]);
  expect(problemsIn("packages/core/src/a.ts", 501)).toEqual([
    { file: "packages/core/src/a.ts", message: expect.stringContaining("501 lines") },
  ]);
});

test("an entry has at most 40 lines", () => {
  expect(problemsIn("apps/server/src/entries/bun.ts", 40)).toEqual([]);
  expect(problemsIn("apps/server/src/entries/bun.ts", 41)[0]?.warning).toBeUndefined();
  expect(problemsIn("apps/server/src/entries/bun.ts", 41)).toHaveLength(1);
});
