/**
 * `bun bench/schedules.ts [--postgres] [--seconds 60] [--kills 20]`: a schedule each second, one by changes and one by dates of items, while servers are killed (SIGKILL) and
 * started again; on Postgres there are two over one database. In the end each second, each change and each date must have exactly one job.
 */
import { parseArgs } from "node:util";
import { quantiles, startKilledServers, writeSteadily } from "./kills/servers.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    seconds: { type: "string", default: "60" },
    kills: { type: "string", default: "20" },
  },
});
const [seconds, kills] = [Number(values.seconds), Number(values.kills)];
/** Writes a second. */
const RATE = 20;
const WAIT_MS = 120_000;

const servers = await startKilledServers({ postgres: values.postgres });
const { must, all } = servers;
const fields = [
  { name: "n", type: "integer" },
  { name: "due", type: "timestamp", indexed: true },
];
await must("/api/collections", { slug: "events", fields });
const cron = { type: "cron", schedule: "* * * * * *", missed: "all" };
await must("/api/schedules", { name: "second", when: cron, job: { name: "second", queue: "second" } });
const changes = { type: "change", events: ["events.*"] };
await must("/api/schedules", { name: "change", when: changes, job: { name: "change", queue: "change" } });
const dates = { type: "date", collection: "events", field: "due" };
await must("/api/schedules", { name: "date", when: dates, job: { name: "date", queue: "date" } });

await Promise.all([
  writeSteadily({ rate: RATE, seconds }, (n) => {
    const due = new Date(Date.now() + (n % 5) * 1000).toISOString();
    return servers.send("/api/items/events", { n, due }, n);
  }),
  servers.kill(kills, seconds),
]);

interface Listed {
  readonly id: string;
  readonly created_at: string;
  readonly payload: {
    readonly trigger: { readonly scheduled_at: string; readonly at: string; readonly item: { id: string } };
  };
}

const jobs = (queue: string) => all<Listed>(`/api/jobs?queue=${queue}&limit=500`);
const logged = await all<{ item: string }>("/api/changes?collection=events&limit=500");
const until = performance.now() + WAIT_MS;
const isDone = async () => {
  const [changed, dated] = [await jobs("change"), await jobs("date")];
  return changed.length >= logged.length && dated.length >= logged.length;
};
while (!(await isDone()) && performance.now() < until) await Bun.sleep(500);
// Whatever comes now is too much.
await Bun.sleep(5000);

const timed = await jobs("second");
const times = timed.map(({ payload }) => Date.parse(payload.trigger.scheduled_at) / 1000).sort((a, b) => a - b);
const gaps = times.filter((second, i) => i > 0 && second !== times[i - 1]! + 1).length;
const lateMs = quantiles(timed.map((job) => Date.parse(job.created_at) - Date.parse(job.payload.trigger.scheduled_at)));
const [changed, dated] = [await jobs("change"), await jobs("date")];
const items = new Set(dated.map(({ payload }) => payload.trigger.item.id));
console.log({
  database: servers.name,
  ...{ seconds, kills, changes: logged.length },
  second: { jobs: times.length, gaps, lateMs },
  change: { jobs: changed.length },
  date: { jobs: dated.length, items: items.size },
});
await servers.close();
const isRight =
  gaps === 0 && changed.length === logged.length && dated.length === logged.length && items.size === dated.length;
process.exit(isRight ? 0 : 1);
