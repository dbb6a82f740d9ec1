import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { Browser } from "../../fixtures/browser.ts";
import { codeOf } from "../../fixtures/codes.ts";
import { readMail, textOf } from "../../fixtures/mails.ts";
import { emailOf, PASSWORD, PROOF_MS, signIn } from "../../fixtures/people.ts";
import { bearerOf, idIn, isMade, joins, me, signsIn } from "../../fixtures/session.ts";
import { matching, must } from "../../match.ts";
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
import type { Fixture } from "../../world.ts";

const noSecrets = [PASSWORD, '"token"', ...INTERNALS];
const WRONG_TRIES = 5;
const MAIL_CODE = /^\d{6}$/m;
const LIMIT = /^"[\w-]+";r=\d+;t=\d+$/;

const changesPassword = post("/api/auth/change-password", {
  current_password: PASSWORD,
  new_password: "another horse",
});
/** With another address, so that it is only refused later. */
const deletesAccount = post("/api/me/delete", { email: emailOf("nobody") });
const asksForProof = refused(403, "STEP_UP_REQUIRED");

/** By now the session is nearly a minute old; what is left is waited for. */
const agedSession: Fixture = { name: "a session is a minute old", make: (world) => world.untilAged("elder", PROOF_MS) };

const enteredWith = (reply: Reply): boolean => reply.headers.get("set-auth-token") !== null;

function mustEnter(reply: Reply, enters: boolean): void {
  if (reply.status !== 200 || enteredWith(reply) !== enters)
    throw new Error(`${enters ? "not signed in" : "signed in"}: ${reply.status} ${reply.text}`);
}

const uriIn = (reply: Reply | undefined): string => String((reply?.json as JsonObject | undefined)?.totp_uri);

const accessOf = (reply: Reply | undefined): Record<string, string> => ({
  authorization: `Bearer ${dataOf(reply, "access_token")}`,
});

/** Replies: the account, its first session, the secret, and the session that confirmed it. */
const hasSecondFactor = (user: string): Step[] => [
  isMade(user, { email_verified: true }),
  signsIn(user),
  {
    request: ({ replies }) => ({
      ...post("/api/auth/two-factor/enable", { password: PASSWORD }),
      headers: bearerOf(replies[1]),
    }),
    expect: { status: 200, body: { totp_uri: matching(/^otpauth:/) }, excludes: [PASSWORD] },
  },
  {
    request: ({ replies }) => ({
      ...post("/api/auth/two-factor/verify-totp", { code: codeOf(uriIn(replies[2]), 0) }),
      headers: bearerOf(replies[1]),
    }),
    expect: { status: 200, headers: { "set-auth-token": /\./ }, excludes: [PASSWORD, ...INTERNALS] },
  },
];

const secondFactorOf = (made: Reply | undefined): string => `/api/users/${idIn(made)}/second-factor`;

export const scenarios: Scenario[] = [
  {
    name: "waits: after some wrong passwords the right one waits too, but not in a browser that was there before",
    as: as.anonymous,
    given: [isMade("wanda")],
    request: signIn("wanda"),
    expect: { status: 200, headers: { ratelimit: LIMIT, "set-cookie": /device=/ }, excludes: [PASSWORD, ...INTERNALS] },
    async verify(reply, world) {
      const own = new Browser(world);
      mustEnter(await own.send(signIn("wanda")), true);
      // A session at this address would give the address a count of its own.
      const origin = { origin: world.target.baseUrl };
      await own.send({ ...post("/api/auth/sign-out"), headers: origin });
      await world.must(as.anonymous, { ...post("/api/auth/sign-out"), headers: bearerOf(reply) });
      for (let tries = 0; tries < WRONG_TRIES; tries++) {
        const { status, text } = await world.send(as.anonymous, signIn("wanda", "not this one"));
        if (status !== 401) throw new Error(`a wrong password gave ${status} ${text}`);
      }
      const waits = await world.send(as.anonymous, signIn("wanda"));
      must(waits.json!, { error: { code: "RATE_LIMITED", details: { field: "email" } } });
      if (!(Number(waits.headers.get("retry-after")) > 0)) throw new Error("it does not say how long");
      mustEnter(await own.send({ ...signIn("wanda"), headers: origin }), true);
    },
  },
  {
    name: "second factor: a trusted browser is not asked for a code, until its user signs out everywhere",
    as: as.anonymous,
    given: hasSecondFactor("tristan"),
    request: signIn("tristan"),
    expect: { status: 200, headers: { "set-auth-token": null }, excludes: noSecrets },
    async verify(_, world, { replies }) {
      const [own, other] = [new Browser(world), new Browser(world)];
      mustEnter(await own.send(signIn("tristan")), false);
      const code = codeOf(uriIn(replies[2]));
      const origin = { origin: world.target.baseUrl };
      mustEnter(
        await own.send({ ...post("/api/auth/two-factor/verify-totp", { code, trust_device: true }), headers: origin }),
        true,
      );
      const again = await own.send({ ...signIn("tristan"), headers: origin });
      mustEnter(again, true);
      mustEnter(await other.send(signIn("tristan")), false);
      await world.must(as.anonymous, { ...post("/api/auth/revoke-sessions"), headers: bearerOf(again) });
      mustEnter(await own.send({ ...signIn("tristan"), headers: origin }), false);
    },
  },
  {
    name: "second factor: an administrator removes one that is lost; sessions end, a mail says so, and the password is enough",
    as: as.operator,
    given: [...hasSecondFactor("lena"), me(3, "lena")],
    request: ({ replies }) => del(secondFactorOf(replies[0])),
    expect: { ...ok({ data: { email: emailOf("lena") } }), excludes: noSecrets },
    then: [
      me(3, null),
      signsIn("lena"),
      { as: as.operator, request: ({ replies }) => del(secondFactorOf(replies[0])), expect: refused(404, "NOT_FOUND") },
      ...readMail(emailOf("lena"), /has removed the second factor of lena@[\s\S]*\/account\/second-factor\n/),
    ],
  },
  ...[
    [as.anonymous, refused(401, "UNAUTHORIZED")] as const,
    [as.user("alice"), refused(403, "FORBIDDEN")] as const,
    [as.publicKey, refused(403, "FORBIDDEN")] as const,
    [as.secretKey, refused(403, "FORBIDDEN")] as const,
  ].map(
    ([who, expect], i): Scenario => ({
      name: `second factor: removed from somebody else, not by ${who.name}`,
      as: who,
      given: hasSecondFactor(`luis-${i}`),
      request: ({ replies }) => del(secondFactorOf(replies[0])),
      expect,
      then: [me(3, `luis-${i}`)],
    }),
  ),
  {
    name: "second factor: a code in a mail opens nothing without it",
    as: as.anonymous,
    given: [
      ...hasSecondFactor("corin"),
      {
        request: post("/api/auth/email-otp/send-verification-otp", { email: emailOf("corin") }),
        expect: { status: 200, excludes: [] },
      },
      ...readMail(emailOf("corin"), MAIL_CODE),
    ],
    request: ({ replies }) =>
      post("/api/auth/sign-in/email-otp", { email: emailOf("corin"), otp: MAIL_CODE.exec(textOf(replies))![0] }),
    expect: {
      status: 200,
      body: { two_factor_redirect: true, challenge: matching(/^2fa-/) },
      headers: { "set-auth-token": null },
      excludes: noSecrets,
    },
  },
  {
    name: "step-up: an access token is no proof, its session is",
    as: as.anonymous,
    given: [
      joins("stella"),
      {
        request: ({ replies }) => ({ ...post("/api/auth/token"), headers: bearerOf(replies[0]) }),
        expect: { status: 201, excludes: [] },
      },
    ],
    request: ({ replies }) => ({ ...deletesAccount, headers: accessOf(replies[1]) }),
    expect: { ...asksForProof, excludes: noSecrets },
    then: [
      {
        request: ({ replies }) => ({ ...deletesAccount, headers: bearerOf(replies[0]) }),
        expect: refused(422, "VALIDATION", "email"),
      },
    ],
  },
  {
    name: "step-up: an old proof is none, until there is a new one",
    as: as.user("elder"),
    phase: "last",
    needs: [agedSession],
    request: changesPassword,
    expect: { ...asksForProof, excludes: noSecrets },
    then: [
      { request: get("/api/me"), expect: ok({ data: { email: emailOf("elder") } }) },
      { request: post("/api/auth/step-up", { password: PASSWORD }), expect: ok({ data: { methods: ["pwd"] } }) },
      { request: changesPassword, expect: { status: 200, excludes: [PASSWORD] } },
    ],
  },
];
