/**
 * `bun bench/schedules.ts [--postgres] [--seconds 60] [--kills 20]`: a schedule each second, one by changes and one by dates of items, while servers are killed (SIGKILL) and
 * started again; on Postgres there are two over one database. In the end each second, each change and each date must have exactly one job.
 */
import { parseArgs } from "node:util";
import { type HostProcess, startHost } from "../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../tests/matrix/lab.ts";
import { BUN_SERVER } from "../tests/support/bun-server.ts";
import { freePort } from "../tests/support/free-port.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    seconds: { type: "string", default: "60" },
    kills: { type: "string", default: "20" },
  },
});
const [SECONDS, KILLS] = [Number(values.seconds), Number(values.kills)];
const WAIT_MS = 120_000;
const PERSON = { name: "Ada", email: "operator@example.com", password: "correct horse battery" };

const lab = await openLab({ postgres: values.postgres });
const folder = lab.folder();
const data: Record<string, string> = values.postgres ? { DATABASE_URL: await lab.database() } : {};
const ports = [await freePort(), ...(values.postgres ? [await freePort()] : [])];
const start = (port: number): Promise<HostProcess> =>
  startHost({
    command: BUN_SERVER,
    cwd: folder,
    env: { ...data, PLINTH_SECRET: SECRET, PORT: String(port), APP_URL: "http://127.0.0.1:8787" },
  });
const hosts = [await start(ports[0]!)];
const setup = { "x-plinth-setup-token": await hosts[0]!.setupToken() };
if (ports[1] !== undefined) hosts.push(await start(ports[1]));

let admin: Record<string, string> = setup;
async function must<T>(path: string, body?: object, host = hosts[0]!): Promise<T> {
  const answer = await fetch(host.baseUrl + path, {
    ...(body && { method: "POST", body: JSON.stringify(body) }),
    headers: { "content-type": "application/json", ...admin },
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
const { token } = await must<{ token: string }>("/api/operator/auth/sign-up/email", PERSON);
admin = { authorization: `Bearer ${token}` };
const fields = [
  { name: "n", type: "integer" },
  { name: "due", type: "timestamp", indexed: true },
];
await must("/api/collections", { slug: "events", fields });
const times = { type: "cron", schedule: "* * * * * *", missed: "all" };
await must("/api/schedules", { name: "second", when: times, job: { name: "second", queue: "second" } });
const changes = { type: "change", events: ["events.*"] };
await must("/api/schedules", { name: "change", when: changes, job: { name: "change", queue: "change" } });
const dates = { type: "date", collection: "events", field: "due" };
await must("/api/schedules", { name: "date", when: dates, job: { name: "date", queue: "date" } });

const began = performance.now();
const isOver = () => performance.now() - began > SECONDS * 1000;
let kills = 0;
const killing = (async () => {
  for (; kills < KILLS && !isOver(); kills++) {
    await Bun.sleep((SECONDS * 1000) / (KILLS + 1));
    const at = kills % hosts.length;
    process.kill(hosts[at]!.pid, "SIGKILL");
    await hosts[at]!.exited;
    hosts[at] = await start(ports[at]!);
  }
})();
for (let n = 0; !isOver(); n++) {
  const due = new Date(Date.now() + (n % 5) * 1000).toISOString();
  // A server that is being killed has taken it or not: the log says which.
  await must("/api/items/events", { n, due }, hosts[n % hosts.length]!).catch(() => Bun.sleep(100));
  await Bun.sleep(50);
}
await killing;

interface Listed {
  readonly id: string;
  readonly created_at: string;
  readonly payload: {
    readonly trigger: { readonly scheduled_at: string; readonly at: string; readonly item: { id: string } };
  };
}

async function all<T>(
  path: string,
  after: (page: { next_cursor: string | null; data: T[] }) => string | null,
): Promise<T[]> {
  const found: T[] = [];
  for (let more: string | null = ""; more !== null; ) {
    const page = await must<{ data: T[]; next_cursor: string | null }>(`${path}${more}`);
    found.push(...page.data);
    more = after(page);
  }
  return found;
}
const jobs = (queue: string) =>
  all<Listed>(`/api/jobs?queue=${queue}&limit=500`, ({ next_cursor: next }) =>
    next === null ? null : `&cursor=${next}`,
  );
const logged = await all<{ item: string }>("/api/changes?collection=events&limit=500", (page) => {
  const { next, more } = page as unknown as { next: string; more: boolean };
  return more ? `&after=${next}` : null;
});
const until = performance.now() + WAIT_MS;
const isDone = async () => {
  const [changed, dated] = [await jobs("change"), await jobs("date")];
  return changed.length >= logged.length && dated.length >= logged.length;
};
while (!(await isDone()) && performance.now() < until) await Bun.sleep(500);
// Whatever comes now is too much.
await Bun.sleep(5000);

const seconds = (await jobs("second"))
  .map(({ payload }) => Date.parse(payload.trigger.scheduled_at) / 1000)
  .sort((a, b) => a - b);
const gaps = seconds.filter((second, i) => i > 0 && second !== seconds[i - 1]! + 1).length;
const late = (await jobs("second"))
  .map((job) => Date.parse(job.created_at) - Date.parse(job.payload.trigger.scheduled_at))
  .sort((a, b) => a - b);
const [changed, dated] = [await jobs("change"), await jobs("date")];
const items = new Set(dated.map(({ payload }) => payload.trigger.item.id));
console.log({
  database: values.postgres ? "Postgres, two servers" : "SQLite, one server",
  ...{ wall: SECONDS, kills, changes: logged.length },
  second: {
    jobs: seconds.length,
    gaps,
    lateMs: { p50: late[late.length >> 1], p99: late[Math.floor(late.length * 0.99)] },
  },
  change: { jobs: changed.length },
  date: { jobs: dated.length, items: items.size },
});
for (const host of hosts) await host.stop();
await lab.close();
const isRight =
  gaps === 0 && changed.length === logged.length && dated.length === logged.length && items.size === dated.length;
process.exit(isRight ? 0 : 1);
