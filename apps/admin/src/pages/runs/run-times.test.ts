import { expect, test } from "bun:test";
import { beginOf } from "./run-times.ts";

test("today begins at midnight of the browser, the others are counted back", () => {
  const now = new Date(2026, 10, 30, 9, 15);
  expect(beginOf("today", now)).toEqual(new Date(2026, 10, 30));
  expect(beginOf("hour", now)).toEqual(new Date(2026, 10, 30, 8, 15));
  expect(now.getTime() - beginOf("week", now).getTime()).toBe(7 * 86_400_000);
});
