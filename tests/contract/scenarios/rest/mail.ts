import { as } from "../../as.ts";
import { follow, linkOf, open, readMail } from "../../fixtures/mails.ts";
import { emailOf, PASSWORD, signIn, signUp } from "../../fixtures/people.ts";
import { matching } from "../../match.ts";
import {
  type Call,
  type Expectation,
  get,
  INTERNALS,
  ok,
  post,
  type Reply,
  refused,
  type Scenario,
} from "../../scenario.ts";

const noPasswords = [PASSWORD, ...INTERNALS];
const bearer = (reply: Reply | undefined) => ({ authorization: `Bearer ${reply?.headers.get("set-auth-token")}` });
const done: Expectation = { status: 200, body: { status: true }, excludes: noPasswords };

const askReset = (user: string, more: Record<string, string> = {}): Call =>
  post("/api/auth/request-password-reset", { email: emailOf(user), ...more });

const flows: Scenario[] = [
  {
    name: "mail: a sign-up's mail confirms the address by the button of its page, not by being opened",
    as: as.anonymous,
    given: [
      { request: signUp("rita"), expect: { status: 200, excludes: noPasswords } },
      ...readMail(emailOf("rita")),
      { request: open, expect: { status: 200, headers: { "set-cookie": null } } },
      {
        request: ({ replies }) => ({ ...get("/api/auth/get-session"), headers: bearer(replies[0]) }),
        expect: { status: 200, body: { user: { email: emailOf("rita"), email_verified: false } } },
      },
    ],
    request: follow,
    expect: done,
    then: [
      {
        request: ({ replies }) => ({ ...get("/api/auth/get-session"), headers: bearer(replies[0]) }),
        expect: { status: 200, body: { user: { email: emailOf("rita"), email_verified: true } } },
      },
      { request: follow, expect: done },
    ],
  },
  {
    name: "mail: a confirming link that was altered confirms nothing",
    as: as.anonymous,
    given: [{ request: signUp("rolf"), expect: { status: 200, excludes: noPasswords } }, ...readMail(emailOf("rolf"))],
    request: ({ replies }) => {
      const [head, , signature] = linkOf(replies).searchParams.get("token")!.split(".");
      const payload = btoa(JSON.stringify({ email: emailOf("alice"), exp: 9_999_999_999 })).replace(/=+$/, "");
      return post("/api/auth/verify-email", { token: `${head}.${payload}.${signature}` });
    },
    expect: refused(422, "VALIDATION", "token"),
    then: [
      {
        as: as.user("alice"),
        request: get("/api/auth/get-session"),
        expect: { status: 200, body: { user: { email_verified: false } } },
      },
      { request: post("/api/auth/verify-email", { token: "x" }), expect: refused(422, "VALIDATION", "token") },
      { request: get("/api/auth/verify-email", { token: "x" }), expect: refused(405, "METHOD_NOT_ALLOWED") },
    ],
  },
  {
    name: "mail: a forgotten password is replaced by a link, which works once and ends all sessions",
    as: as.anonymous,
    given: [
      { request: signUp("rosa"), expect: { status: 200, excludes: noPasswords } },
      { request: askReset("rosa"), expect: done },
      ...readMail(emailOf("rosa")),
    ],
    request: ({ replies }) =>
      post("/api/auth/reset-password", {
        token: linkOf(replies).searchParams.get("token")!,
        new_password: "a new password",
      }),
    expect: done,
    then: [
      {
        request: ({ replies }) =>
          post("/api/auth/reset-password", {
            token: linkOf(replies).searchParams.get("token")!,
            new_password: "another password",
          }),
        expect: refused(422, "VALIDATION", "token"),
      },
      { request: signIn("rosa"), expect: refused(401, "INVALID_CREDENTIALS") },
      { request: signIn("rosa", "a new password"), expect: { status: 200 } },
      {
        request: ({ replies }) => ({ ...get("/api/me"), headers: bearer(replies[0]) }),
        expect: refused(401, "INVALID_TOKEN"),
      },
    ],
  },
  {
    name: "mail: a reset is answered alike for an address without an account",
    as: as.anonymous,
    request: askReset("alice"),
    expect: done,
    async verify(known, world) {
      const unknown = await world.send(as.anonymous, askReset("nobody-at-all"));
      if (unknown.status !== known.status || unknown.text !== known.text) throw new Error(`unknown: ${unknown.text}`);
      const list = await world.send(as.operator, get("/api/mail/outbox", { to: emailOf("nobody-at-all") }));
      if (!list.text.includes('"data":[]')) throw new Error(`a mail was queued: ${list.text}`);
    },
  },
  {
    name: "mail: a reset needs a new password of proper length, and a token",
    as: as.anonymous,
    request: post("/api/auth/reset-password", { token: "made-up", new_password: "short" }),
    expect: refused(422, "VALIDATION", "new_password"),
    then: [
      {
        request: post("/api/auth/reset-password", { new_password: "long enough" }),
        expect: refused(422, "VALIDATION", "token"),
      },
      {
        request: post("/api/auth/reset-password", { token: "made-up", new_password: "long enough" }),
        expect: refused(422, "VALIDATION", "token"),
      },
    ],
  },
  ...["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"].map(
    (redirectTo): Scenario => ({
      name: `mail: no link leads to ${redirectTo}`,
      as: as.anonymous,
      request: askReset("alice", { callback_url: redirectTo }),
      expect: refused(422, "VALIDATION", "callback_url"),
      then: [
        { request: signUp("ruth", { callback_url: redirectTo }), expect: refused(422, "VALIDATION", "callback_url") },
        { request: signIn("ruth"), expect: refused(401, "INVALID_CREDENTIALS") },
      ],
    }),
  ),
  {
    name: "mail: an address changes once the new one has answered",
    as: as.anonymous,
    given: [
      { request: signUp("rene"), expect: { status: 200, excludes: noPasswords } },
      {
        request: ({ replies }) => ({
          ...post("/api/auth/change-email", { new_email: emailOf("renata") }),
          headers: bearer(replies[0]),
        }),
        expect: done,
      },
      { request: signIn("renata"), expect: refused(401, "INVALID_CREDENTIALS") },
      ...readMail(emailOf("renata")),
    ],
    request: follow,
    expect: done,
    then: [
      { request: signIn("renata"), expect: { status: 200, body: { user: { email: emailOf("renata") } } } },
      { request: signIn("rene"), expect: refused(401, "INVALID_CREDENTIALS") },
    ],
  },
  {
    name: "mail: a change to an address that is taken is answered alike, and changes nothing",
    as: as.user("bob"),
    request: post("/api/auth/change-email", { new_email: emailOf("alice") }),
    expect: done,
    then: [{ request: get("/api/me"), expect: ok({ data: { email: emailOf("bob") } }) }],
  },
  {
    name: "mail: nobody changes an address without being signed in",
    as: as.anonymous,
    request: post("/api/auth/change-email", { new_email: emailOf("eve") }),
    expect: refused(401, "UNAUTHORIZED"),
  },
];

const outbox: Scenario[] = [
  ...([as.anonymous, as.publicKey, as.user("alice"), as.user("carol")] as const).map(
    (who): Scenario => ({
      name: `mail: the outbox is not for ${who.name}`,
      as: who,
      request: get("/api/mail/outbox"),
      expect: { status: [401, 403], excludes: ["people.test", "template", ...INTERNALS] },
    }),
  ),
  {
    name: "mail: a secret key sees what became of a mail, and not its content",
    as: as.secretKey,
    request: get("/api/mail/outbox", { limit: "1" }),
    expect: { ...ok({ data: [{ template: matching(/^\w+$/) }] }), excludes: ["token=", "content", "variables"] },
    then: [
      {
        request: ({ replies }) =>
          get(`/api/mail/outbox/${(replies[0]!.json as { data: { id: string }[] }).data[0]!.id}`),
        expect: { ...refused(403, "FORBIDDEN"), excludes: ["token="] },
      },
      {
        as: as.otherSecretKey,
        request: get("/api/mail/outbox"),
        expect: { ...ok({ data: [] }), excludes: ["people.test"] },
      },
      {
        as: as.operator,
        request: ({ replies }) => ({
          ...get(`/api/mail/outbox/${(replies[0]!.json as { data: { id: string }[] }).data[0]!.id}`),
          headers: { "x-plinth-workspace": "other" },
        }),
        expect: refused(404, "NOT_FOUND"),
      },
    ],
  },
  {
    name: "mail: an outbox by a state that does not exist",
    as: as.operator,
    request: get("/api/mail/outbox", { state: "lost" }),
    expect: refused(422, "VALIDATION", "state"),
    then: [
      { request: get("/api/mail/outbox", { limit: "0" }), expect: refused(422, "VALIDATION", "limit") },
      { request: get("/api/mail/outbox", { cursor: "x" }), expect: refused(422, "INVALID_CURSOR", "cursor") },
      { request: get("/api/mail/outbox", { page: "2" }), expect: refused(422, "UNKNOWN_PARAMETER", "page") },
    ],
  },
];

export const scenarios: Scenario[] = [...flows, ...outbox];
