import { as } from "../../as.ts";
import { emailOf, PASSWORD, signUp } from "../../fixtures/people.ts";
import { bearerOf, isMade, joins, signsIn } from "../../fixtures/session.ts";
import { absent, aText, aTimestamp, aUuid, exactly, including, matching } from "../../match.ts";
import {
  dataOf,
  del,
  get,
  INTERNALS,
  ok,
  post,
  type Reply,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";

const noSecrets = [PASSWORD, ...INTERNALS];
const invite = (user: string, more: object = {}) =>
  post("/api/invitations", { email: emailOf(user), roles: ["editor"], ...more } as never);
const invites = (user: string, more: object = {}): Step => ({
  as: as.operator,
  request: invite(user, more),
  expect: { status: 201, excludes: noSecrets },
});
const tokenIn = (reply: Reply | undefined) => dataOf(reply, "token");
const accepts = (reply: Reply | undefined, token: string) => ({
  ...post("/api/invitations/accept", { invitation: token }),
  headers: bearerOf(reply),
});

export const scenarios: Scenario[] = [
  {
    name: "invitations: the token is shown once",
    as: as.operator,
    request: invite("i-once"),
    expect: {
      status: 201,
      body: {
        data: {
          id: aUuid,
          email: emailOf("i-once"),
          roles: exactly(["editor"]),
          state: "open",
          token: aText,
          link: matching(/\/invitation\?token=[\w-]{43}$/),
          expires_at: aTimestamp,
          accepted_at: null,
        },
      },
      excludes: noSecrets,
    },
    then: [
      {
        request: get("/api/invitations", { limit: "500" }),
        expect: {
          ...ok({ data: including({ email: emailOf("i-once"), state: "open", token: absent, link: absent }) }),
          excludes: noSecrets,
        },
      },
    ],
  },
  {
    name: "invitations: accepted by signing up, once",
    as: as.anonymous,
    given: [invites("i-join")],
    request: (seen) => signUp("i-join", { invitation: tokenIn(seen.replies[0]) }),
    expect: { status: 200, body: { user: { email: emailOf("i-join") } }, excludes: noSecrets },
    then: [
      {
        request: (seen) => ({ ...get("/api/me"), headers: bearerOf(seen.replies[1]) }),
        expect: ok({ data: { roles: including("editor") } }),
      },
      {
        request: (seen) => signUp("i-join", { invitation: tokenIn(seen.replies[0]) }),
        expect: refused(403, "INVALID_INVITATION", "invitation"),
      },
      {
        as: as.operator,
        request: get("/api/invitations", { limit: "500" }),
        expect: ok({ data: including({ email: emailOf("i-join"), state: "accepted", accepted_by: aUuid }) }),
      },
    ],
  },
  {
    name: "invitations: sent by mail, where that is asked for",
    as: as.operator,
    given: [invites("i-mail", { send_mail: true }), invites("i-silent")],
    request: get("/api/mail/outbox", { to: emailOf("i-mail") }),
    expect: { ...ok({ data: [{ template: "invitation" }] }), excludes: noSecrets },
    then: [
      { request: get("/api/mail/outbox", { to: emailOf("i-silent") }), expect: ok({ data: [] }) },
      {
        as: as.anonymous,
        request: (seen) => signUp("i-mail", { invitation: tokenIn(seen.replies[0]) }),
        expect: { status: 200, excludes: noSecrets },
      },
    ],
  },
  {
    name: "invitations: for another address it opens nothing",
    as: as.anonymous,
    given: [invites("i-mine")],
    request: (seen) => signUp("i-thief", { invitation: tokenIn(seen.replies[0]) }),
    expect: { ...refused(403, "INVALID_INVITATION", "email"), excludes: ["i-mine", ...INTERNALS] },
    then: [
      {
        request: (seen) => signUp("i-mine", { invitation: tokenIn(seen.replies[0]) }),
        expect: { status: 200, excludes: noSecrets },
      },
    ],
  },
  {
    name: "invitations: a made-up one",
    as: as.anonymous,
    request: signUp("i-guess", { invitation: "A".repeat(43) }),
    expect: refused(403, "INVALID_INVITATION", "invitation"),
  },
  {
    name: "invitations: revoked",
    as: as.anonymous,
    given: [
      invites("i-gone"),
      {
        as: as.operator,
        request: (seen) => del(`/api/invitations/${dataOf(seen.replies[0], "id")}`),
        expect: { status: 200 },
      },
    ],
    request: (seen) => signUp("i-gone", { invitation: tokenIn(seen.replies[0]) }),
    expect: refused(403, "INVALID_INVITATION", "invitation"),
    then: [
      {
        as: as.operator,
        request: (seen) => del(`/api/invitations/${dataOf(seen.replies[0], "id")}`),
        expect: refused(404, "NOT_FOUND"),
      },
      { request: signUp("i-gone"), expect: { status: 200, excludes: noSecrets } },
    ],
  },
  {
    name: "invitations: expired",
    as: as.anonymous,
    given: [
      {
        as: as.operator,
        request: () => invite("i-late", { expires_at: new Date(Date.now() + 700).toISOString() }),
        expect: { status: 201, excludes: noSecrets },
      },
    ],
    request: get("/health/live"),
    expect: { status: 200, excludes: noSecrets },
    async verify(_, world, seen) {
      await new Promise((resolve) => setTimeout(resolve, 900));
      const late = await world.send(as.anonymous, signUp("i-late", { invitation: tokenIn(seen.replies[0]) }));
      if (late.status !== 403) throw new Error(`an expired invitation gave ${late.status}`);
    },
  },
  {
    name: "invitations: accepted by a user with the same verified address",
    as: as.anonymous,
    given: [isMade("i-has", { email_verified: true }), signsIn("i-has"), invites("i-has")],
    request: (seen) => accepts(seen.replies[1], tokenIn(seen.replies[2])),
    expect: { ...ok({ data: { id: aUuid, roles: exactly(["editor"]) } }), excludes: noSecrets },
    then: [
      {
        request: (seen) => ({ ...get("/api/me"), headers: bearerOf(seen.replies[1]) }),
        expect: ok({ data: { roles: including("editor") } }),
      },
      {
        request: (seen) => accepts(seen.replies[1], tokenIn(seen.replies[2])),
        expect: refused(403, "INVALID_INVITATION", "invitation"),
      },
    ],
  },
  {
    name: "invitations: an address that is not verified gets no roles",
    as: as.anonymous,
    given: [joins("i-claims"), invites("i-claims")],
    request: (seen) => accepts(seen.replies[0], tokenIn(seen.replies[1])),
    expect: refused(403, "EMAIL_NOT_VERIFIED", "email"),
    then: [
      {
        request: (seen) => ({ ...get("/api/me"), headers: bearerOf(seen.replies[0]) }),
        expect: { ...ok(), excludes: ["editor"] },
      },
    ],
  },
  {
    name: "invitations: of an administrator, not by a key",
    as: as.secretKey,
    request: invite("i-admin", { roles: ["admin"] }),
    expect: { ...refused(403, "FORBIDDEN", "roles"), excludes: ["token"] },
  },
  {
    name: "invitations: a role that does not exist",
    as: as.operator,
    request: invite("i-role", { roles: ["nope"] }),
    expect: refused(422, "VALIDATION", "roles.0"),
  },
  {
    name: "invitations: an end in the past",
    as: as.operator,
    request: invite("i-past", { expires_at: "2020-01-01T00:00:00Z" }),
    expect: refused(422, "VALIDATION", "expires_at"),
  },
  {
    name: "invitations: not by an ordinary user",
    as: as.user("alice"),
    request: invite("i-no"),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["token"] },
    then: [{ request: get("/api/invitations"), expect: refused(403, "FORBIDDEN") }],
  },
  {
    name: "invitations: of another workspace are its own",
    as: as.otherSecretKey,
    request: post("/api/invitations", { email: emailOf("i-other") }),
    expect: { status: 201, body: { data: { email: emailOf("i-other") } }, excludes: INTERNALS },
    then: [
      {
        as: as.operator,
        request: get("/api/invitations", { limit: 100 }),
        expect: { status: 200, excludes: [emailOf("i-other")] },
      },
    ],
  },
];
