import { as, type Who } from "../../as.ts";
import { emailOf, PASSWORD, signIn, signUp } from "../../fixtures/people.ts";
import { idIn, isMade, joins, me, signsIn, userIn } from "../../fixtures/session.ts";
import { aTimestamp, aUuid, exactly, including } from "../../match.ts";
import { type Call, get, INTERNALS, ok, post, put, refused, type Scenario } from "../../scenario.ts";

const noSecrets = [PASSWORD, '"password"', ...INTERNALS];
const act = (id: string, what: string): Call => post(`/api/users/${id}/${what}`);

const sought = (filter: Record<string, string>): Call => get("/api/users", { search: "u-sought", ...filter });

const make = (name: string, body: object, expect: Scenario["expect"], who: Who = as.operator): Scenario => ({
  name: `users: made: ${name}`,
  as: who,
  request: post("/api/users", { email: emailOf("u-made"), name: "Made", ...body } as never),
  expect,
});

const strangers: readonly [Who, number, "UNAUTHORIZED" | "FORBIDDEN"][] = [
  [as.anonymous, 401, "UNAUTHORIZED"],
  [as.user("alice"), 403, "FORBIDDEN"],
  [as.publicKey, 403, "FORBIDDEN"],
];

export const scenarios: Scenario[] = [
  {
    name: "users: found by their whole address, whatever its case",
    as: as.operator,
    request: get("/api/users", { email: "ALICE@people.test" }),
    expect: {
      ...ok({
        data: [
          {
            id: aUuid,
            email: emailOf("alice"),
            name: "alice",
            roles: exactly([]),
            email_verified: false,
            blocked_at: null,
            created_at: aTimestamp,
          },
        ],
        has_more: false,
        next_cursor: null,
      }),
      excludes: ["bob", ...noSecrets],
    },
  },
  {
    name: "users: found by a part of address or name",
    as: as.operator,
    request: get("/api/users", { search: "LIC" }),
    expect: { ...ok({ data: including({ email: emailOf("alice") }) }), excludes: ["bob@", ...noSecrets] },
  },
  {
    name: "users: signs of a pattern stand for themselves",
    as: as.operator,
    request: get("/api/users", { search: "%" }),
    expect: ok({ data: [] }),
  },
  {
    // D1 compares a pattern with at most 50 bytes.
    name: "users: found by a text of any length",
    as: as.operator,
    request: get("/api/users", { search: "a text that is longer than any pattern of an engine may be" }),
    expect: ok({ data: [] }),
  },
  {
    name: "users: found by their role, by a block, and by whether they are anonymous",
    as: as.operator,
    given: [
      isMade("u-sought", { roles: ["editor"] }),
      { request: (seen) => act(idIn(seen.replies[0]), "block"), expect: { status: 200 } },
    ],
    request: sought({ blocked: "true", anonymous: "false", role: "editor" }),
    expect: { ...ok({ data: [{ email: emailOf("u-sought") }] }), excludes: noSecrets },
    then: [
      { request: sought({ role: "admin" }), expect: ok({ data: [] }) },
      { request: sought({ blocked: "false" }), expect: ok({ data: [] }) },
      { request: sought({ anonymous: "true" }), expect: ok({ data: [] }) },
      { request: sought({ blocked: "maybe" }), expect: refused(422, "VALIDATION", "blocked") },
    ],
  },
  {
    name: "users: read page by page, each once",
    as: as.operator,
    request: get("/api/users", { limit: "2", cursor: "" }),
    expect: { ...ok({ has_more: true }), excludes: noSecrets },
    async verify(first, world) {
      interface Page {
        data: { id: string }[];
        next_cursor: string | null;
      }
      const seen: string[] = [];
      for (let page = first.json as unknown as Page; ; ) {
        seen.push(...page.data.map(({ id }) => id));
        if (page.next_cursor === null) break;
        const next = await world.must(as.operator, get("/api/users", { limit: "2", cursor: page.next_cursor }));
        page = next as unknown as Page;
      }
      const all = (await world.must(as.operator, get("/api/users", { limit: "500" }))) as unknown as Page;
      if (JSON.stringify(seen) !== JSON.stringify(all.data.map(({ id }) => id))) throw new Error("the pages differ");
    },
  },
  {
    name: "users: a made-up cursor",
    as: as.operator,
    request: get("/api/users", { cursor: "made-up" }),
    expect: refused(422, "INVALID_CURSOR", "cursor"),
  },
  ...strangers.map(
    ([who, status, code]): Scenario => ({
      name: `users: neither listed, made nor blocked by ${who.name}`,
      as: who,
      request: get("/api/users", { email: emailOf("bob") }),
      expect: { ...refused(status, code), excludes: ["bob", ...INTERNALS] },
      then: [
        { request: post("/api/users", { email: emailOf("u-x"), name: "x" }), expect: refused(status, code) },
        { request: (seen) => act(seen.credentials.userId("bob"), "block"), expect: refused(status, code) },
      ],
    }),
  ),
  {
    name: "users: made by an operator, and can sign in",
    as: as.operator,
    request: post("/api/users", {
      email: "U-New@people.test",
      name: "New",
      password: PASSWORD,
      email_verified: true,
      roles: ["editor"],
    }),
    expect: {
      status: 201,
      body: {
        data: { id: aUuid, email: emailOf("u-new"), roles: exactly(["editor"]), email_verified: true },
      },
      excludes: noSecrets,
    },
    then: [
      signsIn("u-new"),
      me(1, "u-new"),
      {
        request: post("/api/users", { email: emailOf("u-new"), name: "Again" }),
        expect: refused(409, "UNIQUE_VIOLATION", "email"),
      },
    ],
  },
  {
    name: "users: without a password nobody signs in",
    as: as.operator,
    request: post("/api/users", { email: emailOf("u-without"), name: "Without" }),
    expect: { status: 201, excludes: noSecrets },
    then: [{ as: as.anonymous, request: signIn("u-without"), expect: refused(401, "INVALID_CREDENTIALS") }],
  },
  make("a short password", { password: "short" }, refused(422, "VALIDATION", "password")),
  make("an address that is none", { email: "nobody" }, refused(422, "VALIDATION", "email")),
  make("a role that does not exist", { roles: ["nope"] }, refused(422, "VALIDATION", "roles.0")),
  make("an unknown key", { admin: true }, refused(422, "UNKNOWN_FIELD", "admin")),
  make("an administrator by a key", { roles: ["admin"] }, refused(403, "FORBIDDEN", "roles"), as.secretKey),
  make(
    "in another workspace",
    {},
    { status: 201, body: { data: { email: emailOf("u-made") } }, excludes: noSecrets },
    as.otherSecretKey,
  ),
  {
    name: "users: a blocked one's sessions end, and only the right password gets the reason",
    as: as.operator,
    given: [joins("u-block"), me(0, "u-block")],
    request: (seen) => act(userIn(seen.replies[0]), "block"),
    expect: { ...ok({ data: { email: emailOf("u-block"), blocked_at: aTimestamp } }), excludes: noSecrets },
    then: [
      me(0, null),
      {
        as: as.anonymous,
        request: signIn("u-block"),
        expect: { ...refused(403, "USER_BLOCKED"), headers: { "set-auth-token": null } },
      },
      { as: as.anonymous, request: signIn("u-block", "a wrong one"), expect: refused(401, "INVALID_CREDENTIALS") },
      { as: as.anonymous, request: signUp("u-block"), expect: refused(409, "UNIQUE_VIOLATION") },
      { request: (seen) => act(userIn(seen.replies[0]), "block"), expect: { status: 200 } },
      { request: (seen) => act(userIn(seen.replies[0]), "unblock"), expect: ok({ data: { blocked_at: null } }) },
      signsIn("u-block"),
    ],
  },
  {
    name: "users: signed out everywhere",
    as: as.secretKey,
    given: [joins("u-out"), signsIn("u-out"), me(0, "u-out"), me(1, "u-out")],
    request: (seen) => act(userIn(seen.replies[0]), "sign-out"),
    expect: { ...ok({ data: { email: emailOf("u-out") } }), excludes: noSecrets },
    then: [me(0, null), me(1, null), signsIn("u-out")],
  },
  ...[as.operator, as.secretKey].flatMap((who) =>
    (["block", "sign-out"] as const).map(
      (what): Scenario => ({
        name: `users: an operator is none of them, for ${what} by ${who.name}`,
        as: who,
        request: (seen) => act(seen.credentials.userId("operator"), what),
        expect: refused(404, "NOT_FOUND"),
        then: [{ as: as.operator, request: get("/api/me"), expect: { status: 200 } }],
      }),
    ),
  ),
  {
    name: "users: an administrator is safe from a key, and not from an operator",
    as: as.secretKey,
    given: [
      isMade("u-admin"),
      {
        as: as.operator,
        request: (seen) => put(`/api/users/${idIn(seen.replies[0])}/roles`, { roles: ["admin"] }),
        expect: { status: 200 },
      },
    ],
    request: (seen) => act(idIn(seen.replies[0]), "block"),
    expect: refused(403, "FORBIDDEN", "id"),
    then: [{ as: as.operator, request: (seen) => act(idIn(seen.replies[0]), "block"), expect: { status: 200 } }],
  },
  {
    name: "users: one of another workspace is not there",
    as: as.otherSecretKey,
    request: (seen) => act(seen.credentials.userId("alice"), "block"),
    expect: refused(404, "NOT_FOUND"),
    then: [{ as: as.user("alice"), request: get("/api/me"), expect: { status: 200 } }],
  },
];
