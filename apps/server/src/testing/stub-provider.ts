import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { browser, CALLBACK, openWith } from "./oidc-world.ts";

export type Answers = Record<string, (request: Request) => Response | Promise<Response>>;

/** A provider that answers what the test sets, and keeps what it was sent. */
export async function stubProvider() {
  const rsa = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(rsa.publicKey)), alg: "RS256", use: "sig" };
  const kid = await calculateJwkThumbprint(jwk);
  const state = {
    answers: {} as Answers,
    requests: [] as { path: string; headers: Headers; body: URLSearchParams }[],
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const body = new URLSearchParams(request.method === "POST" ? await request.clone().text() : "");
      state.requests.push({ path, headers: request.headers, body });
      return (await state.answers[path]?.(request)) ?? new Response("nothing here", { status: 404 });
    },
  });
  const issuer = `http://127.0.0.1:${server.port}`;

  /** A provider of OpenID Connect whose tokens are those of the test. */
  function discovery(more: object = {}): Answers {
    return {
      "/.well-known/openid-configuration": () =>
        Response.json({
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
          ...more,
        }),
      "/keys": () => Response.json({ keys: [{ ...jwk, kid }] }),
    };
  }

  function idToken(
    claims: Record<string, unknown> = {},
    header: object = {},
    key: CryptoKey | Uint8Array = rsa.privateKey,
  ) {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: issuer,
      aud: "plinth",
      sub: "ada",
      iat: now,
      exp: now + 300,
      email: "ada@example.com",
      email_verified: true,
    };
    return new SignJWT({ ...all, ...claims }).setProtectedHeader({ alg: "RS256", kid, ...header }).sign(key);
  }

  /** The app with this provider; `by` begins a sign-in whose code is the test's. */
  async function open(provider: object = {}) {
    state.requests = [];
    const client = { client_id: "plinth", client_secret: "secret of the client" };
    const world = await openWith({ issuer, client }, {}, provider);
    const by = async (code: string) => {
      const guest = browser();
      const url = new URL(await world.start(guest));
      const nonce = url.searchParams.get("nonce") ?? "";
      return { guest, url, nonce, finish: () => world.finish(guest, backOf(url, code)) };
    };
    return { ...world, by };
  }

  const at = (path: string) => state.requests.filter((request) => request.path === path);
  return Object.assign(state, { issuer, jwk, discovery, idToken, open, at, close: () => server.stop(true) });
}

const backOf = (url: URL, code: string) => `${CALLBACK}?code=${code}&state=${url.searchParams.get("state")}`;
