import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { AUTHOR_SPACE, AUTHORS, authors, BOOK_SPACE, BOOKS, books, publishers } from "../../fixtures/library.ts";
import { absent, aText, exactly } from "../../match.ts";
import { rowsOf } from "../../rows.ts";
import { INTERNALS, items, ok, post, refused, type Scenario, uuid, withHeaders } from "../../scenario.ts";

const needs = [books, authors, publishers];
const query = (body: Json, slug = "books") => post(`/api/items/${slug}/query`, body);
const HIDDEN = ["classified", "hidden-house"];
const thousand = Array.from({ length: 1000 }, (_, i) => uuid(BOOK_SPACE, i + 3));

const refuses = (
  what: string,
  body: Json,
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.anonymous,
  slug = "books",
): Scenario => ({
  name: `lists by POST: ${what} is refused${who === as.anonymous ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request: query(body, slug),
  expect: { ...refused(status, code, field), excludes: ['"data"', "Peer Gynt", ...HIDDEN, ...INTERNALS] },
});

/** Who may list may list with a body as well, and gets what the query string gets. */
const same = (what: string, body: JsonObject, search: Record<string, Json>, who: Who = as.anonymous): Scenario => ({
  name: `lists by POST: ${what}, as ${who.name}`,
  as: who,
  needs,
  given: [{ request: items("books", search), expect: { status: 200 } }],
  request: query(body),
  expect: { ...ok({ data: (found) => Array.isArray(found) && found.length > 0 }), excludes: ['"error"', ...HIDDEN] },
  async verify(reply, world) {
    const listed = await world.send(who, items("books", search));
    if (listed.text !== reply.text) throw new Error(`GET says ${listed.text}, POST ${reply.text}`);
  },
});

export const scenarios: Scenario[] = [
  {
    name: "lists by POST: 1,000 ids, which no address holds",
    as: as.anonymous,
    needs,
    request: query({ filter: { id: { _in: thousand } }, sort: ["year", "title"], fields: ["title", "year"] }),
    expect: {
      ...ok({ ...rowsOf(BOOKS, "beowulf", "untitled", "rose"), limit: 50, offset: 0, has_more: false }),
      excludes: ['"error"', "Peer Gynt", "author", ...HIDDEN],
    },
  },
  refuses("a list of 1,001 values", { filter: { id: { _in: [...thousand, BOOKS.dollsHouse] } } }, [
    422,
    "LIMIT_EXCEEDED",
    "filter.id._in",
  ]),
  same("nothing said is everything", {}, {}),
  same("sort, limit and offset", { sort: "-title", limit: 2, offset: 1 }, { sort: "-title", limit: 2, offset: 1 }),
  same(
    "fields and an expansion with options",
    {
      fields: ["title", "author.name"],
      expand: { author: { fields: ["name"], expand: ["country"] } },
      sort: ["title"],
    },
    { fields: "title,author.name", expand: { author: { fields: "name", expand: "country" } }, sort: "title" },
  ),
  same(
    "fields named by paths beside options of the relation",
    { fields: "title,author.name", expand: { author: { required: true } } },
    { fields: "title", expand: { author: { fields: "name", required: true } } },
  ),
  same("expansions as texts", { expand: ["author", "author.country"] }, { expand: "author,author.country" }),
  same("counts", { meta: ["filter_count", "total_count"], limit: 1 }, { meta: "*", limit: 1 }, as.publicKey),
  same("about how many", { meta: "filter_count", count: "estimate" }, { meta: "filter_count", count: "estimate" }),
  same("a user's", { filter: { "author.name": "Ibsen" } }, { filter: { "author.name": "Ibsen" } }, as.user("alice")),
  {
    name: "lists by POST: pages by cursor",
    as: as.anonymous,
    needs,
    given: [{ request: query({ cursor: "", limit: 3, sort: "title" }), expect: { status: 200 } }],
    request: ({ replies }) =>
      query({ cursor: (replies[0]!.json as { next_cursor: string }).next_cursor, limit: 3, sort: "title" }),
    expect: { ...ok({ ...rowsOf(BOOKS, "rose", "untitled"), has_more: false, next_cursor: null }), excludes: HIDDEN },
    then: [
      { request: query({ cursor: "x" }), expect: { status: 422, code: "INVALID_CURSOR", field: "cursor" } },
      { request: query({ cursor: "", offset: 1 }), expect: { status: 422, code: "VALIDATION", field: "offset" } },
    ],
  },
  {
    name: "lists by POST: the plan, for those with full rights",
    as: as.secretKey,
    needs,
    request: query({ explain: true, limit: 1 }),
    expect: { ...ok({ explain: { statement: aText } }), excludes: ['"error"'] },
    then: [
      { request: query({ explain: false, limit: 1 }), expect: ok({ explain: absent }) },
      { as: as.publicKey, request: query({ explain: true }), expect: refused(403, "FORBIDDEN", "explain") },
    ],
  },
  {
    name: "lists by POST: a read that needs no key, and remembers none",
    as: as.anonymous,
    needs,
    request: withHeaders(query({ limit: 1, sort: "title", fields: "title" }), { "idempotency-key": '"list-1"' }),
    expect: {
      ...ok({ data: exactly([{ id: BOOKS.dollsHouse, title: "A Doll's House" }]) }),
      headers: { "idempotency-replayed": null },
      excludes: HIDDEN,
    },
    then: [
      {
        request: withHeaders(query({ limit: 1, sort: "-title", fields: "title" }), { "idempotency-key": '"list-1"' }),
        expect: ok(rowsOf(BOOKS, "untitled")),
      },
    ],
  },
  {
    name: "lists by POST: another site's page by cookie gets nothing",
    as: as.cookie("alice"),
    needs,
    request: withHeaders(query({}), { origin: "https://evil.example" }),
    expect: { ...refused(403, "ORIGIN_FORBIDDEN"), excludes: ['"data"', "Peer Gynt"] },
    then: [{ request: query({ limit: 1 }), expect: ok() }],
  },
  {
    name: "lists by POST: the query string is no second place for parameters",
    as: as.anonymous,
    needs,
    request: { ...query({}), query: { limit: "1" } },
    expect: { ...refused(422, "UNKNOWN_PARAMETER", "limit"), excludes: ['"data"', "Peer Gynt"] },
  },
  refuses("a stranger", {}, [401, "UNAUTHORIZED"], as.anonymous, "publishers"),
  refuses("a user without a rule", {}, [403, "FORBIDDEN"], as.user("alice"), "publishers"),
  refuses("another workspace's key", {}, [404, "COLLECTION_NOT_FOUND"], as.otherSecretKey, "publishers"),
  refuses("no such collection", {}, [404, "COLLECTION_NOT_FOUND"], as.anonymous, "nothing"),
  refuses(
    "a hidden field",
    { filter: { secret_note: "x" } },
    [403, "FIELD_FORBIDDEN", "filter.secret_note"],
    as.anonymous,
    "authors",
  ),
  refuses("an unknown key", { filters: {} }, [422, "UNKNOWN_FIELD", "filters"]),
  refuses("an unknown field of the filter", { filter: { nope: 1 } }, [422, "UNKNOWN_FIELD", "filter.nope"]),
  refuses("an unknown operator", { filter: { year: { _near: 1 } } }, [422, "UNKNOWN_OPERATOR", "filter.year._near"]),
  refuses("a filter as text", { filter: '{"year": 1}' }, [422, "VALIDATION", "filter"]),
  refuses("a sort that is a number", { sort: 1 }, [422, "VALIDATION", "sort"]),
  refuses("a list of fields with a number", { fields: ["title", 1] }, [422, "VALIDATION", "fields"]),
  refuses("an empty list of fields", { fields: [] }, [422, "VALIDATION", "fields"]),
  refuses("an expansion that is a number", { expand: 1 }, [422, "VALIDATION", "expand"]),
  refuses("a limit as text", { limit: "2" }, [422, "VALIDATION", "limit"]),
  refuses("a limit of 0", { limit: 0 }, [422, "VALIDATION", "limit"]),
  refuses("half an item", { limit: 1.5 }, [422, "VALIDATION", "limit"]),
  refuses("a limit beyond the highest", { limit: 1001 }, [422, "VALIDATION", "limit"]),
  refuses("a negative offset", { offset: -1 }, [422, "VALIDATION", "offset"]),
  refuses("another kind of count", { count: "planned" }, [422, "VALIDATION", "count"]),
  refuses("an explanation that is a text", { explain: "1" }, [422, "VALIDATION", "explain"]),
  refuses("an unknown count", { meta: "all" }, [422, "VALIDATION", "meta"]),
  refuses("a list as the body", [], [422, "VALIDATION", "body"]),
  {
    name: "lists by POST: a body that is no JSON is refused",
    as: as.anonymous,
    needs,
    request: { method: "POST", path: "/api/items/books/query", raw: "limit=1" },
    expect: { ...refused(400, "MALFORMED_JSON"), excludes: ['"data"', "Peer Gynt"] },
  },
  {
    name: "lists by POST: an author is found by the ids of many, and stays as hidden as ever",
    as: as.publicKey,
    needs,
    request: query(
      {
        filter: { $not: { id: { _in: Array.from({ length: 998 }, (_, i) => uuid(AUTHOR_SPACE, i + 3)) } } },
        sort: "name",
      },
      "authors",
    ),
    expect: { ...ok(rowsOf(AUTHORS, "eco", "ibsen")), excludes: ["secret_note", ...HIDDEN] },
  },
];
