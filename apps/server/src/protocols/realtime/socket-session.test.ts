import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { systemClock } from "@plinth/adapters-memory";
import type { JsonObject } from "@plinth/core";
import { EncodedBatch } from "@plinth/engine";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import type { TestSocket } from "../../testing/socket.ts";
import { PING, PONG } from "./socket-messages.ts";

const NOTES = "/api/realtime/items/notes";
const SOCKET = "/api/realtime/socket";

let server: TestApp;
let admin: Record<string, string>;
let ann: Record<string, string>;

beforeAll(async () => {
  server = testApp();
  admin = bearer(await server.signUp("admin@x.test"));
  ann = bearer(await server.signUp("ann@x.test"));
  await server.send("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] }, admin);
  const rule = { role: "authenticated", collection: "notes" };
  await server.send("/api/permissions", { ...rule, action: "read", condition: { owner_id: "$user.id" } }, admin);
  await server.send("/api/permissions", { ...rule, action: "create" }, admin);
});

afterAll(() => server.app.close());

const note = (text: string, who = ann) => server.send("/api/items/notes", { text }, who);

async function following(socket: TestSocket, message: object): Promise<TestSocket> {
  socket.send(message);
  await socket.next();
  return socket;
}

test("many subscriptions over one socket, each with what its caller may see, and resumed where it stopped", async () => {
  const socket = await server.open(SOCKET, ann);
  socket.send({ ref: "all", subscribe: NOTES });
  expect(await socket.next()).toMatchObject({ ref: "all", data: { event: "ready" } });
  await following(socket, { ref: "some", subscribe: `${NOTES}?filter={"text":"wanted"}` });
  await note("theirs", admin);
  await note("other");
  const first = await socket.next();
  expect(first).toMatchObject({
    ref: "all",
    data: { event: "enter", data: { text: "other" } },
  });
  await note("wanted");
  const both = [await socket.next(), await socket.next()];
  expect(both.map(({ ref }) => ref).sort()).toEqual(["all", "some"]);
  socket.send({ ref: "all", unsubscribe: true });
  expect(await socket.next()).toEqual({ ref: "all", unsubscribed: true });
  socket.handler.closed();

  const again = await server.open(SOCKET, ann);
  await following(again, { ref: "x", subscribe: NOTES, after: first.id! });
  expect(await again.next()).toMatchObject({ ref: "x", data: { event: "enter", data: { text: "wanted" } } });
  again.handler.closed();
});

test("a live query goes on from the checksum that its messages carry", async () => {
  const live = { collection: "notes", sort: "-created_at", limit: 1 };
  const socket = await server.open(SOCKET, ann);
  socket.send({ ref: "l", live });
  const { id, data } = await socket.next();
  expect(data).toMatchObject({ event: "snapshot", checksum: id });
  socket.send({ ref: "m", live, after: id });
  expect(await socket.next()).toMatchObject({ ref: "m", data: { event: "same" } });
  await note("newest");
  const received = [await socket.next(), await socket.next()];
  expect(received.map(({ data }) => (data as { event: string }).event)).toEqual(["diff", "diff"]);
  socket.handler.closed();
});

test("a subscription that is refused says why, and leaves the others alone", async () => {
  const socket = await server.open(SOCKET, ann);
  const refusals: [object, object][] = [
    [{ subscribe: "/api/realtime/items/nothing" }, { code: "COLLECTION_NOT_FOUND", status: 404 }],
    [{ subscribe: "/api/realtime/collections" }, { code: "FORBIDDEN", status: 403 }],
    [{ subscribe: "/api/items/notes" }, { code: "NOT_FOUND", details: { field: "subscribe" } }],
    [{ subscribe: "//elsewhere/api/realtime/items/notes" }, { code: "NOT_FOUND" }],
    [{ subscribe: "/api/realtime/items/%E0%A4%A" }, { code: "NOT_FOUND" }],
    [{ subscribe: `${NOTES}?since=1` }, { code: "UNKNOWN_PARAMETER", details: { field: "since" } }],
    [{ subscribe: `${NOTES}?poll=1` }, { code: "UNKNOWN_PARAMETER", details: { field: "poll" } }],
    [{ subscribe: `${NOTES}?filter=1&filter=2` }, { code: "VALIDATION", details: { field: "filter" } }],
    [
      { subscribe: NOTES, after: "yesterday" },
      { code: "INVALID_CURSOR", details: { field: "after" } },
    ],
    [{ live: { collection: "notes", sort: "nope" } }, { code: "UNKNOWN_FIELD", details: { field: "sort" } }],
  ];
  for (const [i, [message, error]] of refusals.entries()) {
    socket.send({ ref: String(i), ...message });
    expect(await socket.next()).toMatchObject({ ref: String(i), error });
  }
  await following(socket, { ref: "good", subscribe: NOTES });
  socket.send({ ref: "good", subscribe: NOTES });
  expect(await socket.next()).toMatchObject({ ref: "good", error: { code: "VALIDATION", details: { field: "ref" } } });
  socket.send({ ref: "bad", unsubscribe: true });
  expect(await socket.next()).toMatchObject({ ref: "bad", error: { code: "NOT_FOUND", details: { field: "ref" } } });
  await note("still sent");
  expect(await socket.next()).toMatchObject({ ref: "good", data: { event: "enter" } });
  socket.handler.closed();
});

test("an invalid message is answered with what is wrong, and a few in a row end the socket", async () => {
  const socket = await server.open(SOCKET, ann);
  const errorOf = async (message: Parameters<TestSocket["send"]>[0]) => {
    socket.send(message);
    const { ref, error } = (await socket.next()) as {
      ref?: string;
      error: { code: string; details: { field: string } };
    };
    return [error.code, error.details.field, ...(ref ? [ref] : [])];
  };
  expect(await errorOf("{")).toEqual(["MALFORMED_JSON", "message"]);
  expect(await errorOf("[]")).toEqual(["VALIDATION", "message"]);
  expect(await errorOf(new ArrayBuffer(3))).toEqual(["VALIDATION", "message"]);
  expect(await errorOf({ ref: "a", publish: "x" })).toEqual(["VALIDATION", "message", "a"]);
  socket.send(PING);
  expect(await socket.next()).toEqual(JSON.parse(PONG));
  expect(await errorOf({ subscribe: NOTES })).toEqual(["VALIDATION", "ref"]);
  expect(await errorOf({ ref: "a", subscribe: NOTES, live: {} })).toEqual(["UNKNOWN_FIELD", "live", "a"]);
  expect(await errorOf({ ref: "a", live: { collection: 1 } })).toEqual(["VALIDATION", "live.collection", "a"]);
  expect(await errorOf({ ref: "x".repeat(65), subscribe: NOTES })).toEqual(["VALIDATION", "ref"]);
  expect(await errorOf({ ref: "a", subscribe: "é".repeat(33_000) })).toEqual(["LIMIT_EXCEEDED", "message", "a"]);
  expect(await errorOf("{}")).toEqual(["VALIDATION", "message"]);
  expect(await socket.next()).toMatchObject({ closed: 1008 });
});

test("subscriptions and messages have their limits", async () => {
  const socket = await server.open(SOCKET, ann);
  for (let i = 0; i <= 100; i++) socket.send({ ref: `${i}`, subscribe: "/api/realtime/presence/lobby" });
  expect(await socket.next()).toMatchObject({
    ref: "100",
    error: { code: "LIMIT_EXCEEDED", details: { field: "ref" } },
  });
  // The limit counts by the second; on a slow machine the loop could begin in one and end in the next.
  const now = spyOn(systemClock, "now").mockReturnValue(Date.now());
  for (let i = 0; i < 300; i++) socket.send(PING);
  now.mockRestore();
  const answers = [...socket.waiting];
  expect(answers.find(({ error }) => error)).toMatchObject({ error: { code: "RATE_LIMITED", status: 429 } });
  expect(answers.at(-1)).toMatchObject({ closed: 1008 });
});

test("a client that does not read is asked to reconnect, and gets nothing more", async () => {
  const socket = await following(await server.open(SOCKET, ann), { ref: "a", subscribe: NOTES });
  socket.buffered = 300 * 1024;
  await note("too much");
  expect(await socket.next()).toMatchObject({ closed: 1013 });
  await note("more");
  expect(socket.waiting).toEqual([]);
});

test("when the session ends, so do the socket and all that it has opened", async () => {
  const token = await server.signUp("bea@x.test");
  const socket = await following(await server.open(SOCKET, bearer(token)), { ref: "a", subscribe: NOTES });
  await server.send("/api/auth/sign-out", {}, bearer(token));
  expect(await socket.next()).toMatchObject({ ref: "a", error: { code: "INVALID_TOKEN", status: 401 } });
  expect(await socket.next()).toEqual({ closed: 4401, reason: "INVALID_TOKEN" });
});

test("a role that was taken away ends a subscription of it, and no other", async () => {
  const token = await server.signUp("cid@x.test");
  const me = (await (await server.call("/api/me", { headers: bearer(token) })).json()) as { data: { id: string } };
  await server.send("/api/roles", { name: "reader" }, admin);
  await server.send("/api/collections", { slug: "secrets", fields: [] }, admin);
  await server.send("/api/permissions", { role: "reader", collection: "secrets", action: "read" }, admin);
  await server.send(`/api/users/${me.data.id}/roles`, { roles: ["reader"] }, admin, "PUT");
  const socket = await following(await server.open(SOCKET, bearer(token)), { ref: "mine", subscribe: NOTES });
  await following(socket, { ref: "secret", subscribe: "/api/realtime/items/secrets" });
  await server.send(`/api/users/${me.data.id}/roles`, { roles: [] }, admin, "PUT");
  const received = [await socket.next(), await socket.next()].sort((a, b) => (String(a.ref) < String(b.ref) ? -1 : 1));
  expect(received[0]).toMatchObject({ ref: "mine", data: { event: "reset" } });
  expect(received[1]).toMatchObject({ ref: "secret", error: { code: "FORBIDDEN" } });
  await note("delivered", bearer(token));
  expect(await socket.next()).toMatchObject({ ref: "mine", data: { event: "enter" } });
  socket.handler.closed();
});

test("who may open it: a session, a key, a ticket; no other site by the browser's cookie", async () => {
  expect(await refusalIn(await server.call(SOCKET, { headers: ann }))).toEqual([501, "UNSUPPORTED_BY_HOST"]);
  await expect(server.open(SOCKET, bearer("made.up"))).rejects.toThrow("401 INVALID_TOKEN");
  await expect(server.open(`${SOCKET}?ticket=made.up`)).rejects.toThrow("401 INVALID_TOKEN ticket");
  await expect(server.open(SOCKET, { upgrade: "h2c" })).rejects.toThrow("426 UPGRADE_REQUIRED");
  const { data } = (await (await server.send("/api/realtime/tickets", undefined, ann)).json()) as {
    data: { ticket: string };
  };
  const ticketed = await server.open(`${SOCKET}?ticket=${data.ticket}`);
  ticketed.send({ ref: "a", subscribe: NOTES });
  expect(await ticketed.next()).toMatchObject({ data: { event: "ready" } });
  ticketed.handler.closed();
  const nobody = await server.open(SOCKET);
  nobody.send({ ref: "a", subscribe: NOTES });
  expect(await nobody.next()).toMatchObject({ error: { code: "UNAUTHORIZED" } });
  nobody.handler.closed();
  const credentials = { email: "ann@x.test", password: "correct horse" };
  const signedIn = await server.send("/api/auth/sign-in/email", credentials);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(";")[0]!)
    .join("; ");
  const own = await server.open(SOCKET, { cookie, origin: "http://localhost:8787" });
  own.handler.closed();
  await expect(server.open(SOCKET, { cookie, origin: "https://evil.test" })).rejects.toThrow("403 ORIGIN_FORBIDDEN");
});

/** The host drops everything except the socket and its state. */
function forget({ handler }: TestSocket): JsonObject {
  server.app.sockets.hibernate();
  const state = JSON.parse(JSON.stringify(handler.state())) as JsonObject;
  handler.closed();
  return state;
}

async function resume(socket: TestSocket, state: JsonObject): Promise<boolean> {
  const [handler] = await server.app.sockets.resume([{ io: socket.io, state }]);
  if (handler) socket.handler = handler;
  return handler !== undefined;
}

test("a host that forgets resumes where it was, and sends what was missed and nothing else", async () => {
  const socket = await following(await server.open(SOCKET, ann), { ref: "a", subscribe: NOTES });
  const live = { collection: "notes", filter: { text: "no such" } };
  await following(socket, { ref: "b", live });
  const state = forget(socket);
  expect(state.subscriptions).toMatchObject([
    { ref: "a", subscribe: NOTES },
    { ref: "b", live },
  ]);
  await note("missed");
  expect(await resume(socket, state)).toBe(true);
  expect(await socket.next()).toMatchObject({ ref: "a", data: { event: "enter", data: { text: "missed" } } });
  await note("then");
  expect(await socket.next()).toMatchObject({ ref: "a", data: { event: "enter", data: { text: "then" } } });
  socket.send({ ref: "b", unsubscribe: true });
  expect(await socket.next()).toEqual({ ref: "b", unsubscribed: true });
  socket.handler.closed();
});

test("a right that ended while the host hibernated is refused before anything is sent", async () => {
  const bob = bearer(await server.signUp("bob@x.test"));
  const rule = { role: "authenticated", collection: "notes", action: "read", effect: "deny" };
  const socket = await following(await server.open(SOCKET, bob), { ref: "a", subscribe: NOTES });
  const state = forget(socket);
  await note("not for bob", bob);
  const denied = (await (await server.send("/api/permissions", rule, admin)).json()) as { data: { id: string } };
  expect(await resume(socket, state)).toBe(true);
  expect(await socket.next()).toMatchObject({ ref: "a", error: { code: "FORBIDDEN" } });
  await server.send(`/api/permissions/${denied.data.id}`, undefined, admin, "DELETE");

  const other = await following(await server.open(SOCKET, bob), { ref: "b", subscribe: NOTES });
  const later = forget(other);
  await note("not for bob either", bob);
  await server.send("/api/auth/sign-out", {}, bob);
  expect(await resume(other, later)).toBe(false);
  expect(await other.next()).toMatchObject({ ref: "b", error: { code: "INVALID_TOKEN" } });
  expect(await other.next()).toMatchObject({ closed: 4401 });
});

test("a socket's subscriptions are bounded in all", async () => {
  const socket = await server.open(SOCKET, admin);
  const long = (n: number): string => `${NOTES}?filter={"text":"${String(n).repeat(15_000)}"}`;
  for (let n = 1; n <= 8; n++) await following(socket, { ref: `r${n}`, subscribe: long(n) });
  socket.send({ ref: "r9", subscribe: long(9) });
  expect(await socket.next()).toMatchObject({ ref: "r9", error: { code: "LIMIT_EXCEEDED" } });
  socket.handler.closed();
});

test("a message to many is kept once, whatever name their subscriptions have", async () => {
  const sockets = await Promise.all(Array.from({ length: 5 }, () => server.open(SOCKET, ann)));
  for (const [i, socket] of sockets.entries()) await following(socket, { ref: `"${i}"`, subscribe: NOTES });
  const encodings = spyOn(EncodedBatch.prototype, "as");
  await note("for all");
  const received = await Promise.all(sockets.map((socket) => socket.next()));
  const forms = new Set(encodings.mock.calls.map(([form]) => form));
  encodings.mockRestore();
  expect(received.map(({ ref }) => ref)).toEqual(sockets.map((_, i) => `"${i}"`));
  for (const { data } of received) expect(data).toMatchObject({ event: "enter", data: { text: "for all" } });
  expect(forms.size).toBe(1);
  for (const { handler } of sockets) handler.closed();
});
