import { afterEach, expect, test } from "bun:test";
import {
  type AuthEvent,
  type Client,
  type ClientOptions,
  createClient,
  type KeyValueStorage,
  type WebAuthnJson,
} from "../src/index.ts";
import { failure, server, signIn, url, user } from "./auth-server.ts";

/** As React Native's: each answer comes later. */
function slowStorage(): KeyValueStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: async (key) => kept.get(key) ?? null,
    setItem: async (key, value) => kept.set(key, value),
    removeItem: async (key) => kept.delete(key),
  };
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function eventsOf({ auth }: Client): AuthEvent[] {
  const events: AuthEvent[] = [];
  stops.push(auth.onAuthChange((event) => events.push(event)));
  return events;
}

test("what is asked is asked by the session's own token, and data by the access token", async () => {
  const { fetch, seen } = server();
  const client = createClient({ url, key: "pk_live_x", workspace: "acme corp", fetch });
  // The paths of a workspace are those of the server, below its own.
  await failure(signIn(client));
  expect(seen[0]).toMatchObject({ path: "/api/t/acme%20corp/auth/sign-in/email", credentials: undefined });

  const plain = createClient({ url, key: "pk_live_x", fetch });
  await signIn(plain);
  await plain.auth.sessions.list();
  await plain.auth.fetch(new URL("/api/items/notes", url));
  const [, entered, listed, read] = seen;
  expect(entered!.headers.get("authorization")).toBeNull();
  expect(entered!.headers.get("x-api-key")).toBe("pk_live_x");
  expect(listed!.headers.get("authorization")).toBe("Bearer t.sig");
  expect(read!.headers.get("authorization")).toBe("Bearer access-1");
});

test("whoever brings a token or a secret key has no session to keep", () => {
  const others: Partial<ClientOptions>[] = [
    { key: "sk_live_x" },
    { key: "rk_live_x" },
    { token: "t" },
    { operator: true },
  ];
  for (const other of others)
    expect(() => createClient({ url, ...other }).auth).toThrow("leave out operator, token and tokens");
});

test("without a session, a user's request is not sent; a server that is away has a code", async () => {
  const { fetch, seen } = server({ "/api/auth/sign-in/email": () => Promise.reject(new TypeError("no route")) });
  const client = createClient({ url, fetch });
  expect(await failure(client.auth.sessions.list())).toMatchObject({ code: "UNAUTHORIZED", status: 401 });
  expect(seen).toEqual([]);
  expect(await failure(signIn(client))).toMatchObject({
    name: "PlinthClientError",
    code: "UNREACHABLE",
    status: 0,
    cause: new TypeError("no route"),
  });
});

test("a refresh keeps the user and the session's token, and goes by this device's clock", async () => {
  const storage = slowStorage();
  const { fetch, seen } = server();
  const client = createClient({ url, fetch, storage, storageKey: "mine" });
  const events = eventsOf(client);
  await signIn(client);
  const kept = JSON.parse(storage.kept.get("mine")!);
  expect(Math.abs(Date.parse(kept.expires_at) - Date.now() - 900_000)).toBeLessThan(5000);
  storage.kept.set("mine", JSON.stringify({ ...kept, expires_at: new Date().toISOString() }));
  expect(await Promise.all([client.auth.accessToken(), client.auth.accessToken()])).toEqual(["access-2", "access-2"]);
  expect(JSON.parse(storage.kept.get("mine")!)).toMatchObject({ token: "t.sig", user, refresh_token: "refresh-2" });
  expect(seen.filter(({ path }) => path.endsWith("/refresh"))).toHaveLength(1);
  expect(events).toEqual(["initial", "signed_in", "refreshed"]);
});

test("a refresh that is late brings no session back", async () => {
  let answer!: (response: Response) => void;
  const storage = slowStorage();
  const { fetch } = server({
    "/api/auth/token/refresh": () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  });
  const client = createClient({ url, fetch, storage });
  const { session } = (await signIn(client)) as { session: { access_token: string } };
  storage.kept.set(
    "plinth.session",
    storage.kept.get("plinth.session")!.replace(/"expires_at":"[^"]*"/, '"expires_at":"2020-01-01"'),
  );
  const late = client.auth.accessToken();
  while (!answer) await Bun.sleep(1);
  await client.auth.signOut();
  answer(Response.json({ data: { access_token: "late", refresh_token: "late" } }));
  expect(session.access_token).toBe("access-1");
  expect(await late).toBeUndefined();
  expect(storage.kept.size).toBe(0);
});

test("tabs that share a storage hear of each other, and others do not", async () => {
  const storage = slowStorage();
  const { fetch } = server();
  const [one, other] = [createClient({ url, fetch, storage }), createClient({ url, fetch, storage })];
  const alone = eventsOf(createClient({ url, fetch }));
  const events = eventsOf(other);
  await signIn(one);
  while (!events.includes("signed_in")) await Bun.sleep(5);
  expect((await other.auth.session())?.user.email).toBe(user.email);
  await one.auth.account.get();
  while (!events.includes("user_changed")) await Bun.sleep(5);
  expect((await other.auth.session())?.user.name).toBe("Ada L.");
  await one.auth.signOut();
  while (!events.includes("signed_out")) await Bun.sleep(5);
  expect(alone).toEqual(["initial"]);
});

test("a session that has ended elsewhere is forgotten, and sign-out does not fail for it", async () => {
  const gone = () => Response.json({ error: { code: "INVALID_TOKEN", message: "" } }, { status: 401 });
  const { fetch } = server({ "/api/sessions": gone, "/api/auth/token/refresh": gone, "/api/auth/sign-out": gone });
  const client = createClient({ url, fetch });
  const events = eventsOf(client);
  await signIn(client);
  await client.auth.signOut();
  await signIn(client);
  expect(await failure(client.auth.sessions.list())).toMatchObject({ code: "INVALID_TOKEN" });
  expect(await client.auth.session()).toBeUndefined();
  expect(events).toEqual(["initial", "signed_in", "signed_out", "signed_in", "signed_out"]);
});

test("a stream that ends with its session says so", async () => {
  const gone = () => Response.json({ error: { code: "INVALID_TOKEN", message: "" } }, { status: 401 });
  const stream =
    'data: {"event":"ready"}\n\ndata: {"event":"closed","code":"INVALID_TOKEN","message":"","status":401}\n\n';
  const { fetch } = server({
    "/api/realtime/items/notes": () => new Response(stream, { headers: { "content-type": "text/event-stream" } }),
    "/api/auth/token/refresh": gone,
  });
  const client = createClient({ url, fetch, transport: "sse" });
  const events = eventsOf(client);
  await signIn(client);
  const error = await new Promise((onError) => client.from("notes").subscribe({ onError }, () => undefined));
  expect(error).toMatchObject({ code: "INVALID_TOKEN" });
  expect(events).toEqual(["initial", "signed_in", "signed_out"]);
});

test("what something else has stored is no session", async () => {
  const storage = slowStorage();
  const { auth } = createClient({ url, fetch: server().fetch, storage });
  for (const text of ["nonsense", "null", '{"access_token":1}', "[]"]) {
    storage.kept.set("plinth.session", text);
    expect(await auth.session()).toBeUndefined();
  }
});

test("a passkey that is asked for ends the offer that waits", async () => {
  const path = "/api/auth/passkey/verify-authentication";
  const { fetch, seen } = server({
    [path]: () => Response.json({ token: "t.sig", user, tokens: { access_token: "a", refresh_token: "r" } }),
  });
  const webAuthn = {
    create: async (options: WebAuthnJson) => options,
    canOffer: async () => true,
    get: (_: WebAuthnJson, { conditional, signal }: { conditional: boolean; signal: AbortSignal }) =>
      new Promise<WebAuthnJson>((resolve, reject) => {
        if (!conditional) resolve({ id: "x" });
        signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      }),
  };
  const { auth } = createClient({ url, fetch, webAuthn });
  const offer = auth.passkeys.offer();
  while (seen.length === 0) await Bun.sleep(1);
  await Bun.sleep(1);
  expect((await auth.passkeys.signIn()).status).toBe("signed_in");
  expect(await offer).toBeUndefined();
  // The server remembers the challenge by a cookie.
  expect(seen.map(({ credentials }) => credentials)).toEqual(["include", "include", "include"]);
});

test("an anonymous user signs up as itself, anybody else as nobody", async () => {
  const guest = { ...user, email: null, is_anonymous: true };
  const first = () =>
    Response.json({ token: "guest.sig", user: guest, tokens: { access_token: "a", refresh_token: "r" } });
  const { fetch, seen } = server({ "/api/auth/sign-in/phone-code": first });
  const client = createClient({ url, fetch });
  await client.auth.phone.signIn({ phone: "+4915112345678", code: "1" });
  await signIn(client);
  await signIn(client);
  expect(seen.map(({ headers }) => headers.get("authorization"))).toEqual([null, "Bearer guest.sig", null]);
});
