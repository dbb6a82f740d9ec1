import { as } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { profiles } from "../../fixtures/profiles.ts";
import { bearerOf, idIn, isMade, joins } from "../../fixtures/session.ts";
import { aTimestamp, aUuid, exactly } from "../../match.ts";
import {
  type Call,
  del,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  type Reply,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";

const ALICE = emailOf("alice");
const BOB = emailOf("bob");
const noSecrets = [PASSWORD, "blocked_at", "plinth_", ...INTERNALS];

const own = (seen: { credentials: { userId(name: "alice"): string } }): string =>
  `/api/items/users/${seen.credentials.userId("alice")}`;
const userIn = (reply: Reply | undefined): string =>
  String((reply?.json as { user?: { id?: string } } | undefined)?.user?.id);
const found = (email: string): Call => get("/api/items/users", { filter: { email } });
const isShown = (email: string, expect: Step["expect"]): Step => ({ as: as.operator, request: found(email), expect });

const refusedWrites: readonly [string, Call | ((id: string) => Call), number, "FORBIDDEN" | "FIELD_FORBIDDEN"][] = [
  ["made", post("/api/items/users", { name: "x", email: "x@people.test" }), 403, "FORBIDDEN"],
  [
    "upserted",
    { ...post("/api/items/users", [{ email: ALICE, bio: "x" }]), query: { on_conflict: "email" } },
    403,
    "FORBIDDEN",
  ],
  ["deleted", (id) => del(`/api/items/users/${id}`), 403, "FORBIDDEN"],
  [
    "given another address",
    (id) => patch(`/api/items/users/${id}`, { email: "x@people.test" }),
    403,
    "FIELD_FORBIDDEN",
  ],
  ["given another name", (id) => patch(`/api/items/users/${id}`, { name: "x" }), 403, "FIELD_FORBIDDEN"],
  ["given to another", (id) => patch(`/api/items/users/${id}`, { owner_id: null }), 403, "FIELD_FORBIDDEN"],
];

export const scenarios: Scenario[] = [
  {
    name: "users collection: an item for each account, with its id",
    as: as.operator,
    needs: [profiles],
    request: found(ALICE),
    expect: {
      ...ok({
        data: [{ id: aUuid, name: "alice", email: ALICE, image: null, bio: "new here", created_at: aTimestamp }],
      }),
      excludes: ["bob", ...noSecrets],
    },
    then: [
      { request: (seen) => get(own(seen)), expect: ok({ data: { email: ALICE } }) },
      {
        request: get("/api/collections/users"),
        expect: ok({ data: { slug: "users", system: "users" } }),
      },
    ],
  },
  {
    name: "users collection: strangers see names and nothing else",
    as: as.anonymous,
    needs: [profiles],
    request: get("/api/items/users", { limit: "100" }),
    expect: { ...ok(), contains: ["alice", "bob"], excludes: ["@people.test", "new here", "owner_id", ...noSecrets] },
    then: [{ request: found(ALICE), expect: { status: 403, code: "FIELD_FORBIDDEN" } }],
  },
  {
    name: "users collection: users see their own address and nobody else's",
    as: as.user("alice"),
    needs: [profiles],
    request: get("/api/items/users", { fields: "id,name,email" }),
    expect: { ...ok(), contains: [ALICE, "bob"], excludes: [BOB, ...noSecrets] },
    then: [{ request: found(BOB), expect: ok({ data: exactly([]) }) }],
  },
  {
    name: "users collection: users change their own fields",
    as: as.user("alice"),
    needs: [profiles],
    request: (seen) => patch(own(seen), { bio: "writes" }),
    expect: { ...ok({ data: { bio: "writes", email: ALICE } }), excludes: noSecrets },
    then: [
      { request: (seen) => patch(own(seen), { bio: "new here" }), expect: ok() },
      {
        as: as.user("bob"),
        request: (seen) => patch(own(seen), { bio: "mine" }),
        expect: refused(404, "ITEM_NOT_FOUND"),
      },
    ],
  },
  ...refusedWrites.flatMap(([what, call, status, code]): Scenario[] =>
    [as.operator, as.secretKey].map((who) => ({
      name: `users collection: no item is ${what} by ${who.name}`,
      as: who,
      needs: [profiles],
      request: (seen) => (typeof call === "function" ? call(seen.credentials.userId("alice")) : call),
      expect: { status, code, excludes: noSecrets },
      then: [isShown(ALICE, ok({ data: [{ name: "alice", email: ALICE }] }))],
    })),
  ),
  {
    name: "users collection: built-in fields stay, and cannot be changed",
    as: as.operator,
    needs: [profiles],
    request: del("/api/collections/users/fields/email", { confirm: "email" }),
    expect: { ...refused(409, "CONFLICT"), field: "email" },
    then: [
      {
        request: patch("/api/collections/users", { fields: [{ name: "email", type: "email", required: true }] }),
        expect: { status: 422, code: "VALIDATION", field: "fields.0.name" },
      },
      {
        request: patch("/api/collections/users", { fields: [{ name: "vat", type: "text", required: true }] }),
        expect: { status: 422, code: "VALIDATION", field: "fields.0.required" },
      },
      { request: del("/api/collections/users", { confirm: "users" }), expect: { status: 409, code: "CONFLICT" } },
      {
        request: post("/api/collections", { slug: "users" }),
        expect: { status: 409, code: "CONFLICT", field: "slug" },
      },
    ],
  },
  {
    name: "users collection: a rule for every collection does not open it",
    as: as.operator,
    needs: [profiles],
    request: post("/api/permissions", { role: "editor", collection: "*", action: "read" }),
    expect: { status: 201, excludes: noSecrets },
    then: [
      { as: as.user("carol"), request: found(ALICE), expect: ok({ data: exactly([]) }) },
      { request: (seen) => del(`/api/permissions/${idIn(seen.replies[0])}`), expect: ok() },
    ],
  },
  {
    name: "users collection: follows the account from its making to its end",
    as: as.operator,
    needs: [profiles],
    given: [joins("p-life")],
    request: found(emailOf("p-life")),
    expect: { ...ok({ data: [{ name: "p-life", bio: "new here", image: null }] }), excludes: noSecrets },
    then: [
      {
        as: as.anonymous,
        request: (seen) => ({
          ...post("/api/auth/update-user", { name: "Other", image: "https://people.test/p.png" }),
          headers: bearerOf(seen.replies[0]),
        }),
        expect: { status: 200 },
      },
      isShown(
        emailOf("p-life"),
        ok({ data: [{ name: "Other", image: "https://people.test/p.png", bio: "new here" }] }),
      ),
      {
        request: (seen) => patch(`/api/users/${userIn(seen.replies[0])}`, { name: "Third" }),
        expect: ok({ data: { name: "Third" } }),
      },
      isShown(emailOf("p-life"), ok({ data: [{ name: "Third", image: "https://people.test/p.png" }] })),
      { request: (seen) => del(`/api/users/${userIn(seen.replies[0])}`, { items: "delete" }), expect: ok() },
      isShown(emailOf("p-life"), ok({ data: exactly([]) })),
    ],
  },
  {
    name: "users collection: an account that is made for somebody has an item",
    as: as.operator,
    needs: [profiles],
    given: [isMade("p-made", { image: "https://people.test/m.png" })],
    request: found(emailOf("p-made")),
    expect: { ...ok({ data: [{ name: "p-made", image: "https://people.test/m.png" }] }), excludes: noSecrets },
  },
  {
    name: "users collection: who is protected by a relation is not deleted",
    as: as.operator,
    needs: [profiles],
    given: [
      isMade("p-kept"),
      {
        as: as.operator,
        request: post("/api/collections", {
          slug: "p_orders",
          fields: [{ name: "buyer", type: "relation", to: "users" }],
        }),
        expect: { status: 201 },
      },
      {
        as: as.secretKey,
        request: (seen) => post("/api/items/p_orders", { buyer: idIn(seen.replies[0]) }),
        expect: { status: 201 },
      },
    ],
    request: (seen) => del(`/api/users/${idIn(seen.replies[0])}`, { items: "delete" }),
    expect: { ...refused(409, "REFERENCE_IN_USE"), contains: ["p_orders.buyer"] },
    then: [
      isShown(emailOf("p-kept"), ok({ data: [{ name: "p-kept" }] })),
      { request: del("/api/collections/p_orders", { confirm: "p_orders" }), expect: ok() },
      { request: (seen) => del(`/api/users/${idIn(seen.replies[0])}`, { items: "delete" }), expect: ok() },
    ],
  },
  {
    name: "users collection: another workspace has its own",
    as: as.otherSecretKey,
    needs: [profiles],
    request: get("/api/items/users", { limit: "100" }),
    expect: { ...ok(), excludes: [(c) => c.userId("alice"), "new here", ...noSecrets] },
    then: [{ request: (seen) => get(own(seen)), expect: refused(404, "ITEM_NOT_FOUND") }],
  },
  ...["plinth_users", "plinth_sessions", "plinth_accounts", "u_000000000001", "sessions", "accounts"].map(
    (slug): Scenario => ({
      name: `users collection: the tables of sign-in are no collection: ${slug}`,
      as: as.operator,
      request: get(`/api/items/${slug}`),
      expect: refused(404, "COLLECTION_NOT_FOUND"),
    }),
  ),
];
