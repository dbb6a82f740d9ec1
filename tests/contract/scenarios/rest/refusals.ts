import type { ErrorCode, Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { authors, books } from "../../fixtures/library.ts";
import { absent, including } from "../../match.ts";
import { type Call, get, INTERNALS, patch, post, put, refused, type Scenario } from "../../scenario.ts";

/** What zod would say by itself. */
const ZOD = ["Invalid", "invalid input", "Too ", "too small", "too big", "received", "Unrecognized", ">=", "<="];
const needs = [books, authors];

const says = (
  what: string,
  request: Call,
  [code, field, message]: [ErrorCode, string, string],
  who: Who = as.operator,
): Scenario => ({
  name: `refusals: ${what}`,
  as: who,
  needs,
  request,
  expect: {
    ...refused(422, code),
    body: { error: { details: { issues: including({ code, field, message }) } } },
    excludes: ['"data":', ...ZOD, ...INTERNALS],
  },
});

const keys = (body: Json) => post("/api/keys", body);
const rules = (body: Json) => post("/api/permissions", body);
const defines = (body: Json) => post("/api/collections", body);
const aggregates = (body: Json) => post("/api/items/books/aggregate", body);
const n = { n: { count: "*" } };
const AGGREGATE =
  "there is no such field; did you mean group_by? (use aggregates, group_by, filter, having, sort, limit, offset)";
const KEY = { name: "k", kind: "secret" };
const SIGN_IN = { email: "a@people.test", password: "x" };

/** Whatever part of the server refuses, it names the field, says what would be right, and lists what there is. */
export const scenarios: Scenario[] = [
  says("an unknown key of a collection lists those that there are", defines({ slug: "x", name: "foo" }), [
    "UNKNOWN_FIELD",
    "name",
    "there is no such field; use slug, system, kind, fields, unique_together, indexes, indexed_paths, default_sort, note, owner_scoped",
  ]),
  says("an unknown key of a key", keys({ ...KEY, expiresAt: null }), [
    "UNKNOWN_FIELD",
    "expiresAt",
    "there is no such field; did you mean expires_at? (use name, kind, expires_at, roles, actions, collections, ip_ranges, rate_limit)",
  ]),
  says("a key of an account in camelCase", post("/api/auth/sign-in/email", { ...SIGN_IN, rememberMe: false }), [
    "UNKNOWN_FIELD",
    "rememberMe",
    "there is no such field; did you mean remember_me? (use email, password, callback_url, remember_me, tokens)",
  ]),
  says("a parameter of a session in camelCase", get("/api/auth/get-session", { disableRefresh: "true" }), [
    "UNKNOWN_PARAMETER",
    "disableRefresh",
    "there is no such parameter; did you mean disable_refresh? (use disable_cookie_cache, disable_refresh)",
  ]),
  says("an unknown part of an aggregate", aggregates({ aggregates: n, groupby: [] }), [
    "UNKNOWN_FIELD",
    "groupby",
    AGGREGATE,
  ]),
  says("an unknown function", aggregates({ aggregates: { n: { cnt: "*" } } }), [
    "UNKNOWN_FIELD",
    "aggregates.n.cnt",
    "there is no such field; use count, count_distinct, sum, avg, min, max, cast",
  ]),
  says("a result's name", aggregates({ aggregates: { "n n": { count: "*" } } }), [
    "VALIDATION",
    "aggregates.n n",
    "must start with a letter and hold only a-z, 0-9 and _",
  ]),
  says("an unknown parameter of a stream", get("/api/realtime/items/books", { foo: "1" }), [
    "UNKNOWN_PARAMETER",
    "foo",
    "there is no such parameter; use filter, after, ticket, poll",
  ]),
  says("an unknown parameter of an export", get("/api/items/books/export", { foo: "1" }), [
    "UNKNOWN_PARAMETER",
    "foo",
    "there is no such parameter; use format, filter, sort, fields",
  ]),
  says("an unknown parameter of the log", get("/api/changes", { foo: "1" }), [
    "UNKNOWN_PARAMETER",
    "foo",
    "there is no such parameter; use after, limit, collection",
  ]),
  says("a parameter where there are none", get("/api/openapi.json", { foo: "1" }), [
    "UNKNOWN_PARAMETER",
    "foo",
    "there is no such parameter; none is allowed here",
  ]),
  says("a parameter twice", get("/api/changes?collection=a&collection=b"), [
    "VALIDATION",
    "collection",
    "this parameter may be given only once",
  ]),
  says("an export's parameter twice", get("/api/items/books/export?filter={}&filter={}"), [
    "VALIDATION",
    "filter",
    "this parameter may be given only once",
  ]),
  {
    name: "refusals: a text in the place of a list is one error, not two",
    as: as.operator,
    needs,
    request: aggregates({ aggregates: n, group_by: "author.country.name" }),
    expect: {
      ...refused(422, "VALIDATION", "group_by"),
      body: {
        error: {
          message: "group_by: expected a list, got a text.",
          details: { issues: [{ field: "group_by", message: "expected a list, got a text" }] },
        },
      },
      excludes: ['"data":', ...ZOD],
    },
  },
  says("a key's kind that is missing", keys({ name: "k" }), ["VALIDATION", "kind", "is required"]),
  says("a key's kind that there is not", keys({ name: "k", kind: "root" }), [
    "VALIDATION",
    "kind",
    "expected publishable or secret or scoped",
  ]),
  says("a rule's action that is missing", rules({ role: "public", collection: "books" }), [
    "VALIDATION",
    "action",
    "is required",
  ]),
  says("a rule's action that there is not", rules({ role: "public", collection: "books", action: "list" }), [
    "VALIDATION",
    "action",
    "expected one of read, create, update, delete, or a list of them",
  ]),
  says("a rule for no fields", rules({ role: "public", collection: "books", action: "read", fields: [] }), [
    "VALIDATION",
    "fields",
    "must have at least 1 entry",
  ]),
  says("a condition that is a text", rules({ role: "public", collection: "books", action: "read", condition: "x" }), [
    "VALIDATION",
    "condition",
    "expected an object, got a text",
  ]),
  says("a date without a time", keys({ ...KEY, expires_at: "2030-01-01" }), [
    "VALIDATION",
    "expires_at",
    "expected a date and time such as 2024-05-01T10:00:00Z",
  ]),
  says("a list in the place of the body", keys([]), ["VALIDATION", "body", "expected an object, got a list"]),
  says("a number in the place of a text", defines({ slug: 7 }), [
    "VALIDATION",
    "slug",
    "expected a text, got a whole number",
  ]),
  says("a bound that is neither", defines({ slug: "x", fields: [{ name: "a", type: "integer", min: true }] }), [
    "VALIDATION",
    "fields.0.min",
    "expected a number or a text",
  ]),
  says("half a character", defines({ slug: "x", fields: [{ name: "a", type: "text", max_length: 1.5 }] }), [
    "VALIDATION",
    "fields.0.max_length",
    "expected a whole number, got a fraction",
  ]),
  says("a page of nothing", aggregates({ aggregates: n, limit: 0 }), ["VALIDATION", "limit", "must be at least 1"]),
  says("a note that is too long", defines({ slug: "x", note: "n".repeat(2001) }), [
    "VALIDATION",
    "note",
    "must have at most 2000 characters",
  ]),
  says("a pair of one", patch("/api/collections/books", { unique_together: [["title"]] }), [
    "VALIDATION",
    "unique_together.0",
    "must have at least 2 entries",
  ]),
  says("roles that are none", put("/api/users/00000000-0000-4000-8000-000000000000/roles", { roles: [1] }), [
    "VALIDATION",
    "roles.0",
    "expected a text, got a whole number",
  ]),
  says("a message without data", post("/api/realtime/channels/room", { event: "x" }), [
    "VALIDATION",
    "data",
    "is required",
  ]),
  {
    name: "refusals: all errors are counted, and a stranger gets none of them",
    as: as.operator,
    needs,
    request: keys({ name: "k", kinds: 1 }),
    expect: {
      ...refused(422, "VALIDATION", "kind"),
      body: { error: { message: "kind: is required (and 1 more).", details: { issues: [{}, { field: "kinds" }] } } },
      excludes: ['"data":', ...ZOD],
    },
    then: [
      {
        as: as.anonymous,
        request: keys({ name: "k", kinds: 1 }),
        expect: { status: 401, body: { error: { details: absent } }, excludes: ["kinds", "expires_at"] },
      },
    ],
  },
];
