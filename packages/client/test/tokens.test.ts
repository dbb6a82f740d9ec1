import { expect, test } from "bun:test";
import { createClient, createTokens, type TokenPair, type TokenStore } from "../src/index.ts";
import { pauses, withoutWaiting } from "./support.ts";

withoutWaiting();

const url = "http://server.test";
const NOW = 1_800_000_000_000;
const pairOf = (n: number, seconds = 900): TokenPair => ({
  access_token: `access-${n}`,
  refresh_token: `refresh-${n}`,
  expires_at: new Date(NOW + seconds * 1000).toISOString(),
});

/** A server whose only valid access token is that of `valid`, and which refreshes each token to the next. */
function server(options: { valid: number; lost?: number; ended?: boolean }) {
  const seen = { refreshes: 0, requests: [] as (string | null)[], revoked: [] as string[] };
  let { lost = 0 } = options;
  const fetch = (async (input: URL | string, init: RequestInit = {}) => {
    const { pathname } = new URL(input);
    const token = new Headers(init.headers).get("authorization");
    if (pathname === "/api/auth/token/revoke") {
      seen.revoked.push((JSON.parse(init.body as string) as { refresh_token: string }).refresh_token);
      return Response.json({ data: { revoked: true } });
    }
    if (pathname === "/api/auth/token/refresh") {
      seen.refreshes++;
      await Promise.resolve();
      if (lost-- > 0) throw new TypeError("the connection was lost");
      if (options.ended) return Response.json({ error: { code: "INVALID_TOKEN", message: "" } }, { status: 401 });
      return Response.json({ data: { ...pairOf(options.valid), token_type: "Bearer" } });
    }
    seen.requests.push(token);
    const right = token === `Bearer access-${options.valid}`;
    if (!right) return Response.json({ error: { code: "INVALID_TOKEN", message: "" } }, { status: 401 });
    return pathname.startsWith("/api/realtime")
      ? new Response('id: 1\ndata: {"event":"ready"}\n\n', { headers: { "content-type": "text/event-stream" } })
      : Response.json({ data: 1 });
  }) as typeof globalThis.fetch;
  return { fetch, seen };
}

test("many requests that are refused wait for one refresh, and each is sent once more", async () => {
  const { fetch, seen } = server({ valid: 2 });
  const tokens = createTokens({ url, tokens: pairOf(1), fetch });
  const answers = await Promise.all(Array.from({ length: 10 }, () => tokens.fetch(`${url}/api/me`)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(seen.refreshes).toBe(1);
  expect(seen.requests).toHaveLength(20);
});

test("a token that is about to expire is refreshed first", async () => {
  const { fetch, seen } = server({ valid: 2 });
  const tokens = createTokens({ url, tokens: pairOf(1, 20), fetch });
  await Promise.all([tokens.fetch(`${url}/a`), tokens.fetch(`${url}/b`)]);
  expect(seen).toMatchObject({ refreshes: 1, requests: ["Bearer access-2", "Bearer access-2"] });
});

test("a request that is refused twice is not sent a third time", async () => {
  const { fetch, seen } = server({ valid: 3 });
  const wrong = ((input: URL | string, init?: RequestInit) =>
    String(input).endsWith("/refresh")
      ? Promise.resolve(Response.json({ data: pairOf(2) }))
      : fetch(input as never, init)) as typeof globalThis.fetch;
  const tokens = createTokens({ url, tokens: pairOf(1), fetch: wrong });
  expect((await tokens.fetch(`${url}/a`)).status).toBe(401);
  expect(seen.requests).toHaveLength(2);
});

test("a lost answer is asked for again, with the same token", async () => {
  const { fetch, seen } = server({ valid: 2, lost: 2 });
  const tokens = createTokens({ url, tokens: pairOf(1), fetch });
  expect((await tokens.fetch(`${url}/a`)).status).toBe(200);
  expect(seen.refreshes).toBe(3);
  expect(pauses).toEqual([500]);
});

test("when the session has ended, the tokens go, and the page learns it once", async () => {
  const { fetch } = server({ valid: 2, ended: true });
  let ends = 0;
  const tokens = createTokens({ url, tokens: pairOf(1), fetch, onEnd: () => ends++ });
  const answers = await Promise.all([tokens.fetch(`${url}/a`), tokens.fetch(`${url}/b`)]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  expect(ends).toBe(1);
  expect(await tokens.current()).toBeUndefined();
});

test("tabs with one store take what another one has refreshed", async () => {
  let kept: TokenPair | undefined = pairOf(1);
  const store: TokenStore = {
    read: () => kept,
    write(pair) {
      kept = pair;
    },
  };
  const { fetch, seen } = server({ valid: 2 });
  const [one, other] = [createTokens({ url, store, fetch }), createTokens({ url, store, fetch })];
  await one.fetch(`${url}/a`);
  expect(await other.renew("access-1")).toBe("access-2");
  expect(seen.refreshes).toBe(1);
  await other.signOut();
  expect(seen.revoked).toEqual(["refresh-2"]);
  expect(await one.current()).toBeUndefined();
});

test("streams use them too", async () => {
  const { fetch, seen } = server({ valid: 2 });
  const tokens = createTokens({ url, tokens: pairOf(1), fetch });
  const subscription = createClient({ url, tokens, fetch, transport: "sse" })
    .from("notes")
    .subscribe({}, () => undefined);
  await subscription.ready;
  subscription.close();
  expect(seen.refreshes).toBe(1);
  expect(seen.requests.slice(0, 2)).toEqual(["Bearer access-1", "Bearer access-2"]);
});
