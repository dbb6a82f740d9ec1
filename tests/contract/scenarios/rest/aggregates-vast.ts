import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { GALAXIES, galaxiesWithStars } from "../../fixtures/stars.ts";
import { exactly } from "../../match.ts";
import { type NameOf, rowsOf } from "../../rows.ts";
import { INTERNALS, items, ok, post, refused, type Scenario } from "../../scenario.ts";

const needs = [galaxiesWithStars];
const aggregate = (body: JsonObject) => post("/api/items/stars/aggregate", body);
const gives = (what: string, body: JsonObject, data: Json): Scenario => ({
  name: `aggregates: ${what}`,
  as: as.secretKey,
  needs,
  request: aggregate(body),
  expect: { ...ok(exactly({ data })), excludes: ['"error"', ...INTERNALS] },
});
const lists = (what: string, query: Record<string, Json>, ...found: NameOf<typeof GALAXIES>[]): Scenario => ({
  name: `aggregates: ${what}`,
  as: as.secretKey,
  needs,
  request: items("galaxies", query),
  expect: { ...ok(rowsOf(GALAXIES, ...found)), excludes: ['"error"', ...INTERNALS] },
});
const mass = { m: { sum: "mass" } };

/** Sums that no double holds are refused by name, and nothing else suffers from them. */
export const scenarios: Scenario[] = [
  {
    name: "aggregates: a sum beyond all doubles is refused",
    as: as.secretKey,
    needs,
    request: aggregate({ aggregates: mass, group_by: ["galaxy.name"] }),
    expect: refused(422, "LIMIT_EXCEEDED", "aggregates"),
  },
  {
    name: "aggregates: a sum beyond all doubles is refused where it is in an expansion",
    as: as.secretKey,
    needs,
    request: items("galaxies", { expand: { stars: { aggregates: mass } } }),
    expect: refused(422, "LIMIT_EXCEEDED", "expand.stars.aggregates"),
  },
  gives(
    "a sum that is only on its way beyond all doubles",
    { aggregates: mass, filter: { "galaxy.name": "opposed" } },
    [{ m: 1.5e308 }],
  ),
  gives(
    "the average of what cannot be summed",
    { aggregates: { m: { avg: "mass" } }, filter: { "galaxy.name": "beyond" } },
    [{ m: 1.7e308 }],
  ),
  gives(
    "a sum beyond all doubles that is not given out",
    { aggregates: mass, group_by: ["galaxy.name"], having: { m: { _lt: 1e300 } } },
    [{ galaxy_name: "usual", m: 3.5 }],
  ),
  lists(
    "a list in the order of sums, the vast ones included",
    { sort: "-sum(stars.mass),name" },
    "beyond",
    "opposed",
    "usual",
    "empty",
  ),
  lists("a filter by such sums", { filter: { "sum(stars.mass)": { _gt: 1e308 } }, sort: "name" }, "beyond", "opposed"),
  lists("a filter by such averages", { filter: { "avg(stars.mass)": { _gt: 1e308 } }, sort: "name" }, "beyond"),
];
