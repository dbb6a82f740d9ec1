import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf } from "../../fixtures/people.ts";
import { hidden } from "../../match.ts";
import { get, INTERNALS, items, ok, refused, rows, type Scenario, uuid } from "../../scenario.ts";

const DIARY = 61;
const VAULT = 62;
const TEAM = 63;
const BOARD = 64;

/** Everyone sees titles, owners see all of their own: so `body` is hidden row by row. */
const diary = collection(
  {
    slug: "diary",
    fields: [
      { name: "title", type: "text" },
      { name: "body", type: "text" },
      { name: "score", type: "integer" },
    ],
  },
  {
    rules: [
      { role: "public", action: "read", fields: ["title"] },
      { role: "authenticated", action: "read", condition: { owner_id: "$user.id" } },
    ],
    rows: (world): JsonObject[] => [
      { id: uuid(DIARY, 1), title: "one", body: "mine-aaa", score: 1, owner_id: world.userId("alice") },
      { id: uuid(DIARY, 2), title: "two", body: "bobs-zzz", score: 9, owner_id: world.userId("bob") },
      { id: uuid(DIARY, 3), title: "three", body: "mine-ccc", score: 5, owner_id: world.userId("alice") },
    ],
  },
);

/** Denials: archived rows for everyone, the pin for all but bypass, everything for reviewers. */
const vault = collection(
  {
    slug: "vault",
    fields: [
      { name: "name", type: "text" },
      { name: "pin", type: "text" },
      { name: "archived", type: "boolean" },
    ],
  },
  {
    rules: [
      { role: "public", action: "read" },
      { role: "public", action: "read", effect: "deny", condition: { archived: true } },
      { role: "authenticated", action: "read", effect: "deny", fields: ["pin"] },
      { role: "editor", action: "read", effect: "deny" },
    ],
    rows: [
      { id: uuid(VAULT, 1), name: "open", pin: "pin-1111", archived: false },
      { id: uuid(VAULT, 2), name: "closed", pin: "pin-2222", archived: true },
      { id: uuid(VAULT, 3), name: "unknown", pin: "pin-3333" },
    ],
  },
);

const teams = collection(
  { slug: "teams", fields: [{ name: "lead", type: "text" }] },
  {
    rows: [
      { id: uuid(TEAM, 1), lead: emailOf("alice") },
      { id: uuid(TEAM, 2), lead: emailOf("bob") },
    ],
  },
);
/** A condition through a relation into a collection that nobody may read, and one on roles and time. */
const board = collection(
  {
    slug: "board",
    fields: [
      { name: "text", type: "text" },
      { name: "team", type: "relation", to: "teams" },
      { name: "audience", type: "text" },
      { name: "from", type: "timestamp" },
    ],
  },
  {
    needs: [teams],
    rules: [
      { role: "authenticated", action: "read", condition: { "team.lead": "$user.email" } },
      {
        role: "public",
        action: "read",
        condition: { audience: { _in: "$user.roles" }, from: { _lte: "$now" } },
      },
    ],
    rows: [
      { id: uuid(BOARD, 1), text: "for-team-alice", team: uuid(TEAM, 1) },
      { id: uuid(BOARD, 2), text: "for-team-bob", team: uuid(TEAM, 2) },
      { id: uuid(BOARD, 3), text: "for-everyone", audience: "public", from: "2020-01-01" },
      { id: uuid(BOARD, 4), text: "for-editors", audience: "editor", from: "2020-01-01" },
      { id: uuid(BOARD, 5), text: "for-later", audience: "public", from: "2999-01-01" },
      { id: uuid(BOARD, 6), text: "for-nobody" },
    ],
  },
);

const peek = (name: string, query: Record<string, string | JsonObject>, ...ns: number[]): Scenario => ({
  name: `masks: ${name}`,
  as: as.user("alice"),
  needs: [diary],
  request: items("diary", { sort: "id", ...query }),
  expect: { ...ok(rows(DIARY, ...ns)), excludes: ["bobs-zzz", '"score":9', ...INTERNALS] },
});
const forbidden = (name: string, query: Record<string, string | JsonObject>): Scenario => ({
  name: `masks: ${name}`,
  as: as.publicKey,
  needs: [diary],
  request: items("diary", query),
  expect: { ...refused(403, "FIELD_FORBIDDEN"), excludes: ["mine-", "bobs-", ...INTERNALS] },
});

export const scenarios: Scenario[] = [
  {
    name: "masks: a field is there in the rows that show it, and null in the others",
    as: as.user("alice"),
    needs: [diary],
    request: items("diary", { sort: "id" }),
    expect: {
      ...ok({
        data: [
          { title: "one", body: "mine-aaa", score: 1 },
          { title: "two", body: hidden, score: hidden },
          { title: "three", body: "mine-ccc" },
        ],
      }),
      excludes: ["bobs-zzz", '"score":9'],
    },
  },
  {
    name: "masks: one item by its id",
    as: as.user("alice"),
    needs: [diary],
    request: get(`/api/items/diary/${uuid(DIARY, 2)}`),
    expect: { ...ok({ data: { title: "two", body: hidden } }), excludes: ["bobs-zzz"] },
  },
  peek("a filter finds nothing by what is hidden", { filter: { body: { _starts_with: "bobs" } } }),
  peek("nor by a comparison", { filter: { score: { _gt: 6 } } }),
  peek("nor by a list", { filter: { score: { _in: [9] } } }),
  peek("a hidden value counts as null", { filter: { body: { _null: true } } }, 2),
  peek("and so for the complement", { filter: { $not: { body: { _contains: "mine" } } } }, 2),
  peek("a filter finds what is shown", { filter: { body: { _contains: "mine" } } }, 1, 3),
  peek("a sort does not tell what is hidden", { sort: "score,id" }, 2, 1, 3),
  peek("nor does its reverse", { sort: "-score,id" }, 3, 1, 2),
  {
    name: "masks: a cursor does not carry what is hidden",
    as: as.user("alice"),
    needs: [diary],
    request: items("diary", { sort: "body,id", limit: "1", cursor: "" }),
    expect: { ...ok(rows(DIARY, 2)), excludes: [btoa("bobs-zzz").slice(0, 8), "bobs-zzz"] },
    verify(reply) {
      const cursor = String((reply.json as JsonObject).next_cursor)
        .replaceAll("-", "+")
        .replaceAll("_", "/");
      if (atob(cursor).includes("bobs")) throw new Error("the cursor tells a hidden value");
    },
  },
  forbidden("a filter on what is hidden in every row", { filter: { body: "mine-aaa" } }),
  forbidden("a filter inside a negation", { filter: { $not: { $or: [{ score: 1 }] } } }),
  forbidden("a sort by it", { sort: "score" }),
  forbidden("asking for it", { fields: "title,body" }),
  {
    name: "deny: rows that a denial matches are not there",
    as: as.publicKey,
    needs: [vault],
    request: items("vault", { sort: "id" }),
    expect: {
      ...ok({ data: [{ name: "open", pin: "pin-1111" }, { name: "unknown" }] }),
      excludes: ["closed", "pin-2222"],
    },
    then: [{ request: get(`/api/items/vault/${uuid(VAULT, 2)}`), expect: { status: 404, code: "ITEM_NOT_FOUND" } }],
  },
  {
    name: "deny: a denied field is gone though another rule shows it",
    as: as.user("bob"),
    needs: [vault],
    request: items("vault", { sort: "id" }),
    expect: { ...ok(rows(VAULT, 1, 3)), excludes: ["pin-1111", "pin-3333", "closed"] },
    then: [
      { request: items("vault", { filter: { pin: "pin-1111" } }), expect: { status: 403, code: "FIELD_FORBIDDEN" } },
    ],
  },
  {
    name: "deny: without a condition it is a no to everything",
    as: as.user("carol"),
    needs: [vault],
    request: items("vault"),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["pin-", "open"] },
  },
  {
    name: "deny: does not bind the secret key",
    as: as.secretKey,
    needs: [vault],
    request: items("vault", { sort: "id" }),
    expect: { ...ok({ data: [{ pin: "pin-1111" }, { pin: "pin-2222" }, {}] }), excludes: INTERNALS },
  },
  {
    name: "conditions: through a relation, roles and time",
    as: as.user("alice"),
    needs: [board],
    request: items("board", { sort: "id" }),
    expect: { ...ok(rows(BOARD, 1, 3)), excludes: ["team-bob", "for-editors", "for-later", "for-nobody"] },
  },
  {
    name: "conditions: the same for another user",
    as: as.user("carol"),
    needs: [board],
    request: items("board", { sort: "id" }),
    expect: { ...ok(rows(BOARD, 3, 4)), excludes: ["team-bob", "team-alice", "for-later", "for-nobody"] },
  },
  {
    name: "conditions: what a user lacks makes a comparison false",
    as: as.anonymous,
    needs: [board],
    request: items("board", { sort: "id" }),
    expect: { ...ok(rows(BOARD, 3)), excludes: ["team-", "for-editors", "for-later", "for-nobody"] },
  },
  {
    name: "conditions: a filter cannot widen them",
    as: as.anonymous,
    needs: [board],
    request: items("board", { filter: { $or: [{ text: { _null: false } }, { $not: { text: "" } }] } }),
    expect: { ...ok(rows(BOARD, 3)), excludes: ["team-", "for-editors", "for-later", "for-nobody"] },
  },
  {
    name: "conditions: variables in a request's filter are the caller's own",
    as: as.user("bob"),
    needs: [diary],
    request: items("diary", {
      filter: { body: { _neq: "$user.email" }, title: { _neq: "$workspace.id" } },
      sort: "id",
    }),
    expect: { ...ok(rows(DIARY, 2)), excludes: ["mine-"] },
  },
  {
    name: "conditions: a variable that does not exist",
    as: as.secretKey,
    needs: [diary],
    request: items("diary", { filter: { title: "$user.password" } }),
    expect: refused(422, "VALIDATION", "filter.title"),
  },
];
