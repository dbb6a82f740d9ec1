import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { clientOf, errorOf } from "../../client.ts";
import { collection, relation } from "../../fixtures/collection.ts";
import { aText, difference, type Expected } from "../../match.ts";
import { items, ok, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";

const pots = collection(
  {
    slug: "pots",
    fields: [
      { name: "name", type: "text", required: true, unique: true },
      { name: "size", type: "integer" },
      { name: "labels", type: "json" },
    ],
  },
  { rules: [{ role: "public", action: "read", fields: ["name"] }] },
);
const plants = collection(
  { slug: "plants", fields: [{ name: "name", type: "text" }, relation("pot", "pots")] },
  { needs: [pots] },
);

function same(actual: unknown, expected: Expected): void {
  const wrong = difference(JSON.parse(JSON.stringify(actual ?? null)) as Json, expected, "the client's answer");
  if (wrong) throw new Error(wrong);
}

async function refuses(call: Promise<unknown>, expected: Expected): Promise<void> {
  const { code, status, details } = await errorOf(call);
  same({ code, status, details: details ?? null }, expected);
}

/** The main paths as a program takes them, with the client in place of requests. */
const through = (name: string, verify: (world: World) => Promise<void>): Scenario => ({
  name: `client: ${name}`,
  as: as.secretKey,
  needs: [plants],
  request: items("plants", { limit: "1" }),
  expect: ok(),
  verify: (_, world) => verify(world),
});

export const scenarios: Scenario[] = [
  through("items are created, read, listed and paged through", async (world) => {
    const client = clientOf(world, "secret");
    const [shelf, plant] = [client.from("pots"), client.from("plants")];
    const pot = await shelf.create({ name: "a1", size: 1 });
    same(pot, { id: aText, name: "a1", size: 1, version: 1 });
    const others = await shelf.createMany([
      { name: "a2", size: 2 },
      { name: "a3", size: 3 },
    ]);
    same(others, [{ size: 2 }, { size: 3 }]);
    const fern = await plant.create({ name: "fern", pot: pot.id! });
    same(await plant.one(fern.id as string, { fields: ["name"], expand: { pot: { fields: "size" } } }), {
      name: "fern",
      pot: { size: 1 },
    });
    const filter = { name: { _starts_with: "a" } };
    const page = await shelf.list({ filter, sort: ["-size", "name"], fields: "name", limit: 2, meta: "filter_count" });
    same(page, { data: [{ name: "a3" }, { name: "a2" }], has_more: true, meta: { filter_count: 3 } });
    // Too long for an address.
    const many = { name: { _in: ["a1", ...Array.from({ length: 300 }, (_, i) => `no such pot ${i}`)] } };
    same(await shelf.list({ filter: many, explain: false }), { data: [{ name: "a1" }], has_more: false });
    const names: unknown[] = [];
    for await (const { name } of shelf.all({ filter, sort: "name", limit: 1 })) names.push(name);
    same(names, ["a1", "a2", "a3"]);
  }),
  through("changes, versions and deletion", async (world) => {
    const shelf = clientOf(world, "secret").from("pots");
    const { id } = (await shelf.create({ name: "b", size: 1, labels: ["clay"] })) as { id: string };
    same(await shelf.update(id, { size: { $inc: 2 }, labels: { $append: ["old"] } }, { if_version: 1 }), {
      size: 3,
      labels: ["clay", "old"],
      version: 2,
    });
    await refuses(shelf.update(id, { size: 9 }, { if_version: 1 }), {
      code: "PRECONDITION_FAILED",
      status: 412,
      details: { version: 2 },
    });
    same(await shelf.replace(id, { name: "b" }, { if_version: 2 }), { name: "b", size: null, version: 3 });
    await refuses(shelf.create({ name: 7, sise: 1 }), { code: "VALIDATION", status: 422, details: { field: "name" } });
    await shelf.delete(id, { if_version: 3 });
    await refuses(shelf.one(id), { code: "ITEM_NOT_FOUND", status: 404, details: () => true });
  }),
  through("upserts, writes of many items and aggregates", async (world) => {
    const shelf = clientOf(world, "secret").from("pots");
    const on_conflict = ["name"];
    same(await shelf.upsert({ name: "c1", size: 1 }, { on_conflict }), { data: { size: 1 }, result: "inserted" });
    same(await shelf.upsert({ name: "c1", size: 5 }, { on_conflict, resolution: "ignore" }), {
      data: { size: 1 },
      result: "ignored",
    });
    const list = [
      { name: "c1", size: 2 },
      { name: "c2", size: 3 },
    ];
    same(await shelf.upsertMany(list, { on_conflict }), {
      data: [{ size: 2 }, { size: 3 }],
      meta: { inserted: 1, updated: 1, ignored: 0, results: ["updated", "inserted"] },
    });
    const filter = { name: { _starts_with: "c" } };
    const bigger = { size: { $inc: 10 } };
    same(await shelf.updateWhere(filter, bigger, { dry_run: true }), { matched: 2, dry_run: true });
    same(await shelf.updateWhere(filter, bigger), { matched: 2, updated: 2, dry_run: false });
    const aggregates = { pots: { count: "*" }, total: { sum: "size" } };
    same(await shelf.aggregate({ aggregates, filter }), [{ pots: 2, total: 25 }]);
    await refuses(shelf.deleteWhere(filter, { limit: 1 }), {
      code: "LIMIT_EXCEEDED",
      status: 422,
      details: { matched: 2 },
    });
    same(await shelf.deleteWhere(filter), { matched: 2, deleted: 2, dry_run: false });
  }),
  through("a batch is written as a whole, with references to its own items", async (world) => {
    const client = clientOf(world, "secret");
    const { pot, plant, upserted, old } = await client.batch((batch) => {
      const shelf = batch.from("pots");
      const pot = shelf.create({ name: "d", size: 4 });
      const plant = batch.from("plants").create({ name: "aloe", pot: pot.ref("id") });
      const upserted = shelf.upsert({ name: "e" }, { on_conflict: "name" });
      batch.from("plants").guard({ filter: { name: "aloe" }, exists: true });
      const old = shelf.delete(shelf.create({ name: "f" }).ref("id"));
      return { pot, plant, upserted, old };
    });
    same(plant, { name: "aloe", pot: pot.id! });
    same([upserted, old ?? null], [{ data: { name: "e" }, result: "inserted" }, null]);
    const refused = client.batch((batch) => {
      const made = batch.from("pots").create({ name: "g" });
      batch.from("pots").guard({ filter: { name: "g" }, count: { _gte: 2 } });
      return [made] as const;
    });
    await refuses(refused, { code: "CONFLICT", status: 409, details: { operation: 1 } });
    same(await client.from("pots").list({ filter: { name: { _in: ["f", "g"] } } }), { data: [] });
  }),
  through("files are imported and exported", async (world) => {
    const shelf = clientOf(world, "secret").from("pots");
    const file = "Pot,size\nh1,1\nh2,two\n";
    same(await shelf.import(file, { format: "csv", map: { Pot: "name" } }), {
      total: 2,
      inserted: 1,
      failed: 1,
      errors: [{ row: 2, error: { code: "VALIDATION" } }],
    });
    const written = await shelf.export({ format: "csv", fields: ["name", "size"], filter: { name: "h1" } });
    same((await written.text()).includes("h1,1"), true);
  }),
  through("a write whose answer is lost happens once", async (world) => {
    let lost = 0;
    const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const answer = await world.target.fetch(new Request(input, init));
      if (init?.method !== "POST" || lost > 0) return answer;
      lost++;
      await answer.body?.cancel();
      throw new TypeError("the connection broke");
    };
    const client = clientOf(world, "secret", { fetch: fetch as never });
    await client.from("plants").create({ name: "cactus" });
    same(await client.from("plants").list({ filter: { name: "cactus" } }), { data: [{ version: 1 }] });
    same(lost, 1);
  }),
  through("a publishable key does what the rules allow", async (world) => {
    const stranger = clientOf(world, "public").from("pots");
    await clientOf(world, "secret").from("pots").create({ name: "i", size: 1 });
    const { data } = await stranger.list({ filter: { name: "i" } });
    same(Object.keys(data[0] ?? {}).sort(), ["id", "name"]);
    await refuses(stranger.create({ name: "j" }), { code: "FORBIDDEN", status: 403, details: () => true });
  }),
  through("a stream and a live query show what is written", async (world) => {
    const client = clientOf(world, "secret");
    const shelf = client.from("pots");
    const filter = { name: { _starts_with: "k" } };
    const events: string[] = [];
    let rows: readonly unknown[] = [];
    let wake = (): void => undefined;
    const stream = shelf.subscribe({ filter }, ({ event }) => {
      events.push(event);
      wake();
    });
    const live = shelf.live({ filter, sort: "-size", fields: "size" }, (now) => {
      rows = now.map(({ size }) => size);
      wake();
    });
    const until = async (found: () => boolean): Promise<void> => {
      while (!found()) await new Promise<void>((resolve) => (wake = resolve));
    };
    await Promise.all([stream.ready, live.ready]);
    await shelf.createMany([
      { name: "k1", size: 1 },
      { name: "k2", size: 2 },
    ]);
    await until(() => events.length === 3 && rows.join() === "2,1");
    await shelf.deleteWhere(filter);
    await until(() => events.length === 5 && rows.length === 0);
    stream.close();
    live.close();
    same(events, ["ready", "enter", "enter", "leave", "leave"]);
  }),
];
