import type { Json } from "@plinth/core";
import type { Client, ClientOptions, PlinthClientError } from "../../packages/client/src/index.ts";
import type { CollectionText, RuleText } from "./fixtures/collection.ts";
import { aText, difference, type Expected } from "./match.ts";

/** The program that takes a path. Nothing of it depends on where it runs: it is bundled for every runtime of the client. */
export interface Program {
  /** A client with this key of the server. */
  open(key: "secret" | "public", options?: Partial<ClientOptions>): Client;
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Begins the names of this program's items. */
  readonly mark: string;
}

export type Path = (program: Program) => Promise<void>;

/** What the paths need: `public` may read the names of `pots`. */
export const POTS: CollectionText = {
  slug: "pots",
  fields: [
    { name: "name", type: "text", required: true, unique: true },
    { name: "size", type: "integer" },
    { name: "labels", type: "json" },
  ],
};
export const POTS_RULE: RuleText = { role: "public", action: "read", fields: ["name"] };
export const PLANTS: CollectionText = {
  slug: "plants",
  fields: [
    { name: "name", type: "text" },
    { name: "pot", type: "relation", to: "pots" },
  ],
};

function same(actual: unknown, expected: Expected): void {
  const wrong = difference(JSON.parse(JSON.stringify(actual ?? null)) as Json, expected, "the client's answer");
  if (wrong) throw new Error(wrong);
}

async function refuses(call: Promise<unknown>, expected: Expected): Promise<void> {
  const error = await call.then(
    () => new Error("the call was answered"),
    (reason: unknown) => reason as Error,
  );
  if (error.name !== "PlinthClientError") throw error;
  const { code, status, details } = error as PlinthClientError;
  same({ code, status, details: details ?? null }, expected);
}

/** The main paths of the API, through the client. */
export const CLIENT_PATHS: Readonly<Record<string, Path>> = {
  async "writes are undone by their request, and items go back to a version"({ open, mark }) {
    const client = open("secret");
    const pots = client.from("pots");
    const made: string[] = [];
    const note = { onRequestId: (id: string) => void made.push(id) };
    const [first, second] = await pots.createMany(
      [
        { name: `${mark}u1`, size: 1 },
        { name: `${mark}u2`, size: 2 },
      ],
      note,
    );
    const id = first!.id as string;
    await pots.update(id, { size: 7 }, note);
    const plan = await client.changes.undo(made[0]!, { dry_run: true, on_conflict: "skip" });
    same(plan, { deleted: 1, conflicts: [{ item: id, reason: "changed", fields: ["size"] }], request_id: null });
    await refuses(client.changes.undo(made[0]!), { code: "CONFLICT", status: 409 });
    same(await client.changes.undo(made.toReversed(), { onProgress: () => {} }), { deleted: 2, request_id: aText });
    await refuses(pots.one(second!.id as string), { code: "ITEM_NOT_FOUND", status: 404 });
    const { data, complete } = await pots.history(id, { limit: 10 });
    same(
      { complete, operations: data.map(({ operation }) => operation) },
      {
        complete: true,
        operations: ["delete", "update", "update", "insert"],
      },
    );
    same(await client.changes.undo({ collection: "pots", id, to: data[2]!.position }), { restored: 1 });
    same(await pots.one(id), { size: 7 });
  },
  async "items are created, read, listed and paged through"({ open, mark }) {
    const client = open("secret");
    const [pots, plants] = [client.from("pots"), client.from("plants")];
    const [one, two, three] = [1, 2, 3].map((n) => `${mark}a${n}`) as [string, string, string];
    const pot = await pots.create({ name: one, size: 1 });
    same(pot, { id: aText, name: one, size: 1, version: 1 });
    const others = [
      { name: two, size: 2 },
      { name: three, size: 3 },
    ];
    same(await pots.createMany(others), [{ size: 2 }, { size: 3 }]);
    const fern = await plants.create({ name: "fern", pot: pot.id! });
    const expand = { pot: { fields: "size" } };
    same(await plants.one(fern.id as string, { fields: ["name"], expand }), { name: "fern", pot: { size: 1 } });
    const filter = { name: { _starts_with: `${mark}a` } };
    const page = await pots.list({ filter, sort: ["-size", "name"], fields: "name", limit: 2, meta: "filter_count" });
    same(page, { data: [{ name: three }, { name: two }], has_more: true, meta: { filter_count: 3 } });
    // Too long for an address.
    const many = { name: { _in: [one, ...Array.from({ length: 300 }, (_, i) => `no such pot ${i}`)] } };
    same(await pots.list({ filter: many, explain: false }), { data: [{ name: one }], has_more: false });
    const names: unknown[] = [];
    for await (const { name } of pots.all({ filter, sort: "name", limit: 1 })) names.push(name);
    same(names, [one, two, three]);
  },

  async "changes, versions and deletion"({ open, mark }) {
    const pots = open("secret").from("pots");
    const name = `${mark}b`;
    const { id } = (await pots.create({ name, size: 1, labels: ["clay"] })) as { id: string };
    const patch = { size: { $inc: 2 }, labels: { $append: ["old"] } };
    same(await pots.update(id, patch, { if_version: 1 }), { size: 3, labels: ["clay", "old"], version: 2 });
    const stale = { code: "PRECONDITION_FAILED", status: 412, details: { version: 2 } };
    await refuses(pots.update(id, { size: 9 }, { if_version: 1 }), stale);
    same(await pots.replace(id, { name }, { if_version: 2 }), { name, size: null, version: 3 });
    await refuses(pots.create({ name: 7, sise: 1 }), { code: "VALIDATION", status: 422, details: { field: "name" } });
    await pots.delete(id, { if_version: 3 });
    await refuses(pots.one(id), { code: "ITEM_NOT_FOUND", status: 404, details: () => true });
  },

  async "upserts, writes of many items and aggregates"({ open, mark }) {
    const pots = open("secret").from("pots");
    const [one, two] = [`${mark}c1`, `${mark}c2`];
    const on_conflict = ["name"];
    same(await pots.upsert({ name: one, size: 1 }, { on_conflict }), { data: { size: 1 }, result: "inserted" });
    const ignored = await pots.upsert({ name: one, size: 5 }, { on_conflict, resolution: "ignore" });
    same(ignored, { data: { size: 1 }, result: "ignored" });
    const both = [
      { name: one, size: 2 },
      { name: two, size: 3 },
    ];
    same(await pots.upsertMany(both, { on_conflict }), {
      data: [{ size: 2 }, { size: 3 }],
      meta: { inserted: 1, updated: 1, ignored: 0, results: ["updated", "inserted"] },
    });
    const filter = { name: { _starts_with: `${mark}c` } };
    const bigger = { size: { $inc: 10 } };
    same(await pots.updateWhere(filter, bigger, { dry_run: true }), { matched: 2, dry_run: true });
    same(await pots.updateWhere(filter, bigger), { matched: 2, updated: 2, dry_run: false });
    const aggregates = { pots: { count: "*" }, total: { sum: "size" } };
    same(await pots.aggregate({ aggregates, filter }), [{ pots: 2, total: 25 }]);
    const tooMany = { code: "LIMIT_EXCEEDED", status: 422, details: { matched: 2 } };
    await refuses(pots.deleteWhere(filter, { limit: 1 }), tooMany);
    same(await pots.deleteWhere(filter), { matched: 2, deleted: 2, dry_run: false });
  },

  async "a batch is written as a whole, with references to its own items"({ open, mark }) {
    const client = open("secret");
    const { pot, plant, upserted, gone } = await client.batch((batch) => {
      const pots = batch.from("pots");
      const pot = pots.create({ name: `${mark}d`, size: 4 });
      const plant = batch.from("plants").create({ name: "aloe", pot: pot.ref("id") });
      const upserted = pots.upsert({ name: `${mark}e` }, { on_conflict: "name" });
      batch.from("plants").guard({ filter: { name: "aloe" }, exists: true });
      const gone = pots.delete(pots.create({ name: `${mark}f` }).ref("id"));
      return { pot, plant, upserted, gone };
    });
    same(plant, { name: "aloe", pot: pot.id! });
    same([upserted, gone ?? null], [{ data: { name: `${mark}e` }, result: "inserted" }, null]);
    const name = `${mark}g`;
    const refused = client.batch((batch) => {
      const made = batch.from("pots").create({ name });
      batch.from("pots").guard({ filter: { name }, count: { _gte: 2 } });
      return [made];
    });
    await refuses(refused, { code: "CONFLICT", status: 409, details: { operation: 1 } });
    same(await client.from("pots").list({ filter: { name: { _in: [name, `${mark}f`] } } }), { data: [] });
  },

  async "files are imported and exported"({ open, mark }) {
    const pots = open("secret").from("pots");
    const file = `Pot,size\n${mark}h1,1\n${mark}h2,two\n`;
    same(await pots.import(file, { format: "csv", map: { Pot: "name" } }), {
      total: 2,
      inserted: 1,
      failed: 1,
      errors: [{ row: 2, error: { code: "VALIDATION" } }],
    });
    const written = await pots.export({ format: "csv", fields: ["name", "size"], filter: { name: `${mark}h1` } });
    same((await written.text()).includes(`${mark}h1,1`), true);
  },

  async "a write whose answer is lost happens once"({ open, fetch, mark }) {
    let lost = 0;
    const losing: Program["fetch"] = async (input, init) => {
      const answer = await fetch(input, init);
      if (init?.method !== "POST" || lost > 0) return answer;
      lost++;
      await answer.body?.cancel();
      throw new TypeError("the connection broke");
    };
    const plants = open("secret", { fetch: losing as typeof globalThis.fetch }).from("plants");
    const name = `${mark} cactus`;
    await plants.create({ name });
    same(await plants.list({ filter: { name } }), { data: [{ version: 1 }] });
    same(lost, 1);
  },

  async "a publishable key does what the rules allow"({ open, mark }) {
    const stranger = open("public").from("pots");
    const name = `${mark}i`;
    await open("secret").from("pots").create({ name, size: 1 });
    const { data } = await stranger.list({ filter: { name } });
    same(Object.keys(data[0] ?? {}).sort(), ["id", "name"]);
    await refuses(stranger.create({ name: `${mark}j` }), { code: "FORBIDDEN", status: 403, details: () => true });
  },

  async "a stream and a live query show what is written"({ open, mark }) {
    const pots = open("secret").from("pots");
    const filter = { name: { _starts_with: `${mark}k` } };
    const events: string[] = [];
    let sizes: readonly unknown[] = [];
    let wake = (): void => undefined;
    const stream = pots.subscribe({ filter }, ({ event }) => {
      events.push(event);
      wake();
    });
    const live = pots.live({ filter, sort: "-size", fields: "size" }, (now) => {
      sizes = now.map(({ size }) => size);
      wake();
    });
    const until = async (found: () => boolean): Promise<void> => {
      while (!found()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    await Promise.all([stream.ready, live.ready]);
    await pots.createMany([
      { name: `${mark}k1`, size: 1 },
      { name: `${mark}k2`, size: 2 },
    ]);
    await until(() => events.length === 3 && sizes.join() === "2,1");
    await pots.deleteWhere(filter);
    await until(() => events.length === 5 && sizes.length === 0);
    stream.close();
    live.close();
    same(events, ["ready", "enter", "enter", "leave", "leave"]);
  },
};
