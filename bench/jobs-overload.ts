/**
 * `bun bench/jobs-overload.ts [--minutes 30] [--backlog 20000]`: twice as many jobs are offered as are done, to Plinth and then to pg-boss on the same Postgres. What a queue does in a
 * second is measured first. Nothing bounds a backlog but whoever offers: here nothing is offered while so many wait, as a program would do that looks at the queue's counts. Each 10
 * seconds a line says what was offered and done, how many wait, and the table's dead rows and sizes. At the end: whether it was flat, which is that neither the bytes for each job
 * nor the dead rows grew by half from the second third of the time to the last.
 */
import { parseArgs } from "node:util";
import { openLab } from "../tests/matrix/lab.ts";
import { pgBossQueue } from "./jobs/pg-boss.ts";
import { plinthQueue } from "./jobs/plinth.ts";
import type { Queue } from "./jobs/queue.ts";
import { type TableFacts, tableFacts } from "./jobs/table.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, backlog: { type: "string", default: "20000" } },
});
const [MINUTES, BACKLOG] = [Number(values.minutes), Number(values.backlog)];
const CONCURRENCY = 20;
const MEASURED = 5000;
const BATCH = 500;
const SAMPLE_MS = 10_000;
const TICK_MS = 100;
const MOST_GROWN = 1.5;

interface Sample extends TableFacts {
  readonly second: number;
  readonly offered: number;
  readonly done: number;
}

const lab = await openLab({ postgres: true });

async function overload(queue: Queue, database: string, table: string): Promise<boolean> {
  let offered = 0;
  let done = 0;
  const offer = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= BATCH) {
      const some = Math.min(BATCH, left);
      await queue.insert(offered, some);
      offered += some;
    }
  };
  await offer(MEASURED);
  const from = performance.now();
  await queue.work(() => done++);
  while (done < MEASURED) await Bun.sleep(1);
  const capacity = (MEASURED * 1000) / (performance.now() - from);
  const rate = Math.round(capacity * 2);
  console.log(
    `${queue.name}: ${Math.round(capacity)} jobs/s alone; offered: ${rate}/s while fewer than ${BACKLOG} wait`,
  );
  const samples: Sample[] = [];
  const begun = performance.now();
  let next = SAMPLE_MS;
  let allowed = 0;
  for (let at = 0; at < MINUTES * 60_000; at = performance.now() - begun) {
    allowed = Math.min(allowed + (rate * TICK_MS) / 1000, rate);
    const room = Math.min(Math.floor(allowed), BACKLOG - (offered - done));
    if (room > 0) {
      await offer(room);
      allowed -= room;
    }
    if (at >= next) {
      next += SAMPLE_MS;
      samples.push({ second: Math.round(at / 1000), offered, done, ...(await tableFacts(database, table)) });
      console.log(lineOf(samples.at(-1)!, samples.at(-2)));
    }
    await Bun.sleep(TICK_MS);
  }
  const isFlat = sayWhetherFlat(queue.name, samples);
  await queue.stop();
  return isFlat;
}

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

function lineOf({ second, offered, done, dead, table_bytes, index_bytes }: Sample, last: Sample | undefined): string {
  const perSecond = Math.round((done - (last?.done ?? 0)) / (second - (last?.second ?? 0)));
  const bar = "#".repeat(Math.min(40, Math.ceil(dead / 5000)));
  return [
    `${String(second).padStart(5)} s  offered ${offered}  done ${done} (${perSecond}/s)  waiting ${offered - done}`,
    `table ${megabytes(table_bytes)} MB  indexes ${megabytes(index_bytes)} MB  dead ${String(dead).padStart(7)} ${bar}`,
  ].join("  ");
}

/** By bytes for each job: those that are done stay for days. */
function sayWhetherFlat(name: string, samples: readonly Sample[]): boolean {
  const third = Math.floor(samples.length / 3);
  const of = (some: readonly Sample[]) => {
    const bytes = some.map((one) => (one.table_bytes + one.index_bytes) / Math.max(1, one.offered));
    return { bytes: Math.max(...bytes), dead: Math.max(...some.map(({ dead }) => dead)) };
  };
  const [second, last] = [of(samples.slice(third, 2 * third)), of(samples.slice(2 * third))];
  const isFlat = last.bytes <= second.bytes * MOST_GROWN && last.dead <= Math.max(second.dead, BACKLOG) * MOST_GROWN;
  const figures = `${Math.round(second.bytes)} and then ${Math.round(last.bytes)} bytes for each job, at most ${second.dead} and then ${last.dead} dead rows`;
  console.log(`${name}: ${figures}: ${isFlat ? "flat" : "NOT FLAT"}`);
  return isFlat;
}

const own = await lab.database();
const plinth = await plinthQueue({ folder: lab.folder(), database: own, concurrency: CONCURRENCY });
const isFlat = await overload(plinth, own, "plinth_jobs");
const its = await lab.database();
await overload(await pgBossQueue({ node: lab.node!, database: its, concurrency: CONCURRENCY }), its, "job_common");
await lab.close();
process.exit(isFlat ? 0 : 1);
