import { expect, test } from "bun:test";
import { markdownGrid, skips, summary, textGrid } from "../matrix/grid.ts";
import type { Row } from "../matrix/run-targets.ts";
import { wholeGrid } from "../matrix/status-page.ts";
import { TARGETS } from "../matrix/targets/index.ts";

const skipped = [{ name: "a scenario", reason: "only D1 stops at 100 columns" }];
const rows: Row[] = [
  { target: "bun × sqlite", passed: 150, failed: [], skipped, seconds: 1.25 },
  { target: "node × sqlite", passed: 149, failed: [{ name: "x", error: "y" }], skipped, seconds: 12 },
  { target: "deno × sqlite", passed: 0, failed: [], skipped: [], seconds: 0, missing: "no Deno" },
];

test("the grid lines up and says why", () => {
  expect(textGrid(rows).split("\n")).toEqual([
    "target         passed  failed  skipped  seconds",
    "bun × sqlite      150       0        1      1.3",
    "node × sqlite     149       1        1     12.0",
    "deno × sqlite       0       0      all      0.0",
    "",
    "skipped: a scenario: only D1 stops at 100 columns (bun × sqlite, node × sqlite)",
  ]);
});

test("the page's grid holds no times", () => {
  expect(markdownGrid(rows.map(summary))).toContain("| node × sqlite | 149 | 1 | 1 |");
  expect(markdownGrid(rows.map(summary))).not.toContain("12.0");
  expect(skips(rows)).toHaveLength(1);
});

test("a page is made of all targets, in their order, or of none", () => {
  const all = TARGETS.map(({ name }) => ({ target: name, passed: 1, failed: 0, failures: [], skipped: [] }));
  expect(wholeGrid(all.toReversed())).toEqual(all);
  expect(wholeGrid(all.slice(1))).toBeUndefined();
  expect(wholeGrid([...all.slice(1), { ...all[0]!, missing: "no Deno" }])).toBeUndefined();
});
