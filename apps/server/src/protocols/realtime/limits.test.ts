import { expect, test } from "bun:test";
import type { JsonObject, RequestHost } from "@plinth/core";
import { APP_URL, bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import { type TestSocket, testSocket } from "../../testing/socket.ts";

/** `MAX_STREAMS` limits a process's streams and sockets, including each subscription of a socket. */

const STREAM = "/api/realtime/collections";
const SOCKET = "/api/realtime/socket";
const FULL = "503 OVERLOADED";

async function serverFor(maxStreams: number): Promise<TestApp & { admin: Record<string, string> }> {
  const server = testApp({ maxStreams });
  return { ...server, admin: bearer(await server.signUp("admin@x.test")) };
}

/** The results of sockets that are opened at once. */
async function openAtOnce(server: TestApp, count: number, headers = {}) {
  const opened = Array.from({ length: count }, () =>
    server.open(SOCKET, headers).catch((error: Error) => error.message),
  );
  const answers = await Promise.all(opened);
  const open = answers.filter((answer): answer is TestSocket => typeof answer !== "string");
  return { open, refused: answers.filter((answer) => typeof answer === "string") };
}

/** How many more sockets the administrator is allowed; they are closed again. */
async function freeSockets(server: TestApp & { admin: Record<string, string> }): Promise<number> {
  const { open } = await openAtOnce(server, 10, server.admin);
  for (const { handler } of open) handler.closed();
  return open.length;
}

async function subscribers({ call, admin }: TestApp & { admin: Record<string, string> }): Promise<string | undefined> {
  const metrics = await (await call("/api/metrics", { headers: admin })).text();
  return /^plinth_stream_subscribers (\d+)$/m.exec(metrics)?.[1];
}

/** A closed stream is noticed at the next poll. */
async function untilFree(server: TestApp & { admin: Record<string, string> }, sockets: number): Promise<void> {
  while ((await freeSockets(server)) !== sockets) await Bun.sleep(20);
}

test("sockets that are opened at once get no more slots than there are, and free them at once", async () => {
  const server = await serverFor(3);
  for (const [headers, places] of [
    [server.admin, 3],
    [{}, 2],
  ] as const) {
    const { open, refused } = await openAtOnce(server, 50, headers);
    expect(open).toHaveLength(places);
    expect(refused).toEqual(Array(50 - places).fill(FULL));
    expect(await refusalIn(await server.call(SOCKET))).toEqual([501, "UNSUPPORTED_BY_HOST"]);
    if (places === 3) {
      expect(await refusalIn(await server.call(STREAM, { headers: server.admin }))).toEqual([503, "OVERLOADED"]);
    } else expect(await freeSockets(server)).toBe(1);
    for (const { handler } of open) {
      handler.closed();
      handler.closed();
    }
  }
  expect(await freeSockets(server)).toBe(3);
  await server.app.close();
});

test("so do streams", async () => {
  const server = await serverFor(3);
  const answers = await Promise.all(Array.from({ length: 20 }, () => server.call(STREAM, { headers: server.admin })));
  const open = answers.filter(({ ok }) => ok);
  expect(open).toHaveLength(3);
  for (const answer of answers) if (!answer.ok) expect(await refusalIn(answer)).toEqual([503, "OVERLOADED"]);
  expect(await freeSockets(server)).toBe(0);
  for (const { body } of open) await body!.cancel();
  await untilFree(server, 3);
  await server.app.close();
});

test("a socket's subscriptions count, until they end", async () => {
  const server = await serverFor(3);
  const socket = await server.open(SOCKET, server.admin);
  for (const ref of ["a", "b", "c"]) socket.send({ ref, subscribe: STREAM });
  const replies = [await socket.next(), await socket.next(), await socket.next()];
  expect(replies.filter(({ data }) => data)).toHaveLength(2);
  expect(replies.find(({ error }) => error)).toMatchObject({ error: { code: "OVERLOADED", status: 503 } });
  expect(await freeSockets(server)).toBe(0);
  const ended = replies.find(({ data }) => data)!;
  socket.send({ ref: ended.ref, unsubscribe: true });
  expect(await socket.next()).toEqual({ ref: ended.ref!, unsubscribed: true });
  await untilFree(server, 1);
  // A refused socket does not count.
  for (let i = 0; i < 5; i++) {
    socket.send({ ref: `${i}`, subscribe: "/api/realtime/items/none" });
    expect(await socket.next()).toMatchObject({ error: { code: "COLLECTION_NOT_FOUND" } });
  }
  expect(await freeSockets(server)).toBe(1);
  socket.handler.closed();
  await untilFree(server, 3);
  await server.app.close();
});

test("a handshake that fails takes no slot", async () => {
  const server = await serverFor(1);
  const shake = async (upgrade: RequestHost["upgrade"], headers = {}): Promise<Response> => {
    const request = new Request(APP_URL + SOCKET, { headers: { upgrade: "websocket", ...headers } });
    return server.app.fetch(request, { defer() {}, ...(upgrade && { upgrade }) });
  };
  const failing = (): never => {
    throw new Error("no handshake");
  };
  expect((await shake(failing)).status).toBe(500);
  expect((await shake(async () => failing())).status).toBe(500);
  expect((await shake(() => new Response(null))).status).toBe(200);
  expect(await refusalIn(await shake(failing, { upgrade: "h2c" }))).toEqual([426, "UPGRADE_REQUIRED"]);
  expect(await freeSockets(server)).toBe(1);
  const { handler } = await server.open(SOCKET);
  // A plain request to the address returns the reason of a failed handshake.
  expect(await refusalIn(await shake(failing, { upgrade: "h2c" }))).toEqual([503, "OVERLOADED"]);
  handler.closed();
  await server.app.close();
});

test("a socket that opens after its answer is ended if no slot is free any more", async () => {
  const server = await serverFor(1);
  const late = async () => {
    const { socket } = testSocket();
    const opening = Promise.withResolvers<void>();
    const request = new Request(APP_URL + SOCKET, { headers: { upgrade: "websocket" } });
    await server.app.fetch(request, {
      defer() {},
      upgrade(open) {
        void opening.promise.then(() => {
          socket.handler = open(socket.io);
        });
        return new Response(null);
      },
    });
    return { socket, opening };
  };
  const [first, second] = [await late(), await late()];
  first.opening.resolve();
  await first.opening.promise;
  second.opening.resolve();
  expect(await second.socket.next()).toMatchObject({ closed: 1013, reason: "OVERLOADED" });
  second.socket.handler.closed();
  expect(await freeSockets(server)).toBe(0);
  first.socket.handler.closed();
  expect(await freeSockets(server)).toBe(1);
  await server.app.close();
});

test("sockets that a host keeps while it hibernates have their slots when it wakes", async () => {
  const server = await serverFor(3);
  const socket = await server.open(SOCKET, server.admin);
  socket.send({ ref: "a", subscribe: STREAM });
  await socket.next();
  expect(await freeSockets(server)).toBe(1);
  server.app.sockets.hibernate();
  const state = JSON.parse(JSON.stringify(socket.handler.state())) as JsonObject;
  socket.handler.closed();
  expect(await freeSockets(server)).toBe(3);
  socket.handler = (await server.app.sockets.resume([{ io: socket.io, state }]))[0]!;
  // The check itself opens sockets, so it waits until the subscription is restored.
  while ((await subscribers(server)) !== "2") await Bun.sleep(20);
  expect(await freeSockets(server)).toBe(1);
  await server.send("/api/collections", { slug: "made", fields: [] }, server.admin);
  expect(await socket.next()).toMatchObject({ ref: "a", data: { event: "schema" } });
  socket.handler.closed();
  await untilFree(server, 3);
  await server.app.close();
});

test("a caller without credentials takes neither the slots of others nor those of users and keys", async () => {
  const server = testApp({ maxStreams: 100, maxCallerStreams: 20 });
  const admin = bearer(await server.signUp("admin@x.test"));
  await server.send("/api/collections", { slug: "posts", fields: [{ name: "title", type: "text" }] }, admin);
  await server.send("/api/permissions", { role: "public", collection: "posts", action: "read" }, admin);
  const follow = (from: string, headers = {}) => server.call("/api/realtime/items/posts", { headers, from });
  const answered = async (count: number, from: string, headers = {}) => {
    const answers = await Promise.all(Array.from({ length: count }, () => follow(from, headers)));
    const refused = answers.find(({ ok }) => !ok);
    if (refused) {
      expect(refused.headers.get("retry-after")).toBe("5");
      expect(await refusalIn(refused)).toEqual([503, "OVERLOADED"]);
    }
    return answers.filter(({ ok }) => ok).length;
  };
  expect(await answered(30, "203.0.113.1")).toBe(20);
  expect(await answered(30, "203.0.113.2")).toBe(20);
  expect(await answered(30, "203.0.113.3")).toBe(10);
  expect(await answered(30, "203.0.113.1", admin)).toBe(20);
  const metrics = await (await server.call("/api/metrics", { headers: admin })).text();
  expect(metrics).toContain("plinth_streams_refused_total 50");
  await server.app.close();
});
