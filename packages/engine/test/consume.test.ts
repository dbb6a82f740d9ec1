import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryBus } from "@plinth/adapters-memory";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { type Change, type Config, DEFAULT_WORKSPACE_ID, type Principal, variablesOf } from "@plinth/core";
import { trimChanges } from "@plinth/db";
import {
  type Consumer,
  type ConsumerOptions,
  consume,
  consumerLags,
  createCollection,
  createEngine,
  createItems,
  drainChanges,
  logReader,
  migrate,
  patchItem,
  requestStore,
  type Scope,
} from "../src/index.ts";

const W = DEFAULT_WORKSPACE_ID;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const principal: Principal = { kind: "key", id: "k", workspaceId: W, roles: ["admin"], bypass: true, operator: true };
const config = { maxLimit: 1000, changesKeepHours: 168, changesKeepRows: 1_000_000 } as Config;
const folder = mkdtempSync(join(tmpdir(), "plinth-consume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function open(path = join(folder, `${files++}.db`)) {
  const driver = bunSqlite({ path });
  await migrate(driver, Date.now);
  const engine = createEngine({ config, clock: { now: Date.now }, log: quiet, bus: memoryBus() });
  const scope = async (): Promise<Scope> => ({
    engine,
    driver,
    store: requestStore(engine, driver, { principal, requestId: null }),
    principal,
    catalog: await engine.catalogs.get(driver, W),
    variables: variablesOf(principal, Date.now()),
    now: Date.now(),
  });
  const define = async () =>
    createCollection(await scope(), { slug: "posts", kind: "managed", fields: [{ name: "n", type: "integer" }] });
  const write = async (n: number) => (await createItems(await scope(), "posts", { n })) as { id: string };
  return { path, driver, engine, scope, define, write };
}

const numbers = (changes: readonly Change[]) => changes.map((change) => change.after!.n as number);
const until = async (condition: () => boolean): Promise<void> => {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 5000) throw new Error("it did not happen within 5 s");
    await Bun.sleep(5);
  }
};

describe("a consumer", () => {
  const options = (more: Partial<ConsumerOptions> = {}): ConsumerOptions => ({
    name: "c",
    workspaceId: W,
    from: "oldest",
    limit: 3,
    ...more,
  });

  test("gets each change in order, goes on where it stopped, and shows its lag", async () => {
    const { driver, engine, define, write } = await open();
    await define();
    const seen: number[] = [];
    const start = (): Consumer => consume(engine, driver, options(), (changes) => void seen.push(...numbers(changes)));
    for (let n = 0; n < 5; n++) await write(n);
    const first = start();
    await until(() => seen.length === 5);
    await write(5);
    await until(() => seen.length === 6);
    await first.stop();
    await write(6);
    await Bun.sleep(5);
    const [lag] = await consumerLags(driver);
    expect(lag).toMatchObject({ name: "c", workspaceId: W, changes: 1, held: false });
    expect(lag!.ms).toBeGreaterThan(0);
    const second = start();
    await until(() => seen.length === 7);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    await second.stop();
    expect((await consumerLags(driver))[0]).toMatchObject({ changes: 0, ms: 0 });
  });

  test("a handler that throws gets the same changes again", async () => {
    const { driver, engine, define, write } = await open();
    await define();
    const seen: number[][] = [];
    await write(1);
    const consumer = consume(engine, driver, options(), (changes) => {
      seen.push(numbers(changes));
      if (seen.length < 3) throw new Error("not now");
    });
    await until(() => seen.length === 3);
    await write(2);
    await until(() => seen.length === 4);
    expect(seen).toEqual([[1], [1], [1], [2]]);
    await consumer.stop();
  });

  test("one reader at a time over two instances, and the other takes over from a dead one", async () => {
    const one = await open();
    await one.define();
    const two = await open(one.path);
    const seen: string[] = [];
    const stuck = Promise.withResolvers<void>();
    const lease = { leaseMs: 150 };
    const first = consume(one.engine, one.driver, options(lease), async (changes) => {
      seen.push(`one:${numbers(changes)}`);
      if (changes[0]!.after!.n === 2) await stuck.promise;
    });
    await one.write(1);
    await until(() => seen.length === 1);
    expect(await drainChanges(two.engine, two.driver, options(lease), () => {})).toBe(false);
    await one.write(2);
    await until(() => seen.length === 2);
    // The lease is renewed while the handler is at work.
    await Bun.sleep(400);
    expect(await drainChanges(two.engine, two.driver, options(lease), () => {})).toBe(false);
    // The holder dies: nobody renews.
    await one.driver.run({ sql: "update plinth_consumers set holder = 'dead', held_until = 0", params: [] });
    const second = consume(two.engine, two.driver, options(lease), (changes) => {
      seen.push(`two:${numbers(changes)}`);
    });
    await until(() => seen.length === 3);
    expect(seen).toEqual(["one:1", "one:2", "two:2"]);
    stuck.resolve();
    await Promise.all([first.stop(), second.stop()]);
    expect(seen).toEqual(["one:1", "one:2", "two:2"]);
  });

  test("an item's changes come in order, beside other items", async () => {
    const { driver, engine, define, scope } = await open();
    await define();
    const made = (await createItems(await scope(), "posts", [{ n: 0 }, { n: 0 }])) as { id: string }[];
    await Promise.all(
      made.map(async ({ id }) => {
        for (let n = 1; n <= 30; n++) await patchItem(await scope(), "posts", id, { n });
      }),
    );
    const seen = new Map<string, number[]>();
    await drainChanges(engine, driver, options(), (changes) => {
      for (const { item, after } of changes) seen.set(item, [...(seen.get(item) ?? []), after!.n as number]);
    });
    for (const { id } of made) expect(seen.get(id)).toEqual(Array.from({ length: 31 }, (_, n) => n));
  });

  test("what was trimmed before it was read is told as a gap", async () => {
    const { driver, engine, define, write } = await open();
    await define();
    await drainChanges(engine, driver, options(), () => {});
    for (let n = 0; n < 20; n++) await write(n);
    const place = await logReader(engine, driver).start();
    expect(await trimChanges(driver, { before: 0, rows: 5, pass: 10 })).toEqual({ trimmed: 10, more: true });
    expect(await trimChanges(driver, { before: 0, rows: 5, pass: 10 })).toEqual({ trimmed: 5, more: false });
    await expect(logReader(engine, driver).read(W, place, { limit: 1 })).rejects.toMatchObject({ code: "GONE" });
    const seen: number[] = [];
    let gaps = 0;
    const more = options({ onGap: () => void gaps++ });
    await drainChanges(engine, driver, more, (changes) => void seen.push(...numbers(changes)));
    expect([gaps, seen]).toEqual([1, [15, 16, 17, 18, 19]]);
    expect(await trimChanges(driver, { before: Date.now() + 1, rows: 100, pass: 10 })).toEqual({
      trimmed: 5,
      more: false,
    });
    const reader = logReader(engine, driver);
    expect(await reader.head(W)).toBe(await reader.start());
    await write(20);
    expect(numbers((await reader.read(W, await reader.start(), { limit: 9 })).changes)).toEqual([20]);
  });
});
