import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, aTimestamp, equal } from "../../match.ts";
import { type NameOf, namedRows, rowsOf } from "../../rows.ts";
import { created, del, get, items, ok, patch, post, put, refused, type Scenario } from "../../scenario.ts";

export const DOCS = namedRows(44, { alpha: 1, beta: 2, anger: 3, untitled: 4, other: 5 });
const DRAWN = namedRows(44, { free: 50, merged: 51, replaced: 52, prototype: 53 });
const path = "/api/items/docs";
const doc = (name: NameOf<typeof DOCS>): string => `${path}/${DOCS[name]}`;

/** Five documents that nobody changes, with gaps and one key in two types. */
export const docs = collection(
  { slug: "docs", kind: "document", indexed_paths: ["year", "meta.lang"] },
  {
    rows: [
      { id: DOCS.alpha, title: "Alpha", year: 1990, "IMDB Rating": 8.1, meta: { lang: "en", tags: ["x"] } },
      { id: DOCS.beta, title: "beta", year: 2001, "IMDB Rating": null, meta: { lang: "fr" } },
      { id: DOCS.anger, title: "Ärger", year: "1990", "IMDB Rating": 6 },
      { id: DOCS.untitled, title: null, year: 1985, meta: {} },
      { id: DOCS.other, other: true },
    ] as JsonObject[],
    rules: [{ role: "public", action: "read", condition: { "meta.lang": "en" } }],
  },
);

const drawer = collection({ slug: "drawer", kind: "document" });
const untouched = collection({ slug: "untouched", kind: "document" });
const drawn = (name: NameOf<typeof DRAWN>): string => `/api/items/drawer/${DRAWN[name]}`;

const finds = (filter: JsonObject, ...names: NameOf<typeof DOCS>[]): Scenario => ({
  name: `documents: filter ${JSON.stringify(filter)}`,
  as: as.secretKey,
  needs: [docs],
  request: items("docs", { filter, sort: "id" }),
  expect: ok(rowsOf(DOCS, ...names)),
});

const bad = (what: string, body: Json, code: ErrorCode, field?: string): Scenario => ({
  name: `documents: ${what}`,
  as: as.secretKey,
  needs: [untouched],
  request: post("/api/items/untouched", body),
  expect: refused(422, code, field),
  then: [{ request: items("untouched"), expect: ok({ data: [] }) }],
});

const free: JsonObject = {
  "a key": "with space",
  "dotted.key": 1,
  nested: { deep: [1, [2, { x: null }]], empty: {} },
  yes: false,
  "quote\"'": "q",
  ünï: "😀",
  none: null,
};

export const scenarios: Scenario[] = [
  {
    name: "documents: any object comes back as it was, beside the system's fields",
    as: as.secretKey,
    needs: [drawer],
    request: post("/api/items/drawer", { id: DRAWN.free, ...free }),
    expect: created({ data: { id: DRAWN.free, created_at: aTimestamp, version: 1, owner_id: null } }),
    verify(reply) {
      const { id, created_at, updated_at, owner_id, version, ...rest } = (reply.json as { data: JsonObject }).data;
      void [id, created_at, updated_at, owner_id, version];
      if (!equal(rest, free)) throw new Error(`the document is ${JSON.stringify(rest)}`);
    },
    then: [
      { request: get(drawn("free")), expect: ok({ data: free as never }) },
      { request: del(drawn("free")), expect: ok() },
    ],
  },
  {
    name: "documents: a patch merges, null takes away, lists are replaced",
    as: as.secretKey,
    needs: [drawer],
    given: [
      {
        request: post("/api/items/drawer", {
          id: DRAWN.merged,
          a: { b: 1, c: 2 },
          list: [1, 2],
          gone: "x",
          kept: true,
        }),
        expect: created(),
      },
    ],
    request: patch(drawn("merged"), { a: { c: null, d: [3] }, list: [9], gone: null, new: "n" }),
    expect: ok({
      data: {
        a: { b: 1, c: absent, d: [3] },
        list: [9],
        gone: absent,
        kept: true,
        new: "n",
        version: 2,
      },
    }),
    then: [
      {
        request: patch(drawn("merged"), { a: "flat", list: { x: 1 } }),
        expect: ok({ data: { a: "flat", list: { x: 1 } } }),
      },
      { request: get(drawn("merged")), expect: ok({ data: { a: "flat", list: { x: 1 }, kept: true } }) },
      { request: del(drawn("merged")), expect: ok() },
    ],
  },
  {
    name: "documents: a replacement leaves nothing of the old",
    as: as.secretKey,
    needs: [drawer],
    given: [{ request: post("/api/items/drawer", { id: DRAWN.replaced, old: 1, both: 1 }), expect: created() }],
    request: put(drawn("replaced"), { both: 2 }),
    expect: ok({ data: { id: DRAWN.replaced, both: 2, old: absent, version: 2 } }),
    then: [{ request: del(drawn("replaced")), expect: ok() }],
  },
  {
    name: "documents: keys that JavaScript knows are keys like any other",
    as: as.secretKey,
    needs: [drawer],
    request: post("/api/items/drawer", { id: DRAWN.prototype, constructor: "c", toString: { valueOf: 1 } }),
    expect: { status: 201, contains: ['"constructor":"c"', '"valueOf":1'], excludes: ["[native code]"] },
    then: [
      {
        request: items("drawer", { filter: { constructor: "c", "toString.valueOf": 1 } }),
        expect: ok(rowsOf(DRAWN, "prototype")),
      },
      { request: del(drawn("prototype")), expect: ok() },
    ],
  },
  {
    name: "documents: save one, which is refused by name instead of being lost",
    as: as.secretKey,
    needs: [untouched],
    request: { method: "POST", path: "/api/items/untouched", raw: '{"__proto__":{"admin":true},"a":1}' },
    expect: refused(422, "VALIDATION", "__proto__"),
    then: [{ request: items("untouched"), expect: ok({ data: [] }) }],
  },
  bad("created_at is the server's", { created_at: "2024-01-01T00:00:00Z" }, "VALIDATION", "created_at"),
  bad("version is the server's", { version: 1 }, "VALIDATION", "version"),
  bad("an id that is none", { id: "one" }, "VALIDATION", "id"),
  bad("a text is no document", "text", "VALIDATION"),
  bad("a text with U+0000", { a: { b: "x\u0000" } }, "VALIDATION", "a.b"),
  finds({ year: 1990 }, "alpha"),
  finds({ year: "1990" }, "anger"),
  finds({ year: { _gt: 1986 } }, "alpha", "beta"),
  finds({ year: { _lte: 1990 } }, "alpha", "untitled"),
  finds({ year: { _neq: 1990 } }, "beta", "anger", "untitled"),
  finds({ "IMDB Rating": { _gte: 8 } }, "alpha"),
  finds({ "IMDB Rating": null }, "beta", "untitled", "other"),
  finds({ "meta.lang": { _in: ["en", "fr"] } }, "alpha", "beta"),
  finds({ meta: { lang: { _starts_with: "e" } } }, "alpha"),
  finds({ title: { _icontains: "A" } }, "alpha", "beta"),
  finds({ $not: { "meta.lang": "en" } }, "beta", "anger", "untitled", "other"),
  finds({ other: true }, "other"),
  finds({ other: { _null: true } }, "alpha", "beta", "anger", "untitled"),
  finds({ nowhere: 1 }),
  {
    name: "documents: sorted by a path, gaps first",
    as: as.secretKey,
    needs: [docs],
    request: items("docs", { sort: "meta.lang,-id" }),
    expect: ok(rowsOf(DOCS, "other", "untitled", "anger", "alpha", "beta")),
  },
  {
    name: "documents: sorted by text in code points",
    as: as.secretKey,
    needs: [docs],
    request: items("docs", { sort: "-title,id" }),
    expect: ok(rowsOf(DOCS, "anger", "beta", "alpha", "untitled", "other")),
  },
  {
    name: "documents: only the fields asked for",
    as: as.secretKey,
    needs: [docs],
    request: items("docs", { fields: "title", filter: { id: DOCS.alpha } }),
    expect: {
      ...ok({ data: [{ id: DOCS.alpha, title: "Alpha", year: absent, meta: absent }] }),
      excludes: ["1990"],
    },
  },
  {
    name: "documents: system fields are asked about as in any collection",
    as: as.secretKey,
    needs: [docs],
    request: items("docs", { filter: { version: { _gt: 1 } } }),
    expect: ok({ data: [] }),
  },
  {
    name: "documents: a rule's condition reaches into them",
    as: as.anonymous,
    needs: [docs],
    request: items("docs", { sort: "id" }),
    expect: { ...ok(rowsOf(DOCS, "alpha")), excludes: ["beta", "Ärger", '"fr"'] },
    then: [{ request: get(doc("beta")), expect: { status: 404, code: "ITEM_NOT_FOUND" } }],
  },
  {
    name: "documents: a quote in a path",
    as: as.secretKey,
    needs: [docs],
    request: items("docs", { filter: { 'a"b': 1 } }),
    expect: refused(422, "UNKNOWN_FIELD"),
  },
  {
    name: "documents: the kind takes no fields",
    as: as.secretKey,
    request: post("/api/collections", { slug: "never_made", kind: "document", fields: [{ name: "a", type: "text" }] }),
    expect: refused(422, "VALIDATION", "fields"),
  },
];
