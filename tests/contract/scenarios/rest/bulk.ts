import type { ErrorCode, Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { partsByScenario, withNeeds } from "../../fixtures/stock.ts";
import { exactly } from "../../match.ts";
import { type Call, INTERNALS, items, ok, patch, refused, type Scenario, type Step } from "../../scenario.ts";

const { hasPart, noPart, part, partIs } = partsByScenario(801);
const change = (query: Record<string, Json>, body: Json): Call => ({ ...patch("/api/items/parts", body), query });
const remove = (query: Record<string, Json>): Call => ({ method: "DELETE", path: "/api/items/parts", query });

/** Three parts in an aisle of their own: the first and the second are alice's, the third is bob's. */
const aisle = (name: string): Step[] => [
  hasPart(`${name}-first`, { aisle: name, shelf: 1, count: 1 }, "alice"),
  hasPart(`${name}-second`, { aisle: name, shelf: 2, count: 2 }, "alice"),
  hasPart(`${name}-third`, { aisle: name, shelf: 3, count: 3 }, "bob"),
];
const untouched = (name: string): Step[] =>
  ["first", "second", "third"].map((which, i) => partIs(`${name}-${which}`, { count: i + 1, version: 1 }));

const refuses = (
  what: string,
  name: string,
  request: Call,
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.secretKey,
): Omit<Scenario, "needs"> => ({
  name: `bulk: ${what} is refused`,
  as: who,
  given: aisle(name),
  request,
  expect: { ...refused(status, code, field), excludes: ['"data"', "part-", ...INTERNALS] },
  then: untouched(name),
});
const updated = (matched: number, n = matched, dry = false) =>
  ok({ data: exactly({ matched, updated: n, dry_run: dry }) });
const deleted = (matched: number, n = matched, dry = false) =>
  ok({ data: exactly({ matched, deleted: n, dry_run: dry }) });

/** One change or delete of all that a filter finds, under the caller's rules, all or nothing. */
export const scenarios: Scenario[] = withNeeds(
  {
    name: "bulk: a change of all that match",
    as: as.secretKey,
    given: aisle("changed"),
    request: change({ filter: { aisle: "changed", shelf: { _lte: 2 } } }, { color: "blue", count: { $inc: 10 } }),
    expect: updated(2),
    then: [
      partIs("changed-first", { color: "blue", count: 11, version: 2 }),
      partIs("changed-second", { color: "blue", count: 12, version: 2 }),
      partIs("changed-third", { color: "red", count: 3, version: 1 }),
    ],
  },
  {
    name: "bulk: a delete of all that match",
    as: as.secretKey,
    given: aisle("deleted"),
    request: remove({ filter: { aisle: "deleted", count: { _gt: 1 } } }),
    expect: deleted(2),
    then: [partIs("deleted-first", { count: 1 }), noPart("deleted-second"), noPart("deleted-third")],
  },
  {
    name: "bulk: a dry run only counts",
    as: as.secretKey,
    given: aisle("counted"),
    request: change({ filter: { aisle: "counted" }, dry_run: "true" }, { count: 9 }),
    expect: updated(3, 0, true),
    then: [
      ...untouched("counted"),
      { request: remove({ filter: { aisle: "counted" }, dry_run: "true" }), expect: deleted(3, 0, true) },
      ...untouched("counted"),
    ],
  },
  {
    name: "bulk: nothing matches, nothing happens",
    as: as.secretKey,
    request: change({ filter: { aisle: "nowhere" } }, { count: 1 }),
    expect: updated(0),
    then: [{ request: remove({ filter: { aisle: "nowhere" } }), expect: deleted(0) }],
  },
  {
    name: "bulk: as many as the cap are written",
    as: as.secretKey,
    given: aisle("capped"),
    request: change({ filter: { aisle: "capped" }, limit: "3" }, { weight: 2 }),
    expect: updated(3),
  },
  {
    name: "bulk: a filter along a relation",
    as: as.secretKey,
    given: aisle("either"),
    request: change(
      { filter: { $or: [{ name: "part-either-first" }, { name: "part-either-third" }] } },
      { tags: { $append: ["seen"] } },
    ),
    expect: updated(2),
    then: [partIs("either-first", { tags: ["seen"] }), partIs("either-second", { tags: null })],
  },
  {
    name: "bulk: a user's change is of what the user may change",
    as: as.user("alice"),
    given: aisle("alices"),
    request: change(
      { filter: { count: { _in: [1, 2, 3] }, name: { _starts_with: "part-alices-" } } },
      { count: { $inc: 5 } },
    ),
    expect: { ...updated(2), excludes: ['"error"', "part-alices-third", ...INTERNALS] },
    then: [
      partIs("alices-first", { count: 6 }),
      partIs("alices-second", { count: 7 }),
      partIs("alices-third", { count: 3, version: 1 }),
    ],
  },
  {
    name: "bulk: a user's delete is of what the user may delete",
    as: as.user("bob"),
    given: aisle("bobs"),
    request: remove({ filter: { name: { _starts_with: "part-bobs-" }, aisle: "bobs" } }),
    expect: { ...deleted(1), excludes: ['"error"', "part-bobs-first", ...INTERNALS] },
    then: [partIs("bobs-first", { version: 1 }), partIs("bobs-second", { version: 1 }), noPart("bobs-third")],
  },
  refuses("more than the cap", "overCap", change({ filter: { aisle: "overCap" }, limit: "2" }, { count: 9 }), [
    422,
    "LIMIT_EXCEEDED",
    "limit",
  ]),
  {
    name: "bulk: a dry run over more than the cap reports how many there are, of those that the caller may write",
    as: as.secretKey,
    given: aisle("dryOverCap"),
    request: change({ filter: { aisle: "dryOverCap" }, limit: "2", dry_run: "true" }, { count: 9 }),
    expect: {
      ...refused(422, "LIMIT_EXCEEDED", "limit"),
      body: { error: { details: { limit: 2, matched: 3 } } },
      contains: ["3 items match, more than the limit of 2"],
    },
    then: untouched("dryOverCap"),
  },
  refuses(
    "a delete of more than the cap",
    "deleteOverCap",
    remove({ filter: { aisle: "deleteOverCap" }, limit: "2" }),
    [422, "LIMIT_EXCEEDED", "limit"],
  ),
  refuses("no filter", "unfiltered", change({}, { count: 9 }), [422, "VALIDATION", "filter"]),
  refuses("a delete without a filter", "deleteUnfiltered", remove({}), [422, "VALIDATION", "filter"]),
  refuses("everything, unless said twice", "everything", remove({ filter: {} }), [422, "VALIDATION", "filter"]),
  refuses("everything, said another way", "everythingByAnd", change({ filter: { $and: [] } }, { count: 9 }), [
    422,
    "VALIDATION",
    "filter",
  ]),
  refuses("an unknown field in the filter", "unknownFilter", remove({ filter: { nope: 1 } }), [
    422,
    "UNKNOWN_FIELD",
    "filter.nope",
  ]),
  refuses(
    "an unknown field in the change",
    "unknownField",
    change({ filter: { aisle: "unknownField" } }, { nope: 1 }),
    [422, "UNKNOWN_FIELD", "nope"],
  ),
  refuses("an empty change", "unchanged", change({ filter: { aisle: "unchanged" } }, {}), [422, "VALIDATION"]),
  refuses("a wrong type", "wrongType", change({ filter: { aisle: "wrongType" } }, { count: "many" }), [
    422,
    "VALIDATION",
    "count",
  ]),
  refuses(
    "one result out of bounds",
    "outOfBounds",
    change({ filter: { aisle: "outOfBounds" } }, { count: { $inc: 998 } }),
    [422, "VALIDATION", "count"],
  ),
  refuses("a unique value for several", "oneValue", change({ filter: { aisle: "oneValue" } }, { sku: "bulk-sku" }), [
    409,
    "UNIQUE_VIOLATION",
  ]),
  refuses("an unknown parameter", "unknownParameter", remove({ filter: { aisle: "unknownParameter" }, sort: "name" }), [
    422,
    "UNKNOWN_PARAMETER",
    "sort",
  ]),
  refuses("a cap beyond the highest", "capTooHigh", remove({ filter: { aisle: "capTooHigh" }, limit: "10001" }), [
    422,
    "VALIDATION",
    "limit",
  ]),
  refuses("a dry run that is neither", "dryRunMaybe", remove({ filter: { aisle: "dryRunMaybe" }, dry_run: "maybe" }), [
    422,
    "VALIDATION",
    "dry_run",
  ]),
  refuses(
    "one result that the check forbids",
    "checked",
    change({ filter: { name: { _starts_with: "part-checked-" } } }, { count: { $inc: 49 } }),
    [403, "FORBIDDEN"],
    as.user("alice"),
  ),
  refuses(
    "a field without right",
    "withoutRight",
    change({ filter: { name: "part-withoutRight-first" } }, { weight: 1 }),
    [403, "FIELD_FORBIDDEN", "weight"],
    as.user("alice"),
  ),
  refuses(
    "the public's change",
    "public",
    change({ filter: { count: 1 } }, { count: 9 }),
    [403, "FORBIDDEN"],
    as.publicKey,
  ),
  refuses(
    "the public's look at a hidden field",
    "hiddenAisle",
    remove({ filter: { aisle: "hiddenAisle" } }),
    [403, "FIELD_FORBIDDEN", "filter.aisle"],
    as.publicKey,
  ),
  refuses("an anonymous delete", "anonymous", remove({ filter: { count: 1 } }), [401, "UNAUTHORIZED"], as.anonymous),
  refuses(
    "another workspace's delete",
    "otherWorkspace",
    remove({ filter: { count: 1 } }),
    [404, "COLLECTION_NOT_FOUND"],
    as.otherSecretKey,
  ),
  {
    name: "bulk: many at once all count",
    as: as.secretKey,
    given: aisle("contested"),
    request: change({ filter: { aisle: "contested" } }, { count: { $inc: 1 } }),
    expect: updated(3),
    async verify(_, world) {
      const call = change({ filter: { aisle: "contested" } }, { count: { $inc: 1 } });
      await Promise.all(Array.from({ length: 8 }, () => world.must(as.secretKey, call)));
      const { data } = await world.must(
        as.secretKey,
        items("parts", { filter: { aisle: "contested" }, sort: "shelf" }),
      );
      const counts = (data as { count: number }[]).map(({ count }) => count).join();
      if (counts !== "10,11,12") throw new Error(`the counts are ${counts}`);
    },
    then: [
      { request: items("parts", { filter: { id: part("contested-first") } }), expect: ok({ data: [{ count: 2 }] }) },
    ],
  },
);
