/** Triggers that fail, or that store more than others: they hold up nobody else. */
import { afterAll, expect, test } from "bun:test";
import { type Config, DataError, type Json, type JsonObject, type SqlDriver } from "@plinth/core";
import { listDueJobTriggers, listJobTriggers } from "@plinth/db";
import { drainConsumer } from "../src/changelog/drain-consumer.ts";
import {
  createCollection,
  createItems,
  enqueueJob,
  enqueueSchema,
  type JobTemplate,
  listJobs,
  replaceTriggers,
  requestOfJob,
  type TriggerWhen,
  tickFeatures,
  updateCollection,
} from "../src/index.ts";
import { triggersConsumer } from "../src/triggers/consumer.ts";
import { runTriggers } from "../src/triggers/run.ts";
import { setTriggersBack } from "../src/triggers/set-back.ts";
import { sqlite } from "./databases.ts";
import { openEngine, settled, W } from "./log-world.ts";

const database = sqlite();
afterAll(() => database.close());

const MINUTE = 60_000;
const job: JobTemplate = { kind: "task", queue: "default", name: "note", payload: {}, max_attempts: 5, priority: 0 };
const minutely: TriggerWhen = { type: "cron", schedule: "* * * * *", zone: "UTC", missed: "one" };
const date: TriggerWhen = {
  ...{ type: "date", collection: "orders", field: "due", offset: 0, at: null, zone: "UTC", filter: null },
};
const change: TriggerWhen = {
  ...{ type: "change", events: ["orders.*"], filter: null, filter_before: null, ordered: false },
  payload: { fields: null, before: false },
};

/** Statements for which a test has an answer of its own. */
type Answers = (text: string) => Record<string, unknown>[] | undefined;

async function open(config: Partial<Config> = {}) {
  const clock = { ms: Date.now() };
  const own: { answers: Answers } = { answers: () => undefined };
  const connected = (await database.createMigrated())();
  const driver: SqlDriver = {
    ...connected,
    all: async (query) => own.answers(query.sql) ?? connected.all(query),
  } as SqlDriver;
  const { ctx, engine } = await openEngine(driver, { now: () => clock.ms, config });
  const fields = [
    { name: "total", type: "integer" },
    { name: "text", type: "text", max_length: 1_000_000 },
    { name: "due", type: "timestamp" },
  ];
  await createCollection(await ctx(), { slug: "orders", kind: "managed", fields } as never);
  const put = async (when: TriggerWhen, name: string) => {
    await driver.batch(await replaceTriggers(await ctx(), `function:${name}`, [{ name, when, job }]));
  };
  const tick = async () => {
    await settled(driver);
    await tickFeatures(engine, driver);
  };
  const create = async (data: JsonObject) => (await createItems(await ctx(), "orders", data)) as { id: string };
  const jobs = async () =>
    (await listJobs(await ctx(), { limit: 1000 } as never)).data.map(({ created_by, payload }) => ({
      owner: created_by,
      trigger: (payload as { trigger: Record<string, Json> }).trigger,
    }));
  const trigger = async (name: string) =>
    (await listJobTriggers(driver, { workspaceId: W, owner: `function:${name}` }))[0]!;
  return { ctx, engine, driver, clock, own, put, tick, create, jobs, trigger };
}

test("a trigger whose database fails holds up no other one, and what it was for is made up for", async () => {
  const { driver, clock, put, tick, create, jobs, trigger } = await open();
  await put(date, "away");
  await put(minutely, "report");
  await create({ due: new Date(clock.ms + MINUTE).toISOString() });
  await tick();
  clock.ms += 2 * MINUTE;
  const [orders] = await driver.all({ sql: "select table_name as name from plinth_collections", params: [] });
  const rename = (from: string, to: string) =>
    driver.run({ sql: `alter table "${from}" rename to "${to}"`, params: [] });
  await rename(String(orders!.name), "away");
  await tick();
  expect(new Set((await jobs()).map(({ owner }) => owner))).toEqual(new Set(["function:report"]));
  expect(JSON.parse((await trigger("away")).firings)[0].error).toBe("Its database has failed.");
  await rename("away", String(orders!.name));
  clock.ms += 2 * MINUTE;
  await tick();
  expect((await jobs()).filter(({ owner }) => owner === "function:away")).toHaveLength(1);
  await driver.close?.();
});

test("the log of runs says which times of a schedule were left out, and once what keeps it", async () => {
  const { driver, ctx, clock, own, engine } = await open();
  const when: TriggerWhen = { ...minutely, missed: "skip" };
  await driver.batch(await replaceTriggers(await ctx(), "schedule:s1", [{ name: "report", when, job }]));
  const logged = async () => {
    const text = "select status, error from plinth_runs where kind = 'schedule' order by id";
    return (await driver.all({ sql: text, params: [] })).map(({ status, error }) => `${status} ${error ?? ""}`);
  };
  clock.ms += 30 * MINUTE;
  await runTriggers(engine, driver);
  expect((await logged()).filter((line) => line.includes("left out (skip)"))).toHaveLength(1);
  own.answers = (text) => {
    if (text.includes("as waiting from")) throw new DataError("unavailable", { cause: "away" });
    return undefined;
  };
  for (let times = 0; times < 3; times++) {
    clock.ms += 2 * MINUTE;
    await runTriggers(engine, driver);
  }
  expect((await logged()).filter((line) => line.includes("database has failed"))).toHaveLength(1);
  await driver.close?.();
});

test("triggers by time whose jobs nobody does are turned off", async () => {
  const { driver, clock, own, put, tick, jobs, trigger } = await open();
  await put(minutely, "report");
  await put(date, "dates");
  clock.ms += MINUTE;
  own.answers = (text) => (text.includes("as waiting") ? [{ waiting: 100_001 }] : undefined);
  await tick();
  expect(await jobs()).toEqual([]);
  expect([(await trigger("report")).enabled, (await trigger("dates")).enabled]).toEqual([false, false]);
  await driver.close?.();
});

test("of many triggers that are due, each workspace has its turn", async () => {
  const { driver, clock, put } = await open();
  for (const name of ["a", "b", "c"]) await put(date, name);
  const copy = (columns: string, values: string, table: string) =>
    driver.run({ sql: `insert into ${table} (${columns}) select ${values} from ${table} limit 1`, params: [] });
  await copy(
    "id, slug, name, revision, created_at",
    "'other', 'other', 'Other', revision, created_at",
    "plinth_workspaces",
  );
  const rest = "owner, name, kind, spec, job, enabled, start_xid, start_seq, firings, version, created_at, updated_at";
  await copy(`id, workspace_id, due_at, ${rest}`, `'late', 'other', due_at + 500, ${rest}`, "plinth_triggers");
  const now = clock.ms + 1000;
  const due = await listDueJobTriggers(driver, { now, until: now, most: 2 });
  expect(due.map(({ workspaceId }) => workspaceId)).toEqual([W, "other"]);
  await driver.close?.();
});

test("what another server has just made turns no trigger off", async () => {
  const { driver, ctx, clock, put, tick, create, jobs, trigger } = await open();
  const looking = await openEngine(driver, { now: () => clock.ms });
  const reading = await openEngine(driver, { now: () => clock.ms });
  // The catalogs of the other servers are as fresh as they get, and lack the field.
  await Promise.all([looking.ctx(), reading.ctx()]);
  await updateCollection(await ctx(), "orders", { fields: [{ name: "day", type: "date" }] } as never);
  await put({ ...date, field: "day" } as TriggerWhen, "dates");
  await put({ ...change, filter: { day: { _gte: "2019-01-01" } } } as TriggerWhen, "changes");
  await runTriggers(looking.engine, driver);
  await create({ day: "2020-01-01" });
  await settled(driver);
  await drainConsumer(reading.engine, driver, triggersConsumer);
  expect([(await trigger("dates")).enabled, (await trigger("changes")).enabled]).toEqual([true, true]);
  await tick();
  expect(await jobs()).toHaveLength(1);
  await driver.close?.();
});

test("large items that are due at once come in several looks, and without what no message holds", async () => {
  const { driver, clock, put, tick, create, jobs } = await open({ maxAnswerBytes: 1_000_000 });
  await put(date, "dates");
  const due = new Date(clock.ms + MINUTE).toISOString();
  for (const size of [300_000, 150_000, 150_000, 150_000]) await create({ due, text: "x".repeat(size) });
  await tick();
  clock.ms += 2 * MINUTE;
  await tick();
  const items = (await jobs()).map(({ trigger }) => trigger.item as JsonObject);
  expect(items).toHaveLength(4);
  expect(items.filter(({ truncated, text }) => truncated === true && text === undefined)).toHaveLength(1);
  await driver.close?.();
});

test("what a job that no trigger has stored says of triggers counts for nothing", async () => {
  const { driver, ctx, put, tick, jobs } = await open();
  await put(change, "changes");
  const caller = { ...(await ctx()).principal, bypass: false, functionName: "open", enqueues: ["own"] };
  const input = enqueueSchema.parse({
    name: "own",
    queue: "own",
    payload: { trigger: { type: "change", depth: 1000 } },
  });
  const { id } = (await enqueueJob({ ...(await ctx()), principal: caller }, input)) as { id: string };
  await driver.run({ sql: "update plinth_jobs set created_by = 'function:open'", params: [] });
  await createItems({ ...(await ctx()), requestId: requestOfJob(id) }, "orders", { total: 1 });
  await tick();
  const [depth] = (await jobs()).flatMap(({ owner, trigger }) => (owner === "function:changes" ? [trigger.depth] : []));
  expect(depth).toBe(1);
  await driver.close?.();
});

test("after a clock that was ahead is set back, times and dates come as they do", async () => {
  const { driver, engine, clock, put, create, jobs } = await open();
  await put(minutely, "report");
  await put(date, "dates");
  const day = 24 * 60 * MINUTE;
  clock.ms += 3 * day;
  await runTriggers(engine, driver);
  clock.ms -= 3 * day;
  await setTriggersBack(engine, driver);
  await driver.run({ sql: "delete from plinth_jobs", params: [] });
  await create({ due: new Date(clock.ms + MINUTE).toISOString() });
  clock.ms += 2 * MINUTE;
  await runTriggers(engine, driver);
  const owners = (await jobs()).map(({ owner }) => owner);
  expect(new Set(owners)).toEqual(new Set(["function:report", "function:dates"]));
  await driver.close?.();
});
