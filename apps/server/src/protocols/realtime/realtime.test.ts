import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import { eventsOf } from "../../testing/events.ts";

let server: TestApp;
let admin: Record<string, string>;
let ann: Record<string, string>;
let annToken: string;

beforeAll(async () => {
  server = testApp();
  admin = bearer(await server.signUp("admin@x.test"));
  annToken = await server.signUp("ann@x.test");
  ann = bearer(annToken);
  await server.send("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] }, admin);
  const rule = { role: "authenticated", collection: "notes" };
  await server.send("/api/permissions", { ...rule, action: "read", condition: { owner_id: "$user.id" } }, admin);
  await server.send("/api/permissions", { ...rule, action: "create" }, admin);
});

afterAll(() => server.app.close());

const note = (text: string, who = ann) => server.send("/api/items/notes", { text }, who);

test("a stream sends its reader what it may see, and resumes where it stopped", async () => {
  const response = await server.call("/api/realtime/items/notes", { headers: ann });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events = eventsOf(response);
  expect((await events.next())?.data?.event).toBe("ready");
  await note("theirs", admin);
  await note("mine");
  const first = await events.next();
  expect(first?.data).toMatchObject({ event: "enter", data: { text: "mine" } });
  await events.stop();
  await note("missed");
  const again = await server.call("/api/realtime/items/notes?after=0", {
    headers: { ...ann, "last-event-id": first!.id! },
  });
  const resumed = eventsOf(again);
  expect((await resumed.next())?.data?.event).toBe("ready");
  expect((await resumed.next())?.data).toMatchObject({ event: "enter", data: { text: "missed" } });
  await resumed.stop();
});

test("a poll answers at once without a position, and with one as soon as there is something", async () => {
  const start = (await (await server.call("/api/realtime/items/notes?poll=1", { headers: ann })).json()) as {
    next: string;
  };
  expect(start).toEqual({ data: [], next: expect.any(String) } as never);
  const waiting = server.call(`/api/realtime/items/notes?after=${start.next}`, {
    headers: { ...ann, accept: "application/json" },
  });
  await note("polled");
  const { data, next } = (await (await waiting).json()) as { data: { data: { text: string } }[]; next: string };
  expect(data.map((event) => event.data.text)).toEqual(["polled"]);
  expect(next).not.toBe(start.next);
});

test("a position tells whoever may not read the log nothing of it, and none but the server can make one", async () => {
  const path = "/api/realtime/items/notes";
  const poll = async (who: Record<string, string>, after = "") => {
    const response = await server.call(`${path}?poll=1${after && `&after=${encodeURIComponent(after)}`}`, {
      headers: who,
    });
    const text = await response.text();
    return { text, ...(JSON.parse(text) as { data: { event: string }[]; next: string }) };
  };
  const start = await poll(ann);
  const plain = (await poll(admin)).next;
  expect(plain).toMatch(/^1\.\d+\.\d+~/);
  for (let round = 0; round < 40; round++) await note("theirs", admin);
  await note("own");
  const { text, data, next } = await poll(ann, start.next);
  expect(data.map(({ event }) => event)).toEqual(["enter"]);
  expect(text).not.toMatch(/1\.\d+\.\d+/);
  expect(next).toHaveLength(start.next.length);
  for (const part of next.split("~"))
    expect(atob(part.replaceAll("-", "+").replaceAll("_", "/"))).not.toMatch(/1\.\d+\.\d+/);
  // As an older version of Plinth sent them, and made up: whoever comes with one starts again, and learns nothing.
  const [, ...signature] = plain.split("~");
  for (const after of [plain, plain.split("~")[0]!, ["1.0.999999", ...signature].join("~"), "1.0.999999"])
    expect((await poll(ann, after)).data.map(({ event }) => event)).toEqual(["reset"]);
  const altered = `${next[0] === "A" ? "B" : "A"}${next.slice(1)}`;
  const refused = await server.call(`${path}?poll=1&after=${altered}`, { headers: ann });
  expect(await refusalIn(refused)).toEqual([422, "INVALID_CURSOR", "after"]);
  // Whoever may read the log goes on there from either.
  const log = await server.call(`/api/changes?after=${encodeURIComponent(start.next)}`, { headers: admin });
  expect(((await log.json()) as { data: unknown[] }).data).toHaveLength(41);
});

test("who may not read is refused before anything streams", async () => {
  expect(await refusalIn(await server.call("/api/realtime/items/notes"))).toEqual([401, "UNAUTHORIZED"]);
  expect(await refusalIn(await server.call("/api/realtime/items/none", { headers: admin }))).toEqual([
    404,
    "COLLECTION_NOT_FOUND",
    "collection",
  ]);
  const filter = encodeURIComponent('{"nope":1}');
  expect(await refusalIn(await server.call(`/api/realtime/items/notes?filter=${filter}`, { headers: ann }))).toEqual([
    422,
    "UNKNOWN_FIELD",
    "filter.nope",
  ]);
});

test("a ticket stands for its maker's session, as long as that lasts", async () => {
  expect(await refusalIn(await server.send("/api/realtime/tickets"))).toEqual([401, "UNAUTHORIZED"]);
  const made = await server.send("/api/realtime/tickets", undefined, ann);
  const { ticket } = ((await made.json()) as { data: { ticket: string } }).data;
  const events = eventsOf(await server.call(`/api/realtime/items/notes?ticket=${ticket}`));
  expect((await events.next())?.data?.event).toBe("ready");
  await note("by ticket");
  expect((await events.next())?.data).toMatchObject({ data: { text: "by ticket" } });
  expect(await refusalIn(await server.call(`/api/realtime/items/notes?ticket=${ticket.slice(0, -3)}abc`))).toEqual([
    401,
    "INVALID_TOKEN",
    "ticket",
  ]);
  await server.send("/api/auth/sign-out", {}, ann);
  expect((await events.next())?.data).toMatchObject({ event: "closed", code: "INVALID_TOKEN" });
  expect((await events.next())?.retry).toBeDefined();
  expect(await events.next()).toBeNull();
  expect((await server.call(`/api/realtime/items/notes?ticket=${ticket}`)).status).toBe(401);
});

test("an application channel carries messages under its own rules, and misses none", async () => {
  const { token } = { token: await server.signUp("ben@x.test") };
  const ben = bearer(token);
  const path = "/api/realtime/channels/room:42";
  expect(await refusalIn(await server.call(path, { headers: ben }))).toEqual([403, "FORBIDDEN"]);
  const rule = { role: "authenticated", collection: "channel:room:{room}" };
  await server.send("/api/permissions", { ...rule, action: "read", condition: { room: { _in: ["42", "43"] } } }, admin);
  await server.send("/api/permissions", { ...rule, action: "create", condition: { room: "42" } }, admin);
  expect((await server.send("/api/permissions", { ...rule, action: "update" }, admin)).status).toBe(422);
  const events = eventsOf(await server.call(path, { headers: ben }));
  const { id } = (await events.next())!;
  expect((await server.send(path, { event: "typing", data: { n: 1 } }, ben)).status).toBe(202);
  expect((await events.next())!.data).toMatchObject({
    event: "message",
    name: "typing",
    data: { n: 1 },
    from: expect.stringMatching(/^user:/),
  });
  await events.stop();
  await server.send(path, { data: "missed" }, ben);
  const again = eventsOf(await server.call(path, { headers: { ...ben, "last-event-id": id! } }));
  expect((await again.next())!.data!.event).toBe("ready");
  const both = [(await again.next())!.data!.data];
  both.push((await again.next())!.data!.data);
  expect(both).toEqual([{ n: 1 }, "missed"]);
  await again.stop();
  expect((await server.send("/api/realtime/channels/room:43", { data: 1 }, ben)).status).toBe(403);
  expect((await server.call("/api/realtime/channels/room:44", { headers: ben })).status).toBe(403);
  expect((await server.send(path, { data: "x".repeat(17_000) }, admin)).status).toBe(413);
});

test("presence is who listens, and the schema's stream reports it", async () => {
  const cat = bearer(await server.signUp("cat@x.test"));
  const dan = bearer(await server.signUp("dan@x.test"));
  expect((await server.call("/api/realtime/presence/lobby")).status).toBe(401);
  expect((await server.call("/api/realtime/presence/lobby", { headers: cat })).status).toBe(403);
  const rule = { role: "authenticated", collection: "channel:lobby", action: "read" };
  expect((await server.send("/api/permissions", rule, admin)).status).toBe(201);
  const one = eventsOf(await server.call("/api/realtime/presence/lobby", { headers: cat }));
  expect((await one.next())!.data).toMatchObject({ event: "presence", data: { members: [{ connections: 1 }] } });
  const two = eventsOf(await server.call("/api/realtime/presence/lobby", { headers: dan }));
  expect(((await two.next())!.data!.data as { members: object[] }).members).toHaveLength(2);
  expect(((await one.next())!.data!.data as { members: object[] }).members).toHaveLength(2);
  await two.stop();
  expect(((await one.next())!.data!.data as { members: object[] }).members).toHaveLength(1);
  await one.stop();
  expect((await server.call("/api/realtime/collections", { headers: cat })).status).toBe(403);
  const schema = eventsOf(await server.call("/api/realtime/collections", { headers: admin }));
  await schema.next();
  await server.send("/api/collections", { slug: "extras", fields: [] }, admin);
  expect((await schema.next())!.data).toMatchObject({ event: "schema", changed: ["extras"], removed: [] });
  await schema.stop();
});

test("a live query sends a snapshot and then differences", async () => {
  const body = { collection: "notes", sort: "text", limit: 2, fields: "text" };
  const events = eventsOf(await server.send("/api/live", body, admin));
  const snapshot = (await events.next())!.data!;
  expect(snapshot.event).toBe("snapshot");
  await note("aaa", admin);
  const diff = (await events.next())!.data as never as { ops: { op: string; at: number }[] };
  expect(diff.ops.map(({ op, at }) => `${op} ${at}`)).toEqual(["remove 1", "insert 0"]);
  const metrics = await (await server.call("/api/metrics", { headers: admin })).text();
  expect(metrics).toMatch(/^plinth_live_reads_total 1$/m);
  expect(metrics).toMatch(/^plinth_live_diffs_total 1$/m);
  const poll = await server.send(`/api/live?poll=1&known=${snapshot.checksum}`, body, admin);
  expect(((await poll.json()) as { data: { event: string }[] }).data[0]!.event).toBe("snapshot");
  await events.stop();
});

test("a server that stops ends its streams, and lets nobody in any more", async () => {
  const stopping = testApp();
  const who = bearer(await stopping.signUp("admin@x.test"));
  const events = eventsOf(await stopping.call("/api/realtime/collections", { headers: who }));
  expect((await events.next())!.data!.event).toBe("ready");
  const socket = await stopping.open("/api/realtime/socket", who);
  void stopping.app.windDown();
  expect((await events.next())?.retry).toBeDefined();
  // The socket was just being admitted.
  expect((await socket.next()).closed).toBeOneOf([1001, 1013]);
  expect(await refusalIn(await stopping.call("/api/realtime/collections", { headers: who }))).toEqual([
    503,
    "UNAVAILABLE",
  ]);
  await stopping.app.close();
});

test("a process serves so many streams and no more", async () => {
  const small = testApp({ maxStreams: 1 });
  const operator = bearer(await small.signUp("admin@x.test"));
  const first = await small.call("/api/realtime/collections", { headers: operator });
  expect(first.status).toBe(200);
  expect(await refusalIn(await small.call("/api/realtime/collections", { headers: operator }))).toEqual([
    503,
    "OVERLOADED",
  ]);
  await first.body!.cancel();
  // A closed stream is noticed at the next poll.
  let again = first;
  await until(async () => {
    again = await small.call("/api/realtime/collections", { headers: operator });
    return again.ok;
  }, "a free place");
  await again.body!.cancel();
  await small.app.close();
});

test("HEAD leaves no subscriber behind", async () => {
  const subscribers = async () => {
    const metrics = await server.call("/api/metrics", { headers: admin });
    return /^plinth_stream_subscribers (\d+)$/m.exec(await metrics.text())![1];
  };
  const before = await subscribers();
  for (const path of ["items/notes", "presence/lobby", "collections"]) {
    const response = await server.call(`/api/realtime/${path}`, { method: "HEAD", headers: admin });
    expect(response.status).toBe(200);
  }
  expect(await subscribers()).toBe(before);
});
