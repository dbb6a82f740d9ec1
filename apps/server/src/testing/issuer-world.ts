import { afterAll, beforeEach } from "bun:test";
import { bearer, type TestApp, testApp } from "./app.ts";

export const ISSUER = "https://issuer.example";
export const AUDIENCE = "shop";
const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;

interface SigningPair {
  readonly kid: string;
  readonly pair: CryptoKeyPair;
  readonly jwk: JsonWebKey & { kid: string };
}

async function signingPair(kid: string): Promise<SigningPair> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  return { kid, pair, jwk: { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid } };
}

/** A text of the form `number:…` stands for these digits. */
const part = (content: object) =>
  Buffer.from(JSON.stringify(content).replaceAll(/"number:(\d+)"/g, "$1")).toString("base64url");

export async function signed(claims: object, { kid, pair }: SigningPair, header: object = {}): Promise<string> {
  const input = `${part({ alg: "ES256", kid, typ: "JWT", ...header })}.${part(claims)}`;
  const signature = await crypto.subtle.sign(
    { ...CURVE, hash: "SHA-256" },
    pair.privateKey,
    new TextEncoder().encode(input),
  );
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

/** An issuer that publishes its keys, and before each test an app with an operator, which does not trust it yet. */
export async function issuerWorld() {
  const [first, second] = [await signingPair("one"), await signingPair("two")];
  const firstAlone = () => Response.json({ keys: [first.jwk] });
  const admin: Record<string, string> = {};
  const state = { app: undefined as unknown as TestApp, admin, published: firstAlone, requests: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => {
      state.requests++;
      return state.published();
    },
  });
  afterAll(() => server.stop(true));
  const jwksUrl = `http://127.0.0.1:${server.port}/jwks.json`;

  // The clock stands still: a slow machine changes nothing.
  let offset = 0;
  const start = Math.floor(Date.now() / 1000) * 1000;
  const clock = { now: () => start + offset };
  beforeEach(async () => {
    offset = 0;
    Object.assign(state, { published: firstAlone, requests: 0 });
    state.app = testApp({ privateAddresses: true }, { clock });
    state.admin = bearer(await state.app.signUp("operator@example.com"));
  });

  return Object.assign(state, {
    first,
    second,
    jwksUrl,
    clock,
    advance(ms: number): void {
      offset += ms;
    },
    /** Another server on the app's database. */
    beside: () => testApp({ privateAddresses: true }, { clock, driver: state.app.driver }),
    claims: (more: object = {}) => ({
      iss: ISSUER,
      aud: [AUDIENCE, "others"],
      sub: "auth0|7",
      exp: Math.floor(clock.now() / 1000) + 600,
      email: "Eve@Example.com",
      email_verified: true,
      app: { roles: ["editor", "admin", "unknown"], tenant: "acme" },
      level: 3,
      ...more,
    }),
    trust: (more: object = {}, headers: Record<string, string> = state.admin) =>
      state.app.send(
        "/api/trusted-issuers",
        { issuer: ISSUER, audience: AUDIENCE, jwks_url: jwksUrl, claims: { roles: "app.roles" }, ...more },
        headers,
      ),
    me: (token: string, headers: Record<string, string> = {}, at = state.app) =>
      at.call("/api/me", { headers: { ...bearer(token), ...headers } }),
  });
}
