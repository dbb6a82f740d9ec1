import { expect, test } from "bun:test";
import { CASES } from "./cases.ts";
import { misses, table } from "./report.ts";
import type { Result } from "./run-case.ts";
import type { StartFigures } from "./starts.ts";

const starts: StartFigures[] = [
  { program: "Plinth", durability: "full", coldStart: 100, idle: 60, most: 120 },
  { program: "plain", durability: "full", coldStart: 40, idle: 30, most: 50 },
  { program: "PocketBase 1", durability: "normal", coldStart: 20, idle: 30, most: 60 },
  { program: "bknd 1", durability: "full", coldStart: 300, idle: 80, most: 130 },
];

function get(perSecond: Record<string, number>, p99 = 2, plainP99 = 2): Result {
  const one = CASES.find(({ key }) => key === "get")!;
  return {
    case: one,
    figures: Object.entries(perSecond).map(([program, figure]) => ({
      program,
      perSecond: figure,
      p50: 1,
      p99: program === "plain" ? plainP99 : p99,
      cpu: 20,
    })),
  };
}

test("a case that reaches its marks is not reported", () => {
  const figures = { Plinth: 30_000, plain: 40_000, "PocketBase 1": 10_000, "bknd 1": 30_000 };
  expect(misses([get(figures)], starts)).toEqual([]);
});

test("each mark that is missed has a line: beside the plain program, another product, the median", () => {
  const figures = { Plinth: 20_000, plain: 40_000, "PocketBase 1": 10_000, "bknd 1": 25_000 };
  expect(misses([get(figures, 6)], starts)).toEqual([
    "get by id: 0.50 × plain, at least 0.65 is asked for",
    "get by id: 2.00 × PocketBase 1, at least 3 is asked for",
    "get by id: 0.80 × bknd 1, at least 1 is asked for",
    "get by id: p99 is 6.0 × the median, at most 5.0 is asked for",
  ]);
});

test("a machine that pauses the plain program as long is not Plinth's miss", () => {
  const figures = { Plinth: 30_000, plain: 40_000 };
  expect(misses([get(figures, 6, 7)], starts)).toEqual([]);
  expect(misses([get(figures, 8, 7)], starts)).toEqual([
    "get by id: p99 is 8.0 × the median, at most 7.0 is asked for",
  ]);
});

test("a slow start and much memory are reported", () => {
  const slow = [{ ...starts[0]!, coldStart: 200, most: 150 }, ...starts.slice(1)];
  expect(misses([], slow)).toEqual([
    "cold start: 200 ms, at most 120 ms is asked for",
    "memory: 150 MB, at most 130 MB is asked for",
  ]);
});

test("the table has a column for each program, and a cell is empty where a program was not asked", () => {
  const [head, , row, start] = table([get({ Plinth: 30_000, plain: 40_000 })], starts).split("\n");
  expect(head).toBe("| Case | Plinth | plain | PocketBase 1 | bknd 1 | p50 | p99 | p99 / p50 (plain) |");
  expect(row).toBe("| get by id | 30,000/s | 40,000/s (0.75) |  |  | 1.00 ms | 2.00 ms | 2.0 (2.0) |");
  expect(start).toBe("| cold start to the first row, ms | 100 | 40 | 20 | 300 |  |  |  |");
});
