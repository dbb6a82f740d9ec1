import type { ErrorCode, Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { namedRows, numberedRows } from "../../rows.ts";
import {
  type Call,
  created,
  get,
  items,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Step,
  withHeaders,
} from "../../scenario.ts";

const ROWS = namedRows(71, { survivor: 1, quoted: 90 });
const rowWith = numberedRows(71, 10);
const slug = "prey";
const path = `/api/items/${slug}`;
const stored = "/api/items/prey_store";
/** What would drop a table, close a string, a name or a comment, or end a statement, in one engine or another. */
const SQL = [
  `'; DROP TABLE prey; --`,
  `" OR "1"="1`,
  `') OR 1=1 /*`,
  "`; DELETE FROM users; --",
  `\\'; SELECT pg_sleep(5); --`,
  `$1 ? :a @b {{c}} %s`,
] as const;
const ENGINE = ["SQLITE", "syntax error", 'near \\"', "PostgresError", "unterminated", "no such column", "    at "];

const fields = [
  { name: "title", type: "text" },
  { name: "data", type: "json" },
];
const prey = collection({ slug, fields }, { rows: [{ id: ROWS.survivor, title: "survivor", data: { a: 1 } }] });
/** Holds what looks like SQL; the prey is left alone. */
const store = collection({ slug: "prey_store", fields: fields });
const survives: Step = {
  as: as.secretKey,
  request: items(slug, { filter: { title: "survivor" }, meta: "total_count" }),
  expect: ok({ data: [{ id: ROWS.survivor, version: 1 }], meta: { total_count: 1 } }),
};

const harmless = (where: string, request: Call, status: number, code?: ErrorCode, body?: Json): Scenario => ({
  name: `injection: ${where}`,
  as: as.secretKey,
  needs: [prey],
  request,
  expect: { status, ...(code && { code }), ...(body !== undefined && { body: body as never }), excludes: ENGINE },
  then: [survives],
});
const e = encodeURIComponent;
const none: Json = { data: [] };
/** As a filter's value: a text that begins like a variable is escaped, the others go as they are. */
const value = (text: string): Json => (text.startsWith("$") ? { $literal: text } : text);

const inValues = SQL.flatMap((text, i): Scenario[] => [
  {
    name: `injection: stored as a value, found again (${i + 1})`,
    as: as.secretKey,
    needs: [prey, store],
    request: post(stored, { id: rowWith(text), title: text, data: { [text.replace(/["\\]/g, "_")]: text } }),
    expect: { ...created({ data: { title: text } }), excludes: ENGINE },
    then: [
      {
        request: items("prey_store", { filter: { title: value(text) }, fields: "title" }),
        expect: { ...ok({ data: [{ id: rowWith(text), title: text }] }), excludes: ENGINE },
      },
      {
        request: items("prey_store", { filter: { title: { _contains: text.slice(1, -1) } } }),
        expect: { status: 200, body: { data: [{ title: text }] } },
      },
      {
        request: patch(`${stored}/${rowWith(text)}`, { title: `${text}${text}` }),
        expect: { status: 200, body: { data: { title: `${text}${text}` } } },
      },
      { request: { method: "DELETE", path: `${stored}/${rowWith(text)}` }, expect: { status: 200 } },
      survives,
    ],
  },
  harmless(
    `a value of a JSON path (${i + 1})`,
    items(slug, { filter: { "data.a": value(text) } }),
    200,
    undefined,
    none,
  ),
  harmless(`a field to sort by (${i + 1})`, get(`${path}?sort=${e(text)}`), 422, "UNKNOWN_FIELD"),
  // A slash goes as a space: some gateways decode the path before anyone can tell it from a separator.
  harmless(`the id in the path (${i + 1})`, get(`${path}/${e(text.replaceAll("/", " "))}`), 404, "ITEM_NOT_FOUND"),
]);

const text = SQL[0];
export const scenarios: Scenario[] = [
  ...inValues,
  harmless("the slug", get(`/api/items/${e(text)}`), 404, "COLLECTION_NOT_FOUND"),
  harmless("the slug of a collection", get(`/api/collections/${e(text)}`), 404, "COLLECTION_NOT_FOUND"),
  harmless("a field's name in a filter", items(slug, { filter: { [text]: 1 } }), 422, "UNKNOWN_FIELD"),
  harmless("an operator", items(slug, { filter: { title: { [`_eq${text}`]: 1 } } }), 422, "UNKNOWN_OPERATOR"),
  harmless("a JSON path", items(slug, { filter: { [`data.${text}`]: 1 } }), 200, undefined, none),
  harmless("a JSON path with a quote", items(slug, { filter: { 'data.a"b': 1 } }), 422, "UNKNOWN_FIELD"),
  harmless("a parameter's name", get(`${path}?${e(text)}=1`), 422, "UNKNOWN_PARAMETER"),
  harmless("fields", get(`${path}?fields=${e(text)}`), 422, "UNKNOWN_FIELD"),
  harmless("expand", get(`${path}?expand=${e(text)}`), 422, "UNKNOWN_FIELD"),
  harmless("meta", get(`${path}?meta=${e(text)}`), 422, "VALIDATION"),
  harmless("a JSON path to sort by", get(`${path}?sort=${e("data.a' DESC; --")}`), 200),
  harmless("the key to set", post(path, { [text]: 1 }), 422, "UNKNOWN_FIELD"),
  harmless(
    "a relation's target",
    post("/api/collections", { slug: "x1", fields: [{ name: "a", type: "relation", to: text }] }),
    422,
    "VALIDATION",
  ),
  harmless(
    "an enum's values",
    post("/api/collections", { slug: "prey_enum", fields: [{ name: "a", type: "enum", values: [text] }] }),
    201,
  ),
  harmless(
    "a default",
    post("/api/collections", { slug: "prey_default", fields: [{ name: "a", type: "text", default: SQL[4] }] }),
    201,
  ),
  harmless(
    "a pattern",
    post("/api/collections", { slug: "prey_pattern", fields: [{ name: "a", type: "text", pattern: "^[^';]*$" }] }),
    201,
  ),
  harmless(
    "an indexed path",
    post("/api/collections", { slug: "prey_path", kind: "document", indexed_paths: ["a'); DROP TABLE prey; --"] }),
    201,
  ),
  harmless("a note", patch(`/api/collections/${slug}`, { note: text }), 200),
  harmless("the role in a list of rules", get(`/api/permissions?role=${e(text)}`), 200, undefined, none),
  harmless("the id of a rule", { method: "DELETE", path: `/api/permissions/${e(text)}` }, 404, "NOT_FOUND"),
  harmless("the id of a key", { method: "DELETE", path: `/api/keys/${e(text)}` }, 404, "NOT_FOUND"),
  harmless("the name of a role", { method: "DELETE", path: `/api/roles/${e(text)}` }, 404, "NOT_FOUND"),
  harmless("the workspace header", withHeaders(get(path), { "x-plinth-workspace": text }), 404, "NOT_FOUND"),
  {
    name: "injection: a default and an enum come out as they went in",
    as: as.secretKey,
    needs: [
      collection(
        {
          slug: "quoted",
          fields: [
            { name: "a", type: "text", default: SQL[0] },
            { name: "b", type: "enum", values: [SQL[1]] },
          ],
        },
        { rows: [{ id: ROWS.quoted, b: SQL[1] }] },
      ),
    ],
    request: get(`/api/items/quoted/${ROWS.quoted}`),
    expect: { ...ok({ data: { a: SQL[0], b: SQL[1] } }), excludes: ENGINE },
  },
  {
    name: "injection: the caller's key",
    as: as.forger({ "x-api-key": `sk_live_${text}` }),
    needs: [prey],
    request: items(slug),
    expect: { ...refused(401, "INVALID_API_KEY"), excludes: ["survivor", ...ENGINE] },
  },
  {
    name: "injection: the caller's bearer",
    as: as.forger({ authorization: `Bearer ${text}` }),
    needs: [prey],
    request: items(slug),
    expect: { ...refused(401, "INVALID_TOKEN"), excludes: ["survivor", ...ENGINE] },
  },
];
