import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { music } from "../../fixtures/music.ts";
import { hoard, takings } from "../../fixtures/takings.ts";
import { exactly } from "../../match.ts";
import { INTERNALS, ok, post, type Scenario } from "../../scenario.ts";

const needs = [takings, hoard, music];
const aggregate = (body: JsonObject, slug = "takings") => post(`/api/items/${slug}/aggregate`, body);

export const gives = (
  what: string,
  body: JsonObject,
  rows: JsonObject[],
  slug = "takings",
  who: Who = as.secretKey,
): Scenario => ({
  name: `aggregates: ${what}${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request: aggregate(body, slug),
  expect: { ...ok(exactly({ data: rows })), excludes: ['"error"', "__", ...INTERNALS] },
});
const count = { n: { count: "*" } };

/** One row a group: counts, sums to the last digit, extremes; what is hidden does not count. */
export const scenarios: Scenario[] = [
  gives(
    "every function at once",
    {
      aggregates: {
        rows: { count: "*" },
        known: { count: "pieces" },
        kinds: { count_distinct: "kind" },
        pieces: { sum: "pieces" },
        mean: { avg: "pieces" },
        cheapest: { min: "price" },
        dearest: { max: "price" },
        money: { sum: "price" },
        first: { min: "at" },
        last: { max: "day" },
        word: { max: "kind" },
        share: { sum: "share" },
      },
    },
    [
      {
        rows: 8,
        known: 7,
        kinds: 2,
        pieces: 20,
        mean: 20 / 7,
        cheapest: "-3.00",
        dearest: "100.00",
        money: "115.05",
        first: "2022-01-01T00:00:00.000Z",
        last: "2024-10-27",
        word: "food",
        share: 4.5,
      },
    ],
  ),
  gives(
    "of no rows: counts are 0, the rest null",
    {
      filter: { pieces: 99 },
      aggregates: {
        n: { count: "*" },
        d: { count_distinct: "kind" },
        s: { sum: "price" },
        a: { avg: "pieces" },
        m: { max: "at" },
      },
    },
    [{ n: 0, d: 0, s: null, a: null, m: null }],
  ),
  gives("groups of no rows are none", { filter: { pieces: 99 }, group_by: ["kind"], aggregates: count }, []),
  gives("one group column, null a group of its own and smallest", { group_by: ["kind"], aggregates: count }, [
    { kind: null, n: 1 },
    { kind: "drink", n: 3 },
    { kind: "food", n: 4 },
  ]),
  gives("several group columns", { group_by: ["kind", "paid"], aggregates: { s: { sum: "price" } } }, [
    { kind: null, paid: true, s: "-3.00" },
    { kind: "drink", paid: false, s: "100.20" },
    { kind: "drink", paid: true, s: null },
    { kind: "food", paid: false, s: "17.75" },
    { kind: "food", paid: true, s: "0.10" },
  ]),
  gives(
    "a group by number, decimal and date keeps their forms",
    {
      group_by: ["price", "day"],
      filter: { pieces: { _lte: 1 } },
      aggregates: count,
    },
    [
      { price: "-3.00", day: "2023-12-31", n: 1 },
      { price: "0.00", day: "2022-01-01", n: 1 },
    ],
  ),
  gives("a filter narrows what is read", { filter: { kind: "drink", pieces: { _gt: 4 } }, aggregates: count }, [
    { n: 1 },
  ]),
  gives(
    "having narrows the groups",
    { group_by: ["kind"], aggregates: { ...count, s: { sum: "pieces" } }, having: { n: { _gte: 3 }, s: { _lt: 10 } } },
    [{ kind: "drink", n: 3, s: 9 }],
  ),
  gives(
    "having on a group, a decimal and a null",
    {
      group_by: ["kind"],
      aggregates: { m: { max: "price" } },
      having: { $or: [{ kind: null }, { m: { _gt: "50" } }] },
    },
    [
      { kind: null, m: "-3.00" },
      { kind: "drink", m: "100.00" },
    ],
  ),
  gives("having without groups", { aggregates: count, having: { n: { _gt: 8 } } }, []),
  gives("sorted by a result, from the top", { group_by: ["kind"], aggregates: { s: { sum: "price" } }, sort: "-s" }, [
    { kind: "drink", s: "100.20" },
    { kind: "food", s: "17.85" },
    { kind: null, s: "-3.00" },
  ]),
  gives("ties go by the groups", { group_by: ["kiosk.name", "kind"], aggregates: count, sort: "n", limit: 3 }, [
    { kiosk_name: null, kind: "food", n: 1 },
    { kiosk_name: "harbour", kind: "drink", n: 1 },
    { kiosk_name: "market", kind: null, n: 1 },
  ]),
  gives("limit and offset page through the groups", { group_by: ["kind"], aggregates: count, limit: 1, offset: 1 }, [
    { kind: "drink", n: 3 },
  ]),
  gives(
    "through a to-one",
    { group_by: [{ field: "kiosk.town", as: "town" }], aggregates: { pieces: { sum: "pieces" } } },
    [
      { town: null, pieces: 0 },
      { town: "Bergen", pieces: 15 },
      { town: "Delhi", pieces: 5 },
    ],
  ),
  gives(
    "a measure through a to-one",
    { aggregates: { towns: { count_distinct: "kiosk.town" }, last: { max: "kiosk.name" } } },
    [{ towns: 2, last: "station" }],
  ),
  gives("a filter through a to-one", { filter: { "kiosk.town": "Delhi" }, aggregates: { m: { sum: "price" } } }, [
    { m: "97.00" },
  ]),
  gives(
    "folds of lists as groups and measures",
    {
      group_by: [{ field: "count(albums)", as: "albums" }],
      aggregates: { bands: { count: "*" }, sold: { sum: "sum(albums.sales)" } },
    },
    [
      { albums: 0, bands: 1, sold: null },
      { albums: 1, bands: 1, sold: 100 },
      { albums: 2, bands: 1, sold: 307 },
      { albums: 3, bands: 1, sold: 150 },
    ],
    "bands",
  ),
  gives(
    "filters along lists",
    { filter: { "genres.name": "jazz" }, aggregates: { n: { count: "*" }, first: { min: "founded" } } },
    [{ n: 2, first: 1985 }],
    "bands",
  ),
  gives(
    "through two to-ones, under each one's rule",
    { group_by: [{ field: "album.band.name", as: "band" }], aggregates: { n: { count: "*" }, s: { sum: "seconds" } } },
    [
      { band: null, n: 1, s: 250 },
      { band: "Alpha", n: 4, s: 750 },
      { band: "Bravo", n: 2, s: 400 },
    ],
    "tracks",
    as.publicKey,
  ),
  gives(
    "folds see no hidden items",
    { aggregates: { most: { max: "count(bands)" } } },
    [{ most: 2 }],
    "genres",
    as.publicKey,
  ),
  gives(
    "results whose long names begin alike, or differ by case alone",
    {
      group_by: [`extra.${"k".repeat(70)}`, `extra.${"k".repeat(70)}K`, "extra.clerk", "extra.Clerk"],
      aggregates: count,
      filter: { "extra.clerk": "Ann" },
      having: { extra_clerk: "Ann", extra_Clerk: { _null: true } },
      sort: "-extra_Clerk",
    },
    [
      {
        [`extra_${"k".repeat(70)}`]: null,
        [`extra_${"k".repeat(70)}K`]: null,
        extra_clerk: "Ann",
        extra_Clerk: null,
        n: 1,
      },
    ],
  ),
  gives("a path inside JSON", { group_by: ["extra.clerk"], aggregates: { ...count, till: { sum: "extra.till" } } }, [
    { extra_clerk: null, n: 7, till: 1 },
    { extra_clerk: "Ann", n: 1, till: 1 },
  ]),
  gives("a boolean as a group", { group_by: ["paid"], aggregates: { m: { avg: "price" } } }, [
    { paid: false, m: 117.95 / 4 },
    { paid: true, m: -2.9 / 3 },
  ]),

  gives(
    "only what the rule shows is counted",
    { group_by: ["kind"], aggregates: { ...count, s: { sum: "pieces" } } },
    [{ kind: "food", n: 4, s: 10 }],
    "takings",
    as.publicKey,
  ),
  gives(
    "field policies hide values row by row",
    {
      group_by: ["kind"],
      aggregates: { ...count, known: { count: "price" }, money: { sum: "price" }, pieces: { sum: "pieces" } },
    },
    [
      { kind: null, n: 1, known: 1, money: "-3.00", pieces: null },
      { kind: "drink", n: 1, known: 0, money: null, pieces: null },
      { kind: "food", n: 4, known: 2, money: "0.10", pieces: 10 },
    ],
    "takings",
    as.user("alice"),
  ),
  gives(
    "what a field policy hides matches no filter",
    { filter: { price: { _gte: "0" } }, aggregates: count },
    [{ n: 2 }],
    "takings",
    as.user("alice"),
  ),
];
