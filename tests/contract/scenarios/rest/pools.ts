import { as } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf } from "../../fixtures/session.ts";
import { absent, including } from "../../match.ts";
import { type Call, get, INTERNALS, ok, post, refused, type Scenario, type Step } from "../../scenario.ts";

const OTHER_PASSWORD = "a horse of the other stable";
const noSecrets = [PASSWORD, OTHER_PASSWORD, ...INTERNALS];
const inOther = { "x-plinth-workspace": "other" };

/** An account with the address that `alice` has in the default workspace. */
const joinsOther = (user: string): Step => ({
  request: post("/api/auth/sign-up/email", { name: user, email: emailOf(user), password: OTHER_PASSWORD }, inOther),
  expect: { status: 200, excludes: noSecrets },
});

const signIn = (path: string, user: string, password: string, headers?: Call["headers"]): Call =>
  post(`${path}/auth/sign-in/email`, { email: emailOf(user), password }, headers);

export const scenarios: Scenario[] = [
  {
    name: "pools: one address is two people in two workspaces",
    as: as.anonymous,
    given: [joinsOther("alice")],
    request: (seen) => ({ ...get("/api/me"), headers: bearerOf(seen.replies[0]) }),
    expect: {
      ...ok({ data: { kind: "user", email: emailOf("alice"), workspace: { slug: "other" } } }),
      excludes: noSecrets,
    },
    then: [
      { request: signIn("/api/t/other", "alice", OTHER_PASSWORD), expect: { status: 200 } },
      { request: signIn("/api/t/other", "alice", PASSWORD), expect: refused(401, "INVALID_CREDENTIALS") },
      { request: signIn("/api", "alice", OTHER_PASSWORD), expect: refused(401, "INVALID_CREDENTIALS") },
      { request: signIn("/api", "alice", PASSWORD), expect: { status: 200 } },
      {
        request: (seen) => ({
          ...get("/api/me"),
          headers: { ...bearerOf(seen.replies[0]), "x-plinth-workspace": "default" },
        }),
        expect: refused(403, "WORKSPACE_MISMATCH", "x-plinth-workspace"),
      },
      {
        request: (seen) => ({ ...get("/api/t/default/me"), headers: bearerOf(seen.replies[0]) }),
        expect: refused(403, "WORKSPACE_MISMATCH"),
      },
    ],
  },
  {
    name: "pools: a workspace lists its own accounts only",
    as: as.otherSecretKey,
    given: [joinsOther("pia")],
    request: get("/api/users", { email: emailOf("pia") }),
    expect: { ...ok({ data: including({ email: emailOf("pia") }) }), excludes: noSecrets },
    then: [
      { as: as.secretKey, request: get("/api/users", { email: emailOf("pia") }), expect: ok({ data: [] }) },
      { as: as.otherSecretKey, request: get("/api/users", { email: emailOf("bob") }), expect: ok({ data: [] }) },
    ],
  },
  {
    name: "pools: a key says to which workspace an account belongs",
    as: as.otherPublicKey,
    request: post("/api/auth/sign-up/email", { name: "kay", email: emailOf("kay"), password: OTHER_PASSWORD }),
    expect: { status: 200, excludes: noSecrets },
    then: [
      {
        as: as.otherSecretKey,
        request: get("/api/users", { email: emailOf("kay") }),
        expect: ok({ data: [{ name: "kay" }] }),
      },
      { request: signIn("/api/t/default", "kay", OTHER_PASSWORD), expect: refused(403, "WORKSPACE_MISMATCH") },
    ],
  },
  {
    name: "pools: a path names the workspace for every route",
    as: as.operator,
    request: get("/api/t/other/me"),
    expect: { ...ok({ data: { workspace: { slug: "other" }, admin: true } }), excludes: noSecrets },
    then: [
      { as: as.anonymous, request: get("/api/t/other/me"), expect: ok({ data: { kind: "anonymous", id: absent } }) },
      { as: as.anonymous, request: get("/api/t/nowhere/me"), expect: refused(404, "NOT_FOUND") },
      {
        request: { ...get("/api/t/other/me"), headers: inOther },
        expect: ok({ data: { workspace: { slug: "other" } } }),
      },
      {
        request: { ...get("/api/t/other/me"), headers: { "x-plinth-workspace": "default" } },
        expect: refused(403, "WORKSPACE_MISMATCH", "x-plinth-workspace"),
      },
    ],
  },
];
