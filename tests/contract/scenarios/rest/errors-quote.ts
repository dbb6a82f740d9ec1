import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { type Call, get, INTERNALS, patch, post, type Scenario } from "../../scenario.ts";

/** Long names are refused at once, and an error shows at most 100 characters of them. */

const quoted = collection({
  slug: "quoted_at_length",
  fields: [
    { name: "title", type: "text" },
    { name: "n", type: "integer" },
    { name: "facts", type: "json" },
    { name: "kind", type: "enum", values: ["a", "b"] },
  ],
});
const quotedDocuments = collection({ slug: "quoted_documents", kind: "document" });

const X = "x".repeat(400);
/** Took seconds where the parser tried every way to split it. */
const INDEXES = `facts${"[1]".repeat(40_000)}!`;
const path = "/api/items/quoted_at_length";
const filtered = (filter: Json): Call => post(`${path}/query`, { filter });
const aggregated = (body: Json): Call => post(`${path}/aggregate`, body);
const rule = (more: Record<string, Json>): Call =>
  post("/api/permissions", { role: "public", collection: "quoted_at_length", action: "read", ...more });
const defined = (more: Record<string, Json>): Call => post("/api/collections", { slug: "quoted_new", ...more });

/** Nothing has such a name. */
const MISSING: Readonly<Record<string, Call>> = {
  "a collection": get(`/api/items/${X}`),
  "an id": get(`${path}/${X}`),
  "a route": get(`/api/${X}`),
  "a batch's collection": post("/api/batch", { operations: [{ op: "create", collection: X, data: {} }] }),
  "a live query's collection": { ...post("/api/live", { collection: X }), query: { poll: "1" } },
  "a channel": post(`/api/realtime/channels/${X}/messages`, { event: "x", data: 1 }),
};

/** What is wrong is in the query or the body. */
const INVALID: Readonly<Record<string, Call>> = {
  "a parameter": get(path, { [X]: "1" }),
  "a parameter of another route": get("/api/permissions", { [X]: "1" }),
  "a field of a filter": filtered({ [X]: 1 }),
  "a path of a filter": filtered({ [INDEXES]: 1 }),
  "a path of a filter with an aggregate": filtered({ [`count(${INDEXES})`]: 1 }),
  "a path of a filter, nested": filtered({ facts: { [INDEXES]: 1 } }),
  "an operator": filtered({ n: { [`_${X}`]: 1 } }),
  "a text for a number": filtered({ n: X }),
  "a variable": filtered({ title: `$${X}` }),
  "a sort": post(`${path}/query`, { sort: X }),
  "a path of a sort": post(`${path}/query`, { sort: INDEXES.slice(0, 19_000) }),
  fields: post(`${path}/query`, { fields: X }),
  "a path of fields": post(`${path}/query`, { fields: `a:${INDEXES.slice(0, 19_000)}` }),
  "a cast": post(`${path}/query`, { fields: `a:title::${X}` }),
  "a nested field": post(`${path}/query`, { fields: `${X}.${X}` }),
  "a relation": post(`${path}/query`, { expand: X }),
  "a relation in an object": post(`${path}/query`, { expand: { [X]: true } }),
  "a part of a body": post(`${path}/query`, { [X]: 1 }),
  "a group": aggregated({ group_by: [X], aggregates: { n: { count: "*" } } }),
  "a path of a group": aggregated({ group_by: [INDEXES], aggregates: { n: { count: "*" } } }),
  "an aggregate's field": aggregated({ aggregates: { n: { max: X } } }),
  "an aggregate's path": aggregated({ aggregates: { n: { max: INDEXES } } }),
  "an aggregate": aggregated({ aggregates: { n: { [X]: "n" } } }),
  "an aggregate's name": aggregated({ aggregates: { [X]: { count: "*" } } }),
  "a field of a write": post(path, { [X]: 1 }),
  "a value of an enum": post(path, { kind: X }),
  "a value of a number": post(path, { n: X }),
  "a key of a document": post("/api/items/quoted_documents", { [X]: `\0${X}` }),
  "a write's operator": patch(`${path}/00000000-0000-4000-8000-000000000001`, { n: { [`$${X}`]: 1 } }),
  "a batch's operation": post("/api/batch", { operations: [{ op: X, collection: X }] }),
  "a batch's reference": post("/api/batch", {
    operations: [{ op: "create", collection: "quoted_at_length", data: { title: { $ref: `ops.0.${X}` } } }],
  }),
  "a role": rule({ role: X }),
  "a rule's collection": rule({ collection: X }),
  "a rule's field": rule({ fields: [X] }),
  "a rule's action": rule({ action: X }),
  "a rule's preset": rule({ action: "create", presets: { [X]: 1 } }),
  "a rule's condition": rule({ condition: { [X]: 1 } }),
  "a collection's name": defined({ slug: X }),
  "a field's name": defined({ fields: [{ name: X, type: "text" }] }),
  "a field's type": defined({ fields: [{ name: "a", type: X }] }),
  "a relation's target": defined({ fields: [{ name: "a", type: "relation", to: X }] }),
  "a list's ends": defined({ fields: [{ name: "a", type: "relation_many", to: "quoted_at_length", via: X }] }),
  "an index's field": defined({ indexes: [[X, "b"]] }),
  "a unique set": defined({ unique_together: [[X, "b"]] }),
  "a default order": defined({ default_sort: X.slice(0, 180) }),
  "an import's column": {
    method: "POST",
    path: `${path}/import`,
    query: { format: "csv" },
    raw: `${X}\n1\n`,
    headers: { "content-type": "text/csv" },
  },
  "an import's map": { ...post(`${path}/import`, []), query: { format: "json", map: { [X]: X } } },
};

const refusedWith =
  (status: number) =>
  ([what, request]: [string, Call]): Scenario => ({
    name: `errors: ${what} of great length`,
    as: as.secretKey,
    needs: [quoted, quotedDocuments],
    request,
    expect: { status, excludes: ["x".repeat(101), "[1]".repeat(34), ...INTERNALS] },
  });

export const scenarios: Scenario[] = [
  ...Object.entries(MISSING).map(refusedWith(404)),
  ...Object.entries(INVALID).map(refusedWith(422)),
];
