import { as } from "../../as.ts";
import { hasPart, noPart, part, partAt, partIs, withNeeds } from "../../fixtures/stock.ts";
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
  refused,
  type Scenario,
  withHeaders,
} from "../../scenario.ts";

const ifMatch = (value: string) => ({ "if-match": value });
const stale = {
  ...refused(412, "PRECONDITION_FAILED"),
  body: { error: { details: { version: 2 } } },
  excludes: ['"data"', "second-name", ...INTERNALS],
};
/** A part in its second version. */
const twice = (n: number) => [
  hasPart(n),
  {
    as: as.secretKey,
    request: patch(partAt(n), { name: "second-name" }),
    expect: { ...ok(), excludes: [], headers: { etag: '"2"' } },
  },
];

/** Versions as entity tags: nobody overwrites what they have not seen. */
export const scenarios: Scenario[] = withNeeds(
  {
    name: "preconditions: an item's answers carry its version as a tag",
    as: as.secretKey,
    request: post("/api/items/parts", { id: part(300), name: "tagged" }),
    expect: { ...created({ data: { version: 1 } }), headers: { etag: '"1"' } },
    then: [
      { request: get(partAt(300)), expect: { ...ok(), headers: { etag: '"1"' } } },
      { request: patch(partAt(300), { count: 1 }), expect: { ...ok(), headers: { etag: '"2"' } } },
      { request: put(partAt(300), { name: "tagged" }), expect: { ...ok(), headers: { etag: '"3"' } } },
      { request: items("parts", { limit: "1" }), expect: { ...ok(), headers: { etag: null } } },
    ],
  },
  {
    name: "preconditions: what is known already is not sent again",
    as: as.secretKey,
    given: [hasPart(301)],
    request: withHeaders(get(partAt(301)), { "if-none-match": '"1"' }),
    expect: { status: 304, excludes: ["part-301", "data"], headers: { etag: '"1"' } },
    then: [
      {
        request: withHeaders(get(partAt(301)), { "if-none-match": '"7", W/"1"' }),
        expect: { status: 304 },
      },
      {
        request: withHeaders(get(partAt(301)), { "if-none-match": '"7"' }),
        expect: { ...ok({ data: { name: "part-301" } }), excludes: [] },
      },
    ],
  },
  {
    name: "preconditions: a known version of what may not be seen tells nothing",
    as: as.user("bob"),
    given: [hasPart(302, { color: "blue" }, "alice")],
    request: withHeaders(get(partAt(302)), { "if-none-match": '"1"' }),
    expect: refused(404, "ITEM_NOT_FOUND"),
  },
  {
    name: "preconditions: the version that is there may be changed",
    as: as.secretKey,
    given: twice(303),
    request: withHeaders(patch(partAt(303), { name: "third-name" }), ifMatch('"2"')),
    expect: { ...ok({ data: { name: "third-name", version: 3 } }), headers: { etag: '"3"' } },
    then: [
      {
        request: withHeaders(patch(partAt(303), { count: 1 }), ifMatch('"1", "3"')),
        expect: ok({ data: { version: 4 } }),
      },
      { request: withHeaders(patch(partAt(303), { count: 2 }), ifMatch("*")), expect: ok({ data: { version: 5 } }) },
    ],
  },
  {
    name: "preconditions: a patch of an older version",
    as: as.secretKey,
    given: twice(304),
    request: withHeaders(patch(partAt(304), { name: "third-name" }), ifMatch('"1"')),
    expect: stale,
    then: [partIs(304, { name: "second-name", version: 2 })],
  },
  {
    name: "preconditions: a replacement of an older version",
    as: as.secretKey,
    given: twice(305),
    request: withHeaders(put(partAt(305), { name: "third-name" }), ifMatch('"1"')),
    expect: stale,
    then: [partIs(305, { name: "second-name", version: 2 })],
  },
  {
    name: "preconditions: a delete of an older version",
    as: as.secretKey,
    given: twice(306),
    request: withHeaders(del(partAt(306)), ifMatch('"1"')),
    expect: stale,
    then: [
      partIs(306, { version: 2 }),
      { request: withHeaders(del(partAt(306)), ifMatch('"2"')), expect: { ...ok(), excludes: [] } },
      noPart(306),
    ],
  },
  {
    name: "preconditions: a weak tag is no proof",
    as: as.secretKey,
    given: twice(307),
    request: withHeaders(patch(partAt(307), { name: "x" }), ifMatch('W/"2"')),
    expect: { ...stale, contains: ["weak"] },
    then: [partIs(307, { version: 2 })],
  },
  {
    name: "preconditions: a tag of another making",
    as: as.secretKey,
    given: twice(308),
    request: withHeaders(patch(partAt(308), { name: "x" }), ifMatch('"abc"')),
    expect: { ...refused(422, "VALIDATION", "if-match"), contains: ["If-Match"], excludes: ['"data"', "second-name"] },
    then: [
      partIs(308, { version: 2 }),
      { request: withHeaders(del(partAt(308)), ifMatch('"abc"')), expect: { status: 422, code: "VALIDATION" } },
      {
        request: withHeaders(patch(partAt(308), { count: 1 }), ifMatch('"abc", "2"')),
        expect: { ...ok({ data: { version: 3 } }), excludes: [] },
      },
    ],
  },
  {
    name: "preconditions: what is no tag",
    as: as.secretKey,
    given: twice(309),
    request: withHeaders(patch(partAt(309), { name: "x" }), ifMatch("2; DROP TABLE parts")),
    expect: { ...refused(422, "VALIDATION", "if-match"), excludes: ['"data"', "second-name"] },
    then: [partIs(309, { version: 2 })],
  },
  {
    name: "preconditions: an item that is not there",
    as: as.secretKey,
    request: withHeaders(patch(partAt(310), { name: "x" }), ifMatch('"1"')),
    expect: { status: [404, 412], excludes: ['"data"', ...INTERNALS] },
    then: [
      { request: withHeaders(patch(partAt(310), { name: "x" }), ifMatch("*")), expect: { status: [404, 412] } },
      noPart(310),
    ],
  },
  {
    name: "preconditions: another's version is not told",
    as: as.user("bob"),
    given: [hasPart(311, {}, "alice")],
    request: withHeaders(patch(partAt(311), { name: "x" }), ifMatch('"9"')),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: ['"data"', '"version"', "part-311"] },
    then: [partIs(311, { version: 1 })],
  },
  {
    name: "preconditions: the rule comes first, whatever the version",
    as: as.user("alice"),
    given: [hasPart(312, { count: 5 }, "alice")],
    request: withHeaders(patch(partAt(312), { count: 51 }), ifMatch('"1"')),
    expect: refused(403, "FORBIDDEN"),
    then: [partIs(312, { count: 5, version: 1 })],
  },
  {
    name: "preconditions: of two writers with one version one wins",
    as: as.secretKey,
    given: [hasPart(313, { count: 0 })],
    request: get(partAt(313)),
    expect: { ...ok(), headers: { etag: '"1"' } },
    async verify(_, world) {
      const change = withHeaders(patch(partAt(313), { count: { $inc: 1 } }), ifMatch('"1"'));
      const replies = await Promise.all(Array.from({ length: 6 }, () => world.send(as.secretKey, change)));
      const statuses = replies.map(({ status }) => status).sort();
      if (statuses.join() !== "200,412,412,412,412,412") throw new Error(`six writers got ${statuses.join()}`);
      const { data } = (await world.must(as.secretKey, get(partAt(313)))) as { data: { count: number } };
      if (data.count !== 1) throw new Error(`the count is ${data.count}`);
    },
  },
);
