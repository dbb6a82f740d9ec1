import type { ErrorCode, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { hoard, takings } from "../../fixtures/takings.ts";
import { INTERNALS, post, refused, type Scenario } from "../../scenario.ts";

const needs = [takings, hoard];
const aggregate = (body: JsonObject, slug = "takings") => post(`/api/items/${slug}/aggregate`, body);
const refuses = (
  what: string,
  body: JsonObject,
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.secretKey,
  slug = "takings",
): Scenario => ({
  name: `aggregates: ${what} is refused${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request: aggregate(body, slug),
  expect: { ...refused(status, code, field), excludes: ['"data"', "harbour", "Bergen", ...INTERNALS] },
});
const count = { n: { count: "*" } };

/** What cannot or may not be computed is refused by the name of the part. */
export const scenarios: Scenario[] = [
  refuses(
    "a hidden field in a measure",
    { aggregates: { s: { sum: "price" } } },
    [403, "FIELD_FORBIDDEN", "aggregates.s.sum"],
    as.publicKey,
  ),
  refuses(
    "a hidden field in a group",
    { group_by: ["paid"], aggregates: count },
    [403, "FIELD_FORBIDDEN", "group_by.0"],
    as.publicKey,
  ),
  refuses(
    "a hidden field in the filter",
    { filter: { price: "1" }, aggregates: count },
    [403, "FIELD_FORBIDDEN", "filter.price"],
    as.publicKey,
  ),
  refuses(
    "a hidden field of a related item",
    { group_by: ["kiosk.town"], aggregates: count },
    [403, "FIELD_FORBIDDEN", "group_by.0"],
    as.publicKey,
  ),
  refuses("an anonymous count", { aggregates: count }, [401, "UNAUTHORIZED"], as.anonymous, "hoard"),
  refuses("another workspace's count", { aggregates: count }, [404, "COLLECTION_NOT_FOUND"], as.otherSecretKey),

  refuses("nothing to compute", { group_by: ["kind"], aggregates: {} }, [422, "VALIDATION", "aggregates"]),
  refuses("no aggregates", { group_by: ["kind"] }, [422, "VALIDATION", "aggregates"]),
  refuses("an unknown function", { aggregates: { m: { median: "price" } } }, [
    422,
    "UNKNOWN_FIELD",
    "aggregates.m.median",
  ]),
  refuses("two functions in one", { aggregates: { m: { min: "price", max: "price" } } }, [
    422,
    "VALIDATION",
    "aggregates.m",
  ]),
  refuses("an unknown field in a measure", { aggregates: { m: { sum: "nope" } } }, [
    422,
    "UNKNOWN_FIELD",
    "aggregates.m.sum",
  ]),
  refuses("an unknown field in a group", { group_by: ["kind", "nope"], aggregates: count }, [
    422,
    "UNKNOWN_FIELD",
    "group_by.1",
  ]),
  refuses("a sum of texts", { aggregates: { m: { sum: "kind" } } }, [422, "VALIDATION", "aggregates.m.sum"]),
  refuses("a sum of everything", { aggregates: { m: { sum: "*" } } }, [422, "VALIDATION", "aggregates.m.sum"]),
  refuses("the largest of true and false", { aggregates: { m: { max: "paid" } } }, [
    422,
    "VALIDATION",
    "aggregates.m.max",
  ]),
  refuses("a group by whole JSON", { group_by: ["extra"], aggregates: count }, [422, "VALIDATION", "group_by.0"]),
  refuses("two results of one name", { group_by: ["kind"], aggregates: { kind: { count: "*" } } }, [
    422,
    "VALIDATION",
    "aggregates",
  ]),
  refuses(
    "more results than a statement gives",
    { aggregates: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`n${i}`, { count: "*" }])) },
    [422, "LIMIT_EXCEEDED", "aggregates"],
  ),
  refuses("a result named by SQL", { aggregates: { 'n" from x; --': { count: "*" } } }, [422, "VALIDATION"]),
  refuses("having on what is no result", { aggregates: count, having: { price: 1 } }, [
    422,
    "UNKNOWN_FIELD",
    "having.price",
  ]),
  refuses("having with a wrong type", { aggregates: count, having: { n: "many" } }, [422, "VALIDATION", "having.n"]),
  refuses("a sort by what is no result", { aggregates: count, sort: "-price" }, [422, "UNKNOWN_FIELD", "sort"]),
  refuses("a limit beyond the highest", { aggregates: count, limit: 1001 }, [422, "VALIDATION", "limit"]),
  refuses("a limit of 0", { aggregates: count, limit: 0 }, [422, "VALIDATION", "limit"]),
  refuses("an unknown part", { aggregates: count, where: {} }, [422, "UNKNOWN_FIELD", "where"]),
  refuses("eleven groups", { group_by: Array.from({ length: 11 }, () => "kind"), aggregates: count }, [
    422,
    "VALIDATION",
    "group_by",
  ]),
];
