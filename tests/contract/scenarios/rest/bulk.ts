import type { ErrorCode, Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { hasPart, noPart, part, partIs, withNeeds } from "../../fixtures/stock.ts";
import { exactly } from "../../match.ts";
import { type Call, INTERNALS, items, ok, patch, refused, type Scenario, type Step } from "../../scenario.ts";

const change = (query: Record<string, Json>, body: Json): Call => ({ ...patch("/api/items/parts", body), query });
const remove = (query: Record<string, Json>): Call => ({ method: "DELETE", path: "/api/items/parts", query });

/** Three parts in an aisle of their own: 1 and 2 are alice's, 3 is bob's. */
const aisle = (n: number): Step[] => [
  hasPart(n + 1, { aisle: `a${n}`, shelf: 1, count: 1 }, "alice"),
  hasPart(n + 2, { aisle: `a${n}`, shelf: 2, count: 2 }, "alice"),
  hasPart(n + 3, { aisle: `a${n}`, shelf: 3, count: 3 }, "bob"),
];
const untouched = (n: number): Step[] => [1, 2, 3].map((i) => partIs(n + i, { count: i, version: 1 }));

const refuses = (
  what: string,
  n: number,
  request: Call,
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.secretKey,
): Omit<Scenario, "needs"> => ({
  name: `bulk: ${what} is refused`,
  as: who,
  given: aisle(n),
  request,
  expect: { ...refused(status, code, field), excludes: ['"data"', "part-8", ...INTERNALS] },
  then: untouched(n),
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
    given: aisle(800),
    request: change({ filter: { aisle: "a800", shelf: { _lte: 2 } } }, { color: "blue", count: { $inc: 10 } }),
    expect: updated(2),
    then: [
      partIs(801, { color: "blue", count: 11, version: 2 }),
      partIs(802, { color: "blue", count: 12, version: 2 }),
      partIs(803, { color: "red", count: 3, version: 1 }),
    ],
  },
  {
    name: "bulk: a delete of all that match",
    as: as.secretKey,
    given: aisle(804),
    request: remove({ filter: { aisle: "a804", count: { _gt: 1 } } }),
    expect: deleted(2),
    then: [partIs(805, { count: 1 }), noPart(806), noPart(807)],
  },
  {
    name: "bulk: a dry run only counts",
    as: as.secretKey,
    given: aisle(808),
    request: change({ filter: { aisle: "a808" }, dry_run: "true" }, { count: 9 }),
    expect: updated(3, 0, true),
    then: [
      ...untouched(808),
      { request: remove({ filter: { aisle: "a808" }, dry_run: "true" }), expect: deleted(3, 0, true) },
      ...untouched(808),
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
    given: aisle(812),
    request: change({ filter: { aisle: "a812" }, limit: "3" }, { weight: 2 }),
    expect: updated(3),
  },
  {
    name: "bulk: a filter along a relation",
    as: as.secretKey,
    given: aisle(816),
    request: change({ filter: { $or: [{ name: "part-817" }, { name: "part-819" }] } }, { tags: { $append: ["seen"] } }),
    expect: updated(2),
    then: [partIs(817, { tags: ["seen"] }), partIs(818, { tags: null })],
  },
  {
    name: "bulk: a user's change is of what the user may change",
    as: as.user("alice"),
    given: aisle(820),
    request: change(
      { filter: { count: { _in: [1, 2, 3] }, name: { _starts_with: "part-82" } } },
      { count: { $inc: 5 } },
    ),
    expect: { ...updated(2), excludes: ['"error"', "part-823", ...INTERNALS] },
    then: [partIs(821, { count: 6 }), partIs(822, { count: 7 }), partIs(823, { count: 3, version: 1 })],
  },
  {
    name: "bulk: a user's delete is of what the user may delete",
    as: as.user("bob"),
    given: aisle(824),
    request: remove({ filter: { name: { _starts_with: "part-82" }, aisle: "a824" } }),
    expect: { ...deleted(1), excludes: ['"error"', "part-825", ...INTERNALS] },
    then: [partIs(825, { version: 1 }), partIs(826, { version: 1 }), noPart(827)],
  },
  refuses("more than the cap", 830, change({ filter: { aisle: "a830" }, limit: "2" }, { count: 9 }), [
    422,
    "LIMIT_EXCEEDED",
    "limit",
  ]),
  {
    name: "bulk: a dry run over more than the cap tells how many there are, of those that the caller may write",
    as: as.secretKey,
    given: aisle(918),
    request: change({ filter: { aisle: "a918" }, limit: "2", dry_run: "true" }, { count: 9 }),
    expect: {
      ...refused(422, "LIMIT_EXCEEDED", "limit"),
      body: { error: { details: { limit: 2, matched: 3 } } },
      contains: ["3 items match, more than the limit of 2"],
    },
    then: untouched(918),
  },
  refuses("a delete of more than the cap", 834, remove({ filter: { aisle: "a834" }, limit: "2" }), [
    422,
    "LIMIT_EXCEEDED",
    "limit",
  ]),
  refuses("no filter", 838, change({}, { count: 9 }), [422, "VALIDATION", "filter"]),
  refuses("a delete without a filter", 842, remove({}), [422, "VALIDATION", "filter"]),
  refuses("everything, unless said twice", 846, remove({ filter: {} }), [422, "VALIDATION", "filter"]),
  refuses("everything, said another way", 850, change({ filter: { $and: [] } }, { count: 9 }), [
    422,
    "VALIDATION",
    "filter",
  ]),
  refuses("an unknown field in the filter", 854, remove({ filter: { nope: 1 } }), [
    422,
    "UNKNOWN_FIELD",
    "filter.nope",
  ]),
  refuses("an unknown field in the change", 858, change({ filter: { aisle: "a858" } }, { nope: 1 }), [
    422,
    "UNKNOWN_FIELD",
    "nope",
  ]),
  refuses("an empty change", 862, change({ filter: { aisle: "a862" } }, {}), [422, "VALIDATION"]),
  refuses("a wrong type", 866, change({ filter: { aisle: "a866" } }, { count: "many" }), [422, "VALIDATION", "count"]),
  refuses("one result out of bounds", 870, change({ filter: { aisle: "a870" } }, { count: { $inc: 998 } }), [
    422,
    "VALIDATION",
    "count",
  ]),
  refuses("a unique value for several", 874, change({ filter: { aisle: "a874" } }, { sku: "bulk-sku" }), [
    409,
    "UNIQUE_VIOLATION",
  ]),
  refuses("an unknown parameter", 878, remove({ filter: { aisle: "a878" }, sort: "name" }), [
    422,
    "UNKNOWN_PARAMETER",
    "sort",
  ]),
  refuses("a cap beyond the highest", 882, remove({ filter: { aisle: "a882" }, limit: "10001" }), [
    422,
    "VALIDATION",
    "limit",
  ]),
  refuses("a dry run that is neither", 886, remove({ filter: { aisle: "a886" }, dry_run: "maybe" }), [
    422,
    "VALIDATION",
    "dry_run",
  ]),
  refuses(
    "one result that the check forbids",
    890,
    change({ filter: { name: { _starts_with: "part-89" } } }, { count: { $inc: 49 } }),
    [403, "FORBIDDEN"],
    as.user("alice"),
  ),
  refuses(
    "a field without right",
    894,
    change({ filter: { name: "part-895" } }, { weight: 1 }),
    [403, "FIELD_FORBIDDEN", "weight"],
    as.user("alice"),
  ),
  refuses("the public's change", 898, change({ filter: { count: 1 } }, { count: 9 }), [403, "FORBIDDEN"], as.publicKey),
  refuses(
    "the public's look at a hidden field",
    902,
    remove({ filter: { aisle: "a902" } }),
    [403, "FIELD_FORBIDDEN", "filter.aisle"],
    as.publicKey,
  ),
  refuses("an anonymous delete", 906, remove({ filter: { count: 1 } }), [401, "UNAUTHORIZED"], as.anonymous),
  refuses(
    "another workspace's delete",
    910,
    remove({ filter: { count: 1 } }),
    [404, "COLLECTION_NOT_FOUND"],
    as.otherSecretKey,
  ),
  {
    name: "bulk: many at once all count",
    as: as.secretKey,
    given: aisle(914),
    request: change({ filter: { aisle: "a914" } }, { count: { $inc: 1 } }),
    expect: updated(3),
    async verify(_, world) {
      const call = change({ filter: { aisle: "a914" } }, { count: { $inc: 1 } });
      await Promise.all(Array.from({ length: 8 }, () => world.must(as.secretKey, call)));
      const { data } = await world.must(as.secretKey, items("parts", { filter: { aisle: "a914" }, sort: "shelf" }));
      const counts = (data as { count: number }[]).map(({ count }) => count).join();
      if (counts !== "10,11,12") throw new Error(`the counts are ${counts}`);
    },
    then: [{ request: items("parts", { filter: { id: part(915) } }), expect: ok({ data: [{ count: 2 }] }) }],
  },
);
