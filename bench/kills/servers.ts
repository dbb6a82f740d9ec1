/** Servers that are killed and started again while they work: one over SQLite, or two over one Postgres. */
import { type HostProcess, startHost } from "../../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../../tests/matrix/lab.ts";
import { BUN_SERVER } from "../../tests/support/bun-server.ts";
import { freePort } from "../../tests/support/free-port.ts";

const PERSON = { name: "Ada", email: "operator@example.com", password: "correct horse battery" };
const PATIENCE_MS = 30_000;

export interface KilledServers {
  /** For reports. */
  readonly name: string;
  /** A request as the operator, to the server of that number, whatever is left of it. */
  send(path: string, body?: object, server?: number): Promise<Response>;
  /** The same, which must be answered. */
  must<T>(path: string, body?: object, method?: string): Promise<T>;
  /** All pages of a list. */
  all<T>(path: string): Promise<T[]>;
  /** Kills them in turns, spread over the time. Returns how many. */
  kill(times: number, seconds: number): Promise<number>;
  close(): Promise<void>;
}

interface Page {
  readonly data: unknown[];
  readonly next_cursor?: string | null;
  /** Of the log of changes. */
  readonly next?: string;
  readonly more?: boolean;
}

export async function startKilledServers({ postgres }: { readonly postgres: boolean }): Promise<KilledServers> {
  const lab = await openLab({ postgres });
  const cwd = lab.folder();
  const env = {
    ...(postgres && { DATABASE_URL: await lab.database() }),
    ...{ PLINTH_SECRET: SECRET, PRIVATE_ADDRESSES: "allow", APP_URL: "http://127.0.0.1:8787" },
  };
  const ports = [await freePort(), ...(postgres ? [await freePort()] : [])];
  const start = (port: number) => startHost({ command: BUN_SERVER, cwd, env: { ...env, PORT: String(port) } });
  // The first one makes the tables.
  const hosts: HostProcess[] = [await start(ports[0]!)];
  let headers: Record<string, string> = { "x-plinth-setup-token": await hosts[0]!.setupToken() };
  for (const port of ports.slice(1)) hosts.push(await start(port));

  const ask = (path: string, body: object | undefined, server: number, method = body ? "POST" : "GET") =>
    fetch(hosts[server % hosts.length]!.baseUrl + path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: { "content-type": "application/json", ...headers },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  const must = async <T>(path: string, body?: object, method?: string): Promise<T> => {
    const answer = await ask(path, body, 0, method);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const { token } = await must<{ token: string }>("/api/operator/auth/sign-up/email", PERSON);
  headers = { authorization: `Bearer ${token}` };
  return {
    name: postgres ? "Postgres, two servers" : "SQLite, one server",
    send: (path, body, server = 0) => ask(path, body, server),
    must,
    async all<T>(path: string) {
      const found: unknown[] = [];
      const { pathname, searchParams } = new URL(path, "http://localhost");
      for (let more = true; more; ) {
        const page: Page = await must(`${pathname}?${searchParams}`);
        found.push(...page.data);
        more = page.more ?? Boolean(page.next_cursor);
        if (page.more) searchParams.set("after", page.next!);
        if (page.next_cursor) searchParams.set("cursor", page.next_cursor);
      }
      return found as T[];
    },
    async kill(times, seconds) {
      for (let killed = 0; killed < times; killed++) {
        await Bun.sleep((seconds * 1000) / (times + 1));
        const at = killed % hosts.length;
        process.kill(hosts[at]!.pid, "SIGKILL");
        await hosts[at]!.exited;
        hosts[at] = await start(ports[at]!);
      }
      return times;
    },
    async close() {
      for (const host of hosts) await host.stop();
      await lab.close();
    },
  };
}

/** Sends so many writes a second for so long, whatever they are answered, and returns how many were acknowledged and how many were not. */
export async function writeSteadily(
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
  write: (n: number) => Promise<Response>,
): Promise<{ readonly acknowledged: number; readonly unknown: number }> {
  let [acknowledged, unknown] = [0, 0];
  const writes: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; performance.now() - began < seconds * 1000; await Bun.sleep(STEP_MS)) {
    const due = Math.floor(((performance.now() - began) / 1000) * rate);
    for (; n < due; n++) {
      const answered = write(n).then(
        async (answer) => {
          await answer.text();
          if (answer.ok) acknowledged++;
          else unknown++;
        },
        () => void unknown++,
      );
      writes.push(answered);
    }
  }
  await Promise.all(writes);
  return { acknowledged, unknown };
}

const STEP_MS = 50;

/** A median and a 99th percentile. */
export function quantiles(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50: at(0.5), p99: at(0.99) };
}
