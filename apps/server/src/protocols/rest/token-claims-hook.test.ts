import { afterEach, expect, test } from "bun:test";
import { bearer, refusalIn } from "../../testing/app.ts";
import { openWithHooks, stopReceiver } from "../../testing/hooks.ts";
import { verified } from "../../testing/signed-message.ts";

afterEach(stopReceiver);

interface SignedIn {
  readonly token: string;
  readonly user: { readonly id: string };
  readonly tokens: { readonly access_token: string; readonly refresh_token: string };
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;

/** A workspace with Ben, whose program says what is in tokens. */
async function open(answer: () => Response) {
  const world = await openWithHooks(answer);
  const { token, user } = (await (await world.signUp("ben@example.com")).json()) as SignedIn;
  const secret = await world.rotate();
  expect((await world.change({ token_claims: world.url })).status).toBe(200);
  const enter = () => world.signIn("ben@example.com", undefined, { tokens: true });
  const refresh = (refresh_token: string) => world.send("/api/t/acme/auth/token/refresh", { refresh_token });
  return { ...world, secret, ben: user.id, session: bearer(token), enter, refresh };
}

test("claims are asked for at issue and at refresh, and not at requests", async () => {
  let plan = "free";
  const { enter, refresh, call, received, secret, ben } = await open(() => Response.json({ claims: { plan } }));
  const { tokens } = (await (await enter()).json()) as SignedIn;
  expect(claimsOf(tokens.access_token)).toMatchObject({ sub: ben, custom: { plan: "free" } });
  expect(verified(secret, received[0]!)).toMatchObject({
    type: "token.claims",
    data: { user_id: ben, email: "ben@example.com", roles: [], methods: ["pwd"], session_id: expect.any(String) },
  });
  plan = "pro";
  const me = await call("/api/t/acme/me", { headers: bearer(tokens.access_token) });
  expect(me.status).toBe(200);
  expect(received).toHaveLength(1);
  const next = (await (await refresh(tokens.refresh_token)).json()) as { data: SignedIn["tokens"] };
  expect(claimsOf(next.data.access_token)).toMatchObject({ custom: { plan: "pro" } });
  expect(received).toHaveLength(2);
});

/** A workspace whose users see the things of the plan that their tokens name. */
async function openWithThings(more: object = {}) {
  const plan = "pro";
  const world = await open(() => Response.json({ claims: { plan, ...more } }));
  const { send, call, operator } = world;
  await send("/api/t/acme/collections", { slug: "things", fields: [{ name: "plan", type: "text" }] }, operator);
  const condition = { plan: { _eq: "$user.claims.custom.plan" } };
  const rule = { role: "authenticated", collection: "things", action: "read", condition };
  expect((await send("/api/t/acme/permissions", rule, operator)).status).toBe(201);
  const make = () => send("/api/t/acme/items/things", { plan }, operator);
  const seen = async (by: string) => {
    const answer = await call("/api/t/acme/items/things", { headers: bearer(by) });
    return ((await answer.json()) as { data: unknown[] }).data.length;
  };
  return { ...world, make, seen };
}

test("rules see the claims of an access token, also after its user has changed", async () => {
  const { enter, make, seen, send, operator, ben } = await openWithThings();
  await make();
  const { token, tokens } = (await (await enter()).json()) as SignedIn;
  expect(await seen(tokens.access_token)).toBe(1);
  expect(await seen(token)).toBe(0);
  await send("/api/t/acme/roles", { name: "editor" }, operator);
  const assigned = await send(`/api/t/acme/users/${ben}/roles`, { roles: ["editor"] }, operator, "PUT");
  expect(assigned.status).toBe(200);
  expect(await seen(tokens.access_token)).toBe(1);
});

test("whoever knows a shared secret adds no claims", async () => {
  const { enter, make, seen, send, operator } = await openWithThings();
  await make();
  expect((await send("/api/t/acme/signing-keys", { algorithm: "HS256" }, operator)).status).toBe(201);
  expect((await send("/api/t/acme/signing-keys/rotate", undefined, operator)).ok).toBe(true);
  const { tokens } = (await (await enter()).json()) as SignedIn;
  expect(JSON.parse(Buffer.from(tokens.access_token.split(".")[0]!, "base64url").toString())).toMatchObject({
    alg: "HS256",
  });
  expect(await seen(tokens.access_token)).toBe(0);
});

test("a stream that a ticket opens keeps the claims of the token, however long they are", async () => {
  const { enter, make, send, call } = await openWithThings({ note: "x".repeat(1900) });
  const { tokens } = (await (await enter()).json()) as SignedIn;
  const asked = await send("/api/t/acme/realtime/tickets", undefined, bearer(tokens.access_token));
  const { ticket } = ((await asked.json()) as { data: { ticket: string } }).data;
  const poll = async (after = "") => {
    const answer = await call(`/api/t/acme/realtime/items/things?poll=1&ticket=${ticket}${after}`);
    return (await answer.json()) as { data: { event: string }[]; next: string };
  };
  const { next } = await poll();
  expect((await make()).status).toBe(201);
  const { data } = await poll(`&after=${encodeURIComponent(next)}`);
  expect(data.map(({ event }) => event)).toContain("enter");
});

test("a failure gives no token, keeps the refresh token good, and leaves no session behind", async () => {
  let answer = () => Response.json({ claims: {} });
  const { enter, refresh, call, session, events } = await open(() => answer());
  const { tokens } = (await (await enter()).json()) as SignedIn;
  const sessions = async () => {
    const listed = await call("/api/t/acme/auth/list-sessions", { headers: session });
    return ((await listed.json()) as unknown[]).length;
  };
  const before = await sessions();
  const failures: (() => Response)[] = [
    () => Response.json({}),
    () => Response.json({ claims: [] }),
    () => Response.json({ claims: { role: "admin" } }),
    () => Response.json({ claims: { note: "x".repeat(2001) } }),
    () => Response.json({ claims: {} }, { status: 500 }),
  ];
  for (answer of failures) expect(await refusalIn(await refresh(tokens.refresh_token))).toEqual([503, "UNAVAILABLE"]);
  expect(await refusalIn(await enter())).toEqual([503, "UNAVAILABLE"]);
  expect(await sessions()).toBe(before);
  const reasons = (await events("hook_failure")).map(({ detail }) => (detail as { reason: string }).reason);
  expect(reasons.toReversed()).toEqual([
    "no claims",
    "no claims",
    "the claim role is reserved",
    "more than 2000 characters of claims",
    "status 500",
    "status 500",
  ]);
  answer = () => Response.json({ claims: { plan: "free" } });
  expect((await refresh(tokens.refresh_token)).status).toBe(200);
});
