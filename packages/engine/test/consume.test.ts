import { afterAll, expect, test } from "bun:test";
import type { Change } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { claimConsumer, trimChanges } from "@plinth/db";
import {
  type Consumer,
  type ConsumerOptions,
  consume,
  consumerLags,
  createItems,
  drainChanges,
  logReader,
  patchItem,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, settled, W } from "./log-world.ts";

const numbers = (changes: readonly Change[]) => changes.map((change) => change.after!.n as number);

await onEachDatabase("a consumer", consumerSuite);

function consumerSuite(kind: LogDatabases): void {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.splice(0)) await close();
  });
  const opened = async (connect: () => ReturnType<Awaited<ReturnType<LogDatabases["create"]>>>) => {
    const driver = connect();
    closing.push(() => driver.close?.());
    return openEngine(driver);
  };
  const open = async () => {
    const connect = await kind.createMigrated();
    const world = await opened(connect);
    await world.define();
    /** Another process at the same database. */
    return { ...world, another: () => opened(connect) };
  };
  const options = (more: Partial<ConsumerOptions> = {}): ConsumerOptions => ({
    name: "c",
    workspaceId: W,
    from: "oldest",
    limit: 3,
    ...more,
  });

  test("gets each change in order, goes on where it stopped, and shows its lag", async () => {
    const { driver, engine, write } = await open();
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
    const { driver, engine, write } = await open();
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
    const two = await one.another();
    const seen: string[] = [];
    const stuck = Promise.withResolvers<void>();
    // Long compared with a statement on a loaded machine.
    const lease = { leaseMs: 900 };
    const first = consume(one.engine, one.driver, options(lease), async (changes) => {
      seen.push(`one:${numbers(changes)}`);
      if (changes[0]!.after!.n === 2) await stuck.promise;
    });
    await one.write(1);
    await until(() => seen.length === 1);
    expect(await drainChanges(two.engine, two.driver, options(lease), () => {})).toBe("held");
    await one.write(2);
    await until(() => seen.length === 2);
    // The lease is renewed while the handler runs.
    await Bun.sleep(1300);
    expect(await drainChanges(two.engine, two.driver, options(lease), () => {})).toBe("held");
    // The holder dies, so the lease is not renewed.
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

  test("a dead reader's lease ends in time, also if the clock was set back meanwhile", async () => {
    const { driver, engine } = await open();
    // A lease of an hour is what one of some seconds looks like after the clock was set back.
    const position = await logReader(engine, driver).start();
    await claimConsumer(driver, { workspaceId: W, name: "c", holder: "dead", leaseMs: 3_600_000 }, position);
    expect(await drainChanges(engine, driver, options(), () => {})).toBe("all");
  });

  test("what a dead reader had in hand is given to the next one, once its lease has ended", async () => {
    const { driver, engine, write, another } = await open();
    const two = await another();
    const position = await logReader(engine, driver).start();
    // All that a database notices of a dead reader: its lease is not renewed.
    const lease = { workspaceId: W, name: "c", holder: "dead", leaseMs: 2000 };
    expect(await claimConsumer(driver, lease, position)).toBe(position);
    for (let n = 1; n <= 3; n++) await write(n);
    await settled(driver);
    expect(await drainChanges(two.engine, two.driver, options(), () => {})).toBe("held");
    const seen: number[] = [];
    const next = consume(two.engine, two.driver, options({ leaseMs: 1500 }), (changes) => {
      seen.push(...numbers(changes));
    });
    await until(() => seen.length === 3);
    expect(seen).toEqual([1, 2, 3]);
    await next.stop();
  });

  test("of several readers one is at work at a time, and when it stops another goes on at once", async () => {
    const one = await open();
    const two = await one.another();
    const seen: string[] = [];
    let [active, most] = [0, 0];
    const start = ({ engine, driver }: typeof two, reader: number): Consumer =>
      consume(engine, driver, options({ leaseMs: 1500 }), async (changes) => {
        most = Math.max(most, ++active);
        await Bun.sleep(2);
        active--;
        for (const n of numbers(changes)) seen.push(`${reader}:${n}`);
      });
    const readers = new Map([one, two, one, two].map((world, i) => [i, start(world, i)]));
    for (let n = 0; n < 40; n++) {
      await one.write(n);
      if (n !== 20) continue;
      await until(() => seen.length > 0);
      const holder = Number(seen.at(-1)!.split(":")[0]);
      await readers.get(holder)!.stop();
      readers.delete(holder);
    }
    await until(() => seen.length === 40);
    expect(seen.map((entry) => Number(entry.split(":")[1]))).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(new Set(seen.map((entry) => entry.split(":")[0])).size).toBe(2);
    expect(most).toBe(1);
    await Promise.all([...readers.values()].map((reader) => reader.stop()));
  });

  test("an item's changes come in order, beside other items", async () => {
    const { driver, engine, ctx } = await open();
    const made = (await createItems(await ctx(), "posts", [{ n: 0 }, { n: 0 }])) as { id: string }[];
    await Promise.all(
      made.map(async ({ id }) => {
        for (let n = 1; n <= 30; n++) await patchItem(await ctx(), "posts", id, { n });
      }),
    );
    await settled(driver);
    const seen = new Map<string, number[]>();
    await drainChanges(engine, driver, options(), (changes) => {
      for (const { item, after } of changes) seen.set(item, [...(seen.get(item) ?? []), after!.n as number]);
    });
    for (const { id } of made) expect(seen.get(id)).toEqual(Array.from({ length: 31 }, (_, n) => n));
  });

  test("what was trimmed before it was read is reported as a gap", async () => {
    const { driver, engine, write } = await open();
    await drainChanges(engine, driver, options(), () => {});
    for (let n = 0; n < 20; n++) await write(n);
    await settled(driver);
    const position = await logReader(engine, driver).start();
    expect(await trimChanges(driver, { before: 0, rows: 5, pass: 10 })).toEqual({ trimmed: 10, more: true });
    expect(await trimChanges(driver, { before: 0, rows: 5, pass: 10 })).toEqual({ trimmed: 5, more: false });
    await expect(logReader(engine, driver).read(W, position, { limit: 1 })).rejects.toMatchObject({ code: "GONE" });
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
    await settled(driver);
    expect(numbers((await reader.read(W, await reader.start(), { limit: 9 })).changes)).toEqual([20]);
  });
}
