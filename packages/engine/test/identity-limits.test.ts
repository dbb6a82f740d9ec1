import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { HashQueue } from "@plinth/auth";
import type { SqlDriver } from "@plinth/core";
import { addToWindow, findAttempts, migrate, takeFromWindow } from "@plinth/db";
import { AttemptGuard } from "../src/identity/limits/attempt-guard.ts";
import { SharedLimiter } from "../src/identity/limits/shared-limiter.ts";

async function open(driver: SqlDriver = bunSqlite({ path: ":memory:" })) {
  await migrate(driver, Date.now);
  let now = 1_000_000;
  let statements = 0;
  const { all, run } = driver;
  driver.all = (query) => {
    statements++;
    return all(query);
  };
  driver.run = (query) => {
    statements++;
    return run(query);
  };
  const clock = { now: () => now };
  return { driver, clock, pass: (ms: number) => (now += ms), statements: () => statements };
}

test("a shared limit: never more than its number, few statements, and none for a flood", async () => {
  const { driver, clock, pass, statements } = await open();
  const servers = [new SharedLimiter(clock), new SharedLimiter(clock), new SharedLimiter(clock)];
  const policy = { name: "test", max: 1000, windowMs: 60_000 };
  const ask = async (n: number) => {
    let allowed = 0;
    for (let i = 0; i < n; i++) if ((await servers[i % 3]!.take(driver, policy, "who")).allowed) allowed++;
    return allowed;
  };
  const allowed = await ask(3000);
  expect(allowed).toBeLessThanOrEqual(1000);
  expect(allowed).toBeGreaterThan(990);
  const spent = statements();
  expect(spent).toBeLessThan(150);
  expect(await ask(10_000)).toBe(0);
  expect(statements()).toBe(spent);
  pass(60_000);
  expect(await ask(300)).toBe(300);
});

test("attempts: five at once, then waits that double up to 15 minutes; a day without any forgets them", async () => {
  const { driver, clock, pass } = await open();
  const servers = [new AttemptGuard(clock), new AttemptGuard(clock)];
  const many = await Promise.all(Array.from({ length: 100 }, (_, i) => servers[i % 2]!.attempt(driver, "a")));
  expect(many.filter((wait) => wait === null)).toHaveLength(5);
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    const wait = (await servers[i % 2]!.attempt(driver, "a"))!;
    waits.push(wait);
    pass(wait * 1000);
    expect(await servers[i % 2]!.attempt(driver, "a")).toBeNull();
  }
  expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
  expect(await servers[0]!.attempt(driver, "b")).toBeNull();
  pass(25 * 3_600_000);
  expect(await servers[0]!.attempt(driver, "a")).toBeNull();
  expect(await servers[0]!.attempt(driver, "a")).toBeNull();
});

/** Hashes that end when they are ended, each with its name. */
function heldHashes(queue: HashQueue) {
  const ends = new Map<string, () => void>();
  const started: string[] = [];
  const hash = (name: string, account: string, address?: string) =>
    queue.run({ account, address }, () => {
      started.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)!();
    await Bun.sleep(0);
  };
  return { hash, end, started };
}

test("hashes: a bounded number at a time, by address in turn", async () => {
  const queue = new HashQueue(1);
  const order: string[] = [];
  let running = 0;
  const hash = (address: string, account?: string) =>
    queue.run({ account, address }, async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      order.push(address);
      running--;
    });
  const many = Array.from({ length: 10 }, (_, i) => hash("many", `account ${i}`));
  await Promise.all([...many, hash("one", "a"), hash("two", "b")]);
  expect(order.indexOf("one")).toBeLessThan(3);
  expect(order.indexOf("two")).toBeLessThan(4);
  const flood = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => hash("many", `account ${i}`)));
  expect(flood.filter(({ status }) => status === "rejected").length).toBe(29);
});

test("hashes: where too many wait, whoever has the most of them is refused, and not who comes new", async () => {
  const queue = new HashQueue(1);
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hash = (account: string, address: string) => queue.run({ account, address }, () => gate);
  // One is hashed, 200 wait: two of each of 100 addresses, and one that came before.
  const early = hash("early", "203.0.113.1");
  const flood = Array.from({ length: 200 }, (_, i) => hash(`account ${i}`, `198.51.100.${i % 100}`));
  const settled = Promise.allSettled(flood);
  const rightful = [hash("ada", "203.0.113.2"), hash("ben", "203.0.113.3")];
  release();
  await Promise.all([early, ...rightful]);
  expect((await settled).filter(({ status }) => status === "rejected")).toHaveLength(2);
});

test("an attempt that was not tried does not count, on other servers either", async () => {
  const { driver, clock } = await open();
  const [guard, other] = [new AttemptGuard(clock), new AttemptGuard(clock)];
  const waits = [];
  for (let i = 0; i < 10; i++) {
    waits.push(await guard.attempt(driver, "a"));
    await other.takeBack(driver, "a");
    await guard.takeBack(driver, "b");
  }
  for (let i = 0; i < 6; i++) waits.push(await guard.attempt(driver, "a"));
  expect(waits).toEqual([...Array.from({ length: 15 }, () => null), 30]);
  await guard.takeBack(driver, "a");
  expect([await guard.attempt(driver, "a"), await guard.attempt(driver, "a")]).toEqual([null, 30]);
});

test("hashes: an account has one at a time from whatever addresses, and another account does not wait for it", async () => {
  const { hash, end, started } = heldHashes(new HashQueue(2));
  const guesses = Array.from({ length: 5 }, (_, i) => hash(`guess ${i}`, "victim", `198.51.100.${i}`));
  expect(started).toEqual(["guess 0"]);
  const other = hash("other", "other", "203.0.113.1");
  expect(started).toEqual(["guess 0", "other"]);
  // Both slots are in use: who comes now is served before the rest of the guesses.
  const third = hash("third", "third", "203.0.113.2");
  await end("guess 0");
  expect(started).toEqual(["guess 0", "other", "third"]);
  await end("other");
  expect(started.at(-1)).toBe("guess 1");
  await end("third");
  expect(started).toHaveLength(4);
  for (let i = 1; i < 5; i++) await end(`guess ${i}`);
  await Promise.all([...guesses, other, third]);
  expect(started.slice(3)).toEqual(["guess 1", "guess 2", "guess 3", "guess 4"]);
});

test("on Postgres", async () => {
  const { driver, clock } = await open(memoryPglite());
  const limiters = [new SharedLimiter(clock), new SharedLimiter(clock)];
  const policy = { name: "test", max: 5, windowMs: 60_000 };
  const states = [];
  for (let i = 0; i < 8; i++) states.push(await limiters[i % 2]!.take(driver, policy, "who"));
  expect(states.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false, false, false]);
  const guards = [new AttemptGuard(clock), new AttemptGuard(clock)];
  const waits = [];
  for (let i = 0; i < 6; i++) waits.push(await guards[i % 2]!.attempt(driver, "a"));
  expect(waits).toEqual([null, null, null, null, null, 30]);
  await guards[0]!.succeeded(driver, ["a"]);
  expect(await guards[0]!.attempt(driver, "a")).toBeNull();
  const { endsAt } = await addToWindow(driver, { id: "tokens", amount: 50, now: clock.now(), windowMs: 1000 });
  await takeFromWindow(driver, { id: "tokens", amount: 20, endsAt });
  await takeFromWindow(driver, { id: "tokens", amount: 20, endsAt: endsAt + 1 });
  expect(await findAttempts(driver, "tokens")).toMatchObject({ count: 30 });
  await driver.close?.();
});
