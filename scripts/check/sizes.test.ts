import { expect, test } from "bun:test";
import { checkSizes } from "./sizes.ts";

const problemsIn = (file: string, lines: number) => checkSizes([{ file, text: "x\n".repeat(lines) }]);

test("a file has at most 300 lines", () => {
  expect(problemsIn("packages/core/src/a.ts", 300)).toEqual([]);
  for (const file of ["packages/core/src/a.ts", "apps/admin/src/a.tsx"])
    expect(problemsIn(file, 301)).toEqual([{ file, message: expect.stringContaining("301 lines") }]);
});

test("an entry has at most 40 lines", () => {
  expect(problemsIn("apps/server/src/entries/bun.ts", 40)).toEqual([]);
  expect(problemsIn("apps/server/src/entries/bun.ts", 41)).toEqual([
    { file: "apps/server/src/entries/bun.ts", message: expect.stringContaining("platform/") },
  ]);
});
