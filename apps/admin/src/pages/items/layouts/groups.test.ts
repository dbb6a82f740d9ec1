import { expect, test } from "bun:test";
import type { Field } from "@plinth/core";
import { boardColumns, columnBeside } from "./board-columns.ts";
import { dayStart } from "./calendar-days.ts";
import { groupBody, groupFilter, groupingOf, groupingText, groupOf, sumsFor } from "./groups.ts";

const STATE: Field = { name: "state", type: "enum", values: ["open", "done"] };
const DUE: Field = { name: "due", type: "date" };
const AT: Field = { name: "at", type: "timestamp" };
const PAGES: Field = { name: "pages", type: "integer" };
const FIELDS = [STATE, DUE, AT, PAGES];
const of = (by: string) => groupingOf(by, FIELDS)!;

test("a grouping goes through the address unchanged; times have a part of the calendar", () => {
  expect(["state", "due:year", "at:week"].map((by) => groupingText(of(by)))).toEqual(["state", "due:year", "at:week"]);
  expect(groupingText(of("due:nonsense"))).toBe("due:month");
  expect(groupingOf("gone", FIELDS)).toBeUndefined();
  expect(groupingOf(undefined, FIELDS)).toBeUndefined();
});

test("the aggregate counts by the group, and by the browser's days where the field has moments", () => {
  const sums = sumsFor(FIELDS).filter(({ fn }) => fn === "sum");
  const asked = { filter: { state: "open" }, sums, zone: "Europe/Berlin", limit: 10, offset: 20 };
  expect(groupBody({ ...asked, grouping: of("state") })).toEqual({
    group_by: [{ field: "state", as: "group" }],
    aggregates: { items: { count: "*" }, sum_0: { sum: "pages" } },
    sort: "-items",
    filter: { state: "open" },
    limit: 10,
    offset: 20,
  });
  expect(groupBody({ ...asked, grouping: of("at:day") }).group_by).toEqual([
    { field: "at", as: "group", bucket: "day", time_zone: "Europe/Berlin" },
  ]);
  expect(groupBody({ ...asked, grouping: of("due:day") }).group_by).toEqual([
    { field: "due", as: "group", bucket: "day" },
  ]);
  expect(groupOf({ group: "open", items: 3, sum_0: 7 }, 1)).toEqual({ value: "open", items: 3, sums: [7] });
});

test("opening a group filters by its value, or by its part of the calendar", () => {
  expect(groupFilter(of("state"), "open")).toEqual({ state: { _eq: "open" } });
  expect(groupFilter(of("state"), "$user.id")).toEqual({ state: { _eq: { $literal: "$user.id" } } });
  expect(groupFilter(of("due:year"), null)).toEqual({ due: { _null: true } });
  const ends = ["day", "week", "month", "quarter", "year"].map((part) => groupFilter(of(`due:${part}`), "2024-10-01"));
  expect(ends.map((filter) => (filter.due as { _lt: string })._lt)).toEqual([
    "2024-10-02",
    "2024-10-08",
    "2024-11-01",
    "2025-01-01",
    "2025-10-01",
  ]);
  expect(groupFilter(of("at:day"), "2024-10-01")).toEqual({
    at: { _gte: dayStart("2024-10-01"), _lt: dayStart("2024-10-02") },
  });
});

test("a board has the possible values in their order, then those that items have besides", () => {
  const groups = [
    { value: "done", items: 4, sums: [] },
    { value: "old", items: 1, sums: [] },
  ];
  const columns = boardColumns({ field: STATE, groups, choices: [] });
  expect(columns.map(({ value, count }) => [value, count])).toEqual([
    ["open", 0],
    ["done", 4],
    ["old", 1],
    [null, 0],
  ]);
  const required = boardColumns({ field: { ...STATE, required: true }, groups: undefined, choices: [] });
  expect(required.map(({ value, count }) => [value, count])).toEqual([
    ["open", undefined],
    ["done", undefined],
  ]);
  const yesNo = boardColumns({ field: { name: "seen", type: "boolean" }, groups: [], choices: [] });
  expect(yesNo.map(({ value }) => value)).toEqual([false, true, null]);
  expect([
    columnBeside(columns, '"open"', 1),
    columnBeside(columns, "null", 1),
    columnBeside(columns, '"open"', -1),
  ]).toEqual(['"done"', undefined, undefined]);
});
