import { afterAll, beforeAll, expect, test } from "bun:test";
import { type JsonObject, parseSortText } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { createRule, createRuleSchema, updateRule, updateRuleSchema } from "../src/index.ts";
import { hibernatedPosition, type SubscriptionBroker, subscribeItems, subscribeSchema } from "../src/realtime/index.ts";
import { type LiveQueryInput, subscribeLive } from "../src/realtime/live/index.ts";
import {
  comparePositions,
  NOBODY,
  openRealtimeWorld,
  type RealtimeWorld,
  type TestConnection,
  testConnection,
} from "./realtime-support.ts";
import { ADMIN, userOf } from "./transfer-support.ts";

/** Hosts that forget their subscribers while connections stay open. */

let world: RealtimeWorld;
let ruleId: string;
const BOB = userOf("bob");
const QUERY: LiveQueryInput = { collection: "notes", sort: parseSortText("rank") };
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

beforeAll(async () => {
  world = await openRealtimeWorld();
  await world.create({
    slug: "notes",
    fields: [
      { name: "text", type: "text" },
      { name: "rank", type: "integer" },
    ],
  });
  const rule = { role: "authenticated", collection: "notes", action: "read", condition: { rank: { _gt: 0 } } };
  ruleId = (await createRule(await world.ctx(), createRuleSchema.parse(rule))).id as string;
});
afterAll(() => world.broker.close());

/** The broker after a restart, with the last position sent on each connection. */
async function wake(...connections: [TestConnection, "items" | "live" | "schema"][]): Promise<SubscriptionBroker> {
  const broker = world.startBroker();
  const tokens = connections.map(([{ token }]) => ({ token: token! }));
  const subscribers = await broker.subscribersOf(BOB.workspaceId, hibernatedPosition(tokens, comparePositions));
  for (const [connection, kind] of connections) await subscribe(broker, kind, connection, true);
  expect(subscribers.size).toBe(connections.length);
  return broker;
}

async function subscribe(
  broker: SubscriptionBroker,
  kind: "items" | "live" | "schema",
  connection: TestConnection,
  again = false,
) {
  const who = kind === "schema" ? ADMIN : BOB;
  const subscribers = await broker.subscribersOf(who.workspaceId);
  const ctx = await world.ctx(who);
  const grant = { principal: who, credential: NOBODY };
  if (again) connection.resume = { position: connection.position, token: connection.token! };
  if (kind === "items") return subscribeItems(subscribers, ctx, grant, { slug: "notes" }, connection);
  if (kind === "schema") return subscribeSchema(subscribers, ctx, grant, {}, connection);
  subscribeLive(subscribers, ctx, grant, { input: QUERY }, connection);
  if (!again) await connection.until(({ event }) => event === "snapshot");
}

const events = ({ messages }: TestConnection): string[] => messages.map(({ event }: JsonObject) => String(event));

const rest = (broker: SubscriptionBroker): Promise<void> => until(() => broker.idle, "the broker is idle");

test("a resumed subscriber gets what was missed, once, and nothing else", async () => {
  const [items, live, schema] = [testConnection(), testConnection(), testConnection()];
  const first = world.startBroker();
  await subscribe(first, "items", items);
  await subscribe(first, "live", live);
  await subscribe(first, "schema", schema);
  await world.write("notes", id(1), { text: "while awake", rank: 1 });
  await live.until(({ event }) => event === "diff");
  await rest(first);
  first.hibernate();
  expect([items, live, schema].map(({ closed }) => closed)).toEqual([false, false, false]);
  const received = [events(items), events(live), events(schema)];
  expect(received).toEqual([["ready", "enter"], ["snapshot", "diff"], ["ready"]]);

  const second = await wake([items, "items"], [live, "live"], [schema, "schema"]);
  await rest(second);
  second.hibernate();
  expect([events(items), events(live), events(schema)]).toEqual(received);

  await world.write("notes", id(2), { text: "while asleep", rank: 2 });
  const third = await wake([items, "items"], [live, "live"], [schema, "schema"]);
  await live.until(({ event, rows }) => event === "snapshot" && (rows as unknown[]).length === 2);
  await rest(third);
  expect(events(items)).toEqual(["ready", "enter", "enter"]);
  expect(items.messages[2]).toMatchObject({ id: id(2) });
  await world.write("notes", id(3), { text: "awake again", rank: 3 });
  await items.until(({ id: received }) => received === id(3));
  expect(events(items)).toEqual(["ready", "enter", "enter", "enter"]);
  third.close();
});

test("a live query that nothing has touched is not read again", async () => {
  const live = testConnection();
  const first = world.startBroker();
  await subscribe(first, "live", live);
  await rest(first);
  first.hibernate();
  const statements: string[] = [];
  const { driver } = world;
  const { all } = driver;
  driver.all = (query) => {
    statements.push(query.sql);
    return all(query);
  };
  const second = await wake([live, "live"]);
  await rest(second);
  driver.all = all;
  expect(statements.filter((sql) => sql.includes("order by"))).toEqual([]);
  second.close();
});

test("many who stood at one position read the log once", async () => {
  const connections = Array.from({ length: 20 }, () => testConnection());
  const first = world.startBroker();
  for (const connection of connections) await subscribe(first, "items", connection);
  await rest(first);
  first.hibernate();
  await world.write("notes", id(4), { text: "for all", rank: 4 });
  const before = world.log.reads;
  const second = await wake(...connections.map((connection): [TestConnection, "items"] => [connection, "items"]));
  await Promise.all(connections.map((connection) => connection.until(({ id: received }) => received === id(4))));
  await rest(second);
  expect(world.log.reads - before).toBeLessThan(5);
  expect(connections.map(events)).toEqual(connections.map(() => ["ready", "enter"]));
  second.close();
});

test("rights or a schema that changed in the meantime are reported by a reset", async () => {
  const [items, live, schema] = [testConnection(), testConnection(), testConnection()];
  const first = world.startBroker();
  await subscribe(first, "items", items);
  await subscribe(first, "live", live);
  await subscribe(first, "schema", schema);
  await rest(first);
  first.hibernate();
  await updateRule(await world.ctx(), ruleId, updateRuleSchema.parse({ condition: { rank: { _gt: 3 } } }));
  await world.create({ slug: "later", fields: [{ name: "text", type: "text" }] });
  const second = await wake([items, "items"], [live, "live"], [schema, "schema"]);
  const { rows } = await live.until(({ event, rows }) => event === "snapshot" && (rows as unknown[]).length === 1);
  expect(rows).toMatchObject([{ id: id(4) }]);
  expect(events(items)).toEqual(["ready", "reset"]);
  expect(events(schema)).toEqual(["ready", "reset"]);
  second.close();
});

test("a position that the log no longer keeps is reported", async () => {
  const items = testConnection();
  const first = world.startBroker();
  await subscribe(first, "items", items);
  await rest(first);
  first.hibernate();
  await world.write("notes", id(5), { text: "a", rank: 5 });
  world.log.oldest = world.log.changes.length;
  const second = await wake([items, "items"]);
  await items.until(({ event }) => event === "gone" || event === "reset");
  second.close();
});
