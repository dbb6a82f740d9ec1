import { afterAll, beforeAll, expect, test } from "bun:test";
import { type JsonObject, type Principal, parseSortText } from "@plinth/core";
import {
  aggregateItems,
  createItems,
  createRule,
  createRuleSchema,
  type ListInput,
  listItems,
  updateCollection,
  updateCollectionSchema,
} from "../src/index.ts";
import { type LiveQueryInput, subscribeLive } from "../src/realtime/live/index.ts";
import { copyOf, settled } from "./realtime-copies.ts";
import { NOBODY, openRealtimeWorld, type RealtimeWorld, testConnection } from "./realtime-support.ts";
import { expandIn, fieldsIn, listIn } from "./texts.ts";
import { ADMIN, userOf } from "./transfer-support.ts";

let world: RealtimeWorld;
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

beforeAll(async () => {
  world = await openRealtimeWorld();
  await world.create({ slug: "teams", fields: [{ name: "name", type: "text" }] });
  await world.create({
    slug: "tasks",
    fields: [
      { name: "title", type: "text" },
      { name: "rank", type: "integer" },
      { name: "price", type: "decimal" },
      { name: "done", type: "boolean" },
      { name: "who", type: "text" },
      { name: "hidden", type: "text" },
      { name: "team", type: "relation", to: "teams", on_delete: "set_null" },
    ],
  });
  const tasks = { name: "tasks", type: "relation_many" as const, to: "tasks", via: "team" };
  await updateCollection(await world.ctx(), "teams", updateCollectionSchema.parse({ fields: [tasks] }));
  const rule = { role: "authenticated", action: "read" };
  for (const body of [
    {
      ...rule,
      collection: "tasks",
      condition: { $or: [{ who: "$user.id" }, { done: true }] },
      fields: ["title", "rank", "price", "done", "who", "team"],
    },
    { ...rule, collection: "teams" },
  ]) {
    await createRule(await world.ctx(), createRuleSchema.parse(body));
  }
  for (let i = 1; i <= 3; i++) await world.write("teams", id(900 + i), { name: `team ${i}` });
});

afterAll(() => world.broker.close());

async function follow(input: LiveQueryInput, who: Principal = ADMIN, known?: string, broker = world.broker) {
  const connection = testConnection();
  const subscribers = await broker.subscribersOf(who.workspaceId);
  subscribeLive(
    subscribers,
    await world.ctx(who),
    { principal: who, credential: NOBODY },
    { input, known },
    connection,
  );
  await connection.until(({ event }) => event === "snapshot" || event === "same");
  return connection;
}

test("small ordered diffs keep a window current, and one group serves equals", async () => {
  const wanted = listIn({ filter: { rank: { _gte: 0 } }, sort: "rank", limit: 3, fields: "title,rank" });
  const input = { collection: "tasks", ...wanted };
  const connection = await follow(input);
  const twin = await follow(input);
  for (const n of [1, 2, 3, 4]) await world.write("tasks", id(n), { title: `t${n}`, rank: n * 10 });
  await world.write("tasks", id(2), { rank: 35 });
  await world.write("tasks", id(1), null);
  await world.write("tasks", id(9), { rank: -1 });
  const fresh = async () => (await listItems(await world.ctx(), "tasks", wanted)).data as unknown[];
  await settled(connection, fresh);
  await settled(twin, fresh);
  expect(connection.messages).toEqual(twin.messages);
  const checksum = (connection.messages.at(-1) as { checksum: string }).checksum;
  const back = await follow(input, ADMIN, checksum);
  expect(back.messages.map(({ event }) => event)).toEqual(["same"]);
});

test("an expanded relation follows the related item, and an aggregate its rows", async () => {
  const expanded = await follow({
    collection: "tasks",
    ...listIn({ expand: "team", sort: "id" }),
    filter: { team: { _null: false } },
  });
  const totals = await follow({
    collection: "tasks",
    aggregates: { n: { count: "*" }, top: { max: "rank" } },
    group_by: ["done"],
    limit: 50,
    offset: 0,
  });
  await world.write("tasks", id(20), { title: "x", team: id(901), rank: 7 });
  await world.write("teams", id(901), { name: "renamed" });
  await settled(
    expanded,
    async () =>
      (
        await listItems(
          await world.ctx(),
          "tasks",
          listIn({ expand: "team", sort: "id", filter: { team: { _null: false } } }),
        )
      ).data as unknown[],
  );
  expect(JSON.stringify(copyOf(expanded))).toContain("renamed");
  await settled(totals, async () =>
    aggregateItems(await world.ctx(), "tasks", {
      aggregates: { n: { count: "*" }, top: { max: "rank" } },
      group_by: ["done"],
      limit: 50,
      offset: 0,
    }),
  );
  expect(totals.messages.length).toBeGreaterThan(1);
});

test("an aggregate's results may have the names of the protocol's own parts", async () => {
  const query = {
    aggregates: { id: { count: "*" }, mark: { max: "rank" }, at: { min: "rank" } },
    group_by: ["title"],
    limit: 50,
    offset: 0,
  } as const;
  const totals = await follow({ collection: "tasks", ...query, group_by: ["title"] });
  const fresh = async () => aggregateItems(await world.ctx(), "tasks", { ...query, group_by: ["title"] });
  for (let i = 0; i < 6; i++) {
    await world.write("tasks", id(40 + i), { title: `group ${i % 3}`, rank: i });
    await settled(totals, fresh);
  }
  await world.write("tasks", id(40), { title: "group 1", rank: 9 });
  await settled(totals, fresh);
  expect(totals.messages.length).toBeGreaterThan(2);
});

test("what does not concern a query costs it nothing", async () => {
  const quiet = await follow({ collection: "tasks", filter: { rank: 123456 } });
  for (let i = 0; i < 5; i++) await world.write("tasks", id(300 + i), { rank: i });
  await world.write("teams", id(902), { name: "other" });
  await Bun.sleep(100);
  expect(quiet.messages).toHaveLength(1);
});

test("rows that leave a large window are followed up by spare rows, and those by what comes after the last", async () => {
  await world.create({ slug: "many", fields: [{ name: "rank", type: "integer" }] });
  const maxLimit = 1000;
  const items = Array.from({ length: 1200 }, (_, n) => ({ id: id(10_000 + n), rank: n % 7 ? n : null }));
  for (let n = 0; n < items.length; n += 400) {
    await createItems(await world.ctx(), "many", items.slice(n, n + 400));
  }
  for (const sort of ["rank", "-rank"]) {
    const broker = world.startBroker();
    const connection = await follow(
      { collection: "many", ...listIn({ sort, limit: maxLimit }) },
      ADMIN,
      undefined,
      broker,
    );
    const fresh = async () =>
      (await listItems(await world.ctx(), "many", listIn({ sort, limit: maxLimit }))).data as unknown[];
    const shown = (await fresh()) as { id: string }[];
    for (const row of shown.slice(0, 20)) await world.write("many", row.id, null);
    await settled(connection, fresh);
    expect([broker.counters.reads, broker.counters.refills]).toEqual([1, 0]);
    // More than there are spare rows, including the last of the window.
    for (const row of [...shown.slice(20, 60), ...shown.slice(-20)]) await world.write("many", row.id, null);
    await settled(connection, fresh);
    expect(broker.counters.reads).toBe(1);
    expect(broker.counters.refills).toBeGreaterThan(0);
    await broker.close();
  }
});

test("a result that grows beyond what one answer may bring in is ended with the reason", async () => {
  await world.write("teams", id(910), { name: "large" });
  const large = {
    collection: "tasks",
    filter: { team: id(910) },
    expand: expandIn("team.tasks.team.tasks"),
    limit: 60,
  };
  for (let i = 0; i < 40; i++) await world.write("tasks", id(500 + i), { title: "x", team: id(910) });
  const connection = await follow(large);
  for (let i = 40; i < 50; i++) await world.write("tasks", id(500 + i), { title: "x", team: id(910) });
  const { code, status } = await connection.until(({ event }) => event === "closed");
  expect([code, status]).toEqual(["LIMIT_EXCEEDED", 422]);
  expect(connection.closed).toBe(true);
});

test("random writes, rights and queries: after each storm the copy equals a fresh read", async () => {
  let seed = 7;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % n;
  };
  const queries: [Principal, LiveQueryInput][] = [];
  for (let i = 0; i < 12; i++) {
    const filters: JsonObject[] = [
      {},
      { rank: { _gt: random(20) } },
      { done: true },
      { title: { _contains: "a" } },
      { "team.name": { _contains: "1" } },
    ];
    const filter = filters[random(5)]!;
    const sort = ["rank", "-rank,title", "title", "-price", "done,-rank", "team.name"][random(6)]!;
    const input: LiveQueryInput = {
      collection: "tasks",
      filter,
      sort: parseSortText(sort),
      limit: 1 + random(8),
      ...(random(3) === 0 && { expand: expandIn("team") }),
      ...(random(3) === 0 && { fields: fieldsIn("title,done") }),
    };
    queries.push([[ADMIN, userOf("ann"), userOf("bob")][random(3)]!, input]);
  }
  const connections = await Promise.all(queries.map(([who, input]) => follow(input, who)));
  for (let storm = 0; storm < 6; storm++) {
    for (let i = 0; i < 25; i++) {
      const n = 100 + random(40);
      const kind = random(10);
      if (kind === 0) await world.write("teams", id(901 + random(3)), { name: `team ${random(3)}` });
      else if (kind < 3) await world.write("tasks", id(n), null).catch(() => {});
      else
        await world.write("tasks", id(n), {
          title: "abcXYZé".slice(random(6)),
          rank: random(3) === 0 ? null : random(30),
          price: `${random(100)}.50`,
          done: random(2) === 0,
          who: ["ann", "bob"][random(2)]!,
          team: random(3) ? id(901 + random(3)) : null,
          hidden: String(random(9)),
        });
      if (random(6) === 0) await Bun.sleep(random(30));
    }
    for (const [i, [who, input]] of queries.entries()) {
      await settled(
        connections[i]!,
        async () => (await listItems(await world.ctx(who), "tasks", input as ListInput)).data as unknown[],
      );
    }
  }
});
