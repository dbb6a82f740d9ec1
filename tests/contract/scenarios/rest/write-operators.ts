import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { JOTTINGS, partsByScenario, partsNamed, withNeeds } from "../../fixtures/stock.ts";
import { numberedRows } from "../../rows.ts";
import { created, get, INTERNALS, ok, patch, post, put, refused, type Scenario } from "../../scenario.ts";

const { hasPart, partAt } = partsNamed({ alices: 190, contested: 191 });
const changed = partsByScenario(201);
const jotting = numberedRows(JOTTINGS, 1);
const jottingAt = (name: string): string => `/api/items/jottings/${jotting(name)}`;

/** One change of a part that is as `before`; what it is afterwards. */
const changes = (
  what: string,
  before: JsonObject,
  change: Json,
  after: Record<string, Json>,
): Omit<Scenario, "needs"> => ({
  name: `operators: ${what}`,
  as: as.secretKey,
  given: [changed.hasPart(what, before)],
  request: patch(changed.partAt(what), change),
  expect: ok({ data: { id: changed.part(what), version: 2, ...after } }),
  then: [changed.partIs(what, { version: 2, ...after })],
});
/** One that is refused, and the part is as it was. */
const refuses = (
  what: string,
  before: JsonObject,
  change: Json,
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.secretKey,
): Omit<Scenario, "needs"> => ({
  name: `operators: ${what} is refused`,
  as: who,
  given: [changed.hasPart(what, before, who === as.secretKey ? undefined : "alice")],
  request: patch(changed.partAt(what), change),
  expect: refused(status, code, field),
  then: [changed.partIs(what, { version: 1, ...before } as Record<string, Json>)],
});
const document = (what: string, before: JsonObject, change: Json, after: Record<string, Json>) => ({
  name: `operators: ${what}`,
  as: as.secretKey,
  given: [{ request: post("/api/items/jottings", { id: jotting(what), ...before }), expect: created() }],
  request: patch(jottingAt(what), change),
  expect: ok({ data: after }),
  then: [{ request: get(jottingAt(what)), expect: ok({ data: after }) }],
});

/** Changes that need not know what is there: `$inc`, `$append`, `$remove`. */
export const scenarios: Scenario[] = withNeeds(
  changes("an integer is raised", { count: 5 }, { count: { $inc: 3 } }, { count: 8 }),
  changes("and lowered", { count: 5 }, { count: { $inc: -5 } }, { count: 0 }),
  changes("a number", { weight: 1.5 }, { weight: { $inc: 0.25 } }, { weight: 1.75 }),
  {
    name: "operators: a sum in JSON beside a value that another item has: the answer names the value",
    as: as.secretKey,
    given: [
      changed.hasPart("has the number", { sku: "sum-beside-json" }),
      changed.hasPart("wants the number", { sku: "sum-beside-json-2", tags: 1 }),
    ],
    request: patch(changed.partAt("wants the number"), { sku: "sum-beside-json", tags: { $inc: 1 } }),
    expect: refused(409, "UNIQUE_VIOLATION", "sku"),
    then: [changed.partIs("wants the number", { version: 1, tags: 1 })],
  },
  changes("a decimal by a text", { cost: "0.10" }, { cost: { $inc: "0.20" } }, { cost: "0.30" }),
  changes("a decimal by a number", { cost: "10.00" }, { cost: { $inc: -2.5 } }, { cost: "7.50" }),
  changes(
    "a large decimal, to the last digit",
    { cost: "99999999.98" },
    { cost: { $inc: "0.01" } },
    { cost: "99999999.99" },
  ),
  changes(
    "several at once, beside a plain value",
    { count: 1, weight: 1 },
    { count: { $inc: 1 }, weight: { $inc: 2 }, name: "x" },
    {
      count: 2,
      weight: 3,
      name: "x",
    },
  ),
  changes(
    "a list grows at its end",
    { tags: ["a"] },
    { tags: { $append: ["b", { c: 1 }] } },
    { tags: ["a", "b", { c: 1 }] },
  ),
  changes("what is in it already comes again", { tags: ["a"] }, { tags: { $append: ["a"] } }, { tags: ["a", "a"] }),
  changes("a list where there was none", {}, { tags: { $append: ["a"] } }, { tags: ["a"] }),
  changes("every equal entry goes", { tags: ["a", "b", "a", 1] }, { tags: { $remove: ["a", 2] } }, { tags: ["b", 1] }),
  changes("a text and a number are not equal", { tags: [1, "1"] }, { tags: { $remove: ["1"] } }, { tags: [1] }),
  changes("other keys with a dollar are data", { tags: [] }, { tags: { $ref: "#/a" } }, { tags: { $ref: "#/a" } }),
  refuses("one beside another key", { tags: 4 }, { tags: { $inc: 1, by: 2 } }, [422, "UNKNOWN_OPERATOR", "tags.$inc"]),
  changes("a JSON value that is a number", { tags: 4 }, { tags: { $inc: 1 } }, { tags: 5 }),
  refuses("below the least", { count: 2 }, { count: { $inc: -3 } }, [422, "VALIDATION", "count"]),
  refuses("above the most", { count: 999 }, { count: { $inc: 2 } }, [422, "VALIDATION", "count"]),
  refuses("a decimal below its least", { cost: "1.00" }, { cost: { $inc: "-1.01" } }, [422, "VALIDATION", "cost"]),
  refuses("a decimal that outgrows its digits", { cost: "99999999.99" }, { cost: { $inc: "0.01" } }, [
    422,
    "VALIDATION",
    "cost",
  ]),
  refuses("an integer that is no longer safe", { big: 9007199254740991 }, { big: { $inc: 1 } }, [
    422,
    "VALIDATION",
    "big",
  ]),
  refuses("one bad change beside good ones", { count: 2, weight: 1 }, { weight: { $inc: 1 }, count: { $inc: -3 } }, [
    422,
    "VALIDATION",
    "count",
  ]),
  refuses("an addition to what is no list", { tags: { a: 1 } }, { tags: { $append: ["b"] } }, [
    422,
    "VALIDATION",
    "tags",
  ]),
  refuses("a removal from what is no list", { tags: "a" }, { tags: { $remove: ["a"] } }, [422, "VALIDATION", "tags"]),
  refuses("an addition that is no list", { tags: [] }, { tags: { $append: "b" } }, [422, "VALIDATION"]),
  refuses("half a piece", { count: 1 }, { count: { $inc: 0.5 } }, [422, "VALIDATION"]),
  refuses("a text as an amount", { count: 1 }, { count: { $inc: "1; --" } }, [422, "VALIDATION"]),
  refuses("null as an amount", { count: 1 }, { count: { $inc: null } }, [422, "VALIDATION"]),
  refuses("an operator on a text", { name: "x" }, { name: { $inc: 1 } }, [422, "VALIDATION", "name"]),
  refuses("a list operator on a number", { count: 1 }, { count: { $append: [1] } }, [422, "UNKNOWN_OPERATOR"]),
  refuses("what the server sets", { count: 2 }, { version: { $inc: 5 } }, [422, "VALIDATION", "version"]),
  refuses("an unknown operator", { count: 2 }, { count: { $mul: 2 } }, [422, "UNKNOWN_OPERATOR"]),
  refuses("two operators in one", { tags: [] }, { tags: { $append: [1], $remove: [1] } }, [422, "VALIDATION", "tags"]),
  refuses(
    "a field that the rule leaves out",
    { weight: 1 },
    { weight: { $inc: 1 } },
    [403, "FIELD_FORBIDDEN", "weight"],
    as.user("alice"),
  ),
  refuses(
    "a result that the check forbids",
    { count: 50 },
    { count: { $inc: 1 } },
    [403, "FORBIDDEN"],
    as.user("alice"),
  ),
  refuses("another's part", { count: 5 }, { count: { $inc: 1 } }, [404, "ITEM_NOT_FOUND"], as.user("bob")),
  refuses("the public's hand", { count: 5 }, { count: { $inc: 1 } }, [403, "FORBIDDEN"], as.publicKey),
  refuses("a nameless hand", { count: 5 }, { count: { $inc: 1 } }, [401, "UNAUTHORIZED"], as.anonymous),
  {
    name: "operators: within the rule, by a user",
    as: as.user("alice"),
    given: [hasPart("alices", { count: 40, tags: ["a"] }, "alice")],
    request: patch(partAt("alices"), { count: { $inc: 10 }, tags: { $append: ["b"] } }),
    expect: { ...ok({ data: { count: 50, tags: ["a", "b"] } }), excludes: ['"error"', ...INTERNALS] },
  },
  {
    name: "operators: not on a create",
    as: as.secretKey,
    request: post("/api/items/parts", { name: "x", sku: "operator-create", count: { $inc: 1 } }),
    expect: refused(422, "VALIDATION", "count"),
    then: [{ request: get("/api/items/parts", { filter: { sku: "operator-create" } }), expect: ok({ data: [] }) }],
  },
  {
    name: "operators: ten at once all count",
    as: as.secretKey,
    given: [hasPart("contested", { count: 0, cost: "0.00", tags: [] })],
    request: patch(partAt("contested"), { count: { $inc: 1 } }),
    expect: ok({ data: { count: 1 } }),
    async verify(_, world) {
      const change = { count: { $inc: 1 }, cost: { $inc: "0.01" }, tags: { $append: ["x"] } };
      await Promise.all(Array.from({ length: 10 }, () => world.must(as.secretKey, patch(partAt("contested"), change))));
      const { data } = (await world.must(as.secretKey, get(partAt("contested")))) as { data: JsonObject };
      const found = JSON.stringify([data.count, data.cost, (data.tags as Json[]).length, data.version]);
      if (found !== '[11,"0.10",10,12]') throw new Error(`after eleven changes: ${found}`);
    },
  },
  document(
    "a document's number is raised",
    { hits: 1, deep: { n: 1 } },
    { hits: { $inc: 2 } },
    { hits: 3, deep: { n: 1 } },
  ),
  document("a document's fraction", { share: 0.5 }, { share: { $inc: 0.25 } }, { share: 0.75 }),
  document(
    "a document's list",
    { list: [1, 2] },
    { list: { $append: [3] }, other: "x" },
    { list: [1, 2, 3], other: "x" },
  ),
  document("a document's list without some", { list: ["a", "b"] }, { list: { $remove: ["b"] } }, { list: ["a"] }),
  document(
    "a key that is not there begins at nothing",
    { a: 1 },
    { hits: { $inc: 1 }, list: { $append: ["x"] } },
    {
      a: 1,
      hits: 1,
      list: ["x"],
    },
  ),
  document(
    "keys that look like paths",
    { "a.b": [1], "[0]": [1] },
    { "a.b": [2], "[0]": { $append: [2] }, "$[0]": { $inc: 1 } },
    { "a.b": [2], "[0]": [1, 2], "$[0]": 1 },
  ),
  ...['a"b', "a\\b", "\n", ""].map(
    (key): Omit<Scenario, "needs"> => ({
      name: `operators: not on a document's key ${JSON.stringify(key)}`,
      as: as.secretKey,
      given: [{ request: post("/api/items/jottings", { id: jotting(`key ${key}`), word: "w" }), expect: created() }],
      request: patch(jottingAt(`key ${key}`), { [key]: { $append: ["x"] } }),
      expect: refused(422, "UNKNOWN_FIELD", key),
      then: [{ request: get(jottingAt(`key ${key}`)), expect: ok({ data: { word: "w", version: 1 } }) }],
    }),
  ),
  ...[
    ["inside a value", { stats: { views: { $inc: 1 } } }, "stats.views.$inc"],
    ["inside a list", { list: [{ n: { $append: [1] } }] }, "list.0.n.$append"],
    ["of another database", { list: { $push: 1 } }, "list.$push"],
    ["beside another key", { hits: { $inc: 1, by: 2 } }, "hits.$inc"],
    ["as a key", { $inc: { hits: 1 } }, "$inc"],
    ["of another database as a key", { word: "x", $set: { hits: 1 } }, "$set"],
  ].flatMap(([where, change, field], i): Omit<Scenario, "needs">[] => {
    const before = { stats: { views: 5 }, list: [1] };
    const what = `stored ${i}`;
    const body = change as JsonObject;
    const refusal = refused(422, "UNKNOWN_OPERATOR", field as string);
    const kept = { request: get(jottingAt(what)), expect: ok({ data: { ...before, version: 1 } }) };
    return [
      {
        name: `operators: none ${where} is stored in a document`,
        as: as.secretKey,
        given: [{ request: post("/api/items/jottings", { id: jotting(what), ...before }), expect: created() }],
        request: patch(jottingAt(what), body),
        expect: refusal,
        then: [
          {
            request: { ...patch("/api/items/jottings", body), query: { filter: { id: jotting(what) } } },
            expect: refusal,
          },
          {
            request: { ...post("/api/items/jottings", { id: jotting(what), ...body }), query: { on_conflict: "id" } },
            expect: refusal,
          },
          kept,
        ],
      },
    ];
  }),
  {
    name: "operators: none on a key that reads like a path",
    as: as.secretKey,
    given: [{ request: post("/api/items/jottings", { id: jotting("path"), stats: { views: 5 } }), expect: created() }],
    request: patch(jottingAt("path"), { "stats.views": { $inc: 1 } }),
    expect: refused(422, "UNKNOWN_OPERATOR", "stats.views.$inc"),
    then: [{ request: get(jottingAt("path")), expect: ok({ data: { stats: { views: 5 }, version: 1 } }) }],
  },
  ...["$inc", "$push", "$unset"].map(
    (key): Omit<Scenario, "needs"> => ({
      name: `operators: a new document has no key ${key}`,
      as: as.secretKey,
      request: post("/api/items/jottings", { id: jotting(`new ${key}`), [key]: { hits: 1 } }),
      expect: refused(422, "UNKNOWN_OPERATOR", key),
      then: [{ request: get(jottingAt(`new ${key}`)), expect: refused(404, "ITEM_NOT_FOUND") }],
    }),
  ),
  document(
    "a document's other keys with a dollar are data",
    { $schema: "https://example.com/a", a: 1 },
    { $schema: "https://example.com/b", a: { $ref: "#/b", x: 1 } },
    { $schema: "https://example.com/b", a: { $ref: "#/b", x: 1 } },
  ),
  {
    ...document("a replaced document may have such keys", { a: 1 }, {}, {}),
    request: put(jottingAt("a replaced document may have such keys"), { $set: { x: 1 }, a: { $inc: 1, by: 2 } }),
    expect: ok({ data: { $set: { x: 1 }, a: { $inc: 1, by: 2 } } }),
    then: [],
  },
  {
    ...document("an object that looks like one is data where an item is replaced", { a: 1 }, {}, {}),
    request: put(jottingAt("an object that looks like one is data where an item is replaced"), { a: { $inc: 1 } }),
    expect: ok({ data: { a: { $inc: 1 } } }),
    then: [],
  },
  {
    name: "operators: not on what the server sets, in a document",
    as: as.secretKey,
    given: [{ request: post("/api/items/jottings", { id: jotting("versioned"), word: "w" }), expect: created() }],
    request: patch(jottingAt("versioned"), { version: { $inc: 5 } }),
    expect: refused(422, "VALIDATION", "version"),
    then: [{ request: get(jottingAt("versioned")), expect: ok({ data: { word: "w", version: 1 } }) }],
  },
  {
    name: "operators: a document's text is not raised",
    as: as.secretKey,
    given: [{ request: post("/api/items/jottings", { id: jotting("text"), word: "w" }), expect: created() }],
    request: patch(jottingAt("text"), { word: { $inc: 1 } }),
    expect: refused(422, "VALIDATION", "word"),
    then: [{ request: get(jottingAt("text")), expect: ok({ data: { word: "w", version: 1 } }) }],
  },
);
