import { spawn } from "node:child_process";
import { freePort } from "../support/free-port.ts";
import type { Running } from "./target.ts";

export interface HostOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Settings; the port, the address and the usual test settings are added. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The host's own port, address and switches, beside what a target says. */
const USUAL = { HOST: "127.0.0.1", AUTH_RATE_LIMIT: "1000000" };
/** Real hashes are most of what sign-ups take; tests/hosts/passwords.test.ts has them on every host. */
const FAST = { PASSWORD_HASHING: "test" };
const START_MS = 120_000;

export interface HostProcess extends Running {
  readonly pid: number;
  readonly exited: Promise<number | null>;
}

/** Starts a host in a process of its own and waits until it answers /health. */
export async function startHost(options: HostOptions): Promise<HostProcess> {
  const port = options.env.PORT ?? String(await freePort());
  const baseUrl = `http://127.0.0.1:${port}`;
  const host = spawnHost({ ...options, env: { PORT: port, APP_URL: baseUrl, ...FAST, ...options.env } });
  try {
    await answers(host, `${baseUrl}/health`);
  } catch (error) {
    // What it has written may arrive after its answer, and is whole when it has ended.
    await host.stop();
    throw new Error(`${(error as Error).message}\n${host.logs()}`, { cause: error });
  }
  return {
    ...host,
    baseUrl,
    fetch: (request: Request) => fetch(request),
    setupToken: () => printedToken(host.logs),
  };
}

/** Starts a host without waiting for anything. */
export function spawnHost({ command, env, cwd }: HostOptions) {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(command[0]!, command.slice(1), {
    cwd,
    // Nothing else of this process's environment: it might hold settings.
    env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), NO_COLOR: "1", ...USUAL, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (log += text));
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
  exited.catch(() => {});
  const abort = () => child.kill("SIGKILL");
  process.once("exit", abort);
  return {
    pid: child.pid ?? 0,
    exited,
    logs: () => log,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(abort, 60_000);
      await exited.catch(() => {});
      clearTimeout(timer);
      process.off("exit", abort);
    },
  };
}

async function answers(host: ReturnType<typeof spawnHost>, url: string): Promise<void> {
  const end = Date.now() + START_MS;
  let code: number | null | undefined;
  host.exited.then(
    (value) => (code = value),
    () => (code = null),
  );
  while (Date.now() < end) {
    if (code !== undefined) throw new Error(`the host ended with ${code}:`);
    // A host that listens but cannot answer is worth its own words: they say what is wrong.
    const status = await fetch(url, { signal: AbortSignal.timeout(20_000) }).then(
      async (response) => (response.ok ? undefined : `${response.status} ${await response.text()}`),
      () => "",
    );
    if (status === undefined) return;
    if (status) throw new Error(`${url} answered ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`no answer from ${url} in ${START_MS / 1000} s:`);
}

/** The link is printed right after the start, or, on serverless hosts, after the first request. */
export async function printedToken(logs: () => string): Promise<string> {
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    const token = /https?:\/\/\S+[?&#]token=([\w.~-]+)/.exec(logs())?.[1];
    if (token) return token;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no setup link was printed:\n${logs()}`);
}
