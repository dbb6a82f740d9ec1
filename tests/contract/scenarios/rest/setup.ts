import { as } from "../../as.ts";
import { PASSWORD, signIn, signUp } from "../../fixtures/people.ts";
import { aUuid, exactly, including } from "../../match.ts";
import { dataOf, get, INTERNALS, ok, post, refused, type Scenario, SECRETS } from "../../scenario.ts";

const noPasswords = [...SECRETS, PASSWORD, ...INTERNALS];
const noPassword = [PASSWORD, ...INTERNALS];

/** Before and after the first account. */
const setup: Scenario[] = [
  {
    name: "setup: an empty instance knows nobody",
    as: as.anonymous,
    phase: "fresh",
    request: get("/api/me"),
    expect: ok({ data: { kind: "anonymous", roles: exactly(["public"]), operator: false, admin: false } }),
  },
  {
    name: "setup: a stranger cannot become operator with a made-up token",
    as: as.anonymous,
    phase: "fresh",
    request: signUp("mallory", {}, { "x-plinth-setup-token": "guess" }),
    expect: refused(403, "SETUP_REQUIRED"),
    then: [{ request: signIn("mallory"), expect: refused(401, "INVALID_CREDENTIALS") }],
  },
  {
    name: "setup: a first account needs a proper password",
    as: as.anonymous,
    phase: "fresh",
    request: (seen) =>
      signUp("mallory", { password: "short" }, seen.setupToken ? { "x-plinth-setup-token": seen.setupToken } : {}),
    expect: { status: 422, code: "VALIDATION", field: "password", excludes: noPassword },
    then: [{ request: get("/api/me"), expect: ok({ data: { kind: "anonymous" } }) }],
  },
  {
    name: "setup: the first account is the operator",
    as: as.operator,
    request: get("/api/me"),
    expect: {
      ...ok({
        data: {
          kind: "operator",
          id: (id) => typeof id === "string",
          email: "operator@people.test",
          name: "operator",
          roles: including("public", "authenticated", "admin"),
          workspace: { slug: "default", id: aUuid },
          operator: true,
          admin: true,
        },
      }),
      excludes: noPasswords,
    },
  },
  {
    name: "setup: a later account is an ordinary user",
    as: as.user("alice"),
    request: get("/api/me"),
    expect: {
      ...ok({ data: { kind: "user", email: "alice@people.test", operator: false, admin: false } }),
      excludes: ['"admin"]', ...noPasswords],
    },
    then: [{ request: get("/api/users"), expect: { status: 403, code: "FORBIDDEN" } }],
  },
  {
    name: "setup: after the first account a setup token makes none, not even an ordinary one",
    as: as.anonymous,
    request: (seen) => signUp("latecomer", {}, { "x-plinth-setup-token": seen.credentials.key("public") }),
    expect: refused(409, "CONFLICT"),
    then: [
      { request: () => signUp("latecomer"), expect: { status: 200, excludes: noPasswords } },
      {
        request: (seen) => ({
          ...get("/api/me"),
          headers: { authorization: `Bearer ${String((seen.replies[1]?.json as { token?: string })?.token)}` },
        }),
        expect: ok({ data: { operator: false, admin: false } }),
      },
    ],
  },
  {
    name: "setup: roles given in a sign-up are not taken",
    as: as.anonymous,
    request: signUp("climber", { role: "admin", roles: "admin", operator: "true" }),
    expect: { status: 422, excludes: noPasswords },
    then: [{ request: signIn("climber"), expect: refused(401, "INVALID_CREDENTIALS") }],
  },
];

/** The people whom the operator manages. */
const users: Scenario[] = [
  {
    name: "users: the operator sees who is there",
    as: as.operator,
    request: get("/api/users", { limit: "100" }),
    expect: {
      ...ok({ data: including({ email: "alice@people.test", name: "alice" }, { email: "carol@people.test" }) }),
      excludes: [...SECRETS, (c) => c.token("alice")],
    },
  },
  {
    name: "users: not for anonymous callers",
    as: as.anonymous,
    request: get("/api/users"),
    expect: { ...refused(401, "UNAUTHORIZED"), excludes: ["people.test"] },
  },
  {
    name: "users: not for publishable keys",
    as: as.publicKey,
    request: get("/api/users"),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["people.test"] },
  },
  {
    name: "users: not those of another workspace",
    as: as.otherSecretKey,
    request: get("/api/users"),
    expect: { ...ok(), excludes: ["bob@", "carol@", "dave@", "operator@"] },
  },
  {
    name: "users: a role that does not exist",
    as: as.operator,
    request: (seen) => ({
      method: "PUT",
      path: `/api/users/${seen.credentials.userId("bob")}/roles`,
      body: { roles: ["no_such_role"] },
    }),
    expect: refused(422, "VALIDATION"),
  },
  {
    name: "users: nobody gives a role to oneself",
    as: as.user("alice"),
    request: (seen) => ({
      method: "PUT",
      path: `/api/users/${seen.credentials.userId("alice")}/roles`,
      body: { roles: ["admin"] },
    }),
    expect: refused(403, "FORBIDDEN"),
    then: [{ request: get("/api/me"), expect: ok({ data: { admin: false } }) }],
  },
  {
    name: "users: a key of the default workspace makes no administrators",
    as: as.secretKey,
    request: (seen) => ({
      method: "PUT",
      path: `/api/users/${seen.credentials.userId("alice")}/roles`,
      body: { roles: ["admin"] },
    }),
    expect: refused(403, "FORBIDDEN", "roles"),
    then: [{ as: as.user("alice"), request: get("/api/me"), expect: ok({ data: { admin: false } }) }],
  },
  {
    name: "roles: made, listed, given, taken away",
    as: as.operator,
    request: post("/api/roles", { name: "reviewer", description: "reads along" }),
    expect: { status: 201, body: { data: { name: "reviewer" } }, excludes: INTERNALS },
    then: [
      { request: get("/api/roles"), expect: ok({ data: including({ name: "reviewer" }, { name: "public" }) }) },
      {
        request: (seen) => ({
          method: "PUT",
          path: `/api/users/${seen.credentials.userId("bob")}/roles`,
          body: { roles: ["reviewer"] },
        }),
        expect: ok(),
      },
      { as: as.user("bob"), request: get("/api/me"), expect: ok({ data: { roles: including("reviewer") } }) },
      { request: { method: "DELETE", path: "/api/roles/reviewer" }, expect: ok() },
      { as: as.user("bob"), request: get("/api/me"), expect: { status: 200, excludes: ["reviewer"] } },
      {
        request: (seen) => ({ method: "DELETE", path: `/api/roles/${dataOf(seen.replies[0], "name")}` }),
        expect: { status: 404, code: "NOT_FOUND" },
      },
    ],
  },
  {
    name: "roles: a system role stays",
    as: as.operator,
    request: { method: "DELETE", path: "/api/roles/public" },
    expect: refused(409, "CONFLICT"),
  },
  {
    name: "roles: a name that is taken",
    as: as.operator,
    request: post("/api/roles", { name: "editor" }),
    expect: refused(409, "CONFLICT"),
  },
  {
    name: "roles: a name that is none",
    as: as.operator,
    request: post("/api/roles", { name: "Robert'); DROP TABLE roles;--" }),
    expect: refused(422, "VALIDATION", "name"),
  },
  {
    name: "roles: not for users",
    as: as.user("alice"),
    request: post("/api/roles", { name: "mine" }),
    expect: refused(403, "FORBIDDEN"),
  },
];

export const scenarios: Scenario[] = [...setup, ...users];
