import { as } from "../../as.ts";
import { linkOf, readMail, textOf } from "../../fixtures/mails.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf, userIn } from "../../fixtures/session.ts";
import { isWorkspace } from "../../fixtures/workspace.ts";
import {
  type Call,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  type Reply,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const IN = "/api/t/guests";
const GUEST = emailOf("gus");
const CODE = /^\d{6}$/m;

/** How placeholders of addresses end. */
const secrets = [PASSWORD, "no-email", ...INTERNALS];
const enter = post(`${IN}/auth/sign-in/anonymous`, { name: "gus" });
const code = post(`${IN}/auth/email-otp/send-verification-otp`, { email: GUEST });
const codeIn = (replies: readonly Reply[]): string => CODE.exec(textOf(replies))![0];
const tokenIn = (replies: readonly Reply[]): string => linkOf(replies).searchParams.get("token")!;

/** From the outbox of the scenario's own workspace. */
const readMailIn = (workspace: string, shows: RegExp): Step[] => {
  const moved = (call: Call): Call => ({ ...call, path: call.path.replace("/api/", `${workspace}/`) });
  return readMail(GUEST, shows).map(({ request, ...step }) => ({
    ...step,
    request: typeof request === "function" ? (seen) => moved(request(seen)) : moved(request),
  }));
};

const VISITS = "/api/t/visits";
/** Of the visitor who enters by the scenario's third step. */
const asVisitor = (call: Call) => (seen: Seen) => ({
  ...call,
  headers: { ...call.headers, ...bearerOf(seen.replies[2]) },
});

export const scenarios: Scenario[] = [
  {
    name: "anonymous: a user without an account makes one, and keeps the id and the item in a new session",
    as: as.anonymous,
    given: [
      isWorkspace("guests"),
      { request: enter, expect: refused(403, "SIGN_UP_CLOSED") },
      {
        as: as.operator,
        request: patch(`${IN}/auth-settings`, { anonymous: { sign_in: true } }),
        expect: ok({ data: { anonymous: { sign_in: true, max_per_hour: 30, max_per_day: 10_000, keep_days: 30 } } }),
      },
      {
        as: as.operator,
        request: post(`${IN}/collections`, { slug: "carts", fields: [{ name: "what", type: "text" }] }),
        expect: { status: 201, excludes: [] },
      },
      ...["create", "read"].map(
        (action): Step => ({
          as: as.operator,
          request: post(`${IN}/permissions`, {
            role: "authenticated",
            collection: "carts",
            action,
            ...(action === "read" && { condition: { owner_id: "$user.id" } }),
          }),
          expect: { status: 201, excludes: [] },
        }),
      ),
      {
        request: enter,
        expect: { ...ok({ user: { name: "gus", email: null, is_anonymous: true } }), excludes: secrets },
      },
      {
        request: ({ replies }) => post(`${IN}/items/carts`, { what: "a comet" }, bearerOf(replies[6])),
        expect: { status: 201, excludes: secrets },
      },
      { request: code, expect: { status: 200, excludes: secrets } },
      ...readMailIn(IN, CODE),
    ],
    request: ({ replies }) =>
      post(`${IN}/auth/sign-in/email-otp`, { email: GUEST, otp: codeIn(replies) }, bearerOf(replies[6])),
    expect: { ...ok({ user: { name: "gus", email: GUEST, is_anonymous: false } }), excludes: secrets },
    then: [
      {
        request: ({ replies }) => ({ ...get(`${IN}/items/carts`), headers: bearerOf(replies[11]) }),
        expect: ok({ data: [{ what: "a comet" }] }),
      },
      {
        request: ({ replies }) => ({ ...get(`${IN}/items/carts`), headers: bearerOf(replies[6]) }),
        expect: refused(401, "INVALID_TOKEN"),
      },
      {
        as: as.operator,
        request: ({ replies }) => get(`${IN}/items/users`, { filter: JSON.stringify({ id: userIn(replies[6]) }) }),
        expect: ok({ data: [{ name: "gus", email: GUEST }] }),
      },
      { request: enter, expect: { ...ok({ user: { email: null } }), excludes: secrets } },
      {
        as: as.operator,
        request: get(`${IN}/users`),
        expect: ok({
          data: [
            { email: GUEST, is_anonymous: false },
            { email: null, is_anonymous: true },
          ],
        }),
      },
      {
        as: as.operator,
        request: get(`${IN}/items/users`, { filter: '{"email":{"_null":true}}' }),
        expect: { ...ok({ data: [{ name: "gus", email: null }] }), excludes: secrets },
      },
    ],
  },
  {
    name: "anonymous: a sign-in method of one's own is a sign-up, as the workspace takes it",
    as: as.anonymous,
    given: [
      isWorkspace("visits"),
      {
        as: as.operator,
        request: patch(`${VISITS}/auth-settings`, { anonymous: { sign_in: true }, phone: { sign_in: true } }),
        expect: { status: 200, excludes: [] },
      },
      { request: post(`${VISITS}/auth/sign-in/anonymous`, {}), expect: { status: 200, excludes: secrets } },
      {
        as: as.operator,
        request: patch(`${VISITS}/auth-settings`, { sign_up: { mode: "invite" } }),
        expect: { status: 200, excludes: [] },
      },
      {
        request: asVisitor(post(`${VISITS}/auth/change-phone`, { phone: "+4915112345678" })),
        expect: refused(403, "INVITATION_REQUIRED"),
      },
      {
        request: asVisitor(get(`${VISITS}/auth/passkey/generate-register-options`)),
        expect: refused(403, "INVITATION_REQUIRED"),
      },
      {
        as: as.operator,
        request: post(`${VISITS}/invitations`, { email: GUEST, roles: [] } as never),
        expect: { status: 201, excludes: [] },
      },
      {
        request: asVisitor(post(`${VISITS}/auth/change-email`, { new_email: GUEST })),
        expect: { ...ok({ status: true }), excludes: secrets },
      },
      ...readMailIn(VISITS, /token=/),
    ],
    request: (seen) => asVisitor(post(`${VISITS}/auth/verify-email`, { token: tokenIn(seen.replies) }))(seen),
    expect: { ...ok({ status: true }), excludes: secrets },
    then: [
      {
        as: as.operator,
        request: get(`${VISITS}/invitations`),
        expect: { ...ok({ data: [{ email: GUEST, state: "accepted" }] }), excludes: secrets },
      },
      {
        request: asVisitor(get(`${VISITS}/auth/get-session`)),
        expect: {
          ...ok({ session: { methods: "magic_link" }, user: { email: GUEST, is_anonymous: false } }),
          excludes: secrets,
        },
      },
    ],
  },
];
