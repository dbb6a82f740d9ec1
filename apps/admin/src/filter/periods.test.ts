import { expect, test } from "bun:test";
import { boundsOf, DURING, OFFERED_PERIODS, ownZone, periodOf, readPeriod, writePeriod } from "./periods.ts";
import { parseFilter, writeFilter } from "./tree.ts";

const COUNTED = ["last 2 weeks", "last 1 month", "next 2 days", "last 7 days in Asia/Tokyo"];

test("each name means bounds that have this name", () => {
  for (const name of [
    ...OFFERED_PERIODS,
    "next quarter",
    "last 1 hour",
    "next 3 weeks",
    "this year in Asia/Tokyo",
    ...COUNTED,
  ]) {
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
    "last 7 hours in Asia/Tokyo",
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
  expect(boundsOf(readPeriod("last 3 hours")!)).toEqual({ _gte: { $now: { sub: { hours: 3 } } }, _lt: "$now" });
  expect(ownZone()).not.toBe("");
});

test("counted days are whole ones of a zone, with today, as a field of dates needs them", () => {
  const day = { start: "day", zone: "Asia/Tokyo" };
  expect(boundsOf(readPeriod("last 7 days in Asia/Tokyo")!)).toEqual({
    _gte: { $now: { ...day, sub: { days: 6 } } },
    _lt: { $now: { ...day, add: { days: 1 } } },
  });
  expect(boundsOf(readPeriod("last 2 months in Asia/Tokyo")!)).toMatchObject({
    _gte: { $now: { ...day, sub: { months: 2, days: -1 } } },
  });
  expect(boundsOf(readPeriod("next 7 days in Asia/Tokyo")!)).toEqual({
    _gte: { $now: day },
    _lt: { $now: { ...day, add: { days: 7 } } },
  });
  expect(boundsOf(readPeriod("last 1 day")!)).toEqual(boundsOf(readPeriod("today")!));
});

test("the builder shows two such bounds as one condition, and writes them again", () => {
  const filter = { at: boundsOf(readPeriod("this month")!), title: { _eq: "a" } };
  const tree = parseFilter(filter);
  expect(tree.children[0]).toMatchObject({ kind: "condition", path: "at", op: DURING, value: "this month" });
  expect(writeFilter(tree)).toEqual(filter);
});
