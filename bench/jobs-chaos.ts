/**
 * `bun bench/jobs-chaos.ts [--rate 50] [--seconds 40] [--only killed-worker,slow-disk]`: jobs are stored and done at a steady rate, in Plinth and in pg-boss over one Postgres that
 * waits for its disk, while something breaks for both at once: a worker is killed, the database is killed, it is down for 30 seconds, all its connections are cut, each of its
 * commits takes 100 ms longer. Each job that was acknowledged must begin at least once. A table says how many were stored, lost and done again, and the longest time without any.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { openLab } from "../tests/matrix/lab.ts";
import { startPostgres } from "../tests/support/postgres.ts";
import { pgBossQueue } from "./jobs/pg-boss.ts";
import { plinthQueue } from "./jobs/plinth.ts";
import type { Queue } from "./jobs/queue.ts";
import { writeSteadily } from "./kills/servers.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "50" },
    seconds: { type: "string", default: "40" },
    only: { type: "string" },
    "wait-seconds": { type: "string", default: "180" },
  },
});
const [rate, seconds] = [Number(values.rate), Number(values.seconds)];
const WAIT_MS = Number(values["wait-seconds"]) * 1000;
const DOWN_MS = 30_000;
const COMMIT_DELAY_US = 100_000;
const CONCURRENCY = 20;

const lab = await openLab({ postgres: false });
const postgres = await startPostgres({ durable: true });
if (!postgres) process.exit(1);
const [own, its] = [await postgres.createDatabase("own"), await postgres.createDatabase("its")];
const queues: readonly Queue[] = [
  await plinthQueue({ folder: lab.folder(), database: own, concurrency: CONCURRENCY }),
  await pgBossQueue({ node: lab.node!, database: its, concurrency: CONCURRENCY }),
];

async function asAdmin(...statements: string[]): Promise<void> {
  const sql = new Bun.SQL(postgres!.url("postgres"));
  for (const statement of statements) await sql.unsafe(statement);
  await sql.close();
}

const delayCommits = (microseconds: number, siblings: number): Promise<void> =>
  asAdmin(
    `alter system set commit_delay = ${microseconds}`,
    `alter system set commit_siblings = ${siblings}`,
    "select pg_reload_conf()",
  );

/** What breaks a third of the time after the begin. */
const FAULTS: Readonly<Record<string, () => Promise<unknown>>> = {
  "killed-worker": () => Promise.all(queues.map((queue) => queue.killWorker())),
  "killed-database": () => postgres.killAndRestart(),
  "database-down-30-s": () => postgres.killAndRestart(DOWN_MS),
  "cut-connections": () =>
    asAdmin("select pg_terminate_backend(pid) from pg_stat_activity where datname in ('own', 'its')"),
  async "slow-disk"() {
    await delayCommits(COMMIT_DELAY_US, 0);
    await Bun.sleep((seconds * 1000) / 3);
    await delayCommits(0, 5);
  },
};

interface Seen {
  readonly queue: Queue;
  /** Acknowledged jobs. */
  readonly stored: Set<number>;
  /** How often each began. */
  readonly began: Map<number, number>;
  lastBegan: number;
  longestMs: number;
}

const seen: readonly Seen[] = queues.map((queue) => ({
  ...{ queue, stored: new Set<number>(), began: new Map<number, number>(), lastBegan: Date.now(), longestMs: 0 },
}));
for (const one of seen) {
  await one.queue.work((n, at) => {
    one.began.set(n, (one.began.get(n) ?? 0) + 1);
    one.longestMs = Math.max(one.longestMs, at - one.lastBegan);
    one.lastBegan = at;
  });
}

let next = 0;
const rows: string[] = [];
for (const [name, fault] of Object.entries(FAULTS)) {
  if (values.only !== undefined && !values.only.split(",").includes(name)) continue;
  const first = next;
  for (const one of seen) Object.assign(one, { lastBegan: Date.now(), longestMs: 0 });
  const counts = seen.map(({ queue, stored }) =>
    writeSteadily({ rate, seconds }, async (i) => {
      const n = first + i;
      next = Math.max(next, n + 1);
      await queue.send(n);
      stored.add(n);
      return new Response();
    }),
  );
  await Bun.sleep((seconds * 1000) / 3);
  await fault();
  const sent = await Promise.all(counts);
  const ended = performance.now();
  const missing = ({ stored, began }: Seen) => [...stored].filter((n) => n >= first && !began.has(n)).length;
  while (seen.some((one) => missing(one) > 0) && performance.now() - ended < WAIT_MS) await Bun.sleep(250);
  const waited = ((performance.now() - ended) / 1000).toFixed(0);
  for (const [i, one] of seen.entries()) {
    const { acknowledged, unknown } = sent[i]!;
    const again = [...one.began].filter(([n, times]) => n >= first && times > 1).length;
    const longest = `${(one.longestMs / 1000).toFixed(1)} s`;
    rows.push(`| ${[name, one.queue.name, acknowledged, unknown, missing(one), again, longest].join(" | ")} |`);
  }
  console.error(`${name}: all looked at ${waited} s after the last was sent`);
}
console.log("| What broke | Queue | Stored | Not known | Lost | Began again | Longest without any |");
console.log("|---|---|---:|---:|---:|---:|---:|");
console.log(rows.join("\n"));
console.log(
  `load ${loadavg()
    .map((one) => one.toFixed(1))
    .join(" ")}`,
);
const lost = [...seen[0]!.stored].filter((n) => !seen[0]!.began.has(n)).length;
for (const { queue } of seen) await queue.stop();
await postgres.stop();
await lab.close();
process.exit(lost === 0 ? 0 : 1);
