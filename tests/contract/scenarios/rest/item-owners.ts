import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection, relation } from "../../fixtures/collection.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { profiles } from "../../fixtures/profiles.ts";
import { idIn } from "../../fixtures/session.ts";
import { absent, aUuid } from "../../match.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import { del, get, INTERNALS, ok, patch, post, refused, type Scenario, type Step } from "../../scenario.ts";

const BOB = emailOf("bob");
const noSecrets = [PASSWORD, "blocked_at", "plinth_", ...INTERNALS];
const NOTES = namedRows(143, { alice: 1, bob: 2, nobody: 3, stranger: 4 });

const owned = collection(
  {
    slug: "owned_notes",
    fields: [{ name: "text", type: "text" }, relation("author", "users", { on_delete: "set_null" })],
  },
  {
    needs: [profiles],
    rules: [{ role: "public", action: "read" }],
    rows: (world) => [
      ...(["alice", "bob"] as const).map((name) => ({
        id: NOTES[name],
        text: `of ${name}`,
        owner_id: world.userId(name),
        author: world.userId(name),
      })),
      { id: NOTES.nobody, text: "of nobody", owner_id: null },
      { id: NOTES.stranger, text: "of a stranger", owner_id: "elsewhere-42" },
    ],
  },
);

const note = (name: NameOf<typeof NOTES>): string => `/api/items/owned_notes/${NOTES[name]}`;

const refusesCreator = (query: Readonly<Record<string, Json>>): Step => ({
  request: get("/api/items/owned_notes", query),
  expect: { status: 422, code: "UNKNOWN_FIELD", contains: ["owned_notes stores no created_by; write owner"] },
});

export const scenarios: Scenario[] = [
  {
    name: "owner: expanded, as the rules of users show it",
    as: as.anonymous,
    needs: [owned],
    request: get("/api/items/owned_notes", { expand: "owner,author", sort: "text" }),
    expect: {
      ...ok({
        data: [
          { text: "of a stranger", owner_id: "elsewhere-42", owner: null },
          {
            text: "of alice",
            owner: { id: aUuid, name: "alice", image: null, email: absent },
            author: { name: "alice" },
          },
          { text: "of bob", owner: { name: "bob" } },
          { text: "of nobody", owner_id: null, owner: null },
        ],
      }),
      excludes: ["@people.test", ...noSecrets],
    },
    then: [
      {
        request: get(note("alice"), { fields: "text,owner.name" }),
        expect: ok({ data: { id: NOTES.alice, text: "of alice", owner: { name: "alice" }, owner_id: absent } }),
      },
      {
        request: get("/api/items/owned_notes", { filter: { "owner.name": "bob" }, fields: "id" }),
        expect: ok({ data: [{ id: NOTES.bob }] }),
      },
      {
        request: get("/api/items/owned_notes", {
          filter: { "owner.name": { _null: false } },
          sort: "-owner.name",
          fields: "id",
        }),
        expect: ok({ data: [{ id: NOTES.bob }, { id: NOTES.alice }] }),
      },
      {
        request: get("/api/items/owned_notes", { filter: { "owner.email": BOB } }),
        expect: { status: 403, code: "FIELD_FORBIDDEN" },
      },
    ],
  },
  {
    name: "owner: expanded by the name of its field, in place of the id",
    as: as.anonymous,
    needs: [owned],
    request: get("/api/items/owned_notes", { expand: "owner_id", sort: "text" }),
    expect: {
      ...ok({
        data: [
          { text: "of a stranger", owner_id: null, owner: absent },
          { text: "of alice", owner_id: { id: aUuid, name: "alice", email: absent } },
          { text: "of bob", owner_id: { name: "bob" } },
          { text: "of nobody", owner_id: null },
        ],
      }),
      excludes: ["@people.test", ...noSecrets],
    },
    then: [
      {
        request: get(note("alice"), { fields: "text,owner_id.name" }),
        expect: ok({ data: { id: NOTES.alice, owner_id: { name: "alice", image: absent }, owner: absent } }),
      },
      { request: get(note("alice"), { fields: "owner_id" }), expect: ok({ data: { owner_id: aUuid } }) },
      {
        request: get("/api/items/owned_notes", {
          filter: { "owner_id.name": { _in: ["alice", "bob"] } },
          sort: "-owner_id.name",
          fields: "id",
          expand: { writer: { relation: "owner_id", fields: "name" } },
        }),
        expect: ok({ data: [{ writer: { name: "bob" } }, { writer: { name: "alice" } }] }),
      },
      {
        request: get("/api/items/owned_notes", { filter: { owner_id: "elsewhere-42" }, fields: "text" }),
        expect: ok({ data: [{ text: "of a stranger" }] }),
      },
      {
        request: get("/api/items/owned_notes", { filter: { owner_id: { eq: "elsewhere-42" } } }),
        expect: { status: 422, contains: ["_eq"] },
      },
      { request: get(note("alice"), { fields: "owner_id.email" }), expect: { status: 403, code: "FIELD_FORBIDDEN" } },
      refusesCreator({ expand: "created_by" }),
      refusesCreator({ fields: "text,created_by.name" }),
      refusesCreator({ filter: { "created_by.name": "alice" } }),
    ],
  },
  {
    name: "owner: in live queries",
    as: as.anonymous,
    needs: [owned],
    request: {
      ...post("/api/live", { collection: "owned_notes", expand: "owner", filter: { "owner.name": "alice" } }),
      query: { poll: "1" },
    },
    expect: {
      ...ok({ data: [{ event: "snapshot", rows: [{ id: NOTES.alice, data: { owner: { name: "alice" } } }] }] }),
      excludes: ["@people.test", ...noSecrets],
    },
  },
  {
    name: "owner: in rules",
    as: as.operator,
    needs: [owned],
    request: post("/api/permissions", {
      role: "editor",
      collection: "owned_notes",
      action: "update",
      condition: { "owner.name": "alice" },
    }),
    expect: { status: 201, excludes: noSecrets },
    then: [
      { as: as.user("carol"), request: patch(note("alice"), { text: "of alice" }), expect: ok() },
      { as: as.user("carol"), request: patch(note("bob"), { text: "x" }), expect: refused(404, "ITEM_NOT_FOUND") },
      { request: (seen) => del(`/api/permissions/${idIn(seen.replies[0])}`), expect: ok() },
    ],
  },
  {
    name: "users collection: a relation makes no user along",
    as: as.secretKey,
    needs: [owned],
    request: post("/api/items/owned_notes", { text: "x", author: { name: "x", email: "x@people.test" } }),
    expect: { status: 403, code: "FORBIDDEN", excludes: noSecrets },
  },
];
