/** Two server processes over one database, one on Bun and one on Node, and a bus between them that can be cut. */
import { postgresJs } from "../../packages/adapters-postgres/src/postgres-js.ts";
import { servers } from "../hosts/hosts.ts";
import { type Lab, SECRET } from "../matrix/lab.ts";
import type { TestRedis } from "../support/redis.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { type Account, type Server, startServer } from "./support.ts";

export interface Pair {
  readonly both: readonly [Server & { account: Account }, Server & { account: Account }];
  /** Those that can be written to while the bus is cut. */
  readonly writable: readonly Server[];
  /** For the first half of the time the other end answers nothing; then it is gone. */
  hang(): void;
  cut(): void | Promise<void>;
  mend(): void | Promise<void>;
  /** Processes that the bus reaches now, as the other end of it sees them. */
  listening(): Promise<number>;
  stop(): Promise<void>;
}

export interface PairKind {
  readonly name: string;
  readonly missing: string | undefined;
  open(): Promise<Pair>;
}

export function pairKinds(lab: Lab, redis: TestRedis | undefined): PairKind[] {
  const noPostgres = lab.postgres ? undefined : "no Postgres here";
  return [
    { name: "Postgres with NOTIFY", missing: noPostgres, open: () => notifyPair(lab) },
    {
      name: "Postgres with Redis",
      missing: noPostgres ?? (redis ? undefined : "no redis-server here"),
      open: () => redisPair(lab, redis!),
    },
    { name: "a SQLite file", missing: undefined, open: () => filePair(lab) },
  ];
}

async function startBoth(lab: Lab, env: Record<string, string>): Promise<Pair["both"]> {
  const folder = lab.folder();
  const settings = { PLINTH_SECRET: SECRET, LOG_LEVEL: "error", ...env };
  const [bun, node] = servers(lab).map(({ command }) => command);
  const one = await startServer(lab, settings, folder, undefined, bun);
  return [one, await startServer(lab, settings, folder, one.account, node ?? bun)];
}

/** The proxy concerns only the connections that listen; queries pass as ever. */
async function notifyPair(lab: Lab): Promise<Pair> {
  const url = new URL(await lab.database());
  const proxy = await tcpProxy({ host: url.hostname, port: Number(url.port) }, 'listen "');
  const admin = postgresJs({ url: url.href, max: 1 });
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  const both = await startBoth(lab, { DATABASE_URL: url.href });
  return {
    both,
    writable: both,
    hang: () => proxy.fail("hang"),
    cut: () => proxy.fail("close"),
    mend: () => proxy.mend(),
    async listening() {
      const sql = `select count(*) as n from pg_stat_activity where datname = current_database()
        and (query ilike 'listen %' or query like 'select pg_notify%')`;
      const [row] = await admin.all({ sql, params: [] });
      return Number(row!.n);
    },
    async stop() {
      await stopBoth(both);
      await admin.close!();
      proxy.close();
    },
  };
}

async function redisPair(lab: Lab, redis: TestRedis): Promise<Pair> {
  const both = await startBoth(lab, { DATABASE_URL: await lab.database(), REDIS_URL: redis.url });
  let alive = true;
  return {
    both,
    writable: both,
    hang: () => redis.freeze(),
    async cut() {
      alive = false;
      await redis.kill();
    },
    async mend() {
      if (!alive) await redis.restart();
      alive = true;
    },
    async listening() {
      if (!alive) return 0;
      const client = new Bun.RedisClient(redis.url);
      const topics = (await client.send("PUBSUB", ["CHANNELS", "plinth:changes:*"])) as string[];
      const [, count = 0] = (await client.send("PUBSUB", ["NUMSUB", ...topics])) as [string?, number?];
      client.close();
      return Number(count);
    },
    stop: () => stopBoth(both),
  };
}

/** Nothing is sent here: who listens looks at the file. So the one who looks is stopped. */
async function filePair(lab: Lab): Promise<Pair> {
  const both = await startBoth(lab, {});
  const [writing, looking] = both;
  return {
    both,
    writable: [writing],
    hang: () => void process.kill(looking.pid, "SIGSTOP"),
    cut() {},
    mend: () => void process.kill(looking.pid, "SIGCONT"),
    async listening() {
      const { stdout } = Bun.spawnSync(["ps", "-o", "stat=", "-p", both.map(({ pid }) => pid).join()]);
      return stdout
        .toString()
        .trim()
        .split("\n")
        .filter((state) => !state.trim().startsWith("T")).length;
    },
    stop: () => stopBoth(both),
  };
}

const stopBoth = async (both: Pair["both"]): Promise<void> => {
  await Promise.all(both.map((server) => server.stop()));
};
