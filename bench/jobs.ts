/**
 * `bun bench/jobs.ts [--postgres] [--jobs 2000] [--single 100] [--concurrency 20]`: how soon a job begins that is stored while workers are idle, and how many jobs a second one
 * worker does of those that wait. On Postgres, pg-boss does the same in the same server and run, from a program of its own; Plinth's jobs go through its HTTP API. After it, the
 * table of each: dead rows, updates in place, and size.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { createClient } from "../packages/client/src/index.ts";
import { jobs } from "../packages/client/src/jobs/index.ts";
import { startHost } from "../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../tests/matrix/lab.ts";
import { BUN_SERVER } from "../tests/support/bun-server.ts";
import { freePort } from "../tests/support/free-port.ts";
import { fromNpm } from "./peers/install.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    jobs: { type: "string", default: "2000" },
    single: { type: "string", default: "100" },
    concurrency: { type: "string", default: "20" },
  },
});
const [JOBS, SINGLE, CONCURRENCY] = [Number(values.jobs), Number(values.single), Number(values.concurrency)];
const PG_BOSS = "12.38.0";
/** Between single jobs, so that workers are idle. */
const PAUSE_MS = 100;
const BATCH = 500;

interface Queue {
  readonly name: string;
  /** Stores one job, which tells its number. */
  send(n: number): Promise<unknown>;
  insert(from: number, count: number): Promise<unknown>;
  /** Begins to do jobs. */
  work(began: (n: number, at: number) => void): Promise<void>;
  stop(): Promise<void>;
}

const lab = await openLab({ postgres: values.postgres });

async function plinth(database: string | undefined): Promise<Queue> {
  const port = await freePort();
  const env = { PLINTH_SECRET: SECRET, PORT: String(port), APP_URL: "http://127.0.0.1:8787" };
  const host = await startHost({
    command: BUN_SERVER,
    cwd: lab.folder(),
    env: { ...env, ...(database !== undefined && { DATABASE_URL: database }) },
  });
  const post = async (path: string, body: object, headers: Record<string, string>) => {
    const init = {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    };
    const answer = await fetch(host.baseUrl + path, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { token: string; data: { key: string } };
  };
  const person = { name: "Ada", email: "operator@example.com", password: "correct horse battery" };
  const setup = { "x-plinth-setup-token": await host.setupToken() };
  const { token } = await post("/api/operator/auth/sign-up/email", person, setup);
  const made = await post("/api/keys", { name: "bench", kind: "secret" }, { authorization: `Bearer ${token}` });
  const client = createClient({ url: host.baseUrl, key: made.data.key });
  const { enqueue, work } = jobs(client);
  let worker: { stop(): Promise<void> } | undefined;
  return {
    name: `Plinth on ${database === undefined ? "SQLite" : "Postgres"}`,
    send: (n) => enqueue({ name: "work", payload: n }),
    async insert(from, count) {
      await client.batch((batch) => {
        for (let n = from; n < from + count; n++) batch.enqueue({ name: "work", payload: n });
      });
    },
    async work(began) {
      worker = work("default", ({ payload }) => began(payload, Date.now()), { concurrency: CONCURRENCY });
    },
    async stop() {
      await worker?.stop();
      await host.stop();
    },
  };
}

async function pgBoss(database: string): Promise<Queue> {
  const installed = await fromNpm("pg-boss", PG_BOSS);
  if ("missing" in installed) throw new Error(`pg-boss: ${installed.missing}`);
  const program = `${import.meta.dir}/peers/pg-boss.mjs`;
  const child = Bun.spawn([lab.node!, program, installed.path, database, String(CONCURRENCY)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  let told: (n: number, at: number) => void = () => {};
  const waiting: (() => void)[] = [];
  const ready = new Promise<void>((resolve) => waiting.push(resolve));
  void (async () => {
    let rest = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const { began, at } = JSON.parse(line) as { began?: number; at?: number };
        if (began === undefined) waiting.shift()?.();
        else told(began, at!);
      }
    }
  })();
  const ask = (command: string, input: object = {}) =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      child.stdin.write(`${JSON.stringify({ command, ...input })}\n`);
      child.stdin.flush();
    });
  await ready;
  return {
    name: `pg-boss ${PG_BOSS} on Postgres`,
    send: (n) => ask("send", { data: { n } }),
    insert: (from, count) => ask("insert", { from, count }),
    async work(began) {
      told = began;
      await ask("work");
    },
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}

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

async function table(database: string, name: string): Promise<void> {
  const sql = new Bun.SQL(database);
  await sql.unsafe("select pg_stat_force_next_flush()").catch(() => {});
  const [row] =
    await sql.unsafe(`select n_live_tup as live, n_dead_tup as dead, n_tup_upd as updates, n_tup_hot_upd as in_place,
    pg_table_size(relid) as table_bytes, pg_indexes_size(relid) as index_bytes from pg_stat_user_tables where relname = '${name}'
    order by n_tup_upd desc limit 1`);
  console.log({ table: name, ...row });
  await sql.close();
}

if (values.postgres) {
  const [own, its] = [await lab.database(), await lab.database()];
  for (const queue of [await plinth(own), await pgBoss(its)]) {
    await measure(queue);
    await queue.stop();
  }
  await table(own, "plinth_jobs");
  await table(its, "job_common");
} else {
  const queue = await plinth(undefined);
  await measure(queue);
  await queue.stop();
}
await lab.close();
process.exit(0);
