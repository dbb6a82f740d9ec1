import { as } from "../../as.ts";
import { follow, linkOf, readMail, textOf } from "../../fixtures/mails.ts";
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
/** For a program: it wants the answer, and no page. */
const followLink = (replies: readonly Reply[]): Call =>
  get("/api/auth/magic-link/verify", { token: linkOf(replies).searchParams.get("token")! });

const sent: Expectation = { status: 200, excludes: ["token", ...noSecrets] };
const signedIn: Expectation = { status: 200, headers: { "set-auth-token": /\./ }, excludes: noSecrets };

export const scenarios: Scenario[] = [
  {
    name: "magic link: makes an account without a password, once; a second use opens nothing",
    as: as.anonymous,
    given: [{ request: askLink("linda"), expect: sent }, ...readMail(emailOf("linda"))],
    request: ({ replies }) => followLink(replies),
    expect: signedIn,
    then: [
      me(3, "linda"),
      { request: ({ replies }) => followLink(replies.slice(0, 3)), expect: refused(422, "VALIDATION", "token") },
      {
        request: (seen) => ({ ...get("/api/auth/get-session"), headers: bearerOf(seen.replies[3]) }),
        expect: { status: 200, body: { user: { email: emailOf("linda"), emailVerified: true } } },
      },
    ],
  },
  {
    name: "magic link: leads a browser to the page that was asked for, signed in, and a wrong one there with an error",
    as: as.anonymous,
    given: [{ request: askLink("lisa", { callbackURL: "/welcome" }), expect: sent }, ...readMail(emailOf("lisa"))],
    request: follow,
    expect: { status: 302, headers: { location: /\/welcome$/, "set-cookie": /session_token=/ }, excludes: noSecrets },
    then: [
      {
        request: get("/api/auth/magic-link/verify", { token: "made-up", callbackURL: "/welcome" }),
        expect: { status: 302, headers: { location: /\/welcome\?error=invalid_link$/, "set-cookie": null } },
      },
      {
        request: get("/api/auth/magic-link/verify", { token: "made-up", callbackURL: "https://evil.example/" }),
        expect: refused(422, "VALIDATION", "callbackURL"),
      },
      {
        request: askLink("lisa", { callbackURL: "//evil.example" }),
        expect: refused(422, "VALIDATION", "callbackURL"),
      },
    ],
  },
  {
    name: "email code: takes an account from whoever signed it up before without owning the address",
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
