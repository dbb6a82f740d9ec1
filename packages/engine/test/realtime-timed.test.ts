import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Json, JsonObject, Principal } from "@plinth/core";
import { createRule, createRuleSchema, updateCollection, updateCollectionSchema } from "../src/index.ts";
import { subscribeItems } from "../src/realtime/index.ts";
import { NOBODY, openRealtimeWorld, type RealtimeWorld, testConnection } from "./realtime-support.ts";
import { ADMIN, userOf } from "./transfer-support.ts";

/** Streams under `$now`: what time alone changes is sent, once, also to those who resume. */

let world: RealtimeWorld;
let number = 0;
let passed = 0;
const ANN = userOf("ann");
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const newId = (): string => id(++number);
const inTime = (ms: number): string => new Date(Date.now() + passed + ms).toISOString();
const pass = (ms: number): void => {
  passed += ms;
};

beforeAll(async () => {
  world = await openRealtimeWorld();
  Object.assign(world.engine.clock, { now: () => Date.now() + passed });
  await world.create({ slug: "offers", fields: [{ name: "until", type: "timestamp" }] });
  await world.create({
    slug: "posts",
    fields: [
      { name: "text", type: "text" },
      { name: "from", type: "timestamp" },
      { name: "answer", type: "text" },
      { name: "revealed", type: "timestamp" },
      { name: "offer", type: "relation", to: "offers", on_delete: "set_null" },
    ],
  });
  await world.create({
    slug: "lots",
    fields: [{ name: "offer", type: "relation", to: "offers", on_delete: "set_null" }],
  });
  const to = (name: string, to: string) => ({ name, type: "relation" as const, to, on_delete: "cascade" as const });
  await world.create({
    slug: "badges",
    fields: [to("lot", "lots"), to("offer", "offers")],
  });
  const badged = {
    name: "badged",
    type: "relation_many",
    to: "offers",
    through: "badges",
    via: "lot",
    target: "offer",
  };
  await updateCollection(await world.ctx(), "lots", updateCollectionSchema.parse({ fields: [badged] }));
  const rule = async (body: object): Promise<void> => {
    await createRule(await world.ctx(), createRuleSchema.parse({ role: "authenticated", action: "read", ...body }));
  };
  await rule({ collection: "posts", condition: { from: { _lte: "$now" } }, fields: ["text", "from"] });
  await rule({ collection: "posts", condition: { revealed: { _lte: "$now" } }, fields: ["answer"] });
  await rule({ collection: "lots", condition: { "offer.until": { _gt: "$now" } } });
});
afterAll(() => world.broker.close());
beforeEach(() => {
  number = Math.ceil(number / 100) * 100;
});

async function listen(slug: string, options: { filter?: Json; after?: string; who?: Principal; fresh?: boolean } = {}) {
  const { filter, after, who = ANN } = options;
  const connection = testConnection();
  // A process that has just started knows nothing of the time before.
  const broker = options.fresh ? world.startBroker() : world.broker;
  const subscribers = await broker.subscribersOf(who.workspaceId);
  const ctx = await world.ctx(who);
  await subscribeItems(subscribers, ctx, { principal: who, credential: NOBODY }, { slug, filter, after }, connection);
  return connection;
}

const summary = (messages: JsonObject[]): string[] =>
  messages.filter(({ event }) => event !== "ready").map(({ event, id }) => `${event} ${Number(String(id).slice(-2))}`);

test("items enter and leave when their time comes, by rule and by filter", async () => {
  const [soon, later, brief] = [newId(), newId(), newId()];
  const all = await listen("posts");
  const recent = await listen("posts", { filter: { from: { _gt: { $now: { sub: { hours: 2 } } } } } });
  await world.write("posts", soon, { text: "soon", from: inTime(HOUR) });
  await world.write("posts", later, { text: "later", from: inTime(3 * HOUR) });
  await world.write("posts", brief, { text: "now", from: inTime(-HOUR) });
  await all.until(({ id }) => id === brief);
  pass(HOUR + SECOND);
  await all.until(({ id }) => id === soon);
  await recent.until(({ event }) => event === "leave");
  expect(all.messages.at(-1)).toMatchObject({ event: "enter", id: soon, data: { text: "soon" } });
  pass(2 * HOUR + SECOND);
  await recent.until(({ event, id }) => event === "enter" && id === later);
  expect(summary(all.messages)).toEqual(["enter 3", "enter 1", "enter 2"]);
  expect(summary(recent.messages).toSorted()).toEqual(["enter 1", "enter 2", "enter 3", "leave 1", "leave 3"]);
});

test("who resumes gets what time changed meanwhile, once, wherever the position came from", async () => {
  const [soon, later] = [newId(), newId()];
  await world.write("posts", soon, { text: "soon", from: inTime(HOUR) });
  await world.write("posts", later, { text: "later", from: inTime(2 * HOUR) });
  const first = await listen("posts");
  first.end();
  const atStart = first.position;
  pass(HOUR + SECOND);
  for (const fresh of [false, true]) {
    const second = await listen("posts", { after: atStart!, fresh });
    await second.until(({ event }) => event === "enter");
    second.end();
    expect(summary(second.messages)).toEqual(["enter 1"]);
    const third = await listen("posts", { after: second.position!, fresh });
    expect(summary(third.messages)).toEqual([]);
    third.end();
  }
  pass(HOUR);
  // The item has changed since, and the changes are sent after what time changed before them.
  await world.write("posts", soon, { text: "changed" });
  await world.write("posts", later, { from: inTime(HOUR) });
  const last = await listen("posts", { after: atStart!, fresh: true });
  expect(summary(last.messages)).toEqual(["enter 1", "enter 2", "update 1", "leave 2"]);
});

test("an item whose time is over is not sent for a change of before", async () => {
  const filter = { from: { _gt: { $now: { sub: { hours: 1 } } } } };
  const first = await listen("posts", { filter });
  first.end();
  const post = newId();
  await world.write("posts", post, { text: "brief", from: inTime(0) });
  pass(HOUR + SECOND);
  const second = await listen("posts", { filter, after: first.position! });
  const marker = newId();
  await world.write("posts", marker, { text: "marker", from: inTime(0) });
  await second.until(({ id }) => id === marker);
  expect(JSON.stringify(second.messages)).not.toContain("brief");
});

test("a change is sent with the time of its moment", async () => {
  const stream = await listen("posts");
  const post = newId();
  pass(SECOND);
  await world.write("posts", post, { text: "at once", from: inTime(0) });
  await stream.until(({ id }) => id === post);
  expect(summary(stream.messages)).toEqual(["enter 1"]);
});

test("a field that time reveals is an update", async () => {
  const post = newId();
  await world.write("posts", post, { text: "quiz", from: inTime(0), answer: "42", revealed: inTime(HOUR) });
  const stream = await listen("posts");
  pass(HOUR + SECOND);
  await stream.until(({ id }) => id === post);
  expect(stream.messages.at(-1)).toMatchObject({ event: "update", id: post, data: { answer: "42" } });
});

test("a time is as good as its signature, and a position without one gets a reset", async () => {
  const post = newId();
  await world.write("posts", post, { text: "to come", from: inTime(HOUR) });
  const first = await listen("posts");
  first.end();
  const [position, since, time, mac] = first.position!.split("~") as [string, string, string, string];
  const later = (Number.parseInt(time, 36) + 2 * HOUR).toString(36);
  for (const after of [`${position}~${since}~${later}~${mac}`, `${position}~${since}~${mac}`, position]) {
    expect(summary((await listen("posts", { after })).messages)).toEqual(["reset NaN"]);
  }
});

test("rules through relations follow the time of the related item", async () => {
  const [offer, other, lot, otherLot] = [newId(), newId(), newId(), newId()];
  await world.write("offers", offer, { until: inTime(HOUR) });
  await world.write("offers", other, { until: inTime(3 * HOUR) });
  const stream = await listen("lots");
  await world.write("lots", lot, { offer });
  await world.write("lots", otherLot, { offer: other });
  await stream.until(({ id }) => id === otherLot);
  const { position } = stream;
  pass(HOUR + SECOND);
  await stream.until(({ event }) => event === "leave");
  expect(summary(stream.messages)).toEqual(["enter 3", "enter 4", "leave 3"]);
  const resumed = await listen("lots", { after: position!, fresh: true });
  expect(summary(resumed.messages)).toEqual(["leave 3"]);
  await world.write("offers", offer, { until: inTime(HOUR) });
  await stream.until(({ event, id }) => event === "enter" && id === lot);
});

test("filters through lists and junctions follow the time of the related items", async () => {
  const [offer, lot, badge] = [newId(), newId(), newId()];
  await world.write("offers", offer, { until: inTime(HOUR) });
  await world.write("lots", lot, { offer });
  await world.write("badges", badge, { lot, offer });
  const filters: Json[] = [
    { badged: { _some: { until: { _gt: "$now" } } } },
    { badged: { _none: { until: { _gt: "$now" } } } },
  ];
  const [some, none] = await Promise.all(filters.map((filter) => listen("lots", { filter, who: ADMIN })));
  pass(HOUR + SECOND);
  await Promise.all([
    some!.until(({ event, id }) => event === "leave" && id === lot),
    none!.until(({ event, id }) => event === "enter" && id === lot),
  ]);
});
