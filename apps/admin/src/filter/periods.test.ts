import { expect, test } from "bun:test";
import { boundsOf, DURING, OFFERED_PERIODS, ownZone, periodOf, readPeriod, writePeriod } from "./periods.ts";
import { parseFilter, writeFilter } from "./tree.ts";

test("each name means bounds that have this name", () => {
  for (const name of [...OFFERED_PERIODS, "next quarter", "last 1 hour", "next 3 weeks", "this year in Asia/Tokyo"]) {
    const period = readPeriod(name)!;
    expect([name, writePeriod(period), periodOf(boundsOf(period))]).toEqual([name, name, period]);
  }
});

test("what is no name has no bounds, and other bounds no name", () => {
  for (const text of [
    "",
    "this",
    "this day",
    "last 0 days",
    "this 7 days",
    "last 7 days in Asia/Tokyo",
    "this week in Nowhere",
  ])
    expect([text, readPeriod(text)]).toEqual([text, undefined]);
  expect(periodOf({ _gte: "2026-01-01", _lt: "$now" })).toBeUndefined();
  expect(periodOf({ _gte: { $now: { start: "month" } }, _lt: { $now: { start: "year" } } })).toBeUndefined();
});

test("the bounds are the API's, from Monday or the first on, in a zone that is named", () => {
  expect(boundsOf(readPeriod("last quarter in Asia/Tokyo")!)).toEqual({
    _gte: { $now: { start: "quarter", zone: "Asia/Tokyo", sub: { months: 3 } } },
    _lt: { $now: { start: "quarter", zone: "Asia/Tokyo" } },
  });
  expect(boundsOf(readPeriod("next 7 days")!)).toEqual({ _gte: "$now", _lt: { $now: { add: { days: 7 } } } });
  expect(ownZone()).not.toBe("");
});

test("the builder shows two such bounds as one condition, and writes them again", () => {
  const filter = { at: boundsOf(readPeriod("this month")!), title: { _eq: "a" } };
  const tree = parseFilter(filter);
  expect(tree.children[0]).toMatchObject({ kind: "condition", path: "at", op: DURING, value: "this month" });
  expect(writeFilter(tree)).toEqual(filter);
});
