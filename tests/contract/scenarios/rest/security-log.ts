import { as } from "../../as.ts";
import { emailOf, PASSWORD, signIn, signUp } from "../../fixtures/people.ts";
import { bearerOf, idIn, isMade, joins, signsIn } from "../../fixtures/session.ts";
import { aTimestamp, aUuid, exactly } from "../../match.ts";
import {
  dataOf,
  del,
  get,
  INTERNALS,
  ok,
  post,
  put,
  type Reply,
  refused,
  type Scenario,
  type Seen,
} from "../../scenario.ts";

const NEW_PASSWORD = "an even better horse";
const noSecrets = [PASSWORD, NEW_PASSWORD, "people.test", '"token"', "_live_", ...INTERNALS];
const userIn = (reply: Reply | undefined): string =>
  `user:${(reply?.json as { user?: { id?: string } } | undefined)?.user?.id}`;
const log = (query: Record<string, string>) => get("/api/security-log", query);
/** The types of events, newest first. */
const types = (...names: string[]) => ok({ data: names.map((type) => ({ type })) });

const logged = (name: string, scenario: Omit<Scenario, "name" | "as">): Scenario => ({
  name: `security log: ${name}`,
  as: as.operator,
  ...scenario,
});
const refusedTo = (who: Scenario["as"], status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Scenario => ({
  name: `security log: not for ${who.name}`,
  as: who,
  request: log({}),
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  logged("who signed up, in and out", {
    given: [
      joins("l-user"),
      signsIn("l-user"),
      {
        as: as.anonymous,
        request: (seen) => ({ ...post("/api/auth/sign-out", {}), headers: bearerOf(seen.replies[1]) }),
        expect: { status: 200, excludes: [] },
      },
    ],
    request: (seen) => log({ actor: userIn(seen.replies[0]) }),
    expect: { ...types("sign_out", "sign_in", "sign_up"), excludes: noSecrets },
    then: [
      {
        request: (seen) => log({ actor: userIn(seen.replies[0]), type: "sign_up,sign_in", limit: "1" }),
        expect: {
          ...ok({
            data: [{ id: aUuid, workspace: aUuid, at: aTimestamp, type: "sign_in", outcome: "ok" }],
            has_more: true,
          }),
          excludes: noSecrets,
        },
      },
      {
        request: (seen: Seen) =>
          log({
            actor: userIn(seen.replies[0]),
            type: "sign_up,sign_in",
            cursor: String((seen.replies.at(-1)?.json as { next_cursor?: string } | undefined)?.next_cursor),
          }),
        expect: { ...types("sign_up"), excludes: noSecrets },
      },
    ],
  }),
  logged("a wrong password, and a blocked account", {
    given: [
      joins("l-fail"),
      { as: as.anonymous, request: signIn("l-fail", "a wrong one"), expect: { status: 401, excludes: [] } },
      {
        as: as.operator,
        request: (seen) => post(`/api/users/${userIn(seen.replies[0]).slice(5)}/block`),
        expect: { status: 200, excludes: [] },
      },
      { as: as.anonymous, request: signIn("l-fail"), expect: { status: 403, excludes: [] } },
    ],
    request: (seen) => log({ target: userIn(seen.replies[0]), outcome: "failed" }),
    expect: {
      ...ok({
        data: [
          { type: "sign_in", actor: null, detail: { code: "USER_BLOCKED" } },
          { type: "sign_in", actor: null, detail: { code: "INVALID_CREDENTIALS" } },
        ],
      }),
      excludes: ["a wrong one", ...noSecrets],
    },
    then: [
      { request: (seen) => log({ target: userIn(seen.replies[0]), type: "user_block" }), expect: types("user_block") },
    ],
  }),
  logged("an address that nobody has is not kept", {
    given: [{ as: as.anonymous, request: signIn("l-nobody"), expect: { status: 401, excludes: [] } }],
    request: log({ type: "sign_in", outcome: "failed", limit: "1" }),
    expect: { ...ok({ data: [{ target: null }] }), excludes: noSecrets },
  }),
  logged("a new password, and a wrong one", {
    given: [
      joins("l-pass"),
      {
        as: as.anonymous,
        request: (seen) => ({
          ...post("/api/auth/change-password", { current_password: "not it", new_password: NEW_PASSWORD }),
          headers: bearerOf(seen.replies[0]),
        }),
        expect: { status: 401, excludes: [] },
      },
      {
        as: as.anonymous,
        request: (seen) => ({
          ...post("/api/auth/change-password", { current_password: PASSWORD, new_password: NEW_PASSWORD }),
          headers: bearerOf(seen.replies[0]),
        }),
        expect: { status: 200, excludes: [] },
      },
    ],
    request: (seen) => log({ target: userIn(seen.replies[0]), type: "password_change" }),
    expect: { ...ok({ data: [{ outcome: "ok" }, { outcome: "failed" }] }), excludes: ["not it", ...noSecrets] },
  }),
  logged("sessions that were revoked", {
    given: [
      joins("l-rev"),
      signsIn("l-rev"),
      {
        as: as.anonymous,
        request: (seen) => ({ ...del("/api/sessions"), headers: bearerOf(seen.replies[1]) }),
        expect: { status: 200, excludes: [] },
      },
      {
        as: as.anonymous,
        request: (seen) => ({ ...post("/api/auth/revoke-sessions", {}), headers: bearerOf(seen.replies[1]) }),
        expect: { status: 200, excludes: [] },
      },
    ],
    request: (seen) => log({ actor: userIn(seen.replies[0]), type: "session_revoke" }),
    expect: { ...types("session_revoke", "session_revoke"), excludes: noSecrets },
  }),
  logged("roles", {
    given: [
      isMade("l-roles"),
      {
        request: (seen) => put(`/api/users/${idIn(seen.replies[0])}/roles`, { roles: ["admin"] }),
        expect: { status: 200, excludes: [] },
      },
      {
        request: (seen) => put(`/api/users/${idIn(seen.replies[0])}/roles`, { roles: [] }),
        expect: { status: 200, excludes: [] },
      },
    ],
    request: (seen) => log({ target: `user:${idIn(seen.replies[0])}` }),
    expect: {
      ...types("roles_change", "roles_change", "user_create"),
      excludes: noSecrets,
    },
  }),
  logged("keys", {
    given: [{ request: post("/api/keys", { name: "logged", kind: "secret" }), expect: { status: 201, excludes: [] } }],
    request: (seen) => del(`/api/keys/${idIn(seen.replies[0])}`),
    expect: ok(),
    then: [
      {
        request: (seen) => log({ target: `key:${idIn(seen.replies[0])}` }),
        expect: { ...types("key_revoke", "key_create"), excludes: noSecrets },
      },
    ],
  }),
  logged("invitations", {
    given: [
      {
        request: post("/api/invitations", { email: emailOf("l-inv"), roles: ["editor"] }),
        expect: { status: 201, excludes: [] },
      },
      {
        as: as.anonymous,
        request: (seen) => signUp("l-inv", { invitation: dataOf(seen.replies[0], "token") }),
        expect: { status: 200, excludes: [] },
      },
    ],
    request: (seen) => log({ target: `invitation:${idIn(seen.replies[0])}` }),
    expect: {
      ...ok({
        data: [
          { type: "invitation_accept", detail: { roles: exactly(["editor"]) } },
          { type: "invitation_create", detail: { roles: exactly(["editor"]) } },
        ],
      }),
      excludes: noSecrets,
    },
  }),
  logged("rules made with their collection, and gone with it", {
    given: [
      {
        request: post("/api/collections", {
          slug: "logged_notes",
          owner_scoped: true,
          fields: [{ name: "text", type: "text" }],
        }),
        expect: { status: 201, excludes: [] },
      },
      {
        request: del("/api/collections/logged_notes", { confirm: "logged_notes" }),
        expect: { status: 200, excludes: [] },
      },
    ],
    request: log({ target: "collection:logged_notes" }),
    expect: {
      ...ok({
        data: [
          { type: "rule_delete", detail: { rules: [{ effect: "allow" }, {}, {}, {}] } },
          { type: "rule_create", detail: { rules: [{ effect: "allow" }, {}, {}, {}] } },
        ],
      }),
      excludes: noSecrets,
    },
  }),
  logged("the first operator", {
    request: (seen) =>
      get("/api/operators/security-log", {
        target: `user:${seen.credentials.userId("operator")}`,
        type: "operator_add",
      }),
    expect: ok({ data: [{ type: "operator_add", workspace: null }] }),
  }),
  logged("of another workspace is another one", {
    request: { ...log({ type: "key_create", target: "user:nobody" }), headers: { "x-plinth-workspace": "other" } },
    expect: ok({ data: [] }),
  }),
  logged("a type that does not exist", {
    request: log({ type: "party" }),
    expect: refused(422, "VALIDATION", "type.0"),
  }),
  logged("a made-up cursor", { request: log({ cursor: "x" }), expect: refused(422, "INVALID_CURSOR", "cursor") }),
  refusedTo(as.anonymous, 401, "UNAUTHORIZED"),
  refusedTo(as.user("alice"), 403, "FORBIDDEN"),
  refusedTo(as.secretKey, 403, "FORBIDDEN"),
];
