/** What is stored for webhooks, how much of it, and what two changes at once make of a webhook. */
import { afterAll, describe, expect, test } from "bun:test";
import type { Change, PlinthError, SqlDriver } from "@plinth/core";
import { claimDeliveries } from "../src/features/webhooks/deliveries/repository.ts";
import { disableWebhook } from "../src/features/webhooks/disable.ts";
import { findWebhooks } from "../src/features/webhooks/repository.ts";
import { trimDeliveries } from "../src/features/webhooks/retention.ts";
import { deliver } from "../src/features/webhooks/sending/deliver.ts";
import { storeDeliveries } from "../src/features/webhooks/store-changes.ts";
import {
  deleteWebhook,
  getWebhook,
  listSecurityLog,
  listWebhooks,
  logReader,
  rotateWebhookSchema,
  rotateWebhookSecret,
  updateWebhook,
  updateWebhookSchema,
} from "../src/index.ts";
import { sqlite } from "./databases.ts";
import { W } from "./log-world.ts";
import { webhooksOn } from "./webhooks-world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const refused = () => new Response("not now", { status: 500 });

/** The driver with what runs before a batch. */
const watched = (driver: SqlDriver, before: (queries: Parameters<SqlDriver["batch"]>[0]) => unknown): SqlDriver => ({
  ...driver,
  batch: async (queries) => {
    await before(queries);
    return driver.batch(queries);
  },
});

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: PlinthError) => error.code,
  );
}

describe("webhooks on one database", () => {
  const kind = sqlite();
  afterAll(() => kind.close());
  const open = webhooksOn(kind);
  type World = Awaited<ReturnType<typeof open>>;

  /** The same change again and again, as a page of the log has them. */
  async function pageOf({ engine, driver, write }: World, count: number, text = "", after = 0): Promise<Change[]> {
    const start = await logReader(engine, driver).head(W);
    await write(1);
    const { changes } = await logReader(engine, driver).read(W, start, { limit: 1 });
    const [{ after: image, position, ...one }] = changes as [Change];
    const [form, xid, seq] = position.split(".");
    return Array.from({ length: count }, (_, at) => ({
      ...{ ...one, position: `${form}.${xid}.${Number(seq) + after + at}`, after: { ...image, text } },
    })) as Change[];
  }

  async function countOf({ driver }: World, where = "true"): Promise<number> {
    const sql = `select count(*) as n from plinth_webhooks_deliveries where ${where}`;
    return Number((await driver.all({ sql, params: [] }))[0]!.n);
  }

  test("a page of changes for many webhooks is stored by few statements, and by batches of a bounded size", async () => {
    const world = await open();
    const { engine, driver, add, receiver } = world;
    for (let n = 0; n < 20; n++) await add(receiver.url);
    const sizes: { statements: number; chars: number }[] = [];
    const counted = watched(driver, (queries) => {
      const chars = queries.flatMap(({ params }) => params).reduce<number>((sum, one) => sum + String(one).length, 0);
      sizes.push({ statements: queries.length, chars });
    });
    const context = { engine, driver: counted, workspaceId: W, signal: new AbortController().signal };
    await storeDeliveries(await pageOf(world, 100), context);
    expect(await countOf(world)).toBe(2000);
    expect(sizes.reduce((sum, { statements }) => sum + statements, 0)).toBeLessThanOrEqual(5);
    sizes.length = 0;
    await storeDeliveries(await pageOf(world, 10, "x".repeat(200_000), 1000), context);
    expect(await countOf(world)).toBe(2200);
    expect(Math.max(...sizes.map(({ chars }) => chars))).toBeLessThan(5_000_000);
  });

  test("with much that waits, messages are stored without their items", async () => {
    const world = await open();
    const { engine, driver, add, receiver } = world;
    await add(receiver.url);
    const context = { engine, driver, workspaceId: W, signal: new AbortController().signal };
    const [change] = await pageOf(world, 1);
    await storeDeliveries([change!], context);
    await driver.run({ sql: "update plinth_webhooks_deliveries set size = 65000000", params: [] });
    const other = await world.another();
    const [next] = await pageOf(world, 1, "long");
    await storeDeliveries([next!], { ...context, engine: other.engine });
    expect(await countOf(world, "body like '%\"truncated\":true%'")).toBe(1);
    expect(await countOf(world, "body like '%long%'")).toBe(0);
  });

  test("finished messages are kept up to a number of characters, failed ones longer than others", async () => {
    const world = await open();
    const { engine, driver, add, receiver } = world;
    await add(receiver.url);
    const context = { engine, driver, workspaceId: W, signal: new AbortController().signal };
    await storeDeliveries(await pageOf(world, 4), context);
    const set = (change: string) => driver.run({ sql: `update plinth_webhooks_deliveries set ${change}`, params: [] });
    await set("state = 'delivered', size = 100000000");
    await trimDeliveries(engine, driver);
    expect(await countOf(world)).toBe(2);
    // What has waited for too long is given up, and can be sent again then.
    await set(`state = 'pending', size = 1, created_at = ${Date.now() - 15 * DAY_MS}, since = 0`);
    await trimDeliveries(engine, driver);
    await trimDeliveries(engine, driver);
    expect(await countOf(world, "state = 'failed'")).toBe(2);
    await set(`created_at = ${Date.now() - 29 * DAY_MS}`);
    await trimDeliveries(engine, driver);
    expect(await countOf(world)).toBe(0);
  });

  test("retention looks at some webhooks in each slice, and comes to all of them", async () => {
    const world = await open();
    const { engine, driver, add, receiver } = world;
    for (let n = 0; n < 25; n++) await add(receiver.url);
    let slices = 1;
    while (await trimDeliveries(engine, driver)) slices++;
    expect(slices).toBe(3);
  });

  test("a deleted webhook is gone at once, and its many messages little by little", async () => {
    const world = await open();
    const { ctx, engine, driver, add, receiver } = world;
    const { id } = await add(receiver.url);
    const context = { engine, driver, workspaceId: W, signal: new AbortController().signal };
    await storeDeliveries(await pageOf(world, 700), context);
    await deleteWebhook(await ctx(), id);
    expect(await codeOf(getWebhook(await ctx(), id))).toBe("NOT_FOUND");
    expect((await listWebhooks(await ctx(), { limit: 10 })).data).toEqual([]);
    expect(await countOf(world)).toBe(700);
    expect(await trimDeliveries(engine, driver)).toBe(true);
    expect(await countOf(world)).toBe(200);
    expect(await trimDeliveries(engine, driver)).toBe(false);
    expect(await driver.all({ sql: "select id from plinth_webhooks", params: [] })).toEqual([]);
  });

  test("after a restore into a server that counts transactions anew, a webhook is told and sends on", async () => {
    const { ctx, driver, add, write, tick, receiver } = await open();
    const { id } = await add(receiver.url);
    await write(1);
    await tick();
    await driver.batch([
      { sql: "update plinth_webhooks set start_xid = 1000000000000", params: [] },
      { sql: "update plinth_webhooks_deliveries set xid = 1000000000000", params: [] },
    ]);
    await write(2);
    await tick();
    await tick();
    const types = receiver.received.map(({ message }) => message.type);
    expect(types).toContain("webhook.gap");
    const told = receiver.received.map(({ message }) => (message.data.after as { n: number } | undefined)?.n);
    expect(told).toContain(2);
    const { data } = await listSecurityLog(await ctx(), { type: ["webhook_gap"], limit: 10 });
    expect(data).toMatchObject([{ target: `webhook:${id}` }]);
  });

  test("a workspace whose changes cannot be stored does not keep those of others from being sent", async () => {
    const { engine, driver, add, write, receiver } = await open();
    await add(receiver.url);
    await write(1);
    const failing = watched(driver, (queries) => {
      if (queries.some(({ sql }) => sql.includes("insert into plinth_webhooks_deliveries")))
        throw new Error("too much");
    });
    await engine.scheduler.tick(engine, driver);
    await write(2);
    const schedule = engine.features.find(({ name }) => name === "webhooks")!.schedules![0]!;
    expect(await schedule.run(engine, failing)).toBe(false);
  });

  test("a change to a webhook leaves alone what it does not name, and is refused where it was made from what is not so any more", async () => {
    const { ctx, engine, driver, add, change, receiver } = await open();
    const { id } = await add(receiver.url);
    const [row] = await findWebhooks(driver, [id]);
    const meanwhile = (work: () => Promise<unknown>) => {
      let isDone = false;
      return watched(driver, async () => {
        if (isDone) return;
        isDone = true;
        await work();
      });
    };
    const changeWhile = async (more: object, work: () => Promise<unknown>) =>
      updateWebhook({ ...(await ctx()), driver: meanwhile(work) }, id, updateWebhookSchema.parse(more));
    const disable = () => disableWebhook(engine, driver, row!, { reason: "gone" });
    await changeWhile({ name: "renamed" }, disable);
    expect(await getWebhook(await ctx(), id)).toMatchObject({ name: "renamed", enabled: false });
    await change(id, { enabled: true });
    expect(await codeOf(changeWhile({ enabled: true }, disable))).toBe("CONFLICT");
    const filter = { n: { _gt: 5 } };
    expect(await codeOf(changeWhile({ events: ["posts.create"] }, () => change(id, { filter })))).toBe("CONFLICT");
    expect(await getWebhook(await ctx(), id)).toMatchObject({ filter, events: ["posts.*"] });
    const rotate = async (by: SqlDriver) =>
      rotateWebhookSecret({ ...(await ctx()), driver: by }, id, rotateWebhookSchema.parse({}));
    expect(await codeOf(rotate(meanwhile(() => rotate(driver))))).toBe("CONFLICT");
    expect((await getWebhook(await ctx(), id)).secrets).toHaveLength(2);
  });

  test("its headers go to no other host without being sent again", async () => {
    const { add, change, receiver } = await open();
    const { id } = await add(receiver.url, { headers: { authorization: "Bearer one" } });
    expect(await codeOf(change(id, { url: "http://127.0.0.9:1/x" }))).toBe("VALIDATION");
    await change(id, { url: `${receiver.url}/other` });
    expect(await change(id, { url: "http://127.0.0.9:1/x", headers: {} })).toMatchObject({ header_names: [] });
  });

  test("an attempt at an address from before says nothing of the one that it has now", async () => {
    const { ctx, engine, driver, add, write, change, receiver } = await open(() => new Response(null, { status: 410 }));
    const { id } = await add(receiver.url);
    const start = await logReader(engine, driver).head(W);
    await write(1);
    const { changes } = await logReader(engine, driver).read(W, start, { limit: 1 });
    await storeDeliveries(changes, { engine, driver, workspaceId: W, signal: new AbortController().signal });
    const [row] = await findWebhooks(driver, [id]);
    const now = Date.now();
    const claim = { webhookId: id, now, leaseUntil: now + 60_000, latest: now + HOUR_MS, most: 1 };
    const [claimed] = await claimDeliveries(driver, claim);
    await change(id, { url: `${receiver.url}/new` });
    await deliver(engine, driver, row!, claimed!);
    expect(await getWebhook(await ctx(), id)).toMatchObject({ enabled: true, failing_since: null });
  });

  test("a failure long after the last one does not disable a webhook", async () => {
    const { ctx, add, write, tick, receiver } = await open(refused);
    const { id } = await add(receiver.url);
    await write(1);
    for (const later of [0, 1, 20, 20, 20, 20]) await tick(later * HOUR_MS);
    await write(2);
    await tick(28 * DAY_MS);
    await tick();
    expect(await getWebhook(await ctx(), id)).toMatchObject({ enabled: true });
    expect(receiver.received.length).toBeGreaterThan(6);
  });
});
