import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** What the provider says of its users, by subject. */
export type Users = Record<string, { email?: string; email_verified?: boolean; name?: string }>;

export interface OidcClient {
  readonly client_id: string;
  readonly client_secret: string;
}

export interface OidcServer {
  readonly issuer: string;
  readonly client: OidcClient;
  /** A client of its own for a server that has the address of its callback only now. */
  register(redirectUri: string): Promise<OidcClient>;
  /** Signs in as this subject at the provider's pages; returns the address to which it sends the browser back. */
  signIn(authorizationUrl: string, subject: string): Promise<string>;
  /** What a native app gets that is this client: the provider's ID token about this subject. */
  idToken(client: OidcClient, redirectUri: string, subject: string, nonce: string): Promise<string>;
  /** Refuses at the provider's pages. */
  refuse(authorizationUrl: string): Promise<string>;
  close(): Promise<void>;
}

const CLIENT = { client_id: "plinth", client_secret: "a secret of the client: with signs & such" };

/** A real OpenID Connect provider in this process. */
export async function oidcServer(users: Users, redirectUris: readonly string[] = []): Promise<OidcServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: redirectUris }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, ...users[sub] }) }),
    pkce: { required: () => true },
    cookies: { keys: ["a key for cookies"] },
    features: { registration: { enabled: true }, claimsParameter: { enabled: true } },
  });
  const signIn = (url: string, subject: string) =>
    walk(url, [{ prompt: "login", login: subject, password: "any" }, { prompt: "consent" }]);
  server.on("request", provider.callback());
  return {
    issuer,
    client: CLIENT,
    async register(redirectUri) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ redirect_uris: [redirectUri] });
      const answer = await fetch(`${issuer}/reg`, { method: "POST", headers, body });
      if (answer.status !== 201) throw new Error(`the provider refuses a client: ${await answer.text()}`);
      const { client_id, client_secret } = (await answer.json()) as OidcClient;
      return { client_id, client_secret };
    },
    signIn,
    async idToken({ client_id, client_secret }, redirectUri, subject, nonce) {
      const code_verifier = crypto.randomUUID() + crypto.randomUUID();
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code_verifier));
      const asked = new URLSearchParams({
        client_id,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: "openid",
        nonce,
        claims: JSON.stringify({ id_token: { email: null, email_verified: null } }),
        code_challenge: Buffer.from(digest).toString("base64url"),
        code_challenge_method: "S256",
      });
      const back = new URL(await signIn(`${issuer}/auth?${asked}`, subject));
      const code = back.searchParams.get("code")!;
      const answer = await fetch(`${issuer}/token`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
        body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier }),
      });
      if (answer.status !== 200) throw new Error(`the provider gives no ID token: ${await answer.text()}`);
      return ((await answer.json()) as { id_token: string }).id_token;
    },
    refuse: (url) => walk(url, []),
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Follows redirects and fills in the provider's forms in turn; without a further answer, it aborts. */
async function walk(start: string, forms: readonly Record<string, string>[]): Promise<string> {
  const { origin } = new URL(start);
  const cookies = new Map<string, string>();
  const left = [...forms];
  let [url, init]: [string, RequestInit] = [start, {}];
  for (let steps = 0; steps < 20; steps++) {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name, value] = set.split(";")[0]!.split("=") as [string, string];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get("location");
    const text = await response.text();
    if (location !== null) {
      [url, init] = [new URL(location, url).href, {}];
      if (new URL(url).origin !== origin) return url;
      continue;
    }
    const form = left.shift();
    if (form) {
      const action = /<form[^>]+action="([^"]+)"/.exec(text)?.[1];
      if (action === undefined) throw new Error(`no form in ${response.status} ${text.slice(0, 500)}`);
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      [url, init] = [new URL(action, url).href, { method: "POST", headers, body: String(new URLSearchParams(form)) }];
    } else {
      const abort = /href="([^"]+\/abort)"/.exec(text)?.[1];
      if (abort === undefined) throw new Error(`no way out of ${response.status} ${text.slice(0, 500)}`);
      [url, init] = [new URL(abort, url).href, {}];
    }
  }
  throw new Error("the provider leads around in circles");
}
