import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { including } from "../../match.ts";
import { created, get, INTERNALS, ok, post, type Reply, type Scenario, type Step } from "../../scenario.ts";

/** Which algorithms a host has depends on the host: each must sign and verify where it runs. */

const IN = "/api/t/signers";
const SECRET = "a secret of forty characters, for a test";
const accessOf = (reply: Reply | undefined): string =>
  String(((reply?.json as JsonObject | undefined)?.tokens as JsonObject | undefined)?.access_token ?? "");
const headerOf = (token: string): JsonObject =>
  JSON.parse(atob(token.split(".")[0]!.replaceAll("-", "+").replaceAll("_", "/")));

/** The steps that have the workspace sign by an algorithm, sign in, and use the token. */
const signsBy = (algorithm: string, at: number, more: object = {}): Step[] => [
  { request: post(`${IN}/signing-keys`, { algorithm, ...more }), expect: created({ data: { algorithm } }) },
  { request: post(`${IN}/signing-keys/rotate`), expect: ok({ data: { algorithm, state: "current" } }) },
  {
    as: as.anonymous,
    request: post(`${IN}/auth/sign-in/email`, { email: emailOf("sol"), password: PASSWORD, tokens: true }),
    expect: { status: 200 },
  },
  counts(at + 2),
];

/** The token of the reply at this index. */
const counts = (at: number): Step => ({
  as: as.anonymous,
  request: ({ replies }) => ({ ...get("/api/me"), headers: { authorization: `Bearer ${accessOf(replies[at])}` } }),
  expect: ok({ data: { kind: "user", email: emailOf("sol"), workspace: { slug: "signers" } } }),
});

export const scenarios: Scenario[] = [
  {
    name: "signing keys: each algorithm signs tokens that count, also beside those of the key before",
    as: as.operator,
    given: [
      { request: post("/api/workspaces", { slug: "signers", name: "Signers" }), expect: { status: 201 } },
      {
        as: as.anonymous,
        request: post(`${IN}/auth/sign-up/email`, { name: "sol", email: emailOf("sol"), password: PASSWORD }),
        expect: { status: 200 },
      },
      ...signsBy("ES256", 2),
      ...signsBy("HS256", 6, { secret: SECRET }),
      ...signsBy("EdDSA", 10),
      counts(4),
      counts(8),
    ],
    request: get(`/t/signers/.well-known/jwks.json`),
    expect: {
      status: 200,
      body: { keys: including({ alg: "ES256" }, { alg: "EdDSA", kty: "OKP", crv: "Ed25519" }) },
      excludes: ['"d"', "HS256", SECRET, ...INTERNALS],
    },
    verify(_, __, { replies }) {
      const found = [4, 8, 12].map((at) => headerOf(accessOf(replies[at])).alg).join();
      if (found !== "ES256,HS256,EdDSA") throw new Error(found);
    },
  },
];
