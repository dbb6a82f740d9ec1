import type { Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { BOOKS, books } from "../../fixtures/library.ts";
import { things } from "../../fixtures/things.ts";
import { absent, including } from "../../match.ts";
import { namedRows, rowsOf } from "../../rows.ts";
import {
  type Call,
  dataOf,
  type Expectation,
  get,
  INTERNALS,
  items,
  ok,
  post,
  refused,
  type Scenario,
  withHeaders,
} from "../../scenario.ts";

const OTHERS = namedRows(30, { foreign: 1 });

/** The workspace `other` has a collection by the same name as the default one. */
const otherBooks = collection(
  { slug: "books", fields: [{ name: "title", type: "text" }] },
  { by: as.otherSecretKey, rows: [{ id: OTHERS.foreign, title: "Foreign Affairs" }] },
);
const both = [books, otherBooks];

const stays: Scenario["then"] = [
  {
    as: as.secretKey,
    request: get(`/api/items/books/${BOOKS.peerGynt}`),
    expect: ok({ data: { title: "Peer Gynt" } }),
  },
];

const other = (name: string, request: Call, expect: Expectation, who: Who = as.otherSecretKey): Scenario => ({
  name: `workspaces: ${name}`,
  as: who,
  needs: both,
  request,
  expect: { ...expect, excludes: ["Peer Gynt", "Ibsen", ...INTERNALS] },
  then: stays,
});

const inWorkspace = (slug: string, call: Call): Call => withHeaders(call, { "x-plinth-workspace": slug });

const make = (who: Who, body: Json, expect: Expectation): Scenario => ({
  name: `workspaces: made by ${who.name} with ${JSON.stringify(body)}`,
  as: who,
  request: post("/api/workspaces", body),
  expect,
});

export const scenarios: Scenario[] = [
  {
    name: "workspaces: the operator sees them all",
    as: as.operator,
    request: get("/api/workspaces"),
    expect: { ...ok({ data: including({ slug: "default" }, { slug: "other", name: "Other" }) }), excludes: ["_live_"] },
  },
  make(as.anonymous, { slug: "third", name: "Third" }, refused(401, "UNAUTHORIZED")),
  make(as.user("alice"), { slug: "third", name: "Third" }, refused(403, "FORBIDDEN")),
  make(as.secretKey, { slug: "third", name: "Third" }, refused(403, "FORBIDDEN")),
  make(as.operator, { slug: "other", name: "Again" }, refused(409, "CONFLICT")),
  make(as.operator, { slug: "Not A Slug", name: "X" }, refused(422, "VALIDATION", "slug")),
  make(as.operator, { slug: "x'; DROP TABLE workspaces;--", name: "X" }, refused(422, "VALIDATION", "slug")),
  {
    name: "workspaces: a key lists the collections of its own",
    as: as.otherSecretKey,
    needs: [...both, things],
    request: get("/api/collections"),
    expect: { ...ok({ data: including({ slug: "books" }) }), excludes: ["things", "authors"] },
  },
  other("a collection of another is not there", items("authors"), refused(404, "COLLECTION_NOT_FOUND")),
  other("a collection by the same name is its own", items("books"), ok(rowsOf(OTHERS, "foreign"))),
  {
    name: "workspaces: nor does the default one see the other's rows",
    as: as.secretKey,
    needs: both,
    request: items("books", { fields: "title" }),
    expect: {
      ...ok(rowsOf(BOOKS, "dollsHouse", "beowulf", "peerGynt", "rose", "untitled")),
      excludes: ["Foreign Affairs"],
    },
  },
  other("another's row by its id", get(`/api/items/books/${BOOKS.peerGynt}`), refused(404, "ITEM_NOT_FOUND")),
  other(
    "another's row is not changed",
    { method: "PATCH", path: `/api/items/books/${BOOKS.peerGynt}`, body: { title: "Stolen" } },
    refused(404, "ITEM_NOT_FOUND"),
  ),
  other(
    "another's row is not replaced",
    { method: "PUT", path: `/api/items/books/${BOOKS.peerGynt}`, body: { title: "Stolen" } },
    refused(404, "ITEM_NOT_FOUND"),
  ),
  other(
    "another's row is not deleted",
    { method: "DELETE", path: `/api/items/books/${BOOKS.peerGynt}` },
    refused(404, "ITEM_NOT_FOUND"),
  ),
  other(
    "another's collection is not deleted",
    { method: "DELETE", path: "/api/collections/authors", query: { confirm: "authors" } },
    refused(404, "COLLECTION_NOT_FOUND"),
  ),
  other("a key does not work in another", inWorkspace("default", items("books")), refused(403, "WORKSPACE_MISMATCH")),
  other(
    "nor does a publishable key",
    inWorkspace("default", items("books")),
    refused(403, "WORKSPACE_MISMATCH"),
    as.otherPublicKey,
  ),
  other(
    "a publishable key beside a user of another",
    items("books"),
    refused(403, "WORKSPACE_MISMATCH"),
    as.keyAndUser("otherPublic", "alice"),
  ),
  other(
    "an ordinary user stays at home",
    inWorkspace("other", get("/api/me")),
    refused(403, "WORKSPACE_MISMATCH"),
    as.user("alice"),
  ),
  other("the operator may go there", inWorkspace("other", items("books")), ok(rowsOf(OTHERS, "foreign")), as.operator),
  other(
    "one that does not exist",
    inWorkspace("nowhere", items("books")),
    { status: 404, code: "NOT_FOUND", excludes: [] },
    as.operator,
  ),
  other(
    "SQL in its name",
    inWorkspace("other' OR '1'='1", items("books")),
    { status: 404, code: "NOT_FOUND", excludes: [] },
    as.operator,
  ),
  {
    name: "workspaces: a relation does not reach into another",
    as: as.operator,
    needs: both,
    given: [
      {
        request: inWorkspace(
          "other",
          post("/api/collections", {
            slug: "loans",
            fields: [{ name: "book", type: "relation", to: "books", required: true }],
          }),
        ),
        expect: { status: 201 },
      },
    ],
    request: inWorkspace("other", post("/api/items/loans", { book: BOOKS.peerGynt })),
    expect: { ...refused(422, "REFERENCE_NOT_FOUND", "book"), excludes: ["Peer Gynt"] },
    then: [{ request: inWorkspace("other", items("loans")), expect: ok({ data: [] }) }],
  },
  {
    name: "workspaces: rules of another are not listed",
    as: as.otherSecretKey,
    needs: both,
    request: get("/api/permissions"),
    expect: { ...ok(), excludes: ["authors", "secret_note"] },
  },
  {
    name: "workspaces: rules of another are not changed",
    as: as.otherSecretKey,
    needs: both,
    given: [
      {
        as: as.operator,
        request: post("/api/permissions", { role: "editor", collection: "books", action: "delete" }),
        expect: { status: 201 },
      },
    ],
    request: (seen) => ({ method: "DELETE", path: `/api/permissions/${dataOf(seen.replies[0], "id")}` }),
    expect: refused(404, "NOT_FOUND"),
    then: [
      {
        as: as.operator,
        request: (seen) => ({ method: "DELETE", path: `/api/permissions/${dataOf(seen.replies[0], "id")}` }),
        expect: ok({ error: absent }),
      },
    ],
  },
];
