import { as } from "../../as.ts";
import { follow, linkOf, open, readMail, textOf } from "../../fixtures/mails.ts";
import { emailOf, PASSWORD, signIn } from "../../fixtures/people.ts";
import { bearerOf, joins, me } from "../../fixtures/session.ts";
import {
  type Call,
  type Expectation,
  get,
  INTERNALS,
  post,
  type Reply,
  refused,
  type Scenario,
} from "../../scenario.ts";

const noSecrets = [PASSWORD, ...INTERNALS];
const CODE = /^\d{6}$/m;

const askLink = (user: string, more: Record<string, string> = {}): Call =>
  post("/api/auth/sign-in/magic-link", { email: emailOf(user), ...more });
const askCode = (user: string): Call => post("/api/auth/email-otp/send-verification-otp", { email: emailOf(user) });
const enterCode = (user: string, replies: readonly Reply[]): Call =>
  post("/api/auth/sign-in/email-otp", { email: emailOf(user), otp: CODE.exec(textOf(replies))![0] });
const byToken = (token: string): Call => post("/api/auth/magic-link/verify", { token });

const sent: Expectation = { status: 200, excludes: ["token", ...noSecrets] };
const signedIn: Expectation = { status: 200, headers: { "set-auth-token": /\./ }, excludes: noSecrets };

export const scenarios: Scenario[] = [
  {
    name: "magic link: makes an account without a password, once; a second use opens nothing",
    as: as.anonymous,
    given: [{ request: askLink("linda"), expect: sent }, ...readMail(emailOf("linda"))],
    request: follow,
    expect: signedIn,
    then: [
      me(3, "linda"),
      {
        request: ({ replies }) => follow({ replies: replies.slice(0, 3) }),
        expect: refused(422, "VALIDATION", "token"),
      },
      {
        request: (seen) => ({ ...get("/api/auth/get-session"), headers: bearerOf(seen.replies[3]) }),
        expect: { status: 200, body: { user: { email: emailOf("linda"), email_verified: true } } },
      },
    ],
  },
  {
    name: "magic link: a program that opens the links of mails signs nobody in, and uses none up",
    as: as.anonymous,
    given: [
      { request: askLink("lisa", { callback_url: "/welcome" }), expect: sent },
      ...readMail(emailOf("lisa")),
      { request: open, expect: { status: 200, headers: { "set-cookie": null } } },
    ],
    request: follow,
    expect: { ...signedIn, headers: { "set-cookie": /session_token=/ } },
    then: [
      {
        request: byToken("made-up"),
        expect: { ...refused(422, "VALIDATION", "token"), headers: { "set-cookie": null } },
      },
      {
        request: get("/api/auth/magic-link/verify", { token: "made-up" }),
        expect: refused(405, "METHOD_NOT_ALLOWED"),
      },
      {
        request: askLink("lisa", { callback_url: "//evil.example" }),
        expect: refused(422, "VALIDATION", "callback_url"),
      },
    ],
    async verify(_, __, { replies }) {
      if (linkOf(replies).searchParams.get("next") !== "/welcome") throw new Error("the link does not lead on");
    },
  },
  {
    name: "email code: takes an account from the person who signed it up before without owning the address",
    as: as.anonymous,
    given: [
      joins("victim"),
      { request: askCode("victim"), expect: sent },
      ...readMail(emailOf("victim"), CODE),
      {
        request: post("/api/auth/sign-in/email-otp", { email: emailOf("victim"), otp: "not-it" }),
        expect: refused(401, "INVALID_CODE", "otp"),
      },
    ],
    request: ({ replies }) => enterCode("victim", replies),
    expect: signedIn,
    then: [
      me(5, "victim"),
      me(0, null),
      { request: signIn("victim"), expect: refused(401, "INVALID_CREDENTIALS") },
      {
        request: ({ replies }) => enterCode("victim", replies.slice(0, 4)),
        expect: refused(401, "INVALID_CODE", "otp"),
      },
    ],
  },
];
