import { expect, test } from "bun:test";
import type { Field } from "@plinth/core";
import {
  addDays,
  dayIn,
  dayOf,
  dayStart,
  daysOf,
  isDay,
  onDay,
  rangeFilter,
  turn,
  weekStartOf,
} from "./calendar-days.ts";

const DATE: Field = { name: "due", type: "date" };
const TIME: Field = { name: "at", type: "timestamp" };

test("a month is shown in whole weeks, from the day on which the week begins", () => {
  const march = daysOf("2024-03-14", "month", 1);
  expect([march[0], march.at(-1), march.length]).toEqual(["2024-02-26", "2024-03-31", 35]);
  const sunday = daysOf("2024-03-14", "month", 7);
  expect([sunday[0], sunday.at(-1), sunday.length]).toEqual(["2024-02-25", "2024-04-06", 42]);
  // Exactly four weeks.
  expect(daysOf("2021-02-10", "month", 1)).toHaveLength(28);
  expect(daysOf("2024-03-14", "week", 1)).toEqual(Array.from({ length: 7 }, (_, at) => `2024-03-${11 + at}`));
  expect(new Set(daysOf("2024-10-20", "month", 1)).size).toBe(35);
});

test("turning goes by weeks and by months, and stays within a shorter month", () => {
  expect(turn("2024-01-31", "month", 1)).toBe("2024-02-29");
  expect(turn("2024-03-31", "month", -1)).toBe("2024-02-29");
  expect(turn("2024-12-05", "month", 1)).toBe("2025-01-05");
  expect(turn("2024-12-30", "week", 1)).toBe("2025-01-06");
  expect(addDays("2024-02-28", 2)).toBe("2024-03-01");
});

test("only days of the calendar are days", () => {
  expect(["2024-02-29", "2023-02-29", "2024-2-1", "x", undefined].map(isDay)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("an item moves to another day at the same time of day", () => {
  const at = new Date(2024, 2, 14, 17, 45, 12, 5);
  const moved = onDay(at.toISOString(), "2024-11-30", TIME);
  expect(moved).toBe(new Date(2024, 10, 30, 17, 45, 12, 5).toISOString());
  expect(dayIn(moved, TIME)).toBe("2024-11-30");
  expect(onDay("2024-03-14", "2024-11-30", DATE)).toBe("2024-11-30");
  expect(dayIn("2024-03-14", DATE)).toBe("2024-03-14");
  expect(dayIn(null, TIME)).toBeUndefined();
  expect(dayOf(new Date(dayStart("2024-03-31")))).toBe("2024-03-31");
});

test("the range ends before the day after the last", () => {
  expect(rangeFilter(DATE, "2024-03-01", "2024-03-31")).toEqual({ due: { _gte: "2024-03-01", _lt: "2024-04-01" } });
  expect(rangeFilter(TIME, "2024-03-01", "2024-03-31")).toEqual({
    at: { _gte: dayStart("2024-03-01"), _lt: dayStart("2024-04-01") },
  });
});

test("weeks begin as the language has it", () => {
  expect([weekStartOf("de-DE"), weekStartOf("en-US")]).toEqual([1, 7]);
});
