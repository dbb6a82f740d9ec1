import { as } from "../../as.ts";
import { codeOf } from "../../fixtures/codes.ts";
import { PASSWORD, signIn } from "../../fixtures/people.ts";
import { bearerOf, joins, me } from "../../fixtures/session.ts";
import { matching } from "../../match.ts";
import {
  type Call,
  INTERNALS,
  ok,
  post,
  type Reply,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const noSecrets = [PASSWORD, ...INTERNALS];

interface Answers {
  totp_uri: string;
  backup_codes: string[];
  challenge: string;
}

const answer = (reply: Reply | undefined) => reply?.json as unknown as Answers;
const withSession = (at: number, call: (seen: Seen) => Call) => (seen: Seen) => ({
  ...call(seen),
  headers: bearerOf(seen.replies[at]),
});

const challenged: Step = {
  request: signIn("factor"),
  expect: {
    status: 200,
    body: { two_factor_redirect: true, two_factor_methods: ["totp"], challenge: matching(/^2fa-pwd-/) },
    headers: { "set-auth-token": null },
    excludes: ['"token"', ...noSecrets],
  },
};

/** Replies: 0 sign-up, 1 secret and recovery codes, 2 the confirmed session, 3 a challenge. */
const enrolled: Step[] = [
  joins("factor"),
  {
    request: withSession(0, () => post("/api/auth/two-factor/enable", { password: PASSWORD })),
    expect: { status: 200, body: { method: "totp", totp_uri: matching(/^otpauth:\/\/totp\//) }, excludes: noSecrets },
  },
  {
    request: withSession(0, ({ replies }) =>
      post("/api/auth/two-factor/verify-totp", { code: codeOf(answer(replies[1]).totp_uri, 0) }),
    ),
    expect: { status: 200, headers: { "set-auth-token": /\./ }, excludes: noSecrets },
  },
  challenged,
];

export const scenarios: Scenario[] = [
  {
    name: "second factor: a password opens nothing without it, a code does, once; a recovery code too",
    as: as.anonymous,
    given: enrolled,
    request: ({ replies }) =>
      post("/api/auth/two-factor/verify-totp", {
        challenge: answer(replies[3]).challenge,
        code: codeOf(answer(replies[1]).totp_uri),
      }),
    expect: { status: 200, headers: { "set-auth-token": /\./ }, excludes: noSecrets },
    then: [
      me(4, "factor"),
      // A challenge is used up with its session.
      {
        request: ({ replies }) =>
          post("/api/auth/two-factor/verify-totp", {
            challenge: answer(replies[3]).challenge,
            code: codeOf(answer(replies[1]).totp_uri),
          }),
        expect: refused(401, "INVALID_CODE", "challenge"),
      },
      challenged,
      {
        request: ({ replies }) =>
          post("/api/auth/two-factor/verify-backup-code", {
            challenge: answer(replies[7]).challenge,
            code: answer(replies[1]).backup_codes[0]!,
          }),
        expect: { status: 200, headers: { "set-auth-token": /\./ }, excludes: noSecrets },
      },
      // Signed in, a code is for step-up, where guesses are counted.
      {
        request: withSession(4, () => post("/api/auth/step-up", { code: "000000" })),
        expect: refused(401, "INVALID_CODE", "code"),
      },
      {
        request: withSession(4, () => post("/api/auth/two-factor/disable", { password: PASSWORD })),
        expect: { status: 200, body: { status: true }, excludes: noSecrets },
      },
      { request: signIn("factor"), expect: { status: 200, headers: { "set-auth-token": /\./ }, excludes: noSecrets } },
    ],
  },
  {
    name: "second factor: not for strangers, and a made-up challenge opens nothing",
    as: as.anonymous,
    request: post("/api/auth/two-factor/enable", {}),
    expect: refused(401, "UNAUTHORIZED"),
    then: [
      { request: post("/api/auth/step-up", { password: PASSWORD }), expect: refused(401, "UNAUTHORIZED") },
      { request: post("/api/auth/two-factor/disable", {}), expect: refused(401, "UNAUTHORIZED") },
      { request: post("/api/auth/two-factor/generate-backup-codes", {}), expect: refused(401, "UNAUTHORIZED") },
      {
        request: post("/api/auth/two-factor/verify-totp", { code: "000000", challenge: "made-up" }),
        expect: refused(401, "INVALID_CODE", "challenge"),
      },
      { request: post("/api/auth/two-factor/verify-totp", { code: "1" }), expect: refused(422, "VALIDATION", "code") },
    ],
  },
  {
    name: "step-up: a password proves again who it is, a wrong one does not",
    as: as.user("bob"),
    request: post("/api/auth/step-up", { password: PASSWORD }),
    expect: { ...ok({ data: { methods: ["pwd"], authenticated_at: matching(/Z$/) } }), excludes: noSecrets },
    then: [
      { request: post("/api/auth/step-up", { password: "not this one" }), expect: refused(401, "INVALID_CREDENTIALS") },
      { request: post("/api/auth/step-up", {}), expect: refused(422, "VALIDATION", "password") },
    ],
  },
];
