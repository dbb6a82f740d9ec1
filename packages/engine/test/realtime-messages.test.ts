import { afterEach, beforeEach, expect, type Mock, spyOn, test } from "bun:test";
import { anonymous, type ChangeReader, type LogPosition, type SqlDriver } from "@plinth/core";
import { migrate } from "@plinth/db";
import type { RequestContext } from "../src/index.ts";
import { brokerOptions, SubscriptionBroker, subscribeChannel } from "../src/realtime/index.ts";
import { messageReader, publish } from "../src/realtime/messages.ts";
import { onEachDatabase, openEngine, W } from "./log-world.ts";
import { NOBODY, testConnection } from "./realtime-support.ts";

// On a busy Postgres a message is visible once all earlier transactions have ended.
const MINUTE = 60_000;
const OTHER = "00000000-0000-7000-8000-000000000002";

await onEachDatabase("messages", (database) => {
  let driver: SqlDriver;
  let reader: ChangeReader;
  let minutes: number;
  let trims: Mock<() => number>;

  beforeEach(async () => {
    driver = (await database.create())();
    await migrate(driver, Date.now);
    minutes = 0;
    trims = spyOn(Math, "random").mockReturnValue(1);
    reader = messageReader(driver, now);
  });
  afterEach(async () => {
    trims.mockRestore();
    await driver.close?.();
  });

  const now = (): number => 1_800_000_000_000 + minutes * MINUTE;

  /** Publishes in that minute, and returns the message's position once readers may see it. */
  async function say(text: string, at: number, options: { trims?: boolean; workspaceId?: string } = {}) {
    minutes = at;
    trims.mockReturnValue(options.trims ? 0 : 1);
    const workspaceId = options.workspaceId ?? W;
    const before = await reader.head(workspaceId);
    const ctx = { driver, principal: anonymous(workspaceId), now: now() } as RequestContext;
    await publish(ctx, "room", { event: "said", data: text });
    let position = before;
    while (position === before) [position] = await Promise.all([reader.head(workspaceId), Bun.sleep(5)]);
    return position;
  }

  const texts = async (after: LogPosition, limit = 10) => {
    const { changes, more } = await reader.read(W, after, { limit });
    return [changes.map((change) => change.after!.data), more];
  };
  const gone = expect.objectContaining({ code: "GONE" });
  const refusal = (after: LogPosition) => reader.read(W, after, { limit: 10 }).catch((error: unknown) => error);

  test("a message follows its position, page by page", async () => {
    const start = await reader.head(W);
    const first = await say("a", 0);
    await say("b", 1);
    const last = await say("c", 2);
    expect(await texts(start)).toEqual([["a", "b", "c"], false]);
    expect(await texts(start, 2)).toEqual([["a", "b"], true]);
    expect(await texts(first, 2)).toEqual([["b", "c"], true]);
    expect(await texts(last)).toEqual([[], false]);
  });

  test("a client that reconnects after more than an hour learns that messages are gone, whether they are still there or not", async () => {
    const first = await say("a", 0);
    await say("b", 1);
    const third = await say("c", 70);
    expect(await refusal(first)).toEqual(gone);
    await say("d", 80, { trims: true });
    expect(await refusal(first)).toEqual(gone);
    expect(await texts(third)).toEqual([["d"], false]);
    await say("e", 300, { trims: true });
    expect(await refusal(first)).toEqual(gone);
    expect(await refusal(third)).toEqual(gone);
  });

  test("who has the last message has missed nothing, however old it is, and whatever others say", async () => {
    const empty = await reader.head(W);
    expect(await texts(empty)).toEqual([[], false]);
    await say("a", 0);
    const last = await say("b", 1);
    await say("theirs", 2, { workspaceId: OTHER });
    minutes = 300;
    expect(await texts(last)).toEqual([[], false]);
    await say("theirs", 300, { workspaceId: OTHER, trims: true });
    await say("theirs", 600, { workspaceId: OTHER, trims: true });
    expect(await reader.head(W)).toBe(last);
    expect(await texts(last)).toEqual([[], false]);
    const next = await say("c", 601, { trims: true });
    expect(await texts(last)).toEqual([["c"], false]);
    await say("d", 602);
    expect(await texts(next)).toEqual([["d"], false]);
  });

  test("what is old is taken away, but for the last of each workspace", async () => {
    for (let n = 0; n < 5; n++) await say(`old ${n}`, n);
    for (let n = 0; n < 3; n++) await say(`theirs ${n}`, n, { workspaceId: OTHER });
    await say("new", 100, { trims: true });
    const rows = await driver.all({ sql: "select data from plinth_messages order by xid, seq", params: [] });
    expect(rows.map(({ data }) => JSON.parse(data as string))).toEqual(["old 4", "theirs 2", "new"]);
  });

  test("a position beyond the last message is gone", async () => {
    expect(await refusal("1.7.7")).toEqual(gone);
    const last = await say("a", 0);
    expect(await refusal(last.replace(/\d+$/, (seq) => String(Number(seq) + 1)))).toEqual(gone);
    expect(await refusal("1.9999999999.9999999999")).toEqual(gone);
  });

  test("a channel's follower hears that messages are gone, and goes on", async () => {
    const { engine, ctx } = await openEngine(driver, { now });
    Object.assign(engine.config, { appUrl: "http://localhost", secret: "s".repeat(32) });
    const first = await say("a", 0);
    await say("b", 1);
    const last = await say("c", 100);
    const broker = new SubscriptionBroker(brokerOptions(engine, driver));
    const subscribers = await broker.subscribersOf(W);
    const follow = async (name: string, after: LogPosition) => {
      const connection = testConnection();
      const { principal } = await ctx();
      await subscribeChannel(subscribers, await ctx(), { principal, credential: NOBODY }, { name, after }, connection);
      return connection;
    };
    const late = await follow("room", first);
    expect(late.messages).toMatchObject([{ event: "ready" }, { event: "gone", code: "GONE", position: last }]);
    const idle = await follow("room", last);
    const next = await say("d", 101);
    await idle.until(({ data }) => data === "d");
    // Other messages have moved its position as well: it has missed none of them.
    const quiet = await follow("quiet", last);
    expect(quiet.messages).toMatchObject([{ event: "ready" }]);
    expect(quiet.position).toBe(next);
    await say("e", 102);
    for (const connection of [late, idle]) {
      await connection.until(({ data }) => data === "e");
      expect(connection.messages.filter(({ event }) => event === "message").map(({ data }) => data)).toEqual([
        "d",
        "e",
      ]);
    }
    await broker.close();
  });
});
