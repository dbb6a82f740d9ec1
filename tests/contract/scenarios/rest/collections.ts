import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { books } from "../../fixtures/library.ts";
import { absent, aTimestamp, aUuid, including } from "../../match.ts";
import { created, del, get, INTERNALS, items, ok, post, refused, type Scenario, type Step } from "../../scenario.ts";

const path = "/api/collections";
const define = (slug: string, ...fields: JsonObject[]) => post(path, { slug, fields });
const gone = (slug: string): Step => ({
  as: as.secretKey,
  request: get(`${path}/${slug}`),
  expect: { status: 404, code: "COLLECTION_NOT_FOUND" },
});
const remove = (slug: string): Step => ({ request: del(`${path}/${slug}`, { confirm: slug }), expect: ok() });

/** A definition that must be refused by name, with nothing made. */
const bad = (what: string, body: JsonObject, code: ErrorCode, field: string | undefined): Scenario => ({
  name: `collections: ${what}`,
  as: as.secretKey,
  request: post(path, { slug: "never_made", fields: [], ...body }),
  expect: refused(422, code, field),
  then: [gone("never_made")],
});
const badField = (what: string, field: JsonObject, name: string, code: ErrorCode = "VALIDATION"): Scenario =>
  bad(what, { fields: [field] }, code, name);

const notFor = (who: Who, status: number, code: ErrorCode): Scenario => ({
  name: `collections: not made by ${who.name}`,
  as: who,
  request: define("never_made", { name: "a", type: "text" }),
  expect: refused(status, code),
  then: [{ request: get(path), expect: refused(status, code) }, gone("never_made")],
});

const wide = (n: number): JsonObject[] => Array.from({ length: n }, (_, i) => ({ name: `f${i}`, type: "integer" }));
const wideRow: JsonObject = Object.fromEntries(wide(95).map(({ name }, i) => [name as string, i as Json]));

export const scenarios: Scenario[] = [
  {
    name: "collections: made with the least",
    as: as.secretKey,
    request: post(path, { slug: "least", fields: [{ name: "title", type: "text" }] }),
    expect: created({
      data: {
        id: aUuid,
        slug: "least",
        kind: "managed",
        fields: [{ name: "title", type: "text" }],
        created_at: aTimestamp,
        version: (version) => typeof version === "number",
        system_fields: (fields) => JSON.stringify(fields).includes("owner_id"),
      },
    }),
    then: [
      { request: get(`${path}/least`), expect: ok({ data: { slug: "least", fields: [{ name: "title" }] } }) },
      { request: get(path), expect: ok({ data: including({ slug: "least" }) }) },
      remove("least"),
    ],
  },
  notFor(as.anonymous, 401, "UNAUTHORIZED"),
  notFor(as.publicKey, 403, "FORBIDDEN"),
  notFor(as.user("alice"), 403, "FORBIDDEN"),
  notFor(as.user("carol"), 403, "FORBIDDEN"),
  {
    name: "collections: one that is not there",
    as: as.secretKey,
    request: get(`${path}/nothing`),
    expect: refused(404, "COLLECTION_NOT_FOUND"),
    then: [{ request: items("nothing"), expect: refused(404, "COLLECTION_NOT_FOUND") }],
  },
  {
    name: "collections: a slug that is taken",
    as: as.secretKey,
    needs: [books],
    request: define("books", { name: "other", type: "text" }),
    expect: refused(409, "CONFLICT"),
    then: [{ request: get(`${path}/books`), expect: ok({ data: { fields: including({ name: "title" }) } }) }],
  },
  bad("a slug in capitals", { slug: "Never_Made" }, "VALIDATION", "slug"),
  bad("a slug that begins with a digit", { slug: "1st" }, "VALIDATION", "slug"),
  bad("a slug of 41 characters", { slug: "a".repeat(41) }, "VALIDATION", "slug"),
  bad("a slug with SQL", { slug: "x; DROP TABLE users" }, "VALIDATION", "slug"),
  bad("a slug that is a number", { slug: 7 }, "VALIDATION", "slug"),
  bad("an unknown setting", { surprise: true }, "UNKNOWN_FIELD", "surprise"),
  bad("a kind that does not exist", { kind: "graph" }, "VALIDATION", "kind"),
  bad("fields that are no list", { fields: "title" }, "VALIDATION", "fields"),
  bad(
    "two fields by one name",
    {
      fields: [
        { name: "a", type: "text" },
        { name: "a", type: "date" },
      ],
    },
    "VALIDATION",
    "fields.1.name",
  ),
  bad(
    "unique together with an unknown field",
    { unique_together: [["owner_id", "nope"]] },
    "UNKNOWN_FIELD",
    "unique_together.0",
  ),
  ...(
    [
      [{ type: "integer", min: 5, max: 1 }, "max"],
      [{ type: "number", min: 0.5, max: 0.25 }, "max"],
      [{ type: "decimal", min: "10", max: "9.50" }, "max"],
      [{ type: "date", min: "2024-01-02", max: "2024-01-01" }, "max"],
      [{ type: "timestamp", min: "2024-01-02", max: "2024-01-01T12:00:00Z" }, "max"],
      [{ type: "text", min_length: 5, max_length: 1 }, "max_length"],
    ] as [JsonObject, string][]
  ).map(([field, part]) =>
    bad(
      `${field.type as string} bounds that nothing fits`,
      { fields: [{ name: "a", ...field }] },
      "VALIDATION",
      `fields.0.${part}`,
    ),
  ),
  bad("a default sort by an unknown field", { default_sort: "-nope" }, "UNKNOWN_FIELD", "default_sort"),
  ...["id", "created_at", "updated_at", "owner_id", "version"].map((name) =>
    badField(`the reserved field name ${name}`, { name, type: "text" }, "fields.0.name"),
  ),
  badField("a field name with SQL", { name: 'a" integer); --', type: "text" }, "fields.0.name"),
  badField("a field name of 59 characters", { name: "a".repeat(59), type: "text" }, "fields.0.name"),
  badField("a field type that does not exist", { name: "a", type: "blob" }, "fields.0.type"),
  badField("a field without a type", { name: "a" }, "fields.0.type"),
  badField("an unknown setting of a field", { name: "a", type: "text", size: 3 }, "fields.0.size", "UNKNOWN_FIELD"),
  badField("an enum without values", { name: "a", type: "enum" }, "fields.0.values"),
  badField("a relation to nowhere", { name: "a", type: "relation" }, "fields.0.to"),
  badField("a relation to an unknown collection", { name: "a", type: "relation", to: "nope" }, "fields.0.to"),
  badField("a decimal of 19 digits", { name: "a", type: "decimal", precision: 19 }, "fields.0.precision"),
  badField("a default of the wrong type", { name: "a", type: "integer", default: "x" }, "fields.0.default"),
  badField("a pattern that is no pattern", { name: "a", type: "text", pattern: "(" }, "fields.0.pattern"),
  badField("a pattern that looks ahead", { name: "a", type: "text", pattern: "^(?!x)" }, "fields.0.pattern"),
  badField("a pattern that refers back", { name: "a", type: "text", pattern: "(a)\\1" }, "fields.0.pattern"),
  badField("a pattern of too many steps", { name: "a", type: "text", pattern: "(a{1,1000}b){3}" }, "fields.0.pattern"),
  {
    name: "collections: a field name of 58 characters fits",
    as: as.secretKey,
    request: define("long_name", { name: "a".repeat(58), type: "text", unique: true }),
    expect: created(),
    then: [
      { request: post("/api/items/long_name", { ["a".repeat(58)]: "x" }), expect: created() },
      { request: items("long_name", { filter: { ["a".repeat(58)]: "x" } }), expect: ok({ data: [{}] }) },
      remove("long_name"),
    ],
  },
  {
    name: "collections: 95 fields fit on every engine, and so do their rows",
    as: as.secretKey,
    request: define("wide", ...wide(95)),
    expect: created(),
    then: [
      { request: post("/api/items/wide", [wideRow, wideRow]), expect: created({ data: [wideRow, wideRow] as never }) },
      {
        request: items("wide", { filter: { f94: 94 }, fields: "f0,f94" }),
        expect: ok({ data: [{ f94: 94 }, { f0: 0 }] }),
      },
      remove("wide"),
    ],
  },
  {
    name: "collections: more columns than the engine holds are refused before anything happens",
    as: as.secretKey,
    skip: ({ maxColumns }) => (maxColumns === 100 ? undefined : "only D1 stops at 100 columns"),
    request: post(path, { slug: "never_made", fields: wide(96) }),
    expect: refused(422, "LIMIT_EXCEEDED", "fields"),
    then: [gone("never_made")],
  },
  {
    name: "collections: deletion must be confirmed, and the error says how much would be deleted",
    as: as.secretKey,
    given: [
      { request: define("doomed", { name: "a", type: "text" }), expect: created() },
      { request: post("/api/items/doomed", [{ a: "1" }, { a: "2" }]), expect: created() },
    ],
    request: del(`${path}/doomed`),
    expect: {
      ...refused(409, "CONFIRMATION_REQUIRED"),
      body: { error: { details: { items: 2 } } },
    },
    then: [
      { request: del(`${path}/doomed`, { confirm: "other" }), expect: refused(409, "CONFIRMATION_REQUIRED") },
      { request: items("doomed"), expect: ok({ data: [{}, {}] }) },
      remove("doomed"),
      gone("doomed"),
      { request: items("doomed"), expect: { status: 404, code: "COLLECTION_NOT_FOUND" } },
      { request: define("doomed", { name: "a", type: "text" }), expect: created() },
      { request: items("doomed"), expect: ok({ data: [] }) },
      remove("doomed"),
    ],
  },
  {
    name: "collections: one that others refer to stays",
    as: as.secretKey,
    needs: [books],
    request: del(`${path}/authors`, { confirm: "authors" }),
    expect: { ...refused(409, "REFERENCE_IN_USE"), excludes: ["Ibsen", ...INTERNALS] },
    then: [{ request: items("authors", { limit: "1" }), expect: ok({ data: [{ error: absent }] }) }],
  },
  {
    name: "collections: not deleted by a user",
    as: as.user("alice"),
    needs: [books],
    request: del(`${path}/books`, { confirm: "books" }),
    expect: refused(403, "FORBIDDEN"),
    then: [{ as: as.secretKey, request: get(`${path}/books`), expect: ok() }],
  },
];
