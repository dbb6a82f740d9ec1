import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf } from "../../fixtures/people.ts";
import { hidden } from "../../match.ts";
import { type NameOf, namedRows, rowsOf } from "../../rows.ts";
import { get, INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const DIARY = namedRows(61, { one: 1, two: 2, three: 3 });
const VAULT = namedRows(62, { open: 1, closed: 2, unknown: 3 });
const TEAM = namedRows(63, { alices: 1, bobs: 2 });
const LOCKERS = namedRows(165, { labelled: 1, bare: 2 });
const BOARD = namedRows(64, { teamAlice: 1, teamBob: 2, everyone: 3, editors: 4, later: 5, nobody: 6 });

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
      { id: DIARY.one, title: "one", body: "mine-aaa", score: 1, owner_id: world.userId("alice") },
      { id: DIARY.two, title: "two", body: "bobs-zzz", score: 9, owner_id: world.userId("bob") },
      { id: DIARY.three, title: "three", body: "mine-ccc", score: 5, owner_id: world.userId("alice") },
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
      { id: VAULT.open, name: "open", pin: "pin-1111", archived: false },
      { id: VAULT.closed, name: "closed", pin: "pin-2222", archived: true },
      { id: VAULT.unknown, name: "unknown", pin: "pin-3333" },
    ],
  },
);

/** A list that happens to be empty, as a program that makes rules may send it. */
const lockers = collection(
  { slug: "lockers", fields: [{ name: "label", type: "text" }] },
  {
    rules: [{ role: "public", action: "read", condition: { label: { _nin: [] } } }],
    rows: [{ id: LOCKERS.labelled, label: "open" }, { id: LOCKERS.bare }],
  },
);

const teams = collection(
  { slug: "teams", fields: [{ name: "lead", type: "text" }] },
  {
    rows: [
      { id: TEAM.alices, lead: emailOf("alice") },
      { id: TEAM.bobs, lead: emailOf("bob") },
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
      { id: BOARD.teamAlice, text: "for-team-alice", team: TEAM.alices },
      { id: BOARD.teamBob, text: "for-team-bob", team: TEAM.bobs },
      { id: BOARD.everyone, text: "for-everyone", audience: "public", from: "2020-01-01" },
      { id: BOARD.editors, text: "for-editors", audience: "editor", from: "2020-01-01" },
      { id: BOARD.later, text: "for-later", audience: "public", from: "2999-01-01" },
      { id: BOARD.nobody, text: "for-nobody" },
    ],
  },
);

const peek = (
  name: string,
  query: Record<string, string | JsonObject>,
  ...names: NameOf<typeof DIARY>[]
): Scenario => ({
  name: `field policies: ${name}`,
  as: as.user("alice"),
  needs: [diary],
  request: items("diary", { sort: "id", ...query }),
  expect: { ...ok(rowsOf(DIARY, ...names)), excludes: ["bobs-zzz", '"score":9', ...INTERNALS] },
});
const forbidden = (name: string, query: Record<string, string | JsonObject>): Scenario => ({
  name: `field policies: ${name}`,
  as: as.publicKey,
  needs: [diary],
  request: items("diary", query),
  expect: { ...refused(403, "FIELD_FORBIDDEN"), excludes: ["mine-", "bobs-", ...INTERNALS] },
});

export const scenarios: Scenario[] = [
  {
    name: "field policies: a field is there in the rows that show it, and null in the others",
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
    name: "field policies: one item by its id",
    as: as.user("alice"),
    needs: [diary],
    request: get(`/api/items/diary/${DIARY.two}`),
    expect: { ...ok({ data: { title: "two", body: hidden } }), excludes: ["bobs-zzz"] },
  },
  peek("a filter finds nothing by what is hidden", { filter: { body: { _starts_with: "bobs" } } }),
  peek("nor by a comparison", { filter: { score: { _gt: 6 } } }),
  peek("nor by a list", { filter: { score: { _in: [9] } } }),
  peek("a hidden value counts as null", { filter: { body: { _null: true } } }, "two"),
  peek("and so for the complement", { filter: { $not: { body: { _contains: "mine" } } } }, "two"),
  peek("a filter finds what is shown", { filter: { body: { _contains: "mine" } } }, "one", "three"),
  peek("a sort does not reveal what is hidden", { sort: "score,id" }, "two", "one", "three"),
  peek("nor does its reverse", { sort: "-score,id" }, "three", "one", "two"),
  {
    name: "field policies: a cursor does not carry what is hidden",
    as: as.user("alice"),
    needs: [diary],
    request: items("diary", { sort: "body,id", limit: "1", cursor: "" }),
    expect: { ...ok(rowsOf(DIARY, "two")), excludes: [btoa("bobs-zzz").slice(0, 8), "bobs-zzz"] },
    verify(reply) {
      const cursor = String((reply.json as JsonObject).next_cursor)
        .replaceAll("-", "+")
        .replaceAll("_", "/");
      if (atob(cursor).includes("bobs")) throw new Error("the cursor reveals a hidden value");
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
    then: [{ request: get(`/api/items/vault/${VAULT.closed}`), expect: { status: 404, code: "ITEM_NOT_FOUND" } }],
  },
  {
    name: "deny: a denied field is gone though another rule shows it",
    as: as.user("bob"),
    needs: [vault],
    request: items("vault", { sort: "id" }),
    expect: { ...ok(rowsOf(VAULT, "open", "unknown")), excludes: ["pin-1111", "pin-3333", "closed"] },
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
    name: "conditions: not in an empty list, which an absent value never is",
    as: as.publicKey,
    needs: [lockers],
    request: items("lockers", { sort: "id" }),
    expect: { ...ok(rowsOf(LOCKERS, "labelled")), excludes: [LOCKERS.bare, ...INTERNALS] },
  },
  {
    name: "conditions: through a relation, roles and time",
    as: as.user("alice"),
    needs: [board],
    request: items("board", { sort: "id" }),
    expect: {
      ...ok(rowsOf(BOARD, "teamAlice", "everyone")),
      excludes: ["team-bob", "for-editors", "for-later", "for-nobody"],
    },
  },
  {
    name: "conditions: the same for another user",
    as: as.user("carol"),
    needs: [board],
    request: items("board", { sort: "id" }),
    expect: {
      ...ok(rowsOf(BOARD, "everyone", "editors")),
      excludes: ["team-bob", "team-alice", "for-later", "for-nobody"],
    },
  },
  {
    name: "conditions: what a user lacks makes a comparison false",
    as: as.anonymous,
    needs: [board],
    request: items("board", { sort: "id" }),
    expect: { ...ok(rowsOf(BOARD, "everyone")), excludes: ["team-", "for-editors", "for-later", "for-nobody"] },
  },
  {
    name: "conditions: a filter cannot widen them",
    as: as.anonymous,
    needs: [board],
    request: items("board", { filter: { $or: [{ text: { _null: false } }, { $not: { text: "" } }] } }),
    expect: { ...ok(rowsOf(BOARD, "everyone")), excludes: ["team-", "for-editors", "for-later", "for-nobody"] },
  },
  {
    name: "conditions: variables in a request's filter are the caller's own",
    as: as.user("bob"),
    needs: [diary],
    request: items("diary", {
      filter: { body: { _neq: "$user.email" }, title: { _neq: "$workspace.id" } },
      sort: "id",
    }),
    expect: { ...ok(rowsOf(DIARY, "two")), excludes: ["mine-"] },
  },
  {
    name: "conditions: a variable that does not exist",
    as: as.secretKey,
    needs: [diary],
    request: items("diary", { filter: { title: "$user.password" } }),
    expect: refused(422, "VALIDATION", "filter.title"),
  },
];
