import { afterAll, beforeAll, expect, test } from "bun:test";
import { type JsonObject, parseSortText } from "@plinth/core";
import { createRule, createRuleSchema, updateRule, updateRuleSchema } from "../src/index.ts";
import { type Hub, restingPlace, subscribeItems, subscribeSchema } from "../src/realtime/index.ts";
import { type LiveQueryInput, subscribeLive } from "../src/realtime/live/index.ts";
import {
  comparePlaces,
  NOBODY,
  openRealtimeWorld,
  type RealtimeWorld,
  type TestOutlet,
  testOutlet,
} from "./realtime-support.ts";
import { ADMIN, userOf } from "./transfer-support.ts";

/** Hosts that forget who listens, while connections stay open. */

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
  ruleId = (await createRule(await world.scope(), createRuleSchema.parse(rule))).id as string;
});
afterAll(() => world.hub.close());

/** The hub that comes after another one forgot, with what each outlet has been told last. */
async function wake(...outlets: [TestOutlet, "items" | "live" | "schema"][]): Promise<Hub> {
  const hub = world.startHub();
  const marks = outlets.map(([{ mark }]) => ({ mark: mark! }));
  const room = await hub.room(BOB.workspaceId, restingPlace(marks, comparePlaces));
  for (const [outlet, kind] of outlets) await subscribe(hub, kind, outlet, true);
  expect(room.size).toBe(outlets.length);
  return hub;
}

async function subscribe(hub: Hub, kind: "items" | "live" | "schema", outlet: TestOutlet, again = false) {
  const who = kind === "schema" ? ADMIN : BOB;
  const room = await hub.room(who.workspaceId);
  const scope = await world.scope(who);
  const grant = { principal: who, credential: NOBODY };
  if (again) outlet.resume = { place: outlet.place, mark: outlet.mark! };
  if (kind === "items") return subscribeItems(room, scope, grant, { slug: "notes" }, outlet);
  if (kind === "schema") return subscribeSchema(room, scope, grant, {}, outlet);
  subscribeLive(room, scope, grant, { input: QUERY }, outlet);
  if (!again) await outlet.until(({ event }) => event === "snapshot");
}

const events = ({ messages }: TestOutlet): string[] => messages.map(({ event }: JsonObject) => String(event));

async function rest(hub: Hub): Promise<void> {
  for (let waited = 0; !hub.atRest; waited += 5) {
    if (waited > 3000) throw new Error("the hub does not come to rest");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("whoever is resumed is told what was missed, once, and nothing else", async () => {
  const [items, live, schema] = [testOutlet(), testOutlet(), testOutlet()];
  const first = world.startHub();
  await subscribe(first, "items", items);
  await subscribe(first, "live", live);
  await subscribe(first, "schema", schema);
  await world.write("notes", id(1), { text: "while awake", rank: 1 });
  await live.until(({ event }) => event === "diff");
  await rest(first);
  first.suspend();
  expect([items, live, schema].map(({ closed }) => closed)).toEqual([false, false, false]);
  const told = [events(items), events(live), events(schema)];
  expect(told).toEqual([["ready", "enter"], ["snapshot", "diff"], ["ready"]]);

  const second = await wake([items, "items"], [live, "live"], [schema, "schema"]);
  await rest(second);
  second.suspend();
  expect([events(items), events(live), events(schema)]).toEqual(told);

  await world.write("notes", id(2), { text: "while asleep", rank: 2 });
  const third = await wake([items, "items"], [live, "live"], [schema, "schema"]);
  await live.until(({ event, rows }) => event === "snapshot" && (rows as unknown[]).length === 2);
  await rest(third);
  expect(events(items)).toEqual(["ready", "enter", "enter"]);
  expect(items.messages[2]).toMatchObject({ id: id(2) });
  await world.write("notes", id(3), { text: "awake again", rank: 3 });
  await items.until(({ id: told }) => told === id(3));
  expect(events(items)).toEqual(["ready", "enter", "enter", "enter"]);
  third.close();
});

test("a live query that nothing has touched is not read again", async () => {
  const live = testOutlet();
  const first = world.startHub();
  await subscribe(first, "live", live);
  await rest(first);
  first.suspend();
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

test("many who stood at one place read the log once", async () => {
  const outlets = Array.from({ length: 20 }, () => testOutlet());
  const first = world.startHub();
  for (const outlet of outlets) await subscribe(first, "items", outlet);
  await rest(first);
  first.suspend();
  await world.write("notes", id(4), { text: "for all", rank: 4 });
  const before = world.log.reads;
  const second = await wake(...outlets.map((outlet): [TestOutlet, "items"] => [outlet, "items"]));
  await Promise.all(outlets.map((outlet) => outlet.until(({ id: told }) => told === id(4))));
  await rest(second);
  expect(world.log.reads - before).toBeLessThan(5);
  expect(outlets.map(events)).toEqual(outlets.map(() => ["ready", "enter"]));
  second.close();
});

test("rights or a schema that changed in the meantime are told of by a reset", async () => {
  const [items, live, schema] = [testOutlet(), testOutlet(), testOutlet()];
  const first = world.startHub();
  await subscribe(first, "items", items);
  await subscribe(first, "live", live);
  await subscribe(first, "schema", schema);
  await rest(first);
  first.suspend();
  await updateRule(await world.scope(), ruleId, updateRuleSchema.parse({ condition: { rank: { _gt: 3 } } }));
  await world.create({ slug: "later", fields: [{ name: "text", type: "text" }] });
  const second = await wake([items, "items"], [live, "live"], [schema, "schema"]);
  const { rows } = await live.until(({ event, rows }) => event === "snapshot" && (rows as unknown[]).length === 1);
  expect(rows).toMatchObject([{ id: id(4) }]);
  expect(events(items)).toEqual(["ready", "reset"]);
  expect(events(schema)).toEqual(["ready", "reset"]);
  second.close();
});

test("a place that the log no longer keeps is told of", async () => {
  const items = testOutlet();
  const first = world.startHub();
  await subscribe(first, "items", items);
  await rest(first);
  first.suspend();
  await world.write("notes", id(5), { text: "a", rank: 5 });
  world.log.oldest = world.log.changes.length;
  const second = await wake([items, "items"]);
  await items.until(({ event }) => event === "gone" || event === "reset");
  second.close();
});
