import type { ErrorCode, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { namedRows } from "../../rows.ts";
import { created, get, items, ok, patch, post, refused, type Scenario } from "../../scenario.ts";

const CHANGING = namedRows(40, { one: 1, two: 2 });
const path = "/api/collections/changing";

const changing = collection(
  {
    slug: "changing",
    fields: [
      { name: "title", type: "text", max_length: 20 },
      { name: "price", type: "decimal", precision: 10, scale: 2 },
      { name: "twin", type: "relation", to: "changing_target" },
    ],
  },
  {
    needs: [collection({ slug: "changing_target", fields: [{ name: "a", type: "text" }] })],
    rows: [
      { id: CHANGING.one, title: "one", price: "1.00" },
      { id: CHANGING.two, title: "two", price: "2.00" },
    ],
  },
);

const change = (what: string, body: JsonObject, more: Pick<Scenario, "expect" | "then">): Scenario => ({
  name: `collection changes: ${what}`,
  as: as.secretKey,
  needs: [changing],
  request: patch(path, body),
  ...more,
});

const refusedChange = (what: string, body: JsonObject, status: number, code: ErrorCode, field?: string): Scenario => ({
  ...change(what, body, { expect: refused(status, code, field) }),
  then: [
    {
      request: get(`/api/items/changing/${CHANGING.one}`),
      expect: { ...ok({ data: { title: "one", price: "1.00" } }), excludes: ["refused_field"] },
    },
  ],
});

export const scenarios: Scenario[] = [
  change(
    "a field is added, old rows have none of it",
    { fields: [{ name: "added", type: "integer", indexed: true }] },
    {
      expect: ok({ data: { fields: [{ name: "title" }, { name: "price" }, { name: "twin" }, { name: "added" }] } }),
      then: [
        { request: items("changing", { sort: "id" }), expect: ok({ data: [{ added: null }, { added: null }] }) },
        { request: patch(`/api/items/changing/${CHANGING.two}`, { added: 5 }), expect: ok({ data: { added: 5 } }) },
        { request: items("changing", { filter: { added: { _gt: 4 } } }), expect: ok({ data: [{ added: 5 }] }) },
      ],
    },
  ),
  change(
    "every change raises the version",
    { note: "what changes" },
    {
      expect: ok({ data: { note: "what changes", version: (version) => typeof version === "number" && version > 1 } }),
    },
  ),
  change(
    "a new bound holds from then on",
    { fields: [{ name: "title", type: "text", max_length: 5 }] },
    {
      expect: ok(),
      then: [
        {
          request: post("/api/items/changing", { title: "longer" }),
          expect: { status: 422, code: "VALIDATION", field: "title" },
        },
        { request: patch(path, { fields: [{ name: "title", type: "text", max_length: 20 }] }), expect: ok() },
      ],
    },
  ),
  change(
    "unique together",
    { unique_together: [["title", "price"]] },
    {
      expect: ok({ data: { unique_together: [["title", "price"]] } }),
      then: [
        {
          request: post("/api/items/changing", { title: "one", price: 1 }),
          expect: { status: 409, code: "UNIQUE_VIOLATION" },
        },
        { request: items("changing", { meta: "total_count" }), expect: ok({ meta: { total_count: 2 } }) },
        { request: patch(path, { unique_together: [] }), expect: ok() },
      ],
    },
  ),
  change(
    "the default sort is replaced",
    { default_sort: "-title" },
    {
      expect: ok({ data: { default_sort: "-title" } }),
      then: [{ request: items("changing"), expect: ok({ data: [{ title: "two" }, { title: "one" }] }) }],
    },
  ),
  refusedChange("a type stays", { fields: [{ name: "title", type: "integer" }] }, 422, "VALIDATION", "fields.0.type"),
  refusedChange(
    "a relation's target stays",
    { fields: [{ name: "twin", type: "relation", to: "changing" }] },
    422,
    "VALIDATION",
    "fields.0.to",
  ),
  refusedChange(
    "a decimal's digits stay",
    { fields: [{ name: "price", type: "decimal", precision: 12, scale: 3 }] },
    422,
    "VALIDATION",
    undefined,
  ),
  refusedChange(
    "a required field without a default does not fit rows that are there",
    { fields: [{ name: "refused_field", type: "text", required: true }] },
    409,
    "CONFLICT",
  ),
  refusedChange("the slug stays", { slug: "renamed" }, 422, "UNKNOWN_FIELD", "slug"),
  refusedChange(
    "a reserved name",
    { fields: [{ name: "owner_id", type: "text" }] },
    422,
    "VALIDATION",
    "fields.0.name",
  ),
  refusedChange(
    "one bad field among good ones changes nothing",
    {
      fields: [
        { name: "refused_field", type: "text" },
        { name: "b", type: "blob" },
      ],
    },
    422,
    "VALIDATION",
    "fields.1.type",
  ),
  {
    name: "collection changes: not by a user",
    as: as.user("alice"),
    needs: [changing],
    request: patch(path, { note: "mine" }),
    expect: refused(403, "FORBIDDEN"),
    then: [{ as: as.secretKey, request: get(path), expect: { status: 200, excludes: ["mine"] } }],
  },
  {
    name: "collection changes: one that is not there",
    as: as.secretKey,
    request: patch("/api/collections/nothing", { note: "x" }),
    expect: refused(404, "COLLECTION_NOT_FOUND"),
  },
  {
    name: "collection changes: a required field with a default fills what follows",
    as: as.secretKey,
    given: [
      {
        request: post("/api/collections", { slug: "filling", fields: [{ name: "a", type: "text" }] }),
        expect: created(),
      },
      { request: post("/api/items/filling", { a: "old" }), expect: created() },
    ],
    request: patch("/api/collections/filling", {
      fields: [{ name: "b", type: "text", required: true, default: "new" }],
    }),
    expect: ok(),
    then: [
      { request: post("/api/items/filling", { a: "young" }), expect: created({ data: { b: "new" } }) },
      { request: items("filling", { filter: { a: "old" } }), expect: ok({ data: [{ b: "new" }] }) },
    ],
  },
];
