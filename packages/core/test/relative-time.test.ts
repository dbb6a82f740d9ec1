import { expect, test } from "bun:test";
import { type Json, PlinthError, parseVariable, resolveOperand } from "@plinth/core";
import { things } from "./collections.ts";

/** 1 November 2026 was a Sunday. In Berlin it was one o'clock at night then, as summer time had ended. */
const NOW = "2026-11-01T00:30:00.123Z";

function at(value: Json, now = NOW, field?: string): unknown {
  const operand = parseVariable(value, "value")!;
  return resolveOperand(
    operand,
    { values: [], variables: { now } as never },
    field ? things.byName.get(field) : undefined,
  );
}

const start = (period: string, more: object = {}): Json => ({ $now: { start: period, ...more } });

test("a period begins in UTC, and weeks on Monday", () => {
  expect(["day", "week", "month", "quarter", "year"].map((period) => at(start(period)))).toEqual([
    "2026-11-01T00:00:00.000Z",
    "2026-10-26T00:00:00.000Z",
    "2026-11-01T00:00:00.000Z",
    "2026-10-01T00:00:00.000Z",
    "2026-01-01T00:00:00.000Z",
  ]);
});

test("in a zone, at the midnight of its clocks, whatever is changed between", () => {
  const berlin = (period: string, more: object = {}) => at(start(period, { zone: "Europe/Berlin", ...more }));
  expect(berlin("day")).toBe("2026-10-31T23:00:00.000Z");
  // Summer time ended on 25 October.
  expect(berlin("month", { sub: { months: 1 } })).toBe("2026-09-30T22:00:00.000Z");
  expect(berlin("day", { sub: { days: 7 } })).toBe("2026-10-24T22:00:00.000Z");
  expect(at(start("day", { zone: "America/New_York" }))).toBe("2026-10-31T04:00:00.000Z");
  expect(at(start("month", { zone: "America/New_York" }))).toBe("2026-10-01T04:00:00.000Z");
});

test("a day whose midnight is skipped begins when its clocks go on, and one that has two at the first", () => {
  // Beirut skips the hour after midnight, and Havana repeats it.
  expect(at(start("day", { zone: "Asia/Beirut" }), "2026-03-29T12:00:00Z")).toBe("2026-03-28T22:00:00.000Z");
  expect(at(start("day", { zone: "America/Havana" }), "2026-11-01T12:00:00Z")).toBe("2026-11-01T04:00:00.000Z");
});

test("no time is before the year 1, or after 9999", () => {
  expect(at(start("year", { zone: "Asia/Tokyo", sub: { years: 9000 } }))).toBe("0001-01-01T00:00:00.000Z");
  expect(at(start("year", { zone: "America/New_York", add: { years: 9000 } }))).toBe("9999-12-31T23:59:59.999Z");
});

test("for a field of days it is the day of the zone", () => {
  expect(at(start("month", { zone: "Europe/Berlin" }), NOW, "day")).toBe("2026-11-01");
  expect(at(start("day", { zone: "America/New_York" }), NOW, "day")).toBe("2026-10-31");
});

test.each([
  [{ start: "decade" }, "value.$now.start"],
  [{ start: "day", zone: "Nowhere/At_All" }, "value.$now.zone"],
  [{ start: "day", zone: 1 }, "value.$now.zone"],
  [{ zone: "UTC" }, "value.$now"],
  [{ zone: "UTC", sub: { days: 1 } }, "value.$now.zone"],
  [{ start: "day", sub: { days: 1 }, add: { days: 1 } }, "value.$now"],
  [{ start: "day", at: 1 }, "value.$now"],
] as const)("%j is refused at %s", (value, field) => {
  let refused: unknown;
  try {
    parseVariable({ $now: value as Json }, "value");
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(PlinthError);
  expect((refused as PlinthError).details?.field).toBe(field);
});
