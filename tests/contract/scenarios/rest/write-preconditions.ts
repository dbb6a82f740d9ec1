import { as } from "../../as.ts";
import { partsNamed, withNeeds } from "../../fixtures/stock.ts";
import { absent } from "../../match.ts";
import {
  created,
  del,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  put,
  type Reply,
  refused,
  type Scenario,
  type Step,
  uuid,
  withHeaders,
} from "../../scenario.ts";

const { hasPart, noPart, part, partAt, partIs } = partsNamed({
  tagged: 300,
  known: 301,
  hidden: 302,
  current: 303,
  patched: 304,
  replaced: 305,
  deleted: 306,
  weak: 307,
  foreign: 308,
  malformed: 309,
  absent: 310,
  alices: 311,
  limited: 312,
  contested: 313,
});

/** The version, and a hash of the definitions and rules by which the item is shown. */
const tag = (version: number): RegExp => new RegExp(`^"${version}-[0-9a-f]{8}"$`);
const ifMatch = (value: string) => ({ "if-match": value });
const stale = {
  ...refused(412, "PRECONDITION_FAILED"),
  body: { error: { details: { version: 2 } } },
  excludes: ['"data"', "second-name", ...INTERNALS],
};
/** A part in its second version. */
const twice = (name: Parameters<typeof hasPart>[0]) => [
  hasPart(name),
  {
    as: as.secretKey,
    request: patch(partAt(name), { name: "second-name" }),
    expect: { ...ok(), excludes: [], headers: { etag: tag(2) } },
  },
];

const LOOK = `/api/items/looks/${uuid(314, 1)}`;
const LOOKS: Step[] = [
  {
    as: as.secretKey,
    request: post("/api/collections", {
      slug: "looks",
      fields: [
        { name: "title", type: "text" },
        { name: "more", type: "text" },
      ],
    }),
    expect: created(),
  },
  {
    as: as.secretKey,
    request: post("/api/permissions", { role: "authenticated", collection: "looks", action: "read" }),
    expect: created(),
  },
  {
    as: as.secretKey,
    request: post("/api/items/looks", { id: uuid(314, 1), title: "one", more: "m" }),
    expect: created(),
  },
];
const LOOKS_RULE = { role: "public", collection: "looks", action: "read", effect: "deny", fields: ["more"] };
const tagOf = (reply: Reply | undefined): string => reply?.headers.get("etag") ?? "";

/** Versions as entity tags: nobody overwrites what they have not seen. */
export const scenarios: Scenario[] = withNeeds(
  {
    name: "preconditions: an item's answers carry its version as a tag",
    as: as.secretKey,
    request: post("/api/items/parts", { id: part("tagged"), name: "tagged" }),
    expect: { ...created({ data: { version: 1 } }), headers: { etag: tag(1) } },
    then: [
      { request: get(partAt("tagged")), expect: { ...ok(), headers: { etag: tag(1) } } },
      { request: patch(partAt("tagged"), { count: 1 }), expect: { ...ok(), headers: { etag: tag(2) } } },
      { request: put(partAt("tagged"), { name: "tagged" }), expect: { ...ok(), headers: { etag: tag(3) } } },
      { request: items("parts", { limit: "1" }), expect: { ...ok(), headers: { etag: null } } },
    ],
  },
  {
    name: "preconditions: what is known already is not sent again",
    as: as.secretKey,
    given: [hasPart("known"), { request: get(partAt("known")), expect: ok() }],
    request: ({ replies }) => withHeaders(get(partAt("known")), { "if-none-match": tagOf(replies.at(-1)) }),
    expect: { status: 304, excludes: ["part-known", "data"], headers: { etag: tag(1) } },
    then: [
      {
        request: ({ replies }) =>
          withHeaders(get(partAt("known")), { "if-none-match": `"7", W/${tagOf(replies.at(-1))}` }),
        expect: { status: 304 },
      },
      ...['"7"', '"1"', '"1-00000000"'].map((value) => ({
        request: withHeaders(get(partAt("known")), { "if-none-match": value }),
        expect: { ...ok({ data: { name: "part-known" } }), excludes: [] },
      })),
      {
        request: ({ replies }) => withHeaders(patch(partAt("known"), { count: 1 }), ifMatch(tagOf(replies[1]))),
        expect: { ...ok({ data: { version: 2 } }), headers: { etag: tag(2) } },
      },
    ],
  },
  ...(
    [
      [
        "a field is added",
        patch("/api/collections/looks", { fields: [{ name: "size", type: "integer", default: 3 }] }),
      ],
      ["a field is dropped", del("/api/collections/looks/fields/size", { confirm: "size" })],
      ["a rule hides a field", post("/api/permissions", LOOKS_RULE)],
    ] as const
  ).map(
    ([what, change], i): Omit<Scenario, "needs"> => ({
      name: `preconditions: an item that looks another way since ${what} is sent again`,
      as: i < 2 ? as.secretKey : as.user("alice"),
      given: [
        ...(i === 0 ? LOOKS : []),
        { request: get(LOOK), expect: ok() },
        { as: as.secretKey, request: change, expect: { status: [200, 201] } },
      ],
      request: ({ replies }) => withHeaders(get(LOOK), { "if-none-match": tagOf(replies.at(-2)) }),
      expect: { ...ok({ data: { title: "one", size: i === 0 ? 3 : absent } }), headers: { etag: tag(1) } },
    }),
  ),
  {
    name: "preconditions: nor is a caller sent away with what another one saw",
    as: as.user("alice"),
    given: [{ as: as.secretKey, request: get(LOOK), expect: ok() }],
    request: ({ replies }) => withHeaders(get(LOOK), { "if-none-match": tagOf(replies.at(-1)) }),
    expect: ok({ data: { title: "one" } }),
  },
  {
    name: "preconditions: a known version of a hidden item reveals nothing",
    as: as.user("bob"),
    given: [hasPart("hidden", { color: "blue" }, "alice")],
    request: withHeaders(get(partAt("hidden")), { "if-none-match": '"1"' }),
    expect: refused(404, "ITEM_NOT_FOUND"),
  },
  {
    name: "preconditions: the version that is there may be changed",
    as: as.secretKey,
    given: twice("current"),
    request: withHeaders(patch(partAt("current"), { name: "third-name" }), ifMatch('"2"')),
    expect: { ...ok({ data: { name: "third-name", version: 3 } }), headers: { etag: tag(3) } },
    then: [
      {
        request: withHeaders(patch(partAt("current"), { count: 1 }), ifMatch('"1", "3"')),
        expect: ok({ data: { version: 4 } }),
      },
      {
        request: withHeaders(patch(partAt("current"), { count: 2 }), ifMatch("*")),
        expect: ok({ data: { version: 5 } }),
      },
    ],
  },
  {
    name: "preconditions: a patch of an older version",
    as: as.secretKey,
    given: twice("patched"),
    request: withHeaders(patch(partAt("patched"), { name: "third-name" }), ifMatch('"1"')),
    expect: stale,
    then: [partIs("patched", { name: "second-name", version: 2 })],
  },
  {
    name: "preconditions: a replacement of an older version",
    as: as.secretKey,
    given: twice("replaced"),
    request: withHeaders(put(partAt("replaced"), { name: "third-name" }), ifMatch('"1"')),
    expect: stale,
    then: [partIs("replaced", { name: "second-name", version: 2 })],
  },
  {
    name: "preconditions: a delete of an older version",
    as: as.secretKey,
    given: twice("deleted"),
    request: withHeaders(del(partAt("deleted")), ifMatch('"1"')),
    expect: stale,
    then: [
      partIs("deleted", { version: 2 }),
      { request: withHeaders(del(partAt("deleted")), ifMatch('"2"')), expect: { ...ok(), excludes: [] } },
      noPart("deleted"),
    ],
  },
  {
    name: "preconditions: a weak tag is no proof",
    as: as.secretKey,
    given: twice("weak"),
    request: withHeaders(patch(partAt("weak"), { name: "x" }), ifMatch('W/"2"')),
    expect: { ...stale, contains: ["weak"] },
    then: [partIs("weak", { version: 2 })],
  },
  {
    name: "preconditions: a tag of another making",
    as: as.secretKey,
    given: twice("foreign"),
    request: withHeaders(patch(partAt("foreign"), { name: "x" }), ifMatch('"abc"')),
    expect: { ...refused(422, "VALIDATION", "if-match"), contains: ["If-Match"], excludes: ['"data"', "second-name"] },
    then: [
      partIs("foreign", { version: 2 }),
      { request: withHeaders(del(partAt("foreign")), ifMatch('"abc"')), expect: { status: 422, code: "VALIDATION" } },
      {
        request: withHeaders(patch(partAt("foreign"), { count: 1 }), ifMatch('"abc", "2"')),
        expect: { ...ok({ data: { version: 3 } }), excludes: [] },
      },
    ],
  },
  {
    name: "preconditions: what is no tag",
    as: as.secretKey,
    given: twice("malformed"),
    request: withHeaders(patch(partAt("malformed"), { name: "x" }), ifMatch("2; DROP TABLE parts")),
    expect: { ...refused(422, "VALIDATION", "if-match"), excludes: ['"data"', "second-name"] },
    then: [partIs("malformed", { version: 2 })],
  },
  {
    name: "preconditions: an item that is not there",
    as: as.secretKey,
    request: withHeaders(patch(partAt("absent"), { name: "x" }), ifMatch('"1"')),
    expect: { status: [404, 412], excludes: ['"data"', ...INTERNALS] },
    then: [
      { request: withHeaders(patch(partAt("absent"), { name: "x" }), ifMatch("*")), expect: { status: [404, 412] } },
      noPart("absent"),
    ],
  },
  {
    name: "preconditions: another's version is not revealed",
    as: as.user("bob"),
    given: [hasPart("alices", {}, "alice")],
    request: withHeaders(patch(partAt("alices"), { name: "x" }), ifMatch('"9"')),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: ['"data"', '"version"', "part-alices"] },
    then: [partIs("alices", { version: 1 })],
  },
  {
    name: "preconditions: the rule comes first, whatever the version",
    as: as.user("alice"),
    given: [hasPart("limited", { count: 5 }, "alice")],
    request: withHeaders(patch(partAt("limited"), { count: 51 }), ifMatch('"1"')),
    expect: refused(403, "FORBIDDEN"),
    then: [partIs("limited", { count: 5, version: 1 })],
  },
  {
    name: "preconditions: of two writers with one version one wins",
    as: as.secretKey,
    given: [hasPart("contested", { count: 0 })],
    request: get(partAt("contested")),
    expect: { ...ok(), headers: { etag: tag(1) } },
    async verify(_, world) {
      const change = withHeaders(patch(partAt("contested"), { count: { $inc: 1 } }), ifMatch('"1"'));
      const replies = await Promise.all(Array.from({ length: 6 }, () => world.send(as.secretKey, change)));
      const statuses = replies.map(({ status }) => status).sort();
      if (statuses.join() !== "200,412,412,412,412,412") throw new Error(`six writers got ${statuses.join()}`);
      const { data } = (await world.must(as.secretKey, get(partAt("contested")))) as { data: { count: number } };
      if (data.count !== 1) throw new Error(`the count is ${data.count}`);
    },
  },
);
