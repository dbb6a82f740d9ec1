import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { idIn, isMade } from "../../fixtures/session.ts";
import { aText, aTimestamp, aUuid, including } from "../../match.ts";
import {
  type Call,
  dataOf,
  del,
  get,
  INTERNALS,
  ok,
  post,
  put,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const noSecrets = [PASSWORD, ...INTERNALS];
const REASON = "Ticket 4711: an empty list";

const tickets = collection(
  { slug: "imp_tickets", owner_scoped: true, fields: [{ name: "text", type: "text" }] },
  { rows: [] },
);

const begins = (id: string, body: object = { reason: REASON, minutes: 10 }): Call =>
  post(`/api/users/${id}/impersonate`, body as never);
/** The one who acts: the reply at this index has the token. */
const acting = (seen: Seen, at: number): Record<string, string> => ({
  authorization: `Bearer ${dataOf(seen.replies[at], "token")}`,
});
const byActor = (at: number, call: Call, expect: Step["expect"]): Step => ({
  as: as.anonymous,
  request: (seen) => ({ ...call, headers: { ...call.headers, ...acting(seen, at) } }),
  expect,
});

const FORBIDDEN: readonly [string, Call][] = [
  ["the password", post("/api/auth/change-password", { current_password: PASSWORD, new_password: "another password" })],
  ["the address", post("/api/auth/change-email", { new_email: "thief@people.test" })],
  ["the name", post("/api/auth/update-user", { name: "Thief" })],
  ["sessions, all at once", del("/api/sessions")],
  ["sessions by better-auth", post("/api/auth/revoke-sessions", {})],
  ["an invitation", post("/api/invitations/accept", { invitation: "x" })],
];

const strangers: readonly [Who, number, "UNAUTHORIZED" | "FORBIDDEN"][] = [
  [as.anonymous, 401, "UNAUTHORIZED"],
  [as.user("bob"), 403, "FORBIDDEN"],
  [as.secretKey, 403, "FORBIDDEN"],
];

export const scenarios: Scenario[] = [
  {
    name: "impersonation: an operator acts as a user, and every trace names both",
    as: as.operator,
    needs: [tickets],
    given: [isMade("i-user")],
    request: (seen) => begins(idIn(seen.replies[0])),
    expect: {
      status: 201,
      body: { data: { token: aText, session: aUuid, expires_at: aTimestamp, user: { email: emailOf("i-user") } } },
      excludes: noSecrets,
    },
    then: [
      byActor(
        1,
        get("/api/me"),
        ok({ data: { kind: "user", email: emailOf("i-user"), operator: false, admin: false } }),
      ),
      byActor(1, post("/api/items/imp_tickets", { text: "helped" }), { status: 201 }),
      {
        as: as.operator,
        request: get("/api/changes", { collection: "imp_tickets" }),
        expect: { status: 200, contains: [" by operator:"] },
      },
      byActor(
        1,
        get("/api/sessions"),
        ok({ data: including({ current: true, impersonation: { reason: REASON, by: aText } }) }),
      ),
      {
        as: as.operator,
        request: get("/api/security-log", { type: "impersonation_start" }),
        expect: {
          ...ok({ data: including({ type: "impersonation_start", detail: { reason: REASON } }) }),
          excludes: noSecrets,
        },
      },
      ...FORBIDDEN.map(([, call]) => byActor(1, call, { status: 403, code: "IMPERSONATED", excludes: noSecrets })),
      {
        as: as.operator,
        request: (seen) => put(`/api/users/${idIn(seen.replies[0])}/roles`, { roles: ["admin"] }),
        expect: { status: 200 },
      },
      byActor(1, get("/api/users"), { status: 403, code: "FORBIDDEN" }),
      byActor(1, post("/api/auth/sign-out", {}), { status: 200 }),
      byActor(1, get("/api/me"), { status: 401, code: "INVALID_TOKEN" }),
    ],
  },
  {
    name: "impersonation: administrators are not impersonated",
    as: as.operator,
    given: [isMade("i-admin", { roles: ["admin"] })],
    request: (seen) => begins(idIn(seen.replies[0])),
    expect: { ...refused(409, "CONFLICT"), field: "id" },
  },
  {
    name: "impersonation: operators are not impersonated",
    as: as.operator,
    request: (seen) => begins(seen.credentials.userId("operator")),
    expect: refused(404, "NOT_FOUND"),
  },
  {
    name: "impersonation: blocked users are not impersonated",
    as: as.operator,
    given: [
      isMade("i-blocked"),
      {
        as: as.operator,
        request: (seen) => post(`/api/users/${idIn(seen.replies[0])}/block`),
        expect: { status: 200 },
      },
    ],
    request: (seen) => begins(idIn(seen.replies[0])),
    expect: refused(403, "USER_BLOCKED"),
  },
  {
    name: "impersonation: needs a reason, and an end within an hour",
    as: as.operator,
    request: (seen) => begins(seen.credentials.userId("alice"), { minutes: 10 }),
    expect: { status: 422, code: "VALIDATION", field: "reason", excludes: noSecrets },
    then: [
      {
        request: (seen) => begins(seen.credentials.userId("alice"), { reason: REASON, minutes: 61 }),
        expect: { status: 422, code: "VALIDATION", field: "minutes" },
      },
    ],
  },
  ...strangers.map(
    ([who, status, code]): Scenario => ({
      name: `impersonation: not by ${who.name}`,
      as: who,
      request: (seen) => begins(seen.credentials.userId("alice")),
      expect: { ...refused(status, code), excludes: ["token", ...noSecrets] },
      then: [{ as: as.user("alice"), request: get("/api/sessions"), expect: { status: 200, excludes: [REASON] } }],
    }),
  ),
];
