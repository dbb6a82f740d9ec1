import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { takings } from "../../fixtures/takings.ts";
import { exactly } from "../../match.ts";
import { INTERNALS, ok, post, refused, type Scenario } from "../../scenario.ts";

const needs = [takings];
const aggregate = (body: JsonObject) =>
  post("/api/items/takings/aggregate", { aggregates: { n: { count: "*" } }, ...body });

/** How many takings there are in each bucket; `at` unless another field is named. */
const buckets = (what: string, group: JsonObject, counts: [string | null, number][], filter: Json = {}): Scenario => ({
  name: `calendar: ${what}`,
  as: as.secretKey,
  needs,
  request: aggregate({ group_by: [{ field: "at", as: "t", ...group }], filter }),
  expect: { ...ok(exactly({ data: counts.map(([t, n]) => ({ t, n })) })), excludes: ['"error"', ...INTERNALS] },
});
const refuses = (what: string, group: JsonObject, [code, field]: [ErrorCode, string]): Scenario => ({
  name: `calendar: ${what} is refused`,
  as: as.secretKey,
  needs,
  request: aggregate({ group_by: [{ field: "at", ...group }] }),
  expect: refused(422, code, field),
});
const in2023 = { day: "2023-12-31" };
const spring = { day: "2024-03-31" };
const autumn = { day: "2024-10-27" };

/** Buckets of time, from the hour to the year, by the clocks of a zone. */
export const scenarios: Scenario[] = [
  buckets(
    "hours in UTC",
    { bucket: "hour" },
    [
      ["2023-12-31T18:00:00", 2],
      ["2023-12-31T23:00:00", 1],
    ],
    in2023,
  ),
  buckets("days", { bucket: "day" }, [
    ["2022-01-01", 1],
    ["2023-12-31", 3],
    ["2024-03-31", 2],
    ["2024-10-27", 2],
  ]),
  buckets("weeks begin on Monday", { bucket: "week" }, [
    ["2021-12-27", 1],
    ["2023-12-25", 3],
    ["2024-03-25", 2],
    ["2024-10-21", 2],
  ]),
  buckets("months", { bucket: "month" }, [
    ["2022-01-01", 1],
    ["2023-12-01", 3],
    ["2024-03-01", 2],
    ["2024-10-01", 2],
  ]),
  buckets("quarters", { bucket: "quarter" }, [
    ["2022-01-01", 1],
    ["2023-10-01", 3],
    ["2024-01-01", 2],
    ["2024-10-01", 2],
  ]),
  buckets("years", { bucket: "year" }, [
    ["2022-01-01", 1],
    ["2023-01-01", 3],
    ["2024-01-01", 4],
  ]),
  buckets("UTC by its name", { bucket: "year", time_zone: "UTC" }, [
    ["2022-01-01", 1],
    ["2023-01-01", 3],
    ["2024-01-01", 4],
  ]),
  buckets(
    "a zone an hour ahead sees the new year first",
    { bucket: "year", time_zone: "Europe/Berlin" },
    [
      ["2023-01-01", 2],
      ["2024-01-01", 1],
    ],
    in2023,
  ),
  buckets(
    "a zone five hours behind sees it last",
    { bucket: "year", time_zone: "America/New_York" },
    [["2021-01-01", 1]],
    {
      day: "2022-01-01",
    },
  ),
  buckets(
    "in spring an hour is left out",
    { bucket: "hour", time_zone: "Europe/Berlin" },
    [
      ["2024-03-31T01:00:00", 1],
      ["2024-03-31T03:00:00", 1],
    ],
    spring,
  ),
  buckets(
    "in autumn an hour comes twice and is one bucket",
    { bucket: "hour", time_zone: "Europe/Berlin" },
    [["2024-10-27T02:00:00", 2]],
    autumn,
  ),
  buckets("clocks changed and unchanged in one answer", { bucket: "hour", time_zone: "Europe/Berlin" }, [
    ["2022-01-01T01:00:00", 1],
    ["2023-12-31T19:00:00", 2],
    ["2024-01-01T00:00:00", 1],
    ["2024-03-31T01:00:00", 1],
    ["2024-03-31T03:00:00", 1],
    ["2024-10-27T02:00:00", 2],
  ]),
  buckets(
    "half an hour off UTC, midnight falls at 18:30",
    { bucket: "day", time_zone: "Asia/Kolkata" },
    [
      ["2023-12-31", 1],
      ["2024-01-01", 2],
    ],
    in2023,
  ),
  buckets(
    "half an hour off UTC, hours as well",
    { bucket: "hour", time_zone: "Asia/Kolkata" },
    [
      ["2023-12-31T23:00:00", 1],
      ["2024-01-01T00:00:00", 1],
      ["2024-01-01T05:00:00", 1],
    ],
    in2023,
  ),
  buckets(
    "three quarters of an hour",
    { bucket: "hour", time_zone: "Asia/Kathmandu" },
    [
      ["2024-01-01T00:00:00", 2],
      ["2024-01-01T05:00:00", 1],
    ],
    in2023,
  ),
  buckets(
    "a summer time of half an hour",
    { bucket: "hour", time_zone: "Australia/Lord_Howe" },
    [
      ["2024-03-31T11:00:00", 1],
      ["2024-03-31T12:00:00", 1],
    ],
    spring,
  ),
  buckets("a date has its own calendar", { field: "day", bucket: "month" }, [
    ["2022-01-01", 1],
    ["2023-12-01", 3],
    ["2024-03-01", 2],
    ["2024-10-01", 2],
  ]),
  buckets("no rows, no buckets", { bucket: "day", time_zone: "Europe/Berlin" }, [], { pieces: 99 }),
  {
    name: "calendar: beside other groups, with having and a sort by a result",
    as: as.secretKey,
    needs,
    request: aggregate({
      group_by: ["kind", { field: "at", bucket: "year", as: "year" }],
      aggregates: { n: { count: "*" }, money: { sum: "price" } },
      having: { n: { _gte: 2 } },
      sort: "-money",
    }),
    expect: {
      ...ok(
        exactly({
          data: [
            { kind: "food", year: "2024-01-01", n: 2, money: "10.60" },
            { kind: "drink", year: "2024-01-01", n: 2, money: "0.20" },
          ],
        }),
      ),
      excludes: ['"error"', "2023", ...INTERNALS],
    },
  },
  {
    name: "calendar: the public's calendar holds what the public sees",
    as: as.publicKey,
    needs,
    request: aggregate({ group_by: [{ field: "at", bucket: "year", time_zone: "Europe/Berlin", as: "year" }] }),
    expect: {
      ...ok(
        exactly({
          data: [
            { year: "2022-01-01", n: 1 },
            { year: "2023-01-01", n: 1 },
            { year: "2024-01-01", n: 2 },
          ],
        }),
      ),
      excludes: ['"error"', ...INTERNALS],
    },
  },
  {
    name: "calendar: having on a bucket",
    as: as.secretKey,
    needs,
    request: aggregate({
      group_by: [{ field: "at", bucket: "year", as: "year" }],
      having: { year: { _gte: "2023" } },
      sort: "-year",
    }),
    expect: {
      ...ok(
        exactly({
          data: [
            { year: "2024-01-01", n: 4 },
            { year: "2023-01-01", n: 3 },
          ],
        }),
      ),
      excludes: ['"error"', "2022", ...INTERNALS],
    },
  },
  refuses("an unknown bucket", { bucket: "decade" }, ["VALIDATION", "group_by.0"]),
  refuses("an unknown zone", { bucket: "day", time_zone: "Mars/Olympus" }, ["VALIDATION", "group_by.0.time_zone"]),
  {
    name: "calendar: a third zone in one request is refused",
    as: as.secretKey,
    needs,
    request: aggregate({
      group_by: ["Europe/Berlin", "Asia/Kolkata", "europe/berlin", "America/New_York"].map((time_zone, i) => ({
        field: "at",
        bucket: "year",
        time_zone,
        as: `y${i}`,
      })),
    }),
    expect: { ...refused(422, "LIMIT_EXCEEDED", "group_by.3.time_zone"), excludes: ['"data"', ...INTERNALS] },
  },
  refuses("SQL as a zone", { bucket: "day", time_zone: "UTC'; --" }, ["VALIDATION", "group_by.0.time_zone"]),
  refuses("a bucket of a number", { field: "pieces", bucket: "day" }, ["VALIDATION", "group_by.0.bucket"]),
  refuses("hours of a date", { field: "day", bucket: "hour" }, ["VALIDATION", "group_by.0.bucket"]),
  refuses("a zone for a date", { field: "day", bucket: "day", time_zone: "Europe/Berlin" }, [
    "VALIDATION",
    "group_by.0.bucket",
  ]),
  refuses("an unknown part of a group", { bucket: "day", zone: "UTC" }, ["UNKNOWN_FIELD", "group_by.0.zone"]),
];
