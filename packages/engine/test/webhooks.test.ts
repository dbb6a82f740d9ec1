/** What is sent to receivers of a workspace's changes: all of it, signed, and in the order that was asked for. */
import { expect, test } from "bun:test";
import type { Change } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { verified } from "../../../tests/support/signed-webhook.ts";
import { claimDeliveries, finishDelivery } from "../src/features/webhooks/deliveries/repository.ts";
import { nextDeliveryTime } from "../src/features/webhooks/repository.ts";
import { storeDeliveries } from "../src/features/webhooks/store-changes.ts";
import {
  deleteItem,
  logReader,
  patchItem,
  replayWebhook,
  replayWebhookSchema,
  showWebhookDelivery,
  startFeatures,
} from "../src/index.ts";
import { onEachDatabase, settled, W } from "./log-world.ts";
import { webhooksOn } from "./webhooks-world.ts";

const HOUR_MS = 3_600_000;
const accepted = () => new Response(null, { status: 204 });
const refused = () => new Response("not now", { status: 500 });

await onEachDatabase("webhooks", (kind) => {
  const open = webhooksOn(kind);

  test("each change that fits is sent once, signed, and nothing from before the webhook", async () => {
    const { ctx, write, add, tick, receiver, deliveries, driver } = await open();
    await write(0);
    const all = await add(receiver.url, { events: ["posts.create", "posts.update", "*.delete"] });
    const some = await add(`${receiver.url}/some`, {
      events: ["posts.*"],
      filter: { n: { _gt: 1 } },
      filter_before: { n: { _eq: 1 } },
      payload: { fields: ["n"], before: false },
      headers: { authorization: "Bearer one" },
    });
    const { id } = await write(1);
    await patchItem(await ctx(), "posts", id, { n: 2 });
    await patchItem(await ctx(), "posts", id, { n: 3 });
    await deleteItem(await ctx(), "posts", id);
    await tick();
    const sent = receiver.at("/").map(({ message }) => message);
    expect(sent.map(({ type }) => type).sort()).toEqual([
      ...["posts.create", "posts.delete", "posts.update", "posts.update"],
    ]);
    const update = sent.find(({ data }) => (data.after as { n: number } | null)?.n === 2)!;
    expect(update.data).toEqual({
      collection: "posts",
      id,
      version: 2,
      before: expect.objectContaining({ id, n: 1 }),
      after: expect.objectContaining({ id, n: 2 }),
    });
    expect(receiver.at("/some").map(({ message }) => message.data)).toEqual([
      { collection: "posts", id, version: 2, after: { n: 2 } },
    ]);
    expect(receiver.at("/some")[0]!.headers.authorization).toBe("Bearer one");
    expect(some.header_names).toEqual(["authorization"]);
    for (const message of receiver.at("/")) verified({ secret: all.secret! }, message);
    expect((await deliveries(all.id)).map(({ state, status, attempts }) => [state, status, attempts])).toEqual(
      Array(4).fill(["delivered", 204, 1]),
    );
    const stored = await driver.all({ sql: "select * from plinth_webhooks", params: [] });
    expect(JSON.stringify(stored)).not.toContain("Bearer");
    await tick(HOUR_MS);
    expect(receiver.at("/")).toHaveLength(4);
  });

  test("a change that is stored again, as after a kill before the cursor moved, is sent once", async () => {
    const { engine, driver, write, add, tick, receiver } = await open();
    const start = await logReader(engine, driver).head(W);
    await add(receiver.url);
    await write(1);
    await settled(driver);
    const { changes } = await logReader(engine, driver).read(W, start, { limit: 10 });
    const context = { engine, driver, workspaceId: W, signal: new AbortController().signal };
    await storeDeliveries(changes as Change[], context);
    await storeDeliveries(changes as Change[], context);
    await tick();
    expect(receiver.received).toHaveLength(1);
  });

  test("what a process had claimed that died is sent by another after a while, under the same id", async () => {
    const { engine, driver, write, add, tick, receiver, deliveries } = await open();
    const start = await logReader(engine, driver).head(W);
    const { id } = await add(receiver.url);
    await write(1);
    await settled(driver);
    const { changes } = await logReader(engine, driver).read(W, start, { limit: 10 });
    await storeDeliveries(changes, { engine, driver, workspaceId: W, signal: new AbortController().signal });
    const now = Date.now();
    const claim = { webhookId: id, now, leaseUntil: now + 60_000, latest: now + HOUR_MS, most: 10 };
    const [claimed] = await claimDeliveries(driver, claim);
    expect(await claimDeliveries(driver, { ...claim, now: now + 1000 })).toEqual([]);
    await tick(61_000);
    expect(receiver.received.map((message) => message.id)).toEqual([`msg_${claimed!.id}`]);
    expect(await deliveries(id)).toMatchObject([{ id: claimed!.id, state: "delivered", attempts: 2 }]);
    // The one that died after all notes what it did.
    await finishDelivery(driver, claimed!, { state: "failed" }, []);
    expect(await deliveries(id)).toMatchObject([{ state: "delivered" }]);
  });

  test("what fails comes again under its id, at growing intervals, until it is given up; and can be replayed", async () => {
    let answer = refused;
    const { ctx, write, add, tick, receiver, deliveries } = await open(() => answer());
    const { id } = await add(receiver.url);
    await write(1);
    await tick();
    const [waiting] = await deliveries(id);
    expect(waiting).toMatchObject({ state: "pending", attempts: 1, status: 500, error: "status 500" });
    await tick(HOUR_MS);
    await tick(71 * HOUR_MS);
    const [failed] = await deliveries(id);
    expect(failed).toMatchObject({ state: "failed", attempts: 3, next_attempt_at: null });
    const shown = await showWebhookDelivery(await ctx(), { id, delivery: failed!.id });
    expect(shown.tries.map(({ answer: text }) => text)).toEqual(Array(3).fill("not now"));
    expect(JSON.parse(shown.body)).toMatchObject({ type: "posts.create", data: { after: { n: 1 } } });
    answer = accepted;
    const replay = async (input: object) => replayWebhook(await ctx(), id, replayWebhookSchema.parse(input));
    expect(await replay({ since: "2026-01-01T00:00:00Z" })).toEqual({ replayed: 1 });
    await tick(HOUR_MS);
    expect(await deliveries(id)).toMatchObject([{ state: "delivered", attempts: 1 }]);
    expect(await replay({ since: "2026-01-01T00:00:00Z" })).toEqual({ replayed: 0 });
    expect(await replay({ deliveries: [failed!.id] })).toEqual({ replayed: 1 });
    await tick();
    expect(receiver.received).toHaveLength(5);
    expect(new Set(receiver.received.map((message) => message.id)).size).toBe(1);
  });

  test("with an order, a change waits for those before it of the same item, and for no other item", async () => {
    let isBroken = true;
    const { ctx, driver, write, add, tick, receiver } = await open(({ message }) =>
      isBroken && message.data.version === 1 && (message.data.after as { n: number }).n === 1 ? refused() : accepted(),
    );
    await add(receiver.url, { ordered: true });
    const { id } = await write(1);
    await patchItem(await ctx(), "posts", id, { n: 2 });
    await write(5);
    await tick();
    const versions = () =>
      receiver.received.filter(({ message }) => message.data.id === id).map(({ message }) => message.data.version);
    expect(versions()).toEqual([1]);
    expect(receiver.received).toHaveLength(2);
    // The next one to be sent is the first one again.
    await driver.run({ sql: "update plinth_webhooks set paused_until = 0", params: [] });
    const tried = "select due_at from plinth_webhooks_deliveries where state = 'pending' and attempts > 0";
    const [{ due_at: dueAt }] = (await driver.all({ sql: tried, params: [] })) as [{ due_at: unknown }];
    expect(await nextDeliveryTime(driver)).toEqual({ dueAt: Number(dueAt), isAny: true });
    isBroken = false;
    await tick(HOUR_MS);
    await tick();
    expect(versions()).toEqual([1, 1, 2]);
  });

  test("two processes send everything once, and a slow receiver delays no other", async () => {
    const held = Promise.withResolvers<void>();
    const { engine, driver, write, add, receiver, deliveries, another } = await open(async ({ path }) => {
      if (path === "/slow") await held.promise;
      return accepted();
    });
    const slow = await add(`${receiver.url}/slow`);
    const quick = await add(`${receiver.url}/quick`);
    const other = await another();
    const running = [startFeatures(engine, driver), startFeatures(other.engine, other.driver)];
    const COUNT = 12;
    for (let n = 0; n < COUNT; n++) await write(n);
    await until(() => receiver.at("/quick").length >= COUNT);
    held.resolve();
    await until(async () => (await deliveries(slow.id)).filter(({ state }) => state === "delivered").length === COUNT);
    await Promise.all(running.map((one) => one.stop()));
    for (const [path, { id }] of [
      ["/quick", quick],
      ["/slow", slow],
    ] as const) {
      const ids = receiver.at(path).map((message) => message.id);
      expect([path, ids.length, new Set(ids).size]).toEqual([path, COUNT, COUNT]);
      expect((await deliveries(id)).every(({ attempts }) => attempts === 1)).toBe(true);
    }
  });
});
