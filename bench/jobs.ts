/**
 * `bun bench/jobs.ts [--postgres] [--jobs 2000] [--single 100] [--concurrency 20]`: how soon a job begins that is stored while workers are idle, and how many jobs a second one
 * worker does of those that wait. On Postgres, pg-boss does the same in the same server and run, from a program of its own; Plinth's jobs go through its HTTP API. After it, the
 * table of each: dead rows, updates in place, and size.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { openLab } from "../tests/matrix/lab.ts";
import { pgBossQueue } from "./jobs/pg-boss.ts";
import { plinthQueue } from "./jobs/plinth.ts";
import type { Queue } from "./jobs/queue.ts";
import { tableFacts } from "./jobs/table.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    jobs: { type: "string", default: "2000" },
    single: { type: "string", default: "100" },
    concurrency: { type: "string", default: "20" },
  },
});
const [JOBS, SINGLE, CONCURRENCY] = [Number(values.jobs), Number(values.single), Number(values.concurrency)];
/** Between single jobs, so that workers are idle. */
const PAUSE_MS = 100;
const BATCH = 500;

const lab = await openLab({ postgres: values.postgres });

async function measure(queue: Queue) {
  const sent = new Map<number, number>();
  const delays: number[] = [];
  let done = 0;
  let all = Promise.withResolvers<void>();
  let awaited = JOBS;
  for (let n = 0; n < JOBS; n += BATCH) await queue.insert(n, Math.min(BATCH, JOBS - n));
  const begun = performance.now();
  await queue.work((n, at) => {
    const from = sent.get(n);
    if (from !== undefined) delays.push(at - from);
    if (++done === awaited) all.resolve();
  });
  await all.promise;
  const seconds = (performance.now() - begun) / 1000;
  all = Promise.withResolvers();
  awaited = JOBS + SINGLE;
  for (let i = 0; i < SINGLE; i++) {
    sent.set(JOBS + i, Date.now());
    await queue.send(JOBS + i);
    await Bun.sleep(PAUSE_MS);
  }
  await all.promise;
  delays.sort((a, b) => a - b);
  const at = (part: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))];
  const load = loadavg()
    .map((one) => one.toFixed(1))
    .join(" ");
  console.log({
    queue: queue.name,
    jobs_per_second: Math.round(JOBS / seconds),
    ms: { p50: at(0.5), p99: at(0.99) },
    load,
  });
}

async function measureAll(): Promise<void> {
  const concurrency = CONCURRENCY;
  if (!values.postgres) return run(await plinthQueue({ folder: lab.folder(), database: undefined, concurrency }));
  const [own, its] = [await lab.database(), await lab.database()];
  await run(await plinthQueue({ folder: lab.folder(), database: own, concurrency }));
  await run(await pgBossQueue({ node: lab.node!, database: its, concurrency }));
  console.log({ table: "plinth_jobs", ...(await tableFacts(own, "plinth_jobs")) });
  console.log({ table: "job_common", ...(await tableFacts(its, "job_common")) });
}

async function run(queue: Queue): Promise<void> {
  await measure(queue);
  await queue.stop();
}

await measureAll();
await lab.close();
process.exit(0);
