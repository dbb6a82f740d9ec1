/** Triggers by time, by changes of items and by their dates: each occasion stores its job once, and none is passed over. */
import { describe, expect, test } from "bun:test";
import type { Json, JsonObject } from "@plinth/core";
import { countWaitingJobs } from "@plinth/db";
import {
  createCollection,
  createItems,
  createSchedule,
  createScheduleSchema,
  deleteItem,
  deleteSchedule,
  diagnose,
  enqueueJob,
  enqueueSchema,
  getSchedule,
  type JobTemplate,
  listJobs,
  type MissedPolicy,
  nextTime,
  patchItem,
  replaceTriggers,
  requestOfJob,
  runSchedule,
  type ShownJob,
  type Trigger,
  type TriggerWhen,
  tickFeatures,
  updateSchedule,
  updateScheduleSchema,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, settled, W } from "./log-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

await onEachDatabase("triggers", (kind) => {
  describe("by time", () => byTime(kind));
  describe("by changes", () => byChanges(kind));
});

function byChanges(kind: LogDatabases): void {
  const job: JobTemplate = { kind: "task", queue: "default", name: "note", payload: {}, max_attempts: 5, priority: 0 };
  const change: TriggerWhen = {
    type: "change",
    events: ["orders.*"],
    filter: null,
    filter_before: null,
    payload: { fields: null, before: true },
    ordered: false,
  };
  const date: TriggerWhen = {
    type: "date",
    collection: "orders",
    field: "due",
    offset: 0,
    at: null,
    zone: "Europe/Berlin",
    filter: null,
  };
  async function open() {
    const clock = { ahead: 0 };
    const world = await openEngine((await kind.createMigrated())(), { now: () => Date.now() + clock.ahead });
    const { ctx, driver, engine } = world;
    const fields = [
      { name: "total", type: "integer" },
      { name: "due", type: "timestamp" },
      { name: "day", type: "date" },
    ];
    await createCollection(await ctx(), { slug: "orders", kind: "managed", fields } as never);
    const put = async (when: TriggerWhen, name = "t") => {
      await driver.batch(await replaceTriggers(await ctx(), `flow:${name}`, [{ name, when, job }]));
    };
    const tick = async () => {
      await settled(driver);
      await tickFeatures(engine, driver);
    };
    const create = async (data: JsonObject, requestId = "r1") =>
      (await createItems({ ...(await ctx()), requestId }, "orders", data)) as { id: string };
    const jobs = async () => (await listJobs(await ctx(), { limit: 100 } as never)).data.toReversed();
    const at = (ms: number) => new Date(Date.now() + clock.ahead + ms).toISOString();
    return { ...world, clock, put, tick, create, jobs, at };
  }
  const triggerOf = ({ payload }: ShownJob) => (payload as { trigger: Record<string, Json> }).trigger;

  test("a change that fits stores a job with it, once, and those before the trigger do not", async () => {
    const { driver, ctx, put, tick, create, jobs } = await open();
    await create({ total: 99 });
    await put({ ...change, filter: { total: { _gt: 10 } } } as TriggerWhen);
    const { id } = await create({ total: 25 });
    await create({ total: 5 });
    await patchItem(await ctx(), "orders", id, { total: 30 });
    await tick();
    await tick();
    // Of changes within a millisecond, a trigger without `ordered` promises no order.
    const seen = (await jobs()).map(triggerOf).toSorted((a, b) => (`${a.event}` < `${b.event}` ? -1 : 1));
    expect(seen.map(({ event }) => event)).toEqual(["orders.create", "orders.update"]);
    expect(seen[1]).toMatchObject({
      type: "change",
      depth: 1,
      change: { id, before: { total: 25 }, after: { total: 30 } },
    });
    // The cursor was not moved before the server died.
    await driver.run({ sql: "update plinth_consumers set place = '1.0.0' where name = 'triggers'", params: [] });
    await tick();
    expect(await jobs()).toHaveLength(2);
    expect(await countWaitingJobs(driver, { workspaceId: W, owner: "flow:t" }, 1)).toBe(1);
    // The field of its filter is gone.
    await driver.run({ sql: "update plinth_triggers set spec = replace(spec, 'total', 'gone')", params: [] });
    await create({ total: 40 });
    await tick();
    expect(await jobs()).toHaveLength(2);
    expect(await driver.all({ sql: "select enabled from plinth_triggers", params: [] })).toEqual([{ enabled: 0 }]);
    const findings = await diagnose(await ctx(), { host: undefined, forwarded: false });
    expect(findings.find(({ check }) => check === "broken-triggers")).toMatchObject({ subject: "flow:t" });
    const read = "select type, target from plinth_security_log where type = 'trigger_off'";
    expect(await driver.all({ sql: read, params: [] })).toEqual([{ type: "trigger_off", target: "flow:t" }]);
    await driver.close?.();
  });

  test("a schedule is changed, paused and run; a scoped key reads no items by one", async () => {
    const { driver, ctx, tick, create, jobs } = await open();
    const input = createScheduleSchema.parse({ name: "s", when: change, job: { name: "note" } });
    const { principal, ...rest } = await ctx();
    const scope = { actions: ["jobs:write"], collections: null } as const;
    const scoped = { ...rest, principal: { ...principal, bypass: false, scope } };
    const refused = await createSchedule(scoped, input).catch((error) => error);
    expect(refused).toMatchObject({ code: "FORBIDDEN", details: { field: "when" } });
    const { id } = await createSchedule(await ctx(), input);
    await create({ total: 1 });
    await updateSchedule(await ctx(), id, updateScheduleSchema.parse({ name: "t", job: { name: "other" } }));
    await tick();
    expect(await jobs()).toMatchObject([{ name: "other", created_by: `schedule:${id}` }]);
    await updateSchedule(await ctx(), id, updateScheduleSchema.parse({ enabled: false }));
    await create({ total: 2 });
    await tick();
    const again = await updateSchedule(await ctx(), id, updateScheduleSchema.parse({ enabled: true }));
    expect(again).toMatchObject({ name: "t", enabled: true });
    await tick();
    await runSchedule(await ctx(), id);
    expect((await jobs()).map((job) => triggerOf(job).type)).toEqual(["change", "manual"]);
    await deleteSchedule(await ctx(), id);
    expect(await getSchedule(await ctx(), id).catch((error) => error.code)).toBe("NOT_FOUND");
    await driver.close?.();
  });

  test("jobs of one item have one key and the order of its changes, and a circle of triggers ends", async () => {
    const { driver, ctx, put, tick, create, jobs } = await open();
    await put({ ...change, ordered: true });
    const { id } = await create({ total: 0 });
    for (let total = 1; total <= 3; total++) await patchItem(await ctx(), "orders", id, { total });
    await deleteItem(await ctx(), "orders", id);
    await tick();
    const stored = await jobs();
    expect(new Set(stored.map((one) => one.concurrency_key)).size).toBe(1);
    const inOrder = stored.toSorted((a, b) => Date.parse(a.run_at) - Date.parse(b.run_at)).map(triggerOf);
    const totals = inOrder.map((one) => (one.change as { after: { total: number } | null }).after?.total);
    expect(totals).toEqual([0, 1, 2, 3, undefined]);

    const deepen = `update plinth_jobs set payload = replace(payload, '"depth":1', '"depth":9')`;
    await driver.run({ sql: deepen, params: [] });
    // A job that another one has enqueued is as deep.
    const own = { ...(await ctx()), requestId: requestOfJob(stored[0]!.id) };
    const enqueued = (await enqueueJob(own, enqueueSchema.parse({ name: "own", queue: "own" }))) as { id: string };
    await create({ total: 10 }, requestOfJob(enqueued.id));
    await tick();
    const last = (await jobs()).find((one) => one.queue !== "own" && triggerOf(one).depth === 10)!;
    await create({ total: 11 }, requestOfJob(last.id));
    await tick();
    expect(await jobs()).toHaveLength(7);
    const read = "select type, target from plinth_security_log where type = 'trigger_loop'";
    expect(await driver.all({ sql: read, params: [] })).toEqual([{ type: "trigger_loop", target: "flow:t" }]);
    await driver.close?.();
  });

  test("the date of an item comes once, also when the item is changed before or after", async () => {
    const { driver, ctx, clock, put, tick, create, jobs, at } = await open();
    const early = await create({ total: 1, due: at(HOUR) });
    await put({ ...date, filter: { total: { _gt: 0 } } } as TriggerWhen);
    await tick();
    const later = await create({ total: 2, due: at(2 * HOUR) });
    await create({ total: 0, due: at(HOUR) });
    await tick();
    expect(await jobs()).toEqual([]);
    clock.ahead += HOUR + 1000;
    await tick();
    expect((await jobs()).map((one) => (triggerOf(one).item as JsonObject).id)).toEqual([early.id]);
    // Changed afterwards: the date is the same. Moved to another one that has passed: that is a new one.
    await patchItem(await ctx(), "orders", early.id, { total: 7 });
    await patchItem(await ctx(), "orders", later.id, { due: at(-1000) });
    await tick();
    await tick();
    const seen = (await jobs()).map((one) => (triggerOf(one).item as JsonObject).id);
    expect(seen.toSorted()).toEqual([early.id, later.id].toSorted());
    // Older than two days: it is left out.
    await create({ total: 3, due: at(-49 * HOUR) });
    clock.ahead += 3 * HOUR;
    await tick();
    expect(await jobs()).toHaveLength(2);
    await driver.close?.();
  });

  test("days come at a time of day in a zone, some days before", async () => {
    const { driver, clock, put, tick, create, jobs } = await open();
    const day = new Date(Date.now() + 10 * 24 * HOUR).toISOString().slice(0, 10);
    await put({ ...date, field: "day", offset: -2 * 86_400, at: "09:00" } as TriggerWhen);
    for (let n = 0; n < 3; n++) await create({ total: n, day });
    await tick();
    const [, month, dayOfMonth] = new Date(Date.parse(day) - 48 * HOUR)
      .toISOString()
      .slice(0, 10)
      .split("-")
      .map(Number);
    const due = nextTime({ schedule: `0 9 ${dayOfMonth} ${month} *`, zone: "Europe/Berlin" }, Date.now())!;
    clock.ahead = due - Date.now() - 60_000;
    await tick();
    expect(await jobs()).toHaveLength(0);
    clock.ahead = due - Date.now() + 1000;
    await tick();
    expect(await jobs()).toHaveLength(3);
    await driver.close?.();
  });
}

function byTime(kind: LogDatabases): void {
  const job = { kind: "task", queue: "default", name: "report", payload: { a: 1 }, max_attempts: 5, priority: 0 };
  const cron = (schedule: string, missed: MissedPolicy = "one"): Trigger => ({
    name: "nightly",
    when: { type: "cron", schedule, zone: "UTC", missed },
    job,
  });
  /** Processes at one database, with a clock that a test sets. */
  async function open(processes: number) {
    const connect = await kind.createMigrated();
    const clock = { ms: Date.parse("2026-06-01T00:00:30Z") };
    const first = await openEngine(connect(), { now: () => clock.ms });
    const worlds = [first];
    while (worlds.length < processes) worlds.push(await openEngine(connect(), { now: () => clock.ms }));
    const { driver, ctx } = first;
    const put = async (...triggers: Trigger[]) => {
      const queries = await replaceTriggers(await ctx(), "function:report", triggers);
      await driver.batch(queries);
    };
    const tick = () => Promise.all(worlds.map(({ engine, driver }) => tickFeatures(engine, driver)));
    const jobs = async () => {
      const { data } = await listJobs(await ctx(), { limit: 100 } as never);
      return data.map(({ payload }) => (payload as { trigger: { scheduled_at: string } }).trigger.scheduled_at).sort();
    };
    const close = () => Promise.all(worlds.map(({ driver }) => driver.close?.()));
    return { clock, put, tick, jobs, close, ctx, driver };
  }

  test("each time stores its job once, however many processes look", async () => {
    const { clock, put, tick, jobs, close } = await open(3);
    await put(cron("* * * * *"));
    await tick();
    expect(await jobs()).toEqual([]);
    for (let i = 0; i < 3; i++) {
      clock.ms += MINUTE;
      await Promise.all([tick(), tick()]);
    }
    expect(await jobs()).toEqual(["2026-06-01T00:01:00.000Z", "2026-06-01T00:02:00.000Z", "2026-06-01T00:03:00.000Z"]);
    await close();
  });

  test("one that is stored again as it was goes on; another one begins anew; an empty list ends it; an archived workspace waits", async () => {
    const { clock, put, tick, jobs, close, ctx, driver } = await open(1);
    await put(cron("* * * * *"));
    clock.ms += MINUTE;
    // What was due before is not passed over.
    await put({ ...cron("* * * * *"), job: { ...job, payload: { a: 2 } } });
    await tick();
    expect(await jobs()).toEqual(["2026-06-01T00:01:00.000Z"]);
    const { data } = await listJobs(await ctx(), { limit: 1 } as never);
    expect(data[0]).toMatchObject({
      name: "report",
      created_by: "function:report",
      payload: { a: 2, trigger: { type: "cron" } },
    });
    clock.ms += MINUTE;
    await put(cron("30 * * * *"));
    await tick();
    expect(await jobs()).toHaveLength(1);
    await put();
    clock.ms += HOUR;
    await tick();
    expect(await jobs()).toHaveLength(1);

    // A workspace that is archived waits, and then makes up for what it missed.
    await put(cron("0 * * * *", "all"));
    await driver.run({ sql: `update plinth_workspaces set archived_at = 1 where id = '${W}'`, params: [] });
    clock.ms += 2 * HOUR + 30 * MINUTE;
    await tick();
    await driver.run({ sql: `update plinth_workspaces set archived_at = null where id = '${W}'`, params: [] });
    expect(await jobs()).toHaveLength(1);
    await tick();
    expect((await jobs()).slice(1)).toEqual(["2026-06-01T02:00:00.000Z", "2026-06-01T03:00:00.000Z"]);
    await close();
  });
}
