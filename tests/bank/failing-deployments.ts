/** Deployments of the bank where something other than the server fails. */
import { join } from "node:path";
import { printedToken } from "../matrix/host-process.ts";
import type { Lab } from "../matrix/lab.ts";
import { SECRET } from "../matrix/lab.ts";
import { BUN_SERVER } from "../support/bun-server.ts";
import { freePort } from "../support/free-port.ts";
import { startPostgres } from "../support/postgres.ts";
import { cutPower, noTracing, readTrace, traced } from "../support/strace.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { type Deployment, openBun, type Running, startAnswering } from "./deployments.ts";

/** Answers are lost for so long before the connections end. */
const DEAF_MS = 300;
const DOWN_MS = 500;

export function failingDeployments(lab: Lab): Deployment[] {
  const noPostgres = lab.postgres ? undefined : "no Postgres on this machine";
  return [
    { name: "SQLite with power cuts", missing: noTracing(), open: () => openUnderPowerCuts(lab) },
    { name: "Postgres that is killed", missing: noPostgres, open: () => openWithKilledPostgres(lab) },
    { name: "Postgres with connection cuts", missing: noPostgres, open: () => openWithConnectionCuts(lab) },
  ];
}

/** What the server had not synced when it was killed is lost from the database's file and its log. */
async function openUnderPowerCuts(lab: Lab): Promise<Running> {
  const cwd = lab.folder();
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  let starts = 0;
  const trace = () => join(cwd, `trace-${starts}`);
  const start = () => {
    starts++;
    const env = { PORT: port, APP_URL: url, LOG_LEVEL: "warn" };
    return startAnswering({ command: traced(BUN_SERVER, trace()), env, cwd }, url);
  };
  const read = () => readTrace(trace(), "plinth.db-wal", "HTTP/1.1 200");
  let host = await start();
  // The program itself: strace would leave it running.
  const end = async (signal: NodeJS.Signals) => {
    process.kill(read().pid, signal);
    await host.exited;
  };
  return {
    url,
    setupToken: await printedToken(host.logs),
    async killAndRestart() {
      await end("SIGKILL");
      cutPower(join(cwd, ".data/plinth.db-wal"), read());
      host = await start();
    },
    stop: () => end("SIGTERM"),
  };
}

async function openWithKilledPostgres(lab: Lab): Promise<Running> {
  const postgres = (await startPostgres({ durable: true }))!;
  const running = await openBun(lab, { DATABASE_URL: await postgres.createDatabase("bank"), PLINTH_SECRET: SECRET });
  return {
    ...running,
    killAndRestart: () => postgres.killAndRestart(),
    async stop() {
      await running.stop();
      await postgres.stop();
    },
  };
}

/** The answers to commits are lost, then the connections, while the database goes on. */
async function openWithConnectionCuts(lab: Lab): Promise<Running> {
  const database = new URL(await lab.database());
  const proxy = await tcpProxy({ host: database.hostname, port: Number(database.port) });
  database.port = String(proxy.port);
  const running = await openBun(lab, { DATABASE_URL: database.href, PLINTH_SECRET: SECRET });
  return {
    ...running,
    async killAndRestart() {
      proxy.fail("deafen");
      await Bun.sleep(DEAF_MS);
      proxy.fail("close");
      await Bun.sleep(DOWN_MS);
      proxy.mend();
    },
    async stop() {
      await running.stop();
      proxy.close();
    },
  };
}
