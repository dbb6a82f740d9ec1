import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf, PASSWORD, signIn, signUp } from "../../fixtures/people.ts";
import { joins, me, userIn } from "../../fixtures/session.ts";
import { absent, aUuid, including } from "../../match.ts";
import {
  type Call,
  del,
  get,
  INTERNALS,
  ok,
  post,
  type Reply,
  refused,
  type Scenario,
  type Step,
  uuid,
} from "../../scenario.ts";

const noSecrets = [PASSWORD, '"password"', ...INTERNALS];

const SPACE = 140;
const shelves = collection({ slug: "del_shelves", fields: [{ name: "name", type: "text" }] }, { rows: [] });
const pots = collection(
  {
    slug: "del_pots",
    fields: [
      { name: "name", type: "text" },
      { name: "shelf", type: "relation", to: "del_shelves" },
    ],
  },
  { needs: [shelves], rows: [] },
);

/** The item `n` belongs to the user who signed up first. */
const owns = (slug: string, n: number, row: object = {}): Step => ({
  as: as.secretKey,
  request: (seen) =>
    post(`/api/items/${slug}`, {
      id: uuid(SPACE, n),
      name: `item ${n}`,
      owner_id: userIn(seen.replies[0]),
      ...row,
    } as never),
  expect: { status: 201, excludes: [] },
});

const remove = (reply: Reply | undefined, policy: string): Call =>
  del(`/api/users/${userIn(reply)}`, { items: policy });
const itemIs = (slug: string, n: number, expect: Step["expect"]): Step => ({
  as: as.secretKey,
  request: get(`/api/items/${slug}/${uuid(SPACE, n)}`),
  expect,
});
const gone: Step["expect"] = { status: 404, code: "ITEM_NOT_FOUND", excludes: [] };

const strangers: readonly [Who, number, "UNAUTHORIZED" | "FORBIDDEN"][] = [
  [as.anonymous, 401, "UNAUTHORIZED"],
  [as.user("alice"), 403, "FORBIDDEN"],
  [as.publicKey, 403, "FORBIDDEN"],
];

export const scenarios: Scenario[] = [
  {
    name: "users deleted: their items are released",
    as: as.operator,
    needs: [pots],
    given: [joins("d-release"), owns("del_shelves", 1), owns("del_pots", 2, { shelf: uuid(SPACE, 1) })],
    request: (seen) => remove(seen.replies[0], "release"),
    expect: {
      ...ok({ data: { id: aUuid, complete: true, items: { released: 2, deleted: 0 }, sessions: 1, accounts: 1 } }),
      excludes: noSecrets,
    },
    then: [
      me(0, null),
      { as: as.anonymous, request: signIn("d-release"), expect: refused(401, "INVALID_CREDENTIALS") },
      itemIs("del_shelves", 1, ok({ data: { owner_id: null } })),
      itemIs("del_pots", 2, ok({ data: { owner_id: null, shelf: uuid(SPACE, 1) } })),
      { request: (seen) => remove(seen.replies[0], "release"), expect: refused(404, "NOT_FOUND") },
      { request: get("/api/users", { email: emailOf("d-release") }), expect: ok({ data: [] }) },
      { as: as.anonymous, request: signUp("d-release"), expect: { status: 200, excludes: noSecrets } },
    ],
  },
  {
    name: "users deleted: with their items, and what others protect is released",
    as: as.secretKey,
    needs: [pots],
    given: [
      // Longer than a pattern that D1 compares with.
      joins("d-delete-whose-address-has-more-than-fifty-bytes"),
      owns("del_shelves", 11),
      owns("del_shelves", 12),
      owns("del_pots", 13, { shelf: uuid(SPACE, 11) }),
      owns("del_pots", 14, { shelf: uuid(SPACE, 12), owner_id: null }),
    ],
    request: (seen) => remove(seen.replies[0], "delete"),
    expect: { ...ok({ data: { complete: true, items: { released: 1, deleted: 2 } } }), excludes: noSecrets },
    then: [
      itemIs("del_shelves", 11, gone),
      itemIs("del_pots", 13, gone),
      itemIs("del_shelves", 12, ok({ data: { owner_id: null } })),
      itemIs("del_pots", 14, ok({ data: { shelf: uuid(SPACE, 12) } })),
    ],
  },
  {
    name: "users deleted: not without a word about their items",
    as: as.operator,
    given: [joins("d-word")],
    request: (seen) => del(`/api/users/${userIn(seen.replies[0])}`),
    expect: refused(422, "VALIDATION", "items"),
    then: [
      me(0, "d-word"),
      { request: (seen) => remove(seen.replies[0], "burn"), expect: refused(422, "VALIDATION", "items") },
    ],
  },
  {
    name: "users deleted: an operator is none of them",
    as: as.operator,
    request: (seen) => del(`/api/users/${seen.credentials.userId("operator")}`, { items: "release" }),
    expect: refused(404, "NOT_FOUND"),
    then: [{ request: get("/api/me"), expect: { status: 200 } }],
  },
  ...strangers.map(
    ([who, status, code]): Scenario => ({
      name: `users deleted: neither deleted nor exported by ${who.name}`,
      as: who,
      request: (seen) => del(`/api/users/${seen.credentials.userId("bob")}`, { items: "release" }),
      expect: refused(status, code),
      then: [
        {
          request: (seen) => get(`/api/users/${seen.credentials.userId("bob")}/export`),
          expect: { ...refused(status, code), excludes: ["bob", ...INTERNALS] },
        },
        { as: as.user("bob"), request: get("/api/me"), expect: { status: 200 } },
      ],
    }),
  ),
  {
    name: "users deleted: one of another workspace is not there",
    as: as.otherSecretKey,
    request: (seen) => del(`/api/users/${seen.credentials.userId("alice")}`, { items: "delete" }),
    expect: refused(404, "NOT_FOUND"),
    then: [{ as: as.user("alice"), request: get("/api/me"), expect: { status: 200 } }],
  },
  {
    name: "users exported: account, sessions, events and items, without secrets",
    as: as.operator,
    needs: [pots],
    given: [joins("d-export"), owns("del_shelves", 21), owns("del_pots", 22, { shelf: uuid(SPACE, 21) })],
    request: (seen) => get(`/api/users/${userIn(seen.replies[0])}/export`),
    expect: {
      status: 200,
      body: {
        user: { email: emailOf("d-export"), roles: [], blocked_at: null },
        sign_in: [{ provider: "credential" }],
        sessions: [{ id: aUuid, token: absent }],
        passkeys: [],
        organizations: [],
        invitations: [],
        messages: including({ channel: "mail", template: "verify_email", to: emailOf("d-export") }),
        security_log: [{ type: "user_export" }, { type: "sign_up" }],
        items: {
          default: {
            del_shelves: [{ id: uuid(SPACE, 21), name: "item 21" }],
            del_pots: [{ id: uuid(SPACE, 22), shelf: uuid(SPACE, 21) }],
          },
        },
      },
      headers: { "content-disposition": /attachment; filename="user-/ },
      excludes: ["alice", '"token"', ...noSecrets],
    },
    then: [
      {
        request: (seen) => get("/api/security-log", { target: `user:${userIn(seen.replies[0])}`, limit: "1" }),
        expect: ok({ data: [{ type: "user_export" }] }),
      },
    ],
  },
];
