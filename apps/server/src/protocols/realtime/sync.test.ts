import { afterAll, beforeAll, expect, test } from "bun:test";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import { eventsOf } from "../../testing/events.ts";

let server: TestApp;
let admin: Record<string, string>;
let ann: Record<string, string>;
let ruleId: string;

const SHAPES = `shapes=${encodeURIComponent(JSON.stringify({ tasks: {}, done: { collection: "tasks", filter: { done: true } } }))}`;
const SSE = { accept: "text/event-stream" };

beforeAll(async () => {
  server = testApp();
  admin = bearer(await server.signUp("admin@x.test"));
  ann = bearer(await server.signUp("ann@x.test"));
  const fields = [
    { name: "text", type: "text" },
    { name: "done", type: "boolean" },
  ];
  await server.send("/api/collections", { slug: "tasks", fields }, admin);
  const rule = { role: "authenticated", collection: "tasks", action: "read" };
  ruleId = (await dataOf(await server.send("/api/permissions", rule, admin))).id as string;
  await task("first");
});

afterAll(() => server.app.close());

interface Answer {
  changes: { shape: string; event: string; id: string; data?: { text: string } }[];
  snapshots?: Record<string, { begin?: string; rows: { text: string }[]; complete: boolean }>;
  next: string;
  more: boolean;
}

const dataOf = async (response: Response) => ((await response.json()) as { data: Record<string, unknown> }).data;
const task = async (text: string, done = false) =>
  String((await dataOf(await server.send("/api/items/tasks", { text, done }, admin))).id);
const sync = async (query = "", headers = ann): Promise<Answer> =>
  (await (await server.call(`/api/sync?${SHAPES}${query}`, { headers })).json()) as Answer;
const textsIn = ({ changes }: Answer) => changes.map(({ shape, event, data }) => [shape, event, data?.text]);

test("a stream sends what a request would, as soon as there is something, and resumes by the last id", async () => {
  const response = await server.call(`/api/sync?${SHAPES}`, { headers: { ...ann, ...SSE } });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events = eventsOf(response);
  const first = (await events.next())!;
  expect(first.data as never).toMatchObject({
    changes: [],
    snapshots: { tasks: { begin: "new" }, done: { rows: [] } },
  });
  await task("streamed", true);
  const second = (await events.next())!;
  const expected = [
    ["tasks", "enter", "streamed"],
    ["done", "enter", "streamed"],
  ];
  expect(textsIn(second.data as never)).toEqual(expected);
  expect(second.id).toBe((second.data as unknown as Answer).next);
  await events.stop();
  await task("missed");
  const headers = { ...ann, ...SSE, "last-event-id": second.id! };
  const resumed = eventsOf(await server.call(`/api/sync?${SHAPES}&after=${first.id}`, { headers }));
  expect(textsIn((await resumed.next())!.data as never)).toEqual([["tasks", "enter", "missed"]]);
  await resumed.stop();
});

test("followers with equal rights are sent the same", async () => {
  const streams = await Promise.all(
    [1, 2, 3].map(async () => eventsOf(await server.call(`/api/sync?${SHAPES}`, { headers: { ...ann, ...SSE } }))),
  );
  await Promise.all(streams.map((stream) => stream.next()));
  await task("shared");
  const sent = await Promise.all(streams.map((stream) => stream.next()));
  for (const one of sent) expect(textsIn(one!.data as never)).toEqual([["tasks", "enter", "shared"]]);
  await Promise.all(streams.map((stream) => stream.stop()));
});

test("a refused shape is an error in the answers to those who asked for it, and in no others", async () => {
  const both = encodeURIComponent(JSON.stringify({ tasks: {}, none: {} }));
  const only = encodeURIComponent(JSON.stringify({ tasks: {} }));
  const { next } = (await (await server.call(`/api/sync?shapes=${only}`, { headers: ann })).json()) as Answer;
  const open = async (shapes: string) =>
    eventsOf(await server.call(`/api/sync?shapes=${shapes}&after=${next}`, { headers: { ...ann, ...SSE } }));
  for (const order of [
    [both, only],
    [only, both],
  ]) {
    const streams = await Promise.all(order.map(open));
    await task("for all");
    for (const [i, stream] of streams.entries()) {
      let event = (await stream.next())!;
      while (!event.data) event = (await stream.next())!;
      expect([order[i], Object.keys((event.data.errors as object | undefined) ?? {})]).toEqual([
        order[i],
        order[i] === both ? ["none"] : [],
      ]);
    }
    await Promise.all(streams.map((stream) => stream.stop()));
  }
});

test("shapes may be sent as a body", async () => {
  const body = { shapes: { tasks: { fields: ["text"] } }, limit: 1 };
  const first = (await (await server.send("/api/sync", body, ann)).json()) as Answer;
  expect(first).toMatchObject({ snapshots: { tasks: { begin: "new", complete: false } }, more: true });
  const second = (await (await server.send("/api/sync", { ...body, after: first.next }, ann)).json()) as Answer;
  expect(second.snapshots!.tasks).not.toHaveProperty("begin");
  expect(await refusalIn(await server.send("/api/sync", { ...body, limit: 0 }, ann))).toEqual([
    422,
    "VALIDATION",
    "limit",
  ]);
});

test("a poll waits until there is something to tell", async () => {
  const { next } = await sync();
  const waiting = sync(`&poll=1&after=${next}`);
  await task("polled");
  const answer = await waiting;
  expect(textsIn(answer)).toEqual([["tasks", "enter", "polled"]]);
  expect(textsIn(await sync(`&after=${next}`))).toEqual([["tasks", "enter", "polled"]]);
});

test("a changed rule begins a new snapshot on open streams and for those who come back", async () => {
  const { next } = await sync();
  const events = eventsOf(await server.call(`/api/sync?${SHAPES}&after=${next}`, { headers: { ...ann, ...SSE } }));
  await server.call(`/api/permissions/${ruleId}`, {
    method: "PATCH",
    headers: { ...admin, "content-type": "application/json" },
    body: JSON.stringify({ condition: { done: true } }),
  });
  let event = (await events.next())!;
  while (!event.data) event = (await events.next())!;
  const { snapshots } = event.data as unknown as Answer;
  expect(snapshots!.tasks).toMatchObject({ begin: "new", complete: true, rows: [{ text: "streamed" }] });
  await events.stop();
  expect((await sync(`&after=${next}`)).snapshots!.tasks).toMatchObject({ begin: "new", rows: [{ text: "streamed" }] });
});

test("the moment at which a hidden item changes is not told", async () => {
  const { next } = await sync();
  const events = eventsOf(await server.call(`/api/sync?${SHAPES}&after=${next}`, { headers: { ...ann, ...SSE } }));
  expect((await events.next())!.data).toBeUndefined();
  await task("hidden");
  await Bun.sleep(100);
  const shown = await task("shown", true);
  expect(textsIn((await events.next())!.data as never)).toContainEqual(["tasks", "enter", "shown"]);
  await events.stop();
  await server.call(`/api/items/tasks/${shown}`, { method: "DELETE", headers: admin });
});

test("a ticket follows with its maker's rights; without rights nothing streams", async () => {
  const { ticket } = (await dataOf(await server.send("/api/realtime/tickets", undefined, ann))) as { ticket: string };
  const events = eventsOf(await server.call(`/api/sync?${SHAPES}&ticket=${ticket}`, { headers: SSE }));
  expect((await events.next())!.data as never).toMatchObject({
    snapshots: { tasks: { rows: [{ text: "streamed" }] } },
  });
  await server.send("/api/auth/sign-out", {}, ann);
  let event = (await events.next())!;
  while (!event.data) event = (await events.next())!;
  expect(event.data).toMatchObject({ event: "closed", code: "INVALID_TOKEN" });
  for (const headers of [{}, SSE])
    expect(await refusalIn(await server.call(`/api/sync?${SHAPES}`, { headers }))).toEqual([401, "UNAUTHORIZED"]);
});

test("metrics tell operators of the server how many snapshots began, and why", async () => {
  const text = await (await server.call("/api/metrics", { headers: admin })).text();
  expect(text).toMatch(/^plinth_sync_snapshots_total\{reason="new"\} [1-9]\d*$/m);
  expect(text).toMatch(/^plinth_sync_changes_total [1-9]\d*$/m);
});

test("a position says nothing about how much others write, and an altered one is refused", async () => {
  await server.send("/api/collections", { slug: "others", fields: [{ name: "text", type: "text" }] }, admin);
  const before = (await sync("", admin)).next;
  // The number of changes gets another digit.
  for (let round = 0; round < 3; round++) {
    const texts = Array.from({ length: 400 }, (_, i) => ({ text: `${round}-${i}` }));
    expect((await server.send("/api/items/others", texts, admin)).status).toBe(201);
  }
  const after = (await sync(`&after=${before}`, admin)).next;
  expect(after).not.toBe(before);
  expect(after).toHaveLength(before.length);
  for (const part of after.split("."))
    expect(atob(part.replaceAll("-", "+").replaceAll("_", "/"))).not.toMatch(/1\.\d+\.\d+/);
  // Equal for all at the same place, who share their answers.
  expect((await sync(`&after=${before}`, admin)).next).toBe(after);
  const altered = `${after[0] === "A" ? "B" : "A"}${after.slice(1)}`;
  for (const wrong of [altered, after.slice(0, -4), `${after}AAAA`, "", "~", "ä"].filter(Boolean)) {
    const response = await server.call(`/api/sync?${SHAPES}&after=${encodeURIComponent(wrong)}`, { headers: admin });
    expect([wrong, await refusalIn(response)]).toEqual([wrong, [422, "INVALID_CURSOR", "after"]]);
  }
});
