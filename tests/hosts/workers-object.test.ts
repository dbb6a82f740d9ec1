import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { openLab } from "../matrix/lab.ts";
import { build } from "./hosts.ts";
import { type Client, type ObjectInstance, startObjectInstance } from "./object-instance.ts";

beforeAll(() => build("workers"));

const HANDSHAKE = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
const NOTES = "/api/realtime/items/notes";
const READ = { role: "public", collection: "notes", action: "read", condition: { rank: { _gt: 0 } } };

async function withNotes(instance: ObjectInstance): Promise<string> {
  const fields = [
    { name: "text", type: "text" },
    { name: "rank", type: "integer" },
  ];
  await instance.ask("POST", "/api/collections", { slug: "notes", fields });
  return ((await instance.ask("POST", "/api/permissions", READ)).data as { id: string }).id;
}

async function following(client: Client, ...messages: object[]): Promise<Client> {
  for (const message of messages) {
    client.send(message);
    const answer = await client.until(({ ref }) => ref === (message as { ref: string }).ref);
    expect(answer.error).toBeUndefined();
  }
  return client;
}

const dataOf = (client: Client, ref: string): JsonObject[] =>
  client.messages.flatMap((message) => (message.ref === ref && message.data ? [message.data as JsonObject] : []));
const textsOf = (client: Client, ref: string): unknown[] =>
  dataOf(client, ref).flatMap(({ event, data }) => (event === "enter" ? [(data as JsonObject).text] : []));

const lab = await openLab({ postgres: true });
afterAll(() => lab.close());
const lacking = lab.postgres ? "" : " — no Postgres on this machine";

describe.each([
  ["D1", async () => startObjectInstance({ objects: true })],
  ["Postgres", async () => startObjectInstance({ objects: true, databaseUrl: await lab.database() })],
] as const)(`with objects over %s`, (engine, start) => {
  if (engine === "Postgres" && !lab.postgres) return test.skip(`everything${lacking}`, () => {});
  let instance: ObjectInstance;
  const note = (text: string, rank = 1) => instance.ask("POST", "/api/items/notes", { text, rank });

  beforeAll(async () => {
    instance = await start();
    await withNotes(instance);
  });
  afterAll(() => instance.stop());

  test("a write by another request reaches subscriptions and live queries of the workspace's object", async () => {
    const client = await following(
      await instance.socket({}),
      { ref: "a", subscribe: NOTES },
      { ref: "b", live: { collection: "notes", sort: "rank" } },
    );
    client.send({ ping: true });
    await client.until(({ pong }) => pong === true);
    await note("first");
    await client.until(({ ref, data }) => ref === "a" && (data as JsonObject).event === "enter");
    await client.until(({ ref, data }) => ref === "b" && (data as JsonObject).event === "diff");
    client.send({ ref: "a", unsubscribe: true });
    await client.until(({ unsubscribed }) => unsubscribed === true);
    client.close();
  });

  test("who comes back goes on where it was", async () => {
    const client = await following(await instance.socket(), { ref: "a", subscribe: NOTES });
    await note("one");
    await until(() => textsOf(client, "a").length === 1, "one");
    const { id } = client.messages.at(-1)!;
    client.close();
    await note("two");
    const again = await following(await instance.socket(), { ref: "a", subscribe: NOTES, after: id });
    await until(() => textsOf(again, "a").length === 1, "two");
    expect(textsOf(again, "a")).toEqual(["two"]);
    again.close();
  });

  test("the runtime forgets a hibernating object after 10 s, and the next write wakes another that sends it once", async () => {
    const client = await following(
      await instance.socket(),
      { ref: "a", subscribe: NOTES },
      { ref: "b", live: { collection: "notes", filter: { text: "while away" } } },
    );
    const before = instance.instances().at(-1)!;
    const rested = instance.rested();
    await until(() => instance.rested() > rested, "hibernating");
    // Less is not enough: the runtime itself decides.
    await Bun.sleep(11_000);
    client.send({ ping: true });
    await client.until(({ pong }) => pong === true);
    expect(instance.instances().at(-1)).toBe(before);
    await note("while away");
    await until(() => textsOf(client, "a").length === 1, "delivered");
    await until(() => dataOf(client, "b").length === 2, "the query's result");
    expect(instance.instances().at(-1)).not.toBe(before);
    expect(dataOf(client, "b").map(({ event, rows }) => [event, (rows as unknown[])?.length])).toEqual([
      ["snapshot", 0],
      ["snapshot", 1],
    ]);
    await note("and then");
    await until(() => textsOf(client, "a").length === 2, "received again");
    expect(dataOf(client, "a").map(({ event }) => event)).toEqual(["ready", "enter", "enter"]);
    client.close();
  });

  test("writes and evictions at any moment: nothing is lost, nothing is sent twice", async () => {
    const clients = await Promise.all(
      [1, 2, 3].map(async () => following(await instance.socket(), { ref: "a", subscribe: NOTES })),
    );
    const known = new Set(instance.instances());
    const written: string[] = [];
    const evictions = (async () => {
      for (let i = 0; i < 8; i++) {
        await Bun.sleep(i * 60);
        await instance.evict();
      }
    })();
    for (let i = 0; i < 60; i++) {
      written.push(`n${i}`);
      await note(`n${i}`);
      if (i % 20 === 19) await Bun.sleep(1500);
    }
    await evictions;
    for (const client of clients) await until(() => textsOf(client, "a").length >= written.length, "all received");
    await Bun.sleep(1500);
    for (const client of clients) {
      expect(textsOf(client, "a")).toEqual(written);
      client.close();
    }
    expect(instance.instances().filter((id) => !known.has(id)).length).toBeGreaterThan(2);
  });

  test("subscriptions that are too long to be attached are stored", async () => {
    const filter = { text: { _in: Array.from({ length: 450 }, (_, i) => `a long text that is wanted, ${i} ✓`) } };
    const subscribe = `${NOTES}?filter=${JSON.stringify(filter)}`;
    const client = await following(await instance.socket(), { ref: "a", subscribe });
    const before = instance.instances().at(-1);
    await instance.evict();
    await note("a long text that is not wanted");
    await note("a long text that is wanted, 449 ✓");
    await until(() => textsOf(client, "a").length === 1, "delivered");
    expect(instance.instances().at(-1)).not.toBe(before);
    expect(dataOf(client, "a").map(({ event }) => event)).toEqual(["ready", "enter"]);
    client.close();
  });

  test("times, delays, sleeps and other attempts come when they are due, while nobody asks for anything", async () => {
    const source = `export default async ({ job, kv, step }) => {
      if (job.payload.fails && (await kv.increment("attempts")) === 1) throw new Error("once");
      if (job.payload.sleeps) await step.sleep("a while", 1);
      return job.attempt;
    };`;
    await instance.ask("PUT", "/api/deployments/due", { source, permissions: { kv: ["own"] } });
    await instance.ask("PUT", "/api/job-queues/due", { backoff_seconds: 1 });
    const when = { type: "cron", schedule: "* * * * * *" };
    const timed = { name: "each second", when, job: { kind: "function", name: "due", queue: "timed" } };
    const { id } = (await instance.ask("POST", "/api/schedules", timed)).data as JsonObject;
    for (const more of [{ delay: 1, payload: {} }, { payload: { sleeps: true } }, { payload: { fails: true } }])
      await instance.ask("POST", "/api/jobs", { kind: "function", name: "due", queue: "due", ...more });
    const done = async (queue: string) =>
      (await instance.ask("GET", `/api/jobs?queue=${queue}&state=succeeded`)).data as JsonObject[];
    await until(async () => (await done("due")).length === 3 && (await done("timed")).length > 1, "all is done");
    expect((await done("due")).map(({ result }) => result).toSorted()).toEqual([1, 1, 2]);
    await instance.ask("DELETE", `/api/schedules/${String(id)}`);
  });
});

test("rights that end while the object is away end before anything is sent", async () => {
  const instance = await startObjectInstance({ objects: true });
  const ruleId = await withNotes(instance);
  const made = await instance.ask("POST", "/api/keys", { name: "brief", kind: "publishable" });
  const { id, key } = made.data as { id: string; key: string };
  const first = await following(await instance.socket({ "x-api-key": key }), { ref: "a", subscribe: NOTES });
  const stranger = await following(await instance.socket({}), { ref: "a", subscribe: NOTES });
  const rested = instance.rested();
  await until(() => instance.rested() > rested, "hibernating");
  await instance.evict();
  // Around Plinth, so that nothing wakes the object: the next wake-up finds both ended.
  await instance.sql(`update plinth_api_keys set revoked_at = ${Date.now()} where id = '${id}'`);
  const body = JSON.stringify({ effect: "deny" }).replaceAll("'", "''");
  await instance.sql(`update plinth_rules set body = json_patch(body, '${body}') where id = '${ruleId}'`);
  await instance.sql("update plinth_workspaces set revision = revision + 1");
  await instance.ask("POST", "/api/items/notes", { text: "not for them", rank: 1 });
  await until(() => first.closed !== undefined, "closed");
  await stranger.until(({ error }) => error !== undefined);
  expect(first.closed).toEqual({ code: 4401 });
  expect(first.messages.at(-1)).toMatchObject({ ref: "a", error: { code: "INVALID_API_KEY" } });
  expect(stranger.messages.at(-1)).toMatchObject({ ref: "a", error: { code: "UNAUTHORIZED" } });
  expect([...textsOf(first, "a"), ...textsOf(stranger, "a")]).toEqual([]);
  expect(stranger.closed).toBeUndefined();
  stranger.close();
  await instance.stop();
});

test("a write that wakes nobody is found by the alarm", async () => {
  const instance = await startObjectInstance({ objects: true, lookSeconds: 2 });
  await withNotes(instance);
  const client = await following(await instance.socket(), { ref: "a", subscribe: NOTES });
  const rested = instance.rested();
  await until(() => instance.rested() > rested, "hibernating");
  await instance.evict();
  const [collection] = await instance.sql("select table_name from plinth_collections where slug = 'notes'");
  const table = `"${collection!.table_name}"`;
  await instance.sql(`insert into ${table} (id, text, rank, version, created_at, updated_at)
    values ('00000000-0000-4000-8000-000000000001', 'by itself', 1, 1, 0, 0)`);
  await until(() => textsOf(client, "a").length === 1, "delivered");
  client.close();
  await instance.stop();
});

test("an object keeps so many sockets and subscriptions and no more, also after it has rested", async () => {
  const instance = await startObjectInstance({ objects: true, settings: { MAX_STREAMS: "3" } });
  await withNotes(instance);
  const opened = await Promise.allSettled(Array.from({ length: 10 }, () => instance.socket({})));
  const clients = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  // Callers without credentials get half of the places.
  expect(clients).toHaveLength(2);
  const refused = async (): Promise<boolean> => {
    const response = await fetch(`${instance.url}/api/realtime/socket`, { headers: HANDSHAKE });
    if (response.status !== 503) return false;
    expect(await response.json()).toMatchObject({ error: { code: "OVERLOADED" } });
    return true;
  };
  expect(await refused()).toBe(true);
  clients.pop()!.close();
  const [client] = clients;
  const subscribed = async (): Promise<boolean> => {
    client!.send({ ref: "a", subscribe: NOTES });
    const last = client!.messages.length;
    await until(() => client!.messages.length > last, "an answer");
    return client!.messages.at(-1)!.error === undefined;
  };
  await until(subscribed, "the place of who has left");
  expect(await refused()).toBe(true);
  const rested = instance.rested();
  await until(() => instance.rested() > rested, "hibernating");
  await instance.evict();
  await instance.ask("POST", "/api/items/notes", { text: "awake", rank: 1 });
  await until(() => textsOf(client!, "a").length === 1, "delivered");
  expect(await refused()).toBe(true);
  for (const one of clients) one.close();
  await instance.stop();
});

test("without the binding sockets are refused, and streams work as before", async () => {
  const instance = await startObjectInstance({ objects: false });
  await withNotes(instance);
  const refusal = await fetch(`${instance.url}/api/realtime/socket`, { headers: { upgrade: "websocket" } });
  expect(refusal.status).toBe(501);
  expect(await refusal.json()).toMatchObject({ error: { code: "UNSUPPORTED_BY_HOST" } });
  const position = (await instance.ask("GET", `${NOTES}?poll=1`)).next;
  await instance.ask("POST", "/api/items/notes", { text: "a", rank: 1 });
  const { data } = await instance.ask("GET", `${NOTES}?poll=1&after=${position}`);
  expect(data).toMatchObject([{ event: "enter", data: { text: "a" } }]);
  await instance.ask("PUT", "/api/deployments/due", { source: "export default () => 1;" });
  const job = { kind: "function", name: "due", delay: 1 };
  const { id } = (await instance.ask("POST", "/api/jobs", job)).data as JsonObject;
  await until(async () => {
    await instance.ask("POST", "/api/tick");
    return ((await instance.ask("GET", `/api/jobs/${String(id)}`)).data as JsonObject).state === "succeeded";
  }, "ticks do what is due");
  await instance.stop();
});
