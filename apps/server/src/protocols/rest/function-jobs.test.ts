/** Functions that run jobs: what they get, as whom they act, and that their steps are kept. */
import { expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const app = testApp({ signUp: "open" });
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const dataOf = async (answer: Response) => {
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { data: never }).data;
};
const made = async (path: string, body: unknown, method = "POST") => dataOf(await app.send(path, body, boss, method));
const read = async (path: string) => dataOf(await app.call(path, { headers: boss }));
await made("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] });
const writes = { actions: ["create", "read"], collections: ["notes"] };
const deployed = (name: string, source: string, more: object = {}) =>
  made(`/api/deployments/${name}`, { source, ...more }, "PUT");

interface SeenJob {
  id: string;
  state: string;
  result: unknown;
  last_error: string | null;
  attempts: number;
}
const enqueued = async (name: string, more: object = {}) =>
  ((await made("/api/jobs", { kind: "function", name, ...more })) as SeenJob).id;
const seen = (id: string) => read(`/api/jobs/${id}`) as Promise<SeenJob>;
const inState = async (id: string, ...states: string[]): Promise<SeenJob> => {
  let job = await seen(id);
  await until(async () => {
    job = await seen(id);
    return states.includes(job.state);
  });
  return job;
};

test("a job runs the function of its name, and its result is the function's", async () => {
  await deployed(
    "adds",
    "export default ({ job, user, request }) => [job.payload.a + 1, job.attempt, job.name, user, typeof request]",
  );
  const job = await inState(await enqueued("adds", { payload: { a: 1 } }), "succeeded", "dead");
  expect(job).toMatchObject({ state: "succeeded", result: [2, 1, "adds", null, "undefined"] });
  const [run] = (await read("/api/deployments/adds/runs")) as { trigger: string; request_id: string }[];
  expect(run).toMatchObject({ trigger: "job", request_id: `job:${job.id}` });
});

test("a job, a batch and a schedule that name no function are refused, with the functions that there are", async () => {
  await deployed("there", "export default () => 1");
  const job = { kind: "function", name: "ther" };
  const bodies: [string, object, string][] = [
    ["/api/jobs", job, "name"],
    ["/api/batch", { operations: [{ op: "enqueue", ...job }] }, "operations.0.name"],
    ["/api/schedules", { name: "nightly", when: { type: "cron", schedule: "0 2 * * *" }, job }, "job.name"],
  ];
  for (const [path, body, field] of bodies) {
    const { error } = (await (await app.send(path, body, boss)).json()) as { error: { message: string } };
    expect(error).toMatchObject({ code: "VALIDATION", details: { field } });
    expect(error.message).toContain("there is no function named ther; did you mean there? (there are ");
  }
  // A scoped key may store jobs, and not read which functions there are.
  const scoped = (await made("/api/keys", {
    kind: "scoped",
    name: "s",
    roles: ["admin"],
    actions: ["jobs:write"],
  })) as {
    key: string;
  };
  const answer = await app.send("/api/jobs", job, { "x-api-key": scoped.key });
  expect([answer.status, await answer.text()]).toEqual([422, expect.not.stringContaining("did you mean")]);
  const flows = await app.send("/api/jobs", { kind: "flow", name: "none" }, boss);
  expect(await flows.text()).toContain("there is no flow named none; there is none yet");
});

test("as its caller it is a stranger; by its own rights it is what it declares", async () => {
  const source = `export default async ({ db, job }) => (await db.create("notes", { text: job.name })).text`;
  await deployed("as-nobody", source, { permissions: writes });
  await deployed("as-system", source, { permissions: { ...writes, as: "system" } });
  const refused = await inState(await enqueued("as-nobody", { max_attempts: 1 }), "succeeded", "dead");
  expect(refused).toMatchObject({ state: "dead", last_error: expect.stringContaining("Sign in") as string });
  expect(await inState(await enqueued("as-system"), "succeeded", "dead")).toMatchObject({ result: "as-system" });
  const [change] = (await read("/api/changes?collection=notes")) as { actor: string; request_id?: string }[];
  expect(change!.actor).toBe("function:as-system");
});

test("steps are run once, and a sleep ends the attempt when no step is under way", async () => {
  const source = `export default async ({ db, job, step }) => {
    const write = (text) => () => db.create("notes", { text }).then(({ text }) => text);
    const first = await step.run("first", write("step first"));
    const both = await step.all({ slow: async () => { await new Promise((r) => setTimeout(r, 30)); return write("step slow")(); }, pause: 0 || (() => 7) });
    await Promise.all([step.sleep("later", 3600), step.run("beside", async () => { await new Promise((r) => setTimeout(r, 30)); return write("step beside")(); })]);
    return { first, both, beside: await step.run("beside again", () => 1), attempt: job.attempt };
  };`;
  await deployed("steps", source, { permissions: { ...writes, as: "system" } });
  const id = await enqueued("steps");
  await until(async () => ((await read(`/api/jobs/${id}/steps`)) as unknown[]).length === 5);
  const asleep = await inState(id, "scheduled", "dead");
  expect(asleep).toMatchObject({ state: "scheduled", attempts: 0, last_error: null });
  // As if the hour had passed.
  await app.driver.run({ sql: "update plinth_jobs_steps set result = '0' where name = 'later'", params: [] });
  await made(`/api/jobs/${id}/retry`, {});
  const done = await inState(id, "succeeded", "dead");
  expect(done.result).toEqual({ first: "step first", both: { slow: "step slow", pause: 7 }, beside: 1, attempt: 1 });
  const notes = (await read('/api/items/notes?filter={"text":{"_starts_with":"step"}}')) as { text: string }[];
  expect(notes.map(({ text }) => text).sort()).toEqual(["step beside", "step first", "step slow"]);
});

test("a step waits for an event, and says what is wrong with its wait", async () => {
  await deployed(
    "waits",
    `export default async ({ job, step }) => {
      const wrong = await step.waitForEvent("$own", { timeout: 5 }).catch(({ message }) => message);
      const paid = await step.waitForEvent("paid", { key: job.payload, timeout: 3600 });
      return { wrong, by: paid.payload.by };
    };`,
  );
  const id = await enqueued("waits", { payload: "order-7" });
  expect(await inState(id, "scheduled", "dead")).toMatchObject({ state: "scheduled", last_error: null });
  await made("/api/events", { name: "paid", key: "order-8", payload: { by: "Ben" } });
  await made("/api/events", { name: "paid", key: "order-7", payload: { by: "Ann" } });
  const done = await inState(id, "succeeded", "dead");
  expect(done.result).toEqual({ wrong: "event: names that begin with $ are the server's own", by: "Ann" });
});

test("what fails is tried again, unless it says that this would not help", async () => {
  await deployed(
    "fails",
    `export default ({ job }) => {
      throw Object.assign(new RangeError("too far"), job.payload && { code: "NO_RETRY" });
    };`,
  );
  const again = await inState(await enqueued("fails", { max_attempts: 2 }), "scheduled", "dead");
  expect(again).toMatchObject({ state: "scheduled", last_error: "RangeError: too far (line 2)" });
  expect(await inState(await enqueued("fails", { payload: 1 }), "scheduled", "dead")).toMatchObject({ state: "dead" });
  await deployed("gone", "export default () => 1");
  const late = await enqueued("gone", { delay: 3600 });
  await app.call("/api/deployments/gone", { method: "DELETE", headers: boss });
  await made(`/api/jobs/${late}/retry`, {});
  const none = await inState(late, "scheduled", "dead");
  expect(none).toMatchObject({ state: "dead", last_error: "There is no function named gone." });
  await deployed("odd", "export default () => new Map()");
  expect((await inState(await enqueued("odd", { max_attempts: 1 }), "dead")).last_error).toContain("result");
});

test("a function that is called has neither a job nor steps", async () => {
  await deployed("called", "export default ({ job, step }) => [typeof job, typeof step]");
  expect(await dataOf(await app.send("/api/functions/called", {}, boss))).toEqual(["undefined", "undefined"] as never);
  const ann = bearer(await app.signUp("ann@example.com"));
  const body = { kind: "function", name: "adds" };
  expect(await refusalIn(await app.send("/api/jobs", body, ann))).toEqual([403, "FORBIDDEN"]);
});

test("changes start it, with what has changed; a deployment without triggers ends that", async () => {
  const source = `export default ({ job, kv }) => kv.set(job.payload.trigger.change.after.text, job.payload.trigger.event)`;
  const changes = [{ events: ["notes.create"], filter: { text: { _starts_with: "watched" } } }];
  const permissions = { kv: ["own", "watched"] };
  const declared = (await deployed("watches", source, { permissions, triggers: { changes } })) as { triggers: object };
  expect(declared.triggers).toMatchObject({ cron: [], changes: [{ events: ["notes.create"], ordered: false }] });
  await made("/api/items/notes", { text: "watched 1" });
  await made("/api/items/notes", { text: "not watched" });
  const keys = async () => {
    const sql = "select key from plinth_functions_kv order by key";
    return (await app.driver.all({ sql, params: [] })).map(({ key }) => key);
  };
  await until(async () => (await keys()).length === 1);
  expect(await keys()).toEqual(["watched 1"]);
  await deployed("watches", source, { permissions });
  const triggers = "select count(*) as n from plinth_triggers";
  expect(await app.driver.all({ sql: triggers, params: [] })).toEqual([{ n: 0 }]);
  await made("/api/deployments/watches/rollback", { version: 1 });
  expect(await app.driver.all({ sql: triggers, params: [] })).toEqual([{ n: 1 }]);
  await made("/api/deployments/watches", undefined, "DELETE");
  expect(await app.driver.all({ sql: triggers, params: [] })).toEqual([{ n: 0 }]);
});

test("a trigger that cannot work is refused, with its place, and so is one that would act as its caller", async () => {
  const deploy = async (more: object) =>
    refusalIn(await app.send("/api/deployments/wrong", { source: "export default () => 1", ...more }, boss, "PUT"));
  const cron = (schedule: string, zone = "UTC") => ({
    triggers: { cron: [{ schedule: "@daily" }, { schedule, zone }] },
  });
  expect(await deploy(cron("every day"))).toEqual([422, "VALIDATION", "triggers.cron.1.schedule"]);
  expect(await deploy(cron("@daily", "Mars/Olympus"))).toEqual([422, "VALIDATION", "triggers.cron.1.zone"]);
  expect((await deploy({ triggers: { changes: [{ events: ["nothing.create"] }] } })).slice(0, 2)).toEqual([
    404,
    "COLLECTION_NOT_FOUND",
  ]);
  expect(await deploy({ ...cron("@daily"), permissions: writes })).toEqual([422, "VALIDATION", "permissions.as"]);
  expect(await refusalIn(await app.call("/api/deployments/wrong", { headers: boss }))).toEqual([404, "NOT_FOUND"]);
});
