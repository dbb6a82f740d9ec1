import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject, Principal } from "@plinth/core";
import { createRule, createRuleSchema, updateCollection, updateCollectionSchema } from "../src/index.ts";
import { type LiveQueryInput, liveQuery, subscribeLive } from "../src/realtime/live/index.ts";
import { NOBODY, openRealtimeWorld, type RealtimeWorld, testConnection } from "./realtime-support.ts";
import { listIn } from "./texts.ts";
import { userOf } from "./transfer-support.ts";

/**
 * All subscribers with equal roles share a query's result, unless a rule, field policy or condition on its paths
 * depends on the caller. Then one user must never receive another's result.
 */

let world: RealtimeWorld;
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const users = Array.from({ length: 20 }, (_, i) => userOf(id(100 + i)));
const [ann, ben] = users as [Principal, Principal];

const OPEN = ["rooms", "desks", "tags", "taggings", "shops", "books"];
const MINE = { who: "$user.id" };

beforeAll(async () => {
  world = await openRealtimeWorld();
  const text = (name: string) => ({ name, type: "text" as const });
  const to = (name: string, slug: string) => ({ name, type: "relation" as const, to: slug });
  await world.create({ slug: "rooms", fields: [text("name")] });
  await world.create({ slug: "desks", fields: [text("name"), text("who"), to("room", "rooms")] });
  await world.create({ slug: "tags", fields: [text("name")] });
  await world.create({ slug: "taggings", fields: [to("desk", "desks"), to("tag", "tags")] });
  // The same with personal data: rows of `notes`, a field of `cards`, links of `pins`.
  await world.create({ slug: "notes", fields: [text("text"), text("who")] });
  await world.create({ slug: "cards", fields: [text("text"), text("who"), text("secret")] });
  await world.create({ slug: "shops", fields: [text("name"), to("card", "cards"), to("note", "notes")] });
  await world.create({ slug: "books", fields: [text("name"), text("who"), to("shop", "shops")] });
  await world.create({ slug: "pins", fields: [text("who"), to("book", "books"), to("tag", "tags")] });
  const many = async (slug: string, ...fields: JsonObject[]) =>
    updateCollection(await world.ctx(), slug, updateCollectionSchema.parse({ fields }));
  await many("rooms", { name: "desks", type: "relation_many", to: "desks", via: "room" });
  await many("desks", {
    name: "tags",
    type: "relation_many",
    to: "tags",
    through: "taggings",
    via: "desk",
    target: "tag",
  });
  await many("books", { name: "tags", type: "relation_many", to: "tags", through: "pins", via: "book", target: "tag" });
  await many("shops", { name: "books", type: "relation_many", to: "books", via: "shop" });
  const rule = { role: "authenticated", action: "read" };
  const rules = [
    ...OPEN.map((collection) => ({ ...rule, collection })),
    { ...rule, collection: "notes", condition: MINE },
    { ...rule, collection: "pins", condition: MINE },
    { ...rule, collection: "cards", fields: ["text", "who"] },
    { ...rule, collection: "cards", condition: MINE, fields: ["secret"] },
  ];
  for (const body of rules) await createRule(await world.ctx(), createRuleSchema.parse(body));
  await world.write("rooms", id(1), { name: "hall" });
  await world.write("desks", id(2), { name: "desk", who: ann.id!, room: id(1) });
  await world.write("tags", id(3), { name: "tag" });
  await world.write("taggings", id(4), { desk: id(2), tag: id(3) });
  await world.write("notes", id(10), { text: "ann's", who: ann.id! });
  await world.write("cards", id(11), { text: "shown", who: ann.id!, secret: "ann's" });
  await world.write("shops", id(12), { name: "shop", card: id(11), note: id(10) });
  await world.write("books", id(13), { name: "book", who: ann.id!, shop: id(12) });
  await world.write("pins", id(14), { who: ann.id!, book: id(13), tag: id(3) });
});

afterAll(() => world.broker.close());

function queryIn({ collection, ...query }: JsonObject): LiveQueryInput {
  return { collection: collection as string, ...listIn(query) };
}

async function follow(query: JsonObject, who: Principal, broker = world.broker) {
  const input: LiveQueryInput = queryIn(query);
  const connection = testConnection();
  const subscribers = await broker.subscribersOf(who.workspaceId);
  subscribeLive(subscribers, await world.ctx(who), { principal: who, credential: NOBODY }, { input }, connection);
  await connection.until(({ event }) => event === "snapshot");
  return connection;
}

const shared: Record<string, JsonObject> = {
  "an expanded relation": { collection: "desks", expand: "room" },
  "an expanded list, with a filter and an order of its own": {
    collection: "rooms",
    expand: { desks: { filter: { "room.name": { _null: false } }, sort: "room.name", expand: "tags" } },
  },
  "a relation in the filter": { collection: "desks", filter: { "room.name": { _null: false } } },
  "a junction in the filter": { collection: "desks", filter: { tags: { _some: { name: "tag" } } } },
  "a relation in the sort": { collection: "desks", sort: "room.name" },
  "groups by a relation": {
    collection: "desks",
    group_by: ["room.name"],
    aggregates: { n: { count: "*" } },
    having: { n: { _gt: 0 } },
  },
};

for (const [what, query] of Object.entries(shared)) {
  test(`${what} under rules for all is read once for everybody`, async () => {
    const broker = world.startBroker();
    const connections = await Promise.all(users.map((user) => follow(query, user, broker)));
    expect(broker.counters.reads).toBe(1);
    await world.write("rooms", id(1), { name: `hall of ${what}` });
    await world.write("desks", id(2), { name: what });
    for (const connection of connections) await connection.until(({ event }) => event === "diff");
    // The two writes may arrive together or separately.
    expect(broker.counters.reads).toBeLessThanOrEqual(3);
    await broker.close();
  });
}

const personal: Record<string, JsonObject> = {
  "the rule of an expanded collection": { collection: "shops", expand: "note" },
  "a field policy in an expanded collection": { collection: "shops", expand: "card" },
  "a field policy two relations away": { collection: "books", expand: "shop.card" },
  "a rule two relations away, by fields": { collection: "books", fields: "name,shop.note.text" },
  "an expanded junction's rule": { collection: "books", expand: "tags" },
  "a junction's rule below an expanded list": { collection: "shops", expand: { books: { expand: "tags" } } },
  "an expanded list's filter": { collection: "shops", expand: { books: { filter: MINE } } },
  "the way in an expanded list's filter": {
    collection: "shops",
    expand: { books: { filter: { "shop.card.secret": { _null: false } } } },
  },
  "a filter's relation": { collection: "shops", filter: { "note.text": { _null: false } } },
  "a filter's masked field two relations away": {
    collection: "books",
    filter: { "shop.card.secret": { _null: false } },
  },
  "a junction's rule in a filter": { collection: "books", filter: { tags: { _some: { name: "tag" } } } },
  "a filter under _some": { collection: "shops", filter: { books: { _some: MINE } } },
  "a relation aggregate in a filter": { collection: "books", filter: { "count(tags)": { _gt: 0 } } },
  "what an aggregate computes through a relation": {
    collection: "books",
    aggregates: { n: { max: "shop.card.secret" } },
  },
  "what an aggregate groups by": {
    collection: "shops",
    group_by: ["note.text"],
    aggregates: { n: { count: "*" } },
  },
  "a condition about results": {
    collection: "books",
    group_by: ["who"],
    aggregates: { n: { count: "*" } },
    having: { who: "$user.id" },
  },
};

for (const [what, query] of Object.entries(personal)) {
  test(`${what} that asks who the caller is keeps users apart`, async () => {
    const read = async (who: Principal) => {
      const ctx = await world.ctx(who);
      return liveQuery(ctx, queryIn(query)).read(ctx);
    };
    const [anns, bens] = [await read(ann), await read(ben)];
    expect(bens).not.toEqual(anns);
    for (const [who, rows] of [
      [ann, anns],
      [ben, bens],
    ] as const) {
      const connection = await follow(query, who);
      const first = connection.messages[0]!.rows as { data: JsonObject }[];
      expect(first.map(({ data }) => data)).toEqual(JSON.parse(JSON.stringify(rows)));
    }
  });
}

test("an order by what only its owner sees keeps users apart, equal as the first results may be", async () => {
  for (const sort of ["note.text", "card.secret", "max(books.who)"]) {
    const ctx = await world.ctx(ann);
    const { personal } = liveQuery(ctx, queryIn({ collection: "shops", sort }));
    expect([sort, personal]).toEqual([sort, sort !== "max(books.who)"]);
  }
  const ctx = await world.ctx(ann);
  const levels = { books: { sort: "shop.card.secret" } };
  expect(liveQuery(ctx, queryIn({ collection: "shops", expand: levels })).personal).toBe(true);
});
