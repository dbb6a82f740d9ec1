import type { ErrorCode, Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { partsNamed, upsert, withNeeds } from "../../fixtures/stock.ts";
import { INTERNALS, items, ok, refused, type Scenario, type Step } from "../../scenario.ts";

const { hasPart, noPart, partIs } = partsNamed({
  bobs: 710,
  bobsAmongOwn: 711,
  limited: 712,
  occupied: 713,
  existsAlready: 719,
  never: 799,
});

const refuses = (
  what: string,
  body: Json,
  query: Record<string, string>,
  [status, code, field]: [number, ErrorCode, string?],
  more: { who?: Who; given?: Step[]; then?: Step[] } = {},
): Omit<Scenario, "needs"> => ({
  name: `upsert: ${what} is refused`,
  as: more.who ?? as.secretKey,
  ...(more.given && { given: more.given }),
  request: upsert(body, query),
  expect: { ...refused(status, code, field), excludes: ['"data"', "part-", ...INTERNALS] },
  then: [
    ...(more.then ?? []),
    {
      as: as.secretKey,
      request: items("parts", { filter: { name: "upsert-bad" } }),
      expect: { ...ok({ data: [] }), excludes: [] },
    },
  ],
});

/** Upserts that are refused as a whole: nothing of them is there afterwards. */
export const scenarios: Scenario[] = withNeeds(
  refuses("another's item", { name: "upsert-bad", sku: "up-8", count: 1 }, { on_conflict: "sku" }, [403, "FORBIDDEN"], {
    who: as.user("alice"),
    given: [hasPart("bobs", { sku: "up-8", count: 7 }, "bob")],
    then: [partIs("bobs", { name: "part-bobs", count: 7, version: 1 })],
  }),
  refuses(
    "one of another's among one's own",
    [
      { name: "upsert-bad", sku: "up-9", count: 1 },
      { name: "upsert-bad", sku: "up-10", count: 1 },
    ],
    { on_conflict: "sku" },
    [403, "FORBIDDEN"],
    {
      who: as.user("alice"),
      given: [hasPart("bobsAmongOwn", { sku: "up-10" }, "bob")],
      then: [partIs("bobsAmongOwn", { version: 1 })],
    },
  ),
  refuses(
    "a result that the check forbids",
    { name: "upsert-bad", sku: "up-11", count: 51 },
    { on_conflict: "sku" },
    [403, "FORBIDDEN"],
    {
      who: as.user("alice"),
      given: [hasPart("limited", { sku: "up-11", count: 1 }, "alice")],
      then: [partIs("limited", { count: 1, version: 1 })],
    },
  ),
  refuses(
    "a field without right",
    { name: "upsert-bad", sku: "up-12", weight: 1 },
    { on_conflict: "sku" },
    [403, "FIELD_FORBIDDEN", "weight"],
    {
      who: as.user("alice"),
    },
  ),
  refuses("the public's", { name: "upsert-bad", sku: "up-13" }, { on_conflict: "sku" }, [403, "FORBIDDEN"], {
    who: as.publicKey,
  }),
  refuses("an anonymous one", { name: "upsert-bad", sku: "up-13" }, { on_conflict: "sku" }, [401, "UNAUTHORIZED"], {
    who: as.anonymous,
  }),
  refuses(
    "another workspace's",
    { name: "upsert-bad", sku: "up-13" },
    { on_conflict: "sku" },
    [404, "COLLECTION_NOT_FOUND"],
    {
      who: as.otherSecretKey,
    },
  ),
  refuses("a field that is not unique", { name: "upsert-bad" }, { on_conflict: "name" }, [
    422,
    "VALIDATION",
    "on_conflict",
  ]),
  refuses("half a set", { name: "upsert-bad", aisle: "x" }, { on_conflict: "aisle" }, [
    422,
    "VALIDATION",
    "on_conflict",
  ]),
  refuses("SQL as a set", { name: "upsert-bad" }, { on_conflict: 'sku") do nothing; --' }, [
    422,
    "VALIDATION",
    "on_conflict",
  ]),
  refuses("an unknown resolution", { name: "upsert-bad", sku: "x" }, { on_conflict: "sku", resolution: "replace" }, [
    422,
    "VALIDATION",
    "resolution",
  ]),
  refuses("a resolution of nothing", { name: "upsert-bad", sku: "x" }, { resolution: "merge" }, [
    422,
    "VALIDATION",
    "resolution",
  ]),
  refuses("an unknown parameter", { name: "upsert-bad", sku: "x" }, { on_conflict: "sku", dry_run: "true" }, [
    422,
    "UNKNOWN_PARAMETER",
    "dry_run",
  ]),
  refuses("a missing required field", { sku: "up-14" }, { on_conflict: "sku" }, [422, "VALIDATION", "name"]),
  refuses(
    "a missing required field of one of several",
    [
      { sku: "up-43", weight: 1 },
      { sku: "up-44", weight: 2 },
    ],
    { on_conflict: "sku" },
    [422, "VALIDATION", "name"],
    { given: [hasPart("existsAlready", { sku: "up-43" })] },
  ),
  refuses(
    "a bad row in a list",
    [
      { name: "upsert-bad", sku: "up-15" },
      { name: "upsert-bad", sku: "up-16", count: -1 },
    ],
    { on_conflict: "sku" },
    [422, "VALIDATION", "1.count"],
    {
      then: [noPart("never")],
    },
  ),
  refuses(
    "another unique value that is taken",
    [
      { name: "upsert-bad", sku: "up-18" },
      { name: "upsert-bad", sku: "up-17", aisle: "up-taken", shelf: 1 },
    ],
    { on_conflict: "sku" },
    [409, "UNIQUE_VIOLATION"],
    {
      given: [hasPart("occupied", { aisle: "up-taken", shelf: 1 })],
    },
  ),
);
