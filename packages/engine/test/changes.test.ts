import { afterEach, describe, expect, test } from "bun:test";
import { memoryBus } from "@plinth/adapters-memory";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { type Bus, type Change, type Config, DEFAULT_WORKSPACE_ID, type Principal, variablesOf } from "@plinth/core";
import {
  ChangeFeed,
  createCollection,
  createEngine,
  createItems,
  deleteField,
  logReader,
  migrate,
  requestStore,
  type Scope,
  updateCollection,
} from "../src/index.ts";

const W = DEFAULT_WORKSPACE_ID;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const root: Principal = { kind: "key", id: "k1", workspaceId: W, roles: ["admin"], bypass: true, operator: true };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(bus: Bus = memoryBus()) {
  const driver = bunSqlite({ path: ":memory:" });
  closing.push(() => driver.close!());
  await migrate(driver, Date.now);
  const clock = { now: Date.now };
  const engine = createEngine({ config: { maxLimit: 1000 } as Config, clock, log: quiet, bus });
  const scope = async (): Promise<Scope> => {
    const now = clock.now();
    return {
      engine,
      driver,
      store: requestStore(engine, driver, { principal: root, requestId: "r1" }),
      principal: root,
      catalog: await engine.catalogs.get(driver, W),
      variables: variablesOf(root, now),
      now,
    };
  };
  const reader = logReader(engine, driver);
  const all = async (): Promise<readonly Change[]> =>
    (await reader.read(W, await reader.start(), { limit: 1000 })).changes;
  return { driver, engine, scope, reader, all };
}

const posts = { slug: "posts", kind: "managed" as const, fields: [{ name: "title", type: "text" as const }] };

describe("the change log in the engine", () => {
  test("a request's writes carry its caller and id", async () => {
    const { scope, all } = await open();
    await createCollection(await scope(), posts);
    const made = await createItems(await scope(), "posts", { title: "a" });
    const [change] = await all();
    expect(change).toMatchObject({ actor: "key:k1", requestId: "r1", operation: "insert", after: made as never });
  });

  test("fields that come and go are followed at once, by another instance too", async () => {
    const { scope, all, driver } = await open();
    await createCollection(await scope(), posts);
    await createItems(await scope(), "posts", { title: "a" });
    const other = logReader(createEngine({ config: {} as Config, clock: { now: Date.now }, log: quiet }), driver);
    await other.read(W, await other.start(), { limit: 9 });
    await updateCollection(await scope(), "posts", { fields: [{ name: "price", type: "decimal" }] });
    await createItems(await scope(), "posts", { title: "b", price: "1.50" });
    const page = await other.read(W, await other.start(), { limit: 9 });
    expect(page.changes.map((change) => change.after!.price)).toEqual([null, "1.50"]);
    await deleteField(await scope(), "posts", "title", "title");
    await createItems(await scope(), "posts", { price: "2.00" });
    expect((await all()).map((change) => "title" in change.after!)).toEqual([false, false, false]);
    expect((await all())[1]!.before).toBeNull();
  });

  test("a collection from before the log gets its triggers when it is first loaded", async () => {
    const { scope, all, driver, engine } = await open();
    await createCollection(await scope(), posts);
    const triggers = "select name from sqlite_schema where type = 'trigger'";
    for (const { name } of await driver.all({ sql: triggers, params: [] })) {
      await driver.run({ sql: `drop trigger "${name}"`, params: [] });
    }
    await driver.run({ sql: "update plinth_collections set logged = null", params: [] });
    const replicas = [1, 2, 3].map(() => createEngine({ config: {} as Config, clock: { now: Date.now }, log: quiet }));
    await Promise.all(replicas.map((replica) => replica.catalogs.get(driver, W)));
    engine.catalogs.forget(W);
    await createItems(await scope(), "posts", { title: "a" });
    expect((await all()).length).toBe(1);
  });

  test("changes of a deleted collection are passed over", async () => {
    const { scope, reader, driver, engine } = await open();
    await createCollection(await scope(), posts);
    await createItems(await scope(), "posts", { title: "a" });
    await driver.run({ sql: "delete from plinth_collections", params: [] });
    engine.catalogs.forget(W);
    const page = await reader.read(W, await reader.start(), { limit: 9 });
    expect([page.changes, page.next]).toEqual([[], await reader.head(W)]);
  });
});

describe("wake-ups", () => {
  async function waiting(bus: Bus | undefined, minPollMs: number) {
    const world = await open(bus);
    await createCollection(await world.scope(), posts);
    const feed = new ChangeFeed({ reader: world.reader, bus, log: quiet, minPollMs, maxPollMs: minPollMs * 4 });
    closing.unshift(() => feed.close());
    let woken = 0;
    const end = await feed.wakeups(W, () => woken++);
    return { ...world, end, woken: () => woken };
  }
  const insert = {
    sql: "insert into c_000000000001_posts (id, created_at, updated_at, version) values (?1, '', '', 1)",
  };

  test("the bus wakes at once, and other workspaces sleep on", async () => {
    const { scope, woken, end } = await waiting(memoryBus(), 60_000);
    await createItems(await scope(), "posts", { title: "a" });
    await Bun.sleep(1);
    expect(woken()).toBe(1);
    end();
    await createItems(await scope(), "posts", { title: "a" });
    await Bun.sleep(1);
    expect(woken()).toBe(1);
  });

  test("what the bus does not tell is found by polling, however long nothing happened", async () => {
    const { driver, woken } = await waiting(undefined, 5);
    await Bun.sleep(60);
    expect(woken()).toBe(0);
    await driver.run({ ...insert, params: ["1"] });
    await Bun.sleep(60);
    expect(woken()).toBe(1);
  });

  test("a bus that fails neither fails the write nor hides it", async () => {
    const broken: Bus = { ...memoryBus(), publish: () => Promise.reject(new Error("cut")) };
    const { scope, woken } = await waiting(broken, 5);
    await createItems(await scope(), "posts", { title: "a" });
    await Bun.sleep(60);
    expect(woken()).toBeGreaterThan(0);
  });
});
