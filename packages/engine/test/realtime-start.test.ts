import { beforeAll, expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import { comparePlaces } from "@plinth/db";
import { publishMessage } from "../src/index.ts";
import { Feed } from "../src/realtime/feed.ts";
import { Hub, subscribeChannel } from "../src/realtime/index.ts";
import { MemoryLog, NOBODY, openRealtimeWorld, type RealtimeWorld, testOutlet } from "./realtime-support.ts";
import { ADMIN } from "./transfer-support.ts";

/** What begins while the database or the wake-ups fail, or while the room is closed. */

let world: RealtimeWorld;
beforeAll(async () => {
  world = await openRealtimeWorld();
});

const down = async (): Promise<never> => {
  throw new Error("the database is away");
};

/** A hub of its own log; `wakes` are its wake-ups that nobody has ended. */
function hubOver(log: MemoryLog, driver: SqlDriver = world.driver) {
  const wakeups = async (_: string, wake: () => void) => {
    log.wakes.add(wake);
    return () => log.wakes.delete(wake);
  };
  return new Hub({ engine: world.engine, driver, reader: log, comparePlaces, wakeups, pollMs: 20 });
}

test("a database error does not end a workspace's channels, nor leave wake-ups behind", async () => {
  const log = new MemoryLog();
  const failing = { ...world.driver };
  const hub = hubOver(log, failing);
  const room = await hub.room(ADMIN.workspaceId);
  const follow = async () => {
    const outlet = testOutlet();
    const grant = { principal: ADMIN, credential: NOBODY };
    await subscribeChannel(room, await world.scope(), grant, { name: "news" }, outlet);
    return outlet;
  };
  failing.all = down;
  await expect(follow()).rejects.toThrow("away");
  await expect(follow()).rejects.toThrow("away");
  expect(log.wakes.size).toBe(1);
  failing.all = world.driver.all;
  const outlet = await follow();
  await publishMessage(await world.scope(), "news", "told", null);
  await outlet.until(({ name }) => name === "told");
  await hub.close();
  expect(log.wakes.size).toBe(0);
});

test("a room that cannot begin leaves no wake-ups behind, and the next one begins", async () => {
  const log = new MemoryLog();
  const { head } = log;
  const hub = hubOver(log);
  log.head = down;
  const all = await Promise.allSettled([hub.room(ADMIN.workspaceId), hub.room(ADMIN.workspaceId)]);
  expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(log.wakes.size).toBe(0);
  log.head = head;
  const room = await hub.room(ADMIN.workspaceId);
  expect(log.wakes.size).toBe(1);
  expect(await hub.room(ADMIN.workspaceId)).toBe(room);
  await hub.close();
  expect(log.wakes.size).toBe(0);
});

test("a room that could not begin does not take away the one that came after it", async () => {
  const log = new MemoryLog();
  const hub = hubOver(log);
  const { head } = log;
  log.head = down;
  const first = hub.room(ADMIN.workspaceId);
  const second = hub.room(ADMIN.workspaceId);
  const third = first.catch(() => {
    log.head = head;
    return hub.room(ADMIN.workspaceId);
  });
  await expect(second).rejects.toThrow("away");
  expect(await hub.room(ADMIN.workspaceId)).toBe(await third);
  await hub.close();
  expect(log.wakes.size).toBe(0);
});

for (const step of ["wake-ups", "the log's end"]) {
  test(`a feed that is stopped while it waits for ${step} ends its wake-ups, and reads nothing`, async () => {
    const log = new MemoryLog();
    const waiting = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const pass = async (at: string): Promise<void> => {
      if (at !== step) return;
      waiting.resolve();
      await gate.promise;
    };
    let ended = 0;
    const feed = new Feed(ADMIN.workspaceId, {
      reader: { head: () => pass("the log's end").then(() => log.head()), read: (...given) => log.read(...given) },
      comparePlaces,
      log: world.engine.log,
      pollMs: 20,
      wakeups: async () => {
        await pass("wake-ups");
        return () => ended++;
      },
    });
    const started = feed.start();
    await waiting.promise;
    feed.stop();
    gate.resolve();
    await expect(started).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect({ ended, reads: log.reads }).toEqual({ ended: 1, reads: 0 });
  });
}
