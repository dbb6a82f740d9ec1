import { afterEach, describe, expect, test } from "bun:test";
import { memoryBus } from "@plinth/adapters-memory";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { Bus, Change } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { dialectOf, dropTriggers, ensureTriggers } from "@plinth/db";
import {
  createCollection,
  createItems,
  deleteField,
  logReader,
  updateCollection,
  WakeupListener,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, quiet, settled, W } from "./log-world.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

await onEachDatabase("the change log in the engine", engineSuite);

const posts = { slug: "posts", kind: "managed" as const, fields: [{ name: "title", type: "text" as const }] };

function engineSuite(kind: LogDatabases): void {
  async function open() {
    const connect = await kind.createMigrated();
    const process = async () => {
      const driver = connect();
      closing.push(() => driver.close?.());
      const world = await openEngine(driver);
      return { ...world, reader: logReader(world.engine, driver) };
    };
    const world = await process();
    const { driver, reader } = world;
    const all = async (): Promise<readonly Change[]> => {
      await settled(driver);
      return (await reader.read(W, await reader.start(), { limit: 1000 })).changes;
    };
    return { ...world, all, another: process };
  }

  test("a request's writes carry its caller and id", async () => {
    const { ctx, all } = await open();
    await createCollection(await ctx(), posts);
    const made = await createItems(await ctx(), "posts", { title: "a" });
    const [change] = await all();
    expect(change).toMatchObject({ actor: "key:k1", requestId: "r1", operation: "insert", after: made as never });
  });

  test("fields that come and go are followed at once, by another instance too", async () => {
    const { ctx, all, driver, another } = await open();
    await createCollection(await ctx(), posts);
    await createItems(await ctx(), "posts", { title: "a" });
    const { reader: other } = await another();
    await other.read(W, await other.start(), { limit: 9 });
    await updateCollection(await ctx(), "posts", { fields: [{ name: "price", type: "decimal" }] });
    await createItems(await ctx(), "posts", { title: "b", price: "1.50" });
    await settled(driver);
    const page = await other.read(W, await other.start(), { limit: 9 });
    expect(page.changes.map((change) => change.after!.price)).toEqual([null, "1.50"]);
    await deleteField(await ctx(), "posts", "title", "title");
    await createItems(await ctx(), "posts", { price: "2.00" });
    expect((await all()).map((change) => "title" in change.after!)).toEqual([false, false, false]);
    expect((await all())[1]!.before).toBeNull();
  });

  test("a collection from before the log gets its triggers once, and never by being read", async () => {
    const { ctx, all, driver, engine, another } = await open();
    await createCollection(await ctx(), posts);
    const defined = (await ctx()).catalog.collections.get("posts")!;
    await driver.batch(dropTriggers(dialectOf(driver), defined));
    await driver.run({ sql: "update plinth_collections set logged = null", params: [] });
    const replicas = await Promise.all([1, 2, 3].map(another));
    engine.catalogs.forget(W);
    await Promise.all([{ engine, driver }, ...replicas].map((one) => one.engine.catalogs.get(one.driver, W)));
    await createItems(await ctx(), "posts", { title: "unheard" });
    expect(await all()).toEqual([]);
    await Promise.all(replicas.map((replica) => ensureTriggers(replica.driver)));
    await createItems(await ctx(), "posts", { title: "a" });
    expect((await all()).length).toBe(1);
    expect(await ensureTriggers(driver)).toEqual([]);
  });

  test("triggers that an older instance made are replaced by a schedule", async () => {
    const { ctx, driver, engine } = await open();
    await createCollection(await ctx(), posts);
    await driver.run({ sql: "update plinth_collections set logged = '1:1'", params: [] });
    engine.catalogs.forget(W);
    await engine.catalogs.get(driver, W);
    const logRows = async () =>
      (await driver.all({ sql: "select logged from plinth_collections", params: [] }))[0]!.logged;
    expect(await logRows()).toBe("1:1");
    await engine.scheduler.tick(engine, driver);
    expect(await logRows()).not.toBe("1:1");
    expect(await ensureTriggers(driver)).toEqual([]);
  });

  test("what another process writes is found without any word from it", async () => {
    const { ctx, another } = await open();
    await createCollection(await ctx(), posts);
    const { reader } = await another();
    const listener = new WakeupListener({ reader, log: quiet, minPollMs: 5, maxPollMs: 20 });
    closing.unshift(() => listener.close());
    let woken = 0;
    await listener.wakeups(W, () => woken++);
    await createItems(await ctx(), "posts", { title: "a" });
    await until(() => woken === 1);
  });

  test("changes of a deleted collection are passed over", async () => {
    const { ctx, reader, driver, engine } = await open();
    await createCollection(await ctx(), posts);
    await createItems(await ctx(), "posts", { title: "a" });
    await driver.run({ sql: "delete from plinth_collections", params: [] });
    engine.catalogs.forget(W);
    await settled(driver);
    const page = await reader.read(W, await reader.start(), { limit: 9 });
    expect([page.changes, page.next]).toEqual([[], await reader.head(W)]);
  });
}

describe("wake-ups", () => {
  async function waiting(bus: Bus | undefined, minPollMs: number) {
    const driver = bunSqlite({ path: ":memory:" });
    closing.push(() => driver.close!());
    const world = await openEngine(driver, { bus });
    await createCollection(await world.ctx(), posts);
    const reader = logReader(world.engine, driver);
    const listener = new WakeupListener({ reader, bus, log: quiet, minPollMs, maxPollMs: minPollMs * 4 });
    closing.unshift(() => listener.close());
    let woken = 0;
    const end = await listener.wakeups(W, () => woken++);
    return { ...world, end, woken: () => woken };
  }
  const insert = {
    sql: "insert into c_000000000001_posts (id, created_at, updated_at, version) values (?1, '', '', 1)",
  };

  test("the bus wakes at once, and other workspaces sleep on", async () => {
    const { ctx, woken, end } = await waiting(memoryBus(), 60_000);
    await createItems(await ctx(), "posts", { title: "a" });
    await Bun.sleep(1);
    expect(woken()).toBe(1);
    end();
    await createItems(await ctx(), "posts", { title: "a" });
    await Bun.sleep(1);
    expect(woken()).toBe(1);
  });

  test("what the bus does not deliver is found by polling, however long nothing happened", async () => {
    const { driver, woken } = await waiting(undefined, 5);
    await Bun.sleep(60);
    expect(woken()).toBe(0);
    await driver.run({ ...insert, params: ["1"] });
    await Bun.sleep(60);
    expect(woken()).toBe(1);
  });

  test("a bus that fails neither fails the write nor hides it", async () => {
    const broken: Bus = { ...memoryBus(), publish: () => Promise.reject(new Error("cut")) };
    const { ctx, woken } = await waiting(broken, 5);
    await createItems(await ctx(), "posts", { title: "a" });
    await Bun.sleep(60);
    expect(woken()).toBeGreaterThan(0);
  });
});
