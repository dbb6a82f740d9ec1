import { afterAll, expect, test } from "bun:test";
import { DataError, type JsonObject, PlinthError } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { createItems, logReader } from "../src/index.ts";
import { brokerOptions, SubscriptionBroker } from "../src/realtime/index.ts";
import { netReader } from "../src/realtime/net-changes.ts";
import { followSync, syncAnswer } from "../src/realtime/sync/index.ts";
import { NOBODY, testConnection } from "./realtime-support.ts";
import { ADMIN, openWorld } from "./transfer-support.ts";

const world = await openWorld();
await world.create({ slug: "offers", fields: [{ name: "until", type: "timestamp" }] } as never);
const { engine } = await world.ctx();
Object.assign(engine.config, { maxStreams: 10, maxCallerStreams: 10 });
const broker = new SubscriptionBroker(brokerOptions(engine, world.driver));
afterAll(() => broker.close());

const VALID = new Map([["valid", { collection: "offers", filter: { until: { _gt: "$now" } } }]]);
const ALL = new Map([["offers", { collection: "offers" }]]);
const offer = async () => createItems(await world.ctx(), "offers", { until: "2100-01-01T00:00:00.000Z" });

test("a log that is trimmed between two reads of one answer begins a snapshot", async () => {
  await offer();
  const { next } = await syncAnswer(await world.ctx(), { shapes: VALID });
  await offer();
  world.pass(10_000);
  const reader = netReader(logReader(engine, world.driver));
  let reads = 0;
  const read: typeof reader.read = (...of) => {
    if (reads++ === 0) return reader.read(...of);
    throw new PlinthError("GONE");
  };
  const answer = await syncAnswer(await world.ctx(), { shapes: VALID, after: next }, { ...reader, read });
  expect(reads).toBeGreaterThan(1);
  expect(answer).toMatchObject({ changes: [], snapshots: { valid: { begin: "gone", complete: true } } });
});

test("a stream outlives a database that is away for a moment", async () => {
  const connection = testConnection();
  const subscribers = await broker.subscribersOf(ADMIN.workspaceId);
  const grant = { principal: ADMIN, credential: NOBODY };
  const { all } = world.driver;
  let failures = 0;
  world.driver.all = async (query) => {
    if (query.sql.includes("offers") && failures++ === 0) throw new DataError("unavailable");
    return all(query);
  };
  const following = followSync(subscribers, await world.ctx(), grant, { shapes: ALL }, connection);
  await connection.until(({ snapshots }) => snapshots !== undefined);
  world.driver.all = all;
  expect(failures).toBeGreaterThan(1);
  await offer();
  const { changes } = await connection.until((message) => (message.changes as JsonObject[]).length > 0);
  expect(changes).toMatchObject([{ shape: "offers", event: "enter" }]);
  connection.closed = true;
  await offer();
  await following;
});

test("those who follow changes of rows alone read the log from the memory of the tail", async () => {
  const subscribers = await broker.subscribersOf(ADMIN.workspaceId);
  const grant = { principal: ADMIN, credential: NOBODY };
  const names = Array.from({ length: 10 }, (_, n) => `shape${n}`);
  const connections = names.map(() => testConnection());
  const following = names.map(async (name, n) => {
    const shapes = new Map([[name, { collection: "offers" }]]);
    await followSync(subscribers, await world.ctx(), grant, { shapes }, connections[n]!);
  });
  await Promise.all(connections.map((one) => one.until(({ snapshots }) => snapshots !== undefined)));
  await until(() => subscribers.tail.idle, "the tail has told everything");
  const { all } = world.driver;
  let reads = 0;
  world.driver.all = (query) => {
    if (query.sql.includes("plinth_changes") && query.params.some((one) => String(one).startsWith("["))) reads++;
    return all(query);
  };
  await offer();
  await Promise.all(connections.map((one) => one.until(({ changes }) => (changes as JsonObject[]).length > 0)));
  world.driver.all = all;
  expect(reads).toBeLessThan(names.length);
  for (const one of connections) one.closed = true;
  await offer();
  await Promise.all(following);
});

test("nothing more is read for a follower who leaves while the first answer is made", async () => {
  const subscribers = await broker.subscribersOf(ADMIN.workspaceId);
  const connection = testConnection();
  const named = Array.from({ length: 10 }, (_, n) => [`left${n}`, { collection: "offers" }] as const);
  const { all } = world.driver;
  let reads = 0;
  world.driver.all = (query) => {
    if (query.sql.includes("offers")) {
      reads++;
      connection.closed = true;
    }
    return all(query);
  };
  const grant = { principal: ADMIN, credential: NOBODY };
  await followSync(subscribers, await world.ctx(), grant, { shapes: new Map(named) }, connection);
  world.driver.all = all;
  expect(reads).toBe(1);
});
