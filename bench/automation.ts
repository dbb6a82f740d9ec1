/**
 * `bun bench/automation.ts [--postgres] [--rate 200] [--seconds 120] [--kills 20] [--step-jobs 50]`: everything that must not be lost, at once, while servers are killed (SIGKILL)
 * and started again; on Postgres there are two over one database. Writes at a steady rate go to three webhooks (one good, one slow, one dead); every fourth is a batch that stores
 * a job of one of two queues too; a schedule comes each second; jobs of ten steps with sleeps between are under way. In the end:
 *
 * - the good receiver has exactly the changes of the log, each under one id;
 * - each batch that is in the log has its job, each job has succeeded, and its effect is there once;
 * - each second has one job;
 * - each job of steps has succeeded, and no step ran again after its result was kept.
 */
import { parseArgs } from "node:util";
import { compareWithLog, type LoggedChange, startReceivers } from "./kills/receivers.ts";
import { quantiles, startKilledServers, writeSteadily } from "./kills/servers.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "120" },
    kills: { type: "string", default: "20" },
    "step-jobs": { type: "string", default: "50" },
    "wait-minutes": { type: "string", default: "20" },
  },
});
const [rate, seconds, kills] = [Number(values.rate), Number(values.seconds), Number(values.kills)];
const STEP_JOBS = Number(values["step-jobs"]);
const WAIT_MS = Number(values["wait-minutes"]) * 60_000;
const STEPS = 10;
const EVERY = 4;
const QUEUES = ["even", "odd"];
const ATTEMPTS = 50;

/** Its effect is the item, which is unique by the job: an attempt that comes again finds it. */
const WORK = `export default async ({ db, job }) => {
  try {
    await db.create("done", { job: job.id });
  } catch (error) {
    if (error.code !== "UNIQUE_VIOLATION") throw error;
  }
};`;
/** Each run of a step leaves an item, so that one that ran too often is seen. */
const LONG = `export default async ({ db, job, step }) => {
  for (let n = 0; n < ${STEPS}; n++) {
    await step.run("step " + n, () => db.create("ran", { job: job.id, step: n }).then(({ id }) => id));
    await step.sleep("pause " + n, 1);
  }
};`;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly created_at: string;
  readonly payload: { readonly item: string; readonly trigger: { readonly scheduled_at: string } };
}

const servers = await startKilledServers({ postgres: values.postgres });
const { must, all } = servers;
await must("/api/collections", {
  slug: "events",
  fields: [
    { name: "n", type: "integer" },
    { name: "with_job", type: "boolean" },
  ],
});
await must("/api/collections", { slug: "done", fields: [{ name: "job", type: "text", unique: true }] });
const ran = [
  { name: "job", type: "text", indexed: true },
  { name: "step", type: "integer" },
];
await must("/api/collections", { slug: "ran", fields: ran });
const permissions = { as: "system", actions: ["create", "read"], collections: ["done", "ran"] };
for (const [name, source] of Object.entries({ work: WORK, long: LONG })) {
  await must(`/api/deployments/${name}`, { source, permissions }, "PUT");
}
const receivers = await startReceivers(servers, "events");
const when = { type: "cron", schedule: "* * * * * *", missed: "all" };
await must("/api/schedules", { name: "second", when, job: { name: "second", queue: "second" } });
for (let n = 0; n < STEP_JOBS; n++) {
  await must("/api/jobs", { kind: "function", name: "long", queue: "long", max_attempts: ATTEMPTS });
}

const [{ acknowledged, unknown }] = await Promise.all([
  writeSteadily({ rate, seconds }, (n) => {
    const data = { n, with_job: n % EVERY === 0 };
    if (!data.with_job) return servers.send("/api/items/events", data, n);
    const queue = QUEUES[(n / EVERY) % QUEUES.length];
    const job = { op: "enqueue", kind: "function", name: "work", queue, max_attempts: ATTEMPTS };
    const operations = [
      { op: "create", collection: "events", data },
      { ...job, payload: { item: { $ref: "ops.0.id" } } },
    ];
    return servers.send("/api/batch", { operations }, n);
  }),
  servers.kill(kills, seconds),
]);

const log = await all<LoggedChange & { readonly after: { readonly with_job: boolean } }>(
  "/api/changes?collection=events&limit=1000",
);
const withJob = log.filter(({ after }) => after.with_job).length;
const jobsOf = (queue: string) => all<Job>(`/api/jobs?queue=${queue}&limit=500`);
const worked = async () => (await Promise.all(QUEUES.map(jobsOf))).flat();
const areDone = (jobs: readonly Job[]) => jobs.every(({ state }) => state === "succeeded" || state === "dead");
const written = performance.now();
while (performance.now() - written < WAIT_MS) {
  if (receivers.good.size >= log.length && areDone(await worked()) && areDone(await jobsOf("long"))) break;
  await Bun.sleep(1000);
}
const allAfterMs = Math.round(performance.now() - written);
// Whatever comes now is too much.
await Bun.sleep(5000);

const messages = [...receivers.good.values()];
const good = compareWithLog(log, messages);
const jobs = await worked();
const done = await all<{ job: string }>("/api/items/done?limit=1000&sort=id&cursor=");
const succeeded = (list: readonly Job[]) => list.filter(({ state }) => state === "succeeded").length;
const second = await jobsOf("second");
const times = second.map(({ payload }) => Date.parse(payload.trigger.scheduled_at) / 1000).sort((a, b) => a - b);
const long = await jobsOf("long");
const steps = { jobs: long.length, succeeded: succeeded(long), runs: 0, interrupted: 0, again: 0, missing: 0 };
for (const { id } of long) {
  const runs = await all<{ id: string; step: number; created_at: string }>(
    `/api/items/ran?filter=${encodeURIComponent(JSON.stringify({ job: { _eq: id } }))}&limit=1000&sort=id`,
  );
  const kept = await all<{ name: string; result: string; created_at: string }>(`/api/jobs/${id}/steps?limit=100`);
  const results = new Map(kept.map((step) => [step.name, step]));
  steps.runs += runs.length;
  steps.interrupted += runs.filter((run) => results.get(`step ${run.step}`)?.result !== run.id).length;
  steps.again += runs.filter((run) => run.created_at > (results.get(`step ${run.step}`)?.created_at ?? "9")).length;
  steps.missing += STEPS - new Set(runs.map(({ step }) => step)).size;
}
const report = {
  database: servers.name,
  ...{ rate, seconds, kills, acknowledged, unknown, changes: log.length, lost: Math.max(0, acknowledged - log.length) },
  webhook: { ...good, slow: receivers.slow.size, delayMs: quantiles(messages.map(({ delayMs }) => delayMs)) },
  queues: {
    batches: withJob,
    jobs: jobs.length,
    succeeded: succeeded(jobs),
    effects: done.length,
    without: jobs.filter(({ id }) => !done.some(({ job }) => job === id)).length,
  },
  schedule: { jobs: times.length, wrong: times.filter((time, i) => i > 0 && time !== times[i - 1]! + 1).length },
  ...{ steps, allAfterMs },
};
console.log(report);
await servers.close();
await receivers.close();
const { queues } = report;
const isRight =
  good.missing + good.strange + report.lost + queues.without + report.schedule.wrong + steps.again + steps.missing ===
    0 &&
  queues.jobs === withJob &&
  queues.succeeded === queues.jobs &&
  queues.effects === queues.jobs &&
  steps.succeeded === STEP_JOBS;
console.log(isRight ? "nothing was lost, and nothing was done twice" : "NOT as it must be");
process.exit(isRight ? 0 : 1);
