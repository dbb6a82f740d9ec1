import { as, type Who } from "../../as.ts";
import { emailOf, PASSWORD, signIn } from "../../fixtures/people.ts";
import { bearerOf } from "../../fixtures/session.ts";
import { absent, exactly, including } from "../../match.ts";
import { type Call, dataOf, get, INTERNALS, ok, post, refused, type Scenario } from "../../scenario.ts";

const SECOND_PASSWORD = "a second pair of hands";
const noSecrets = [PASSWORD, SECOND_PASSWORD, ...INTERNALS];

const atDesk = (user: string, password: string): Call =>
  post("/api/operator/auth/sign-in/email", { email: emailOf(user), password });
const hire = (user: string): Call =>
  post("/api/operators", { email: emailOf(user), name: user, password: SECOND_PASSWORD });
const dismiss = (id: string): Call => ({ method: "DELETE", path: `/api/operators/${id}` });

const others: Who[] = [as.user("alice"), as.secretKey, as.publicKey, as.otherSecretKey];

export const scenarios: Scenario[] = [
  {
    name: "operators: another one, with the address of a workspace's user, signs in at routes of their own",
    as: as.operator,
    given: [{ request: hire("alice"), expect: { status: 201, excludes: noSecrets } }],
    request: atDesk("alice", SECOND_PASSWORD),
    expect: { status: 200, body: { user: { email: emailOf("alice") } }, excludes: [PASSWORD, SECOND_PASSWORD] },
    then: [
      {
        as: as.anonymous,
        request: (seen) => ({ ...get("/api/me"), headers: bearerOf(seen.replies[1]) }),
        expect: ok({ data: { email: emailOf("alice"), operator: true, admin: true, workspace: { slug: "default" } } }),
      },
      { as: as.anonymous, request: atDesk("alice", PASSWORD), expect: refused(401, "INVALID_CREDENTIALS") },
      { as: as.anonymous, request: signIn("alice", SECOND_PASSWORD), expect: refused(401, "INVALID_CREDENTIALS") },
      { as: as.user("alice"), request: get("/api/me"), expect: ok({ data: { operator: false, admin: false } }) },
      { request: get("/api/operators"), expect: ok({ data: including({ email: emailOf("alice"), roles: absent }) }) },
      {
        request: get("/api/users", { email: emailOf("alice") }),
        expect: ok({ data: [{ email: emailOf("alice"), roles: exactly([]) }] }),
      },
      { request: (seen) => dismiss(dataOf(seen.replies[0], "id")), expect: ok({ data: { complete: true } }) },
      {
        as: as.anonymous,
        request: (seen) => ({ ...get("/api/me"), headers: bearerOf(seen.replies[1]) }),
        expect: refused(401, "INVALID_TOKEN"),
      },
      { as: as.user("alice"), request: get("/api/me"), expect: { status: 200 } },
    ],
  },
  {
    name: "operators: a workspace's password opens nothing at their routes, nor theirs at a workspace's",
    as: as.anonymous,
    request: atDesk("bob", PASSWORD),
    expect: refused(401, "INVALID_CREDENTIALS"),
    then: [
      { request: signIn("operator"), expect: refused(401, "INVALID_CREDENTIALS") },
      { request: atDesk("operator", PASSWORD), expect: { status: 200, excludes: [PASSWORD] } },
    ],
  },
  {
    name: "operators: their path names a workspace too",
    as: as.operator,
    request: get("/api/operator/t/default/me"),
    expect: ok({ data: { operator: true, workspace: { slug: "default" } } }),
    then: [
      { request: get("/api/operator/t/nowhere/me"), expect: { status: 404 } },
      { request: get("/api/operator/t/default/t/default/me"), expect: { status: 404 } },
      { as: as.user("alice"), request: get("/api/operator/t/default/me"), expect: refused(403, "WORKSPACE_MISMATCH") },
      { as: as.secretKey, request: get("/api/operator/t/default/me"), expect: refused(403, "WORKSPACE_MISMATCH") },
    ],
  },
  {
    name: "operators: nobody signs up as one",
    as: as.anonymous,
    request: post("/api/operator/auth/sign-up/email", {
      name: "Eve",
      email: emailOf("eve"),
      password: SECOND_PASSWORD,
    }),
    expect: refused(403, "SIGN_UP_CLOSED"),
  },
  {
    name: "operators: the last one stays",
    as: as.operator,
    request: (seen) => post(`/api/operators/${seen.credentials.userId("operator")}/block`, {}),
    expect: refused(409, "CONFLICT", "id"),
    then: [
      { request: (seen) => dismiss(seen.credentials.userId("operator")), expect: refused(409, "CONFLICT", "id") },
      { request: get("/api/me"), expect: ok({ data: { operator: true } }) },
    ],
  },
  {
    name: "operators: a role makes none of a workspace's users",
    as: as.operator,
    request: (seen) => ({
      method: "PUT",
      path: `/api/users/${seen.credentials.userId("bob")}/roles`,
      body: { roles: ["admin"], operator: true },
    }),
    expect: refused(422, "UNKNOWN_FIELD", "operator"),
  },
  ...others.map(
    (who): Scenario => ({
      name: `operators: neither listed nor made by ${who.name}`,
      as: who,
      request: get("/api/operators"),
      expect: refused(403, "FORBIDDEN"),
      then: [
        { request: hire("eve"), expect: refused(403, "FORBIDDEN") },
        { request: get("/api/operators/security-log"), expect: refused(403, "FORBIDDEN") },
        { request: get("/api/operator/me"), expect: refused(403, "WORKSPACE_MISMATCH") },
      ],
    }),
  ),
  {
    name: "operators: not for nobody",
    as: as.anonymous,
    request: get("/api/operators"),
    expect: refused(401, "UNAUTHORIZED"),
    then: [{ request: get("/api/operator/operators"), expect: refused(401, "UNAUTHORIZED") }],
  },
  {
    name: "operators: the path says that one calls, for every route",
    as: as.operator,
    request: get("/api/operator/me"),
    expect: ok({ data: { kind: "operator", operator: true } }),
    then: [
      { as: as.cookie("operator"), request: get("/api/operator/me"), expect: ok({ data: { operator: true } }) },
      { as: as.cookie("alice"), request: get("/api/operator/me"), expect: ok({ data: { kind: "anonymous" } }) },
    ],
  },
  ...["$operators", "00000000-0000-7000-8000-000000000002"].map(
    (name): Scenario => ({
      name: `operators: no request names their accounts as the workspace ${name}`,
      as: as.operator,
      request: { ...get("/api/users"), headers: { "x-plinth-workspace": name } },
      expect: refused(404, "NOT_FOUND"),
      then: [
        { request: get(`/api/t/${name}/users`), expect: refused(404, "NOT_FOUND") },
        { request: get("/api/workspaces"), expect: { status: 200, excludes: [name] } },
      ],
    }),
  ),
];
