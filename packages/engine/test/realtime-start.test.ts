import { beforeAll, expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import { comparePositions } from "@plinth/db";
import { publishMessage } from "../src/index.ts";
import { SubscriptionBroker, subscribeChannel } from "../src/realtime/index.ts";
import { LogTail } from "../src/realtime/log-tail.ts";
import { MemoryLog, NOBODY, openRealtimeWorld, type RealtimeWorld, testConnection } from "./realtime-support.ts";
import { ADMIN } from "./transfer-support.ts";

/** Subscriptions that begin while the database or the wake-ups fail, or while the subscribers are closed. */

let world: RealtimeWorld;
beforeAll(async () => {
  world = await openRealtimeWorld();
});

const down = async (): Promise<never> => {
  throw new Error("the database is away");
};

/** A broker over this log; `wakes` are its open wake-up subscriptions. */
function brokerOver(log: MemoryLog, driver: SqlDriver = world.driver) {
  const wakeups = async (_: string, wake: () => void) => {
    log.wakes.add(wake);
    return () => log.wakes.delete(wake);
  };
  return new SubscriptionBroker({ engine: world.engine, driver, reader: log, comparePositions, wakeups, pollMs: 20 });
}

test("a database error does not end a workspace's channels, nor leave wake-ups behind", async () => {
  const log = new MemoryLog();
  const failing = { ...world.driver };
  const broker = brokerOver(log, failing);
  const subscribers = await broker.subscribersOf(ADMIN.workspaceId);
  const follow = async () => {
    const connection = testConnection();
    const grant = { principal: ADMIN, credential: NOBODY };
    await subscribeChannel(subscribers, await world.ctx(), grant, { name: "news" }, connection);
    return connection;
  };
  failing.all = down;
  await expect(follow()).rejects.toThrow("away");
  await expect(follow()).rejects.toThrow("away");
  expect(log.wakes.size).toBe(1);
  failing.all = world.driver.all;
  const connection = await follow();
  await publishMessage(await world.ctx(), "news", "delivered", null);
  await connection.until(({ name }) => name === "delivered");
  await broker.close();
  expect(log.wakes.size).toBe(0);
});

test("subscribers whose log cannot be read leave no wake-ups behind, and the next ones begin", async () => {
  const log = new MemoryLog();
  const { head } = log;
  const broker = brokerOver(log);
  log.head = down;
  const all = await Promise.allSettled([
    broker.subscribersOf(ADMIN.workspaceId),
    broker.subscribersOf(ADMIN.workspaceId),
  ]);
  expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(log.wakes.size).toBe(0);
  log.head = head;
  const subscribers = await broker.subscribersOf(ADMIN.workspaceId);
  expect(log.wakes.size).toBe(1);
  expect(await broker.subscribersOf(ADMIN.workspaceId)).toBe(subscribers);
  await broker.close();
  expect(log.wakes.size).toBe(0);
});

test("subscribers whose log could not be read do not replace those that came after them", async () => {
  const log = new MemoryLog();
  const broker = brokerOver(log);
  const { head } = log;
  log.head = down;
  const first = broker.subscribersOf(ADMIN.workspaceId);
  const second = broker.subscribersOf(ADMIN.workspaceId);
  const third = first.catch(() => {
    log.head = head;
    return broker.subscribersOf(ADMIN.workspaceId);
  });
  await expect(second).rejects.toThrow("away");
  expect(await broker.subscribersOf(ADMIN.workspaceId)).toBe(await third);
  await broker.close();
  expect(log.wakes.size).toBe(0);
});

for (const step of ["wake-ups", "the log's end"]) {
  test(`a tail that is stopped while it waits for ${step} ends its wake-ups, and reads nothing`, async () => {
    const log = new MemoryLog();
    const waiting = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const pass = async (at: string): Promise<void> => {
      if (at !== step) return;
      waiting.resolve();
      await gate.promise;
    };
    let ended = 0;
    const tail = new LogTail(ADMIN.workspaceId, {
      reader: { head: () => pass("the log's end").then(() => log.head()), read: (...args) => log.read(...args) },
      comparePositions,
      log: world.engine.log,
      pollMs: 20,
      wakeups: async () => {
        await pass("wake-ups");
        return () => ended++;
      },
    });
    const started = tail.start();
    await waiting.promise;
    tail.stop();
    gate.resolve();
    await expect(started).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect({ ended, reads: log.reads }).toEqual({ ended: 1, reads: 0 });
  });
}
