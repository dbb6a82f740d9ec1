/**
 * `bun bench/jobs.ts [--postgres] [--jobs 5000] [--turns 3] [--single 100] [--concurrency 20]`: how many jobs a second one worker does of those that wait, and how soon a job
 * begins that is stored while workers are idle. On Postgres, pg-boss does the same in the same server and run, in turns with Plinth, from a program of its own; Plinth's jobs go
 * through its HTTP API. Each turn has a new worker. After it, the table of each: dead rows, updates in place, and size. CPU is in microseconds for each job, so that figures of a
 * busy machine can be compared too.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { openLab } from "../tests/matrix/lab.ts";
import { pgBossQueue } from "./jobs/pg-boss.ts";
import { plinthQueue } from "./jobs/plinth.ts";
import type { Queue } from "./jobs/queue.ts";
import { backendsOf, tableFacts } from "./jobs/table.ts";
import { cpuSecondsOf } from "./process.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    jobs: { type: "string", default: "5000" },
    turns: { type: "string", default: "3" },
    single: { type: "string", default: "100" },
    concurrency: { type: "string", default: "20" },
  },
});
const [JOBS, SINGLE, CONCURRENCY] = [Number(values.jobs), Number(values.single), Number(values.concurrency)];
const TURNS = Number(values.turns);
/** Between single jobs, so that workers are idle. */
const PAUSE_MS = 100;
const BATCH = 500;

interface Measured {
  readonly queue: Queue;
  /** Of its server, where it has one. */
  readonly pid: number | undefined;
  readonly database: string | undefined;
  readonly perSecond: number[];
  readonly cpu: Record<string, number>[];
  next: number;
}

const lab = await openLab({ postgres: values.postgres });

/** Calls back when so many have begun. */
function awaitBegun(queue: Queue, count: number, began: (n: number, at: number) => void = () => {}) {
  const all = Promise.withResolvers<void>();
  let begun = 0;
  const working = queue.work((n, at) => {
    began(n, at);
    if (++begun === count) all.resolve();
  });
  return { working, all: all.promise };
}

/** Seconds that its processes have used: of the server, of the worker, and of the database's for it. */
async function cpuOf({ queue, pid, database }: Measured): Promise<Map<string, number>> {
  const named = [
    ...(pid === undefined ? [] : [["server", pid] as const]),
    ["worker", queue.workerPid] as const,
    ...(database === undefined ? [] : (await backendsOf(database)).map((one) => [`database ${one}`, one] as const)),
  ];
  const seconds = named.flatMap(([name, one]) => {
    try {
      const { user, system } = cpuSecondsOf(one);
      return [[name, user + system] as const];
    } catch {
      // A connection that has just been closed.
      return [];
    }
  });
  return new Map(seconds);
}

/** Microseconds for each job. */
function cpuBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Record<string, number> {
  const used: Record<string, number> = {};
  for (const [process, seconds] of after) {
    const name = process.split(" ")[0]!;
    used[name] = (used[name] ?? 0) + Math.round(((seconds - (before.get(process) ?? 0)) * 1e6) / JOBS);
  }
  return used;
}

async function measureTurn(measured: Measured): Promise<void> {
  const { queue, perSecond, cpu } = measured;
  await queue.renewWorker();
  for (let n = 0; n < JOBS; n += BATCH) await queue.insert(measured.next + n, Math.min(BATCH, JOBS - n));
  measured.next += JOBS;
  const before = await cpuOf(measured);
  const from = performance.now();
  await awaitBegun(queue, JOBS).all;
  perSecond.push(Math.round((JOBS * 1000) / (performance.now() - from)));
  cpu.push(cpuBetween(before, await cpuOf(measured)));
}

async function measureDelays(measured: Measured): Promise<number[]> {
  const { queue } = measured;
  await queue.renewWorker();
  const sent = new Map<number, number>();
  const delays: number[] = [];
  const { working, all } = awaitBegun(queue, SINGLE, (n, at) => delays.push(at - sent.get(n)!));
  await working;
  for (let i = 0; i < SINGLE; i++) {
    const n = measured.next++;
    sent.set(n, Date.now());
    await queue.send(n);
    await Bun.sleep(PAUSE_MS);
  }
  await all;
  return delays.sort((a, b) => a - b);
}

async function measureAll(of: readonly Measured[]): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) for (const one of of) await measureTurn(one);
  for (const one of of) {
    const delays = await measureDelays(one);
    const at = (part: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))];
    const sorted = one.perSecond.toSorted((a, b) => a - b);
    console.log(`${one.queue.name}: ${sorted[Math.floor(sorted.length / 2)]} jobs/s (${one.perSecond.join(", ")})`);
    console.log(`  enqueued to begun: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
    console.log(`  CPU for each job, µs: ${one.cpu.map((each) => JSON.stringify(each)).join(" ")}`);
  }
}

const measuredOf = (queue: Queue, pid?: number, database?: string): Measured => {
  return { queue, pid, database, perSecond: [], cpu: [], next: 0 };
};

async function measureQueues(): Promise<void> {
  const concurrency = CONCURRENCY;
  const own = values.postgres ? await lab.database() : undefined;
  const plinth = await plinthQueue({ folder: lab.folder(), database: own, concurrency });
  const all = [measuredOf(plinth, plinth.pid, own)];
  const its = values.postgres ? await lab.database() : undefined;
  if (its !== undefined)
    all.push(measuredOf(await pgBossQueue({ node: lab.node!, database: its, concurrency }), undefined, its));
  await measureAll(all);
  for (const { queue } of all) await queue.stop();
  if (own !== undefined) console.log({ table: "plinth_jobs", ...(await tableFacts(own, "plinth_jobs")) });
  if (its !== undefined) console.log({ table: "job_common", ...(await tableFacts(its, "job_common")) });
  console.log(
    `load ${loadavg()
      .map((one) => one.toFixed(1))
      .join(" ")}`,
  );
}

await measureQueues();
await lab.close();
process.exit(0);
