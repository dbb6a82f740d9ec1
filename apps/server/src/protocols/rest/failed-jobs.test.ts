/** What jobs that have failed for good start: flows, functions and schedules, once for each, and never for ever. */
import { afterAll, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { type FlowRunSeen, flowBench } from "../../testing/flows.ts";

const { app, made, read, advance, deploy, stop } = await flowBench();
afterAll(stop);

interface JobSeen {
  id: string;
  payload: { trigger: { type: string; depth: number; job: { id: string; error: string } } };
}

const failure = (more: object = {}) => [{ type: "job_failed", ...more }];
const enqueued = (more: object) => made<{ id: string }>("/api/jobs", { name: "receipt", max_attempts: 1, ...more });
const claim = async (queue: string, lease_seconds = 60) => {
  const [job] = await made<{ id: string; lease: string }[]>(`/api/job-queues/${queue}/claim`, { lease_seconds });
  return job!;
};
/** Has the next job of a queue fail for good. */
const failed = async (queue: string): Promise<string> => {
  const { id, lease } = await claim(queue);
  await made(`/api/jobs/${id}/fail`, { lease, error: "no paper", retry: false });
  return id;
};
const runsOf = (flow: string) => read<FlowRunSeen[]>(`/api/flow-runs?flow=${flow}&limit=100`);
/** Once there are so many that have ended. */
const ended = async (flow: string, count: number): Promise<FlowRunSeen[]> => {
  let runs: FlowRunSeen[] = [];
  await until(async () => {
    await app.app.tick();
    runs = await runsOf(flow);
    return runs.filter(({ state }) => ["succeeded", "dead"].includes(state)).length >= count;
  });
  return runs;
};

test("a job that fails for good starts a flow whose patterns it fits, each time that it does", async () => {
  const value = "{{ trigger.job.name + ': ' + trigger.job.error }}";
  await deploy("alarm", [{ id: "what", type: "set", value }], {
    triggers: failure({ queues: ["mail-*"], names: ["receipt"] }),
  });
  await enqueued({ queue: "other" });
  await failed("other");
  await enqueued({ queue: "mail-a", name: "other" });
  await failed("mail-a");
  await enqueued({ queue: "mail-a", payload: { order: 7 } });
  const id = await failed("mail-a");
  const [run] = await ended("alarm", 1);
  expect(run).toMatchObject({
    result: "receipt: no paper",
    trigger: { type: "job_failed", depth: 1, job: { id, queue: "mail-a", payload: { order: 7 }, attempts: 1 } },
  });
  await made(`/api/jobs/${id}/retry`);
  await failed("mail-a");
  expect(await ended("alarm", 2)).toHaveLength(2);
  const [logged] = await read<{ trigger: string }[]>("/api/runs?kind=job&name=alarm&limit=1");
  expect(logged!.trigger).toBe("job_failed");
});

test("a worker that does not report in time counts, and starts functions and schedules, too", async () => {
  const source = "export default ({ job }) => job.payload.trigger.job.error;";
  await made("/api/deployments/noted", { source, triggers: { failed_jobs: [{ queues: ["lost"] }] } }, "PUT");
  const when = { type: "job_failed", queues: ["lost"] };
  await made("/api/schedules", { name: "Lost", when, job: { queue: "notes", name: "note" } });
  await enqueued({ queue: "lost" });
  const { id } = await claim("lost", 5);
  advance(6000);
  let stored: JobSeen[] = [];
  await until(async () => {
    await app.app.tick();
    stored = await read<JobSeen[]>("/api/jobs?queue=notes");
    return stored.length > 0;
  });
  expect(stored[0]!.payload.trigger).toMatchObject({ type: "job_failed", job: { id } });
  const fired = await read<object[]>("/api/runs?kind=schedule&name=Lost");
  expect(fired).toMatchObject([{ trigger: "job_failed", status: "succeeded", job_id: stored[0]!.id, ms: 0 }]);
  const result = async () => (await read<{ result: unknown }[]>("/api/jobs?name=noted"))[0]?.result;
  await until(async () => {
    await app.app.tick();
    return (await result()) !== null;
  });
  expect(await result()).toBe("The worker did not report in time.");
});

test("flows that fail do not start themselves, and those that start each other end", async () => {
  const fails = [{ id: "no", type: "fail", message: "no" }];
  await deploy("alone", fails, { triggers: failure({ names: ["alone", "begin"] }) });
  await enqueued({ queue: "begin", name: "begin" });
  await failed("begin");
  await ended("alone", 1);
  for (const name of ["ping", "pong"]) {
    const other = name === "ping" ? "pong" : "ping";
    const triggers = [{ type: "manual" }, ...failure({ kinds: ["flow"], names: [other] })];
    await deploy(name, fails, { triggers });
  }
  await made("/api/flows/ping/run", { input: null });
  await until(async () => {
    await app.app.tick();
    return (await read<object[]>("/api/security-log?type=trigger_loop")).length > 0;
  });
  const all = [...(await runsOf("ping")), ...(await runsOf("pong"))];
  expect(all).toHaveLength(4);
  expect(await runsOf("alone")).toHaveLength(1);
  // Another failure has the last ones looked at again.
  await enqueued({ queue: "begin", name: "begin" });
  await failed("begin");
  await ended("alone", 2);
  expect(await read<object[]>("/api/security-log?type=trigger_loop")).toHaveLength(1);
});
