/** Whatever ends a right, on another server: within two seconds nothing that it opened goes on, by any transport. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

const LIMIT_MS = 2000;
const SOCKET = "/api/realtime/socket";
const PRESENCE = "/api/realtime/presence/room";
const TOPICS = ["/api/realtime/items/notes", "/api/realtime/channels/room", PRESENCE];
const LIVE = { collection: "notes", sort: "-created_at", limit: 5 };

let server: TestApp;
/** Another process over the same database, which hears of nothing. */
let beside: TestApp;
let admin: Record<string, string>;
let n = 0;

const dataOf = async <T = Record<string, string>>(response: Response): Promise<T> =>
  ((await response.json()) as { data: T }).data;

beforeAll(async () => {
  server = testApp({ authRateLimit: 0 });
  beside = testApp({ authRateLimit: 0 }, { driver: server.driver });
  admin = bearer(await server.signUp("admin@x.test"));
  await server.send("/api/roles", { name: "reader" }, admin);
  await server.send("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] }, admin);
  for (const collection of ["notes", "channel:room"]) {
    const made = await server.send("/api/permissions", { role: "reader", collection, action: "read" }, admin);
    expect(made.status).toBe(201);
  }
});

afterAll(async () => {
  await server.app.close();
  await beside.app.close();
});

/** A stream's end: the code of what closed it. */
async function codeOfStream(response: Response): Promise<string | undefined> {
  const text = await response.text();
  expect([response.status, response.ok ? "" : text]).toEqual([200, ""]);
  return /"code":"(\w+)"/.exec(text)?.[1];
}

/** What is opened by one credential: for each the code with which it ends. */
async function open(
  headers: Record<string, string>,
  topics: readonly string[],
): Promise<{ name: string; ends: Promise<string | undefined> }[]> {
  const opened: { name: string; ends: Promise<string | undefined> }[] = [];
  for (const topic of topics) {
    const response = await server.call(topic, { headers: { ...headers, accept: "text/event-stream" } });
    opened.push({ name: `stream ${topic}`, ends: codeOfStream(response) });
  }
  const live = await server.send("/api/live", LIVE, { ...headers, accept: "text/event-stream" });
  opened.push({ name: "stream of a live query", ends: codeOfStream(live) });
  const made = await server.send("/api/realtime/tickets", undefined, headers);
  const { ticket } = await dataOf(made);
  const byTicket = await server.call(`${topics[0]}?ticket=${ticket}`, { headers: { accept: "text/event-stream" } });
  opened.push({ name: "stream by a ticket", ends: codeOfStream(byTicket) });
  for (const what of [...topics.map((subscribe) => ({ subscribe })), { live: LIVE }]) {
    const socket = await server.open(SOCKET, headers);
    socket.send({ ref: "a", ...what });
    await socket.next();
    const ends = (async () => {
      for (;;) {
        const message = (await socket.next()) as { error?: { code: string }; closed?: number; reason?: string };
        if (message.error) return message.error.code;
        if (message.closed !== undefined) return message.reason;
      }
    })();
    opened.push({ name: `socket ${JSON.stringify(what)}`, ends });
  }
  return opened;
}

async function endsAll(
  headers: Record<string, string>,
  end: () => Promise<Response>,
  code: string,
  topics = TOPICS,
): Promise<void> {
  const opened = await open(headers, topics);
  expect((await end()).status).toBeLessThan(300);
  const late = new Promise<string>((resolve) => setTimeout(() => resolve("went on"), LIMIT_MS + 500));
  const ends = await Promise.all(
    opened.map(async ({ name, ends: ended }) => [name, await Promise.race([ended, late])]),
  );
  expect(ends).toEqual(opened.map(({ name }) => [name, code]));
}

interface Reader {
  id: string;
  headers: Record<string, string>;
}

/** A user with the role. */
async function reader(): Promise<Reader> {
  const headers = bearer(await server.signUp(`reader${++n}@x.test`));
  const { id } = await dataOf(await server.call("/api/me", { headers }));
  const given = await server.send(`/api/users/${id}/roles`, { roles: ["reader"] }, admin, "PUT");
  expect(given.status).toBe(200);
  return { id: id!, headers };
}

const userEnds: Record<string, [end: (user: Reader) => Promise<Response>, code?: string]> = {
  "a sign-out": [({ headers }) => beside.send("/api/auth/sign-out", {}, headers)],
  "a sign-out by an administrator": [({ id }) => beside.send(`/api/users/${id}/sign-out`, {}, admin)],
  "the end of all sessions": [({ headers }) => beside.send("/api/auth/revoke-sessions", {}, headers)],
  "a changed password": [
    ({ headers }) =>
      beside.send(
        "/api/auth/change-password",
        { current_password: "correct horse", new_password: "another horse" },
        headers,
      ),
  ],
  "a block": [({ id }) => beside.send(`/api/users/${id}/block`, {}, admin)],
  "a deletion": [({ id }) => beside.send(`/api/users/${id}?items=release`, undefined, admin, "DELETE")],
  "a role that is taken": [({ id }) => beside.send(`/api/users/${id}/roles`, { roles: [] }, admin, "PUT"), "FORBIDDEN"],
};

test.each(Object.entries(userEnds))("of a session: %s", async (_, [end, code = "INVALID_TOKEN"]) => {
  const user = await reader();
  await endsAll(user.headers, () => end(user), code);
});

test("of an access token: the end of its session", async () => {
  const user = await reader();
  const { access_token } = await dataOf(await server.send("/api/auth/token", undefined, user.headers));
  await endsAll(bearer(access_token!), () => beside.send("/api/auth/sign-out", {}, user.headers), "INVALID_TOKEN");
});

interface Key {
  id: string;
  headers: Record<string, string>;
}

const keyEnds: Record<string, (key: Key) => Promise<Response>> = {
  "a revocation": ({ id }) => beside.send(`/api/keys/${id}`, undefined, admin, "DELETE"),
  "a rotation without an overlap": ({ id }) => beside.send(`/api/keys/${id}/rotate`, { previous_until: null }, admin),
};

test.each(
  Object.entries(keyEnds).flatMap(([name, end]) =>
    ["secret", "scoped"].map((kind) => [`of a ${kind} key: ${name}`, kind, end] as const),
  ),
)("%s", async (_, kind, end) => {
  const scope = kind === "scoped" ? { roles: ["reader"], actions: ["read"] } : {};
  const made = await dataOf(await server.send("/api/keys", { name: "k", kind, ...scope }, admin));
  const headers = { "x-api-key": made.key! };
  // Presence is of users.
  const topics = kind === "scoped" ? TOPICS.filter((topic) => topic !== PRESENCE) : TOPICS;
  await endsAll(headers, () => end({ id: made.id!, headers }), "INVALID_API_KEY", topics);
});
