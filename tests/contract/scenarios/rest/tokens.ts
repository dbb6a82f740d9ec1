import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { emailOf, PASSWORD, signIn } from "../../fixtures/people.ts";
import { bearerOf, me, signsIn } from "../../fixtures/session.ts";
import { aText, aTimestamp, aUuid, including } from "../../match.ts";
import {
  answered,
  created,
  dataOf,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  type Reply,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";

const noSecrets = [PASSWORD, '"password"', ...INTERNALS];
const someTokens = {
  access_token: aText,
  token_type: "Bearer",
  expires_in: 900,
  expires_at: aTimestamp,
  refresh_token: aText,
};

/** What a sign-in has answered beside the session. */
const signedIn = (reply: Reply | undefined): Record<string, string> =>
  ((reply?.json as JsonObject | undefined)?.tokens ?? {}) as Record<string, string>;
const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });
const withTokens = (user: string) =>
  post("/api/auth/sign-in/email", { email: emailOf(user), password: PASSWORD, tokens: true });
const signsInWithTokens = (user: string): Step => ({
  as: as.anonymous,
  request: withTokens(user),
  expect: { status: 200, body: { tokens: someTokens }, excludes: noSecrets },
});
const refresh = (token: string | undefined) => post("/api/auth/token/refresh", { refresh_token: token ?? "" });

/** Whether the access token of the reply at this index still counts. */
const isMe = (token: (replies: readonly Reply[]) => string | undefined, user: string | null): Step => ({
  as: as.anonymous,
  request: (seen) => ({ ...get("/api/me"), headers: bearer(token(seen.replies)) }),
  expect:
    user === null
      ? { status: 401, code: "INVALID_TOKEN", excludes: [] }
      : { status: 200, body: { data: { kind: "user", email: emailOf(user), operator: false } }, excludes: [] },
});

const part = (content: object) =>
  btoa(JSON.stringify(content)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
/** The token of a reply without a signature, as `alg: none` has it. */
const unsigned = (token = ""): string => `${part({ alg: "none", typ: "JWT" })}.${token.split(".")[1]}.`;

const guarded = ["/api/signing-keys", "/api/trusted-issuers"].flatMap((path) =>
  (
    [
      [as.anonymous, refused(401, "UNAUTHORIZED")],
      [as.user("alice"), refused(403, "FORBIDDEN")],
      [as.publicKey, refused(403, "FORBIDDEN")],
    ] as const
  ).map(
    ([who, expect]): Scenario => ({
      name: `tokens: ${path} is not for ${(who as Who).name}`,
      as: who,
      request: get(path),
      expect,
    }),
  ),
);

export const scenarios: Scenario[] = [
  ...guarded,
  {
    name: "tokens: a sign-in gives them, they rotate, and a lost answer is given again",
    as: as.anonymous,
    given: [
      signsInWithTokens("bob"),
      isMe(([reply]) => signedIn(reply).access_token, "bob"),
      {
        request: (seen) => refresh(signedIn(seen.replies[0]).refresh_token),
        expect: { status: 200, body: { data: someTokens }, excludes: noSecrets },
      },
      isMe((replies) => dataOf(replies[2], "access_token"), "bob"),
    ],
    request: (seen) => refresh(signedIn(seen.replies[0]).refresh_token),
    expect: { ...ok({ data: someTokens }), excludes: noSecrets },
    verify(reply, _, seen) {
      const [next, again] = [dataOf(seen.replies[2], "refresh_token"), dataOf(reply, "refresh_token")];
      if (next === "" || next !== again) throw new Error("the same token has two successors");
    },
  },
  {
    name: "tokens: a refresh token that is two generations old ends its session",
    as: as.anonymous,
    given: [
      signsInWithTokens("bob"),
      { request: (seen) => refresh(signedIn(seen.replies[0]).refresh_token), expect: { status: 200 } },
      { request: (seen) => refresh(dataOf(seen.replies[1], "refresh_token")), expect: { status: 200 } },
      isMe((replies) => dataOf(replies[2], "access_token"), "bob"),
    ],
    request: (seen) => refresh(signedIn(seen.replies[0]).refresh_token),
    expect: refused(401, "INVALID_TOKEN"),
    then: [
      isMe((replies) => dataOf(replies[2], "access_token"), null),
      isMe(([reply]) => signedIn(reply).access_token, null),
      { request: (seen) => refresh(dataOf(seen.replies[2], "refresh_token")), expect: refused(401, "INVALID_TOKEN") },
      me(0, null),
    ],
  },
  {
    name: "tokens: end with the session at sign-out",
    as: as.anonymous,
    given: [
      signsIn("bob"),
      {
        request: (seen) => ({ ...post("/api/auth/token"), headers: bearerOf(seen.replies[0]) }),
        expect: created({ data: someTokens }),
      },
      isMe((replies) => dataOf(replies[1], "access_token"), "bob"),
      {
        request: (seen) => ({ ...get("/api/sessions"), headers: bearer(dataOf(seen.replies[1], "access_token")) }),
        expect: ok({ data: including({ current: true }) }),
      },
    ],
    request: (seen) => ({ ...post("/api/auth/sign-out", {}), headers: bearerOf(seen.replies[0]) }),
    expect: answered(200),
    then: [
      isMe((replies) => dataOf(replies[1], "access_token"), null),
      { request: (seen) => refresh(dataOf(seen.replies[1], "refresh_token")), expect: refused(401, "INVALID_TOKEN") },
    ],
  },
  {
    name: "tokens: end with the session when the refresh token is revoked",
    as: as.anonymous,
    given: [signsInWithTokens("bob")],
    request: (seen) => post("/api/auth/token/revoke", { refresh_token: signedIn(seen.replies[0]).refresh_token! }),
    expect: ok({ data: { revoked: true } }),
    then: [isMe(([reply]) => signedIn(reply).access_token, null), me(0, null)],
  },
  {
    name: "tokens: an access token cannot prolong itself",
    as: as.anonymous,
    given: [signsInWithTokens("bob")],
    request: (seen) => ({ ...post("/api/auth/token"), headers: bearer(signedIn(seen.replies[0]).access_token) }),
    expect: refused(401, "UNAUTHORIZED"),
  },
  {
    name: "tokens: without a signature they are none",
    as: as.anonymous,
    given: [signsInWithTokens("bob")],
    request: (seen) => ({ ...get("/api/me"), headers: bearer(unsigned(signedIn(seen.replies[0]).access_token)) }),
    expect: refused(401, "INVALID_TOKEN"),
  },
  {
    name: "tokens: not without a session",
    as: as.anonymous,
    request: post("/api/auth/token"),
    expect: refused(401, "UNAUTHORIZED"),
  },
  {
    name: "tokens: a key has no session",
    as: as.secretKey,
    request: post("/api/auth/token"),
    expect: refused(403, "FORBIDDEN"),
  },
  {
    name: "tokens: a refresh token that nobody has",
    as: as.anonymous,
    request: refresh(`rt_${"A".repeat(64)}`),
    expect: refused(401, "INVALID_TOKEN"),
  },
  {
    name: "tokens: a wrong password gives none",
    as: as.anonymous,
    request: { ...signIn("bob", "wrong"), body: { email: emailOf("bob"), password: "wrong", tokens: true } },
    expect: { ...refused(401, "INVALID_CREDENTIALS"), excludes: ["access_token", ...noSecrets] },
  },
  {
    name: "token settings: a claim that every token has is refused",
    as: as.operator,
    request: patch("/api/auth-settings", { tokens: { claims: { sub: "somebody else" } } }),
    expect: refused(422, "VALIDATION", "tokens.claims.sub"),
  },
  {
    name: "token settings: their claims are in every token, and in rules",
    as: as.anonymous,
    given: [
      {
        as: as.operator,
        request: patch("/api/auth-settings", {
          tokens: { claims: { plan: "gold", "x-user": "$user.email", "x-verified": "$user.verified_email" } },
        }),
        expect: ok({ data: { tokens: { access_token_minutes: 15, audience: null, claims: { plan: "gold" } } } }),
      },
      signsInWithTokens("bob"),
    ],
    request: (seen) => ({ ...get("/api/me"), headers: bearer(signedIn(seen.replies[1]).access_token) }),
    expect: ok({ data: { email: emailOf("bob") } }),
    then: [
      {
        as: as.operator,
        request: patch("/api/auth-settings", { tokens: { claims: null } }),
        expect: ok({ data: { tokens: { access_token_minutes: 15, audience: null, claims: {} } } }),
      },
    ],
    verify(_, __, seen) {
      const claims = JSON.parse(
        atob(signedIn(seen.replies[1]).access_token!.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")),
      );
      if (claims.plan !== "gold" || claims["x-user"] !== emailOf("bob")) throw new Error("the claims are missing");
      // Nobody has proven that the address is bob's.
      if (claims.email_verified !== false || claims["x-verified"] !== null) throw new Error("the address is verified");
    },
  },
  {
    name: "signing keys: the public ones are published, and replaced without a gap",
    as: as.anonymous,
    given: [
      signsInWithTokens("bob"),
      {
        as: as.operator,
        request: post("/api/signing-keys", { algorithm: "ES256" }),
        expect: created({ data: { state: "next" } }),
      },
      {
        as: as.operator,
        request: post("/api/signing-keys/rotate"),
        expect: ok({ data: { id: aUuid, algorithm: "ES256", state: "current" } }),
      },
      isMe(([reply]) => signedIn(reply).access_token, "bob"),
      signsInWithTokens("bob"),
      isMe((replies) => signedIn(replies[4]).access_token, "bob"),
    ],
    request: get("/.well-known/jwks.json"),
    expect: {
      status: 200,
      headers: { "cache-control": "public, max-age=300" },
      body: { keys: including({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" }) },
      excludes: ['"d"', "secret", ...INTERNALS],
    },
  },
  {
    name: "signing keys: in another workspace they are others",
    as: as.otherSecretKey,
    request: get("/.well-known/jwks.json"),
    expect: { status: 200, body: { keys: [] }, excludes: ['"d"', ...INTERNALS] },
  },
];
