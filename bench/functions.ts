/**
 * `bun bench/functions.ts [--host bun|node] [--seconds 15] [--burners 8] [--callers 16] [--functions 1000]`: what a call of a function costs beside a read, in the
 * sandbox and as a trusted function; how long requests of others wait while functions compute without end; and what idle functions add to the memory.
 */
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startHost } from "../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../tests/matrix/lab.ts";
import { startNode } from "../tests/matrix/targets/node.ts";
import { BUN_SERVER } from "../tests/support/bun-server.ts";

const { values } = parseArgs({
  options: {
    host: { type: "string", default: "bun" },
    seconds: { type: "string", default: "15" },
    burners: { type: "string", default: "8" },
    callers: { type: "string", default: "16" },
    functions: { type: "string", default: "1000" },
  },
});
const [SECONDS, BURNERS, CALLERS, FUNCTIONS] = [values.seconds, values.burners, values.callers, values.functions].map(
  Number,
) as [number, number, number, number];
const RUNTIMES = ["sandbox", "trusted"] as const;
/** As many as a workspace may have. */
const OF_A_WORKSPACE = 200;
const PAUSE_MS = 5;
/** Threads and processes without work end after 30 seconds. */
const IDLE_MS = 35_000;

const lab = await openLab({ postgres: false });
const env = { PLINTH_SECRET: SECRET, TRUSTED_FUNCTIONS: "members" };
const host =
  values.host === "node" ? await startNode(lab, env) : await startHost({ command: BUN_SERVER, cwd: lab.folder(), env });
let admin: Record<string, string> = { "x-plinth-setup-token": await host.setupToken() };
const send = async (path: string, body?: object, method = body ? "POST" : "GET") => {
  const answer = await fetch(host.baseUrl + path, {
    method,
    headers: { "content-type": "application/json", ...admin },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as { token?: string } };
};
const must = async (...request: Parameters<typeof send>) => {
  const { status, json } = await send(...request);
  if (status > 299) throw new Error(`${request[0]}: ${status} ${JSON.stringify(json)}`);
  return json;
};
const person = { name: "Ada", email: "operator@example.com", password: "correct horse battery" };
admin = { authorization: `Bearer ${(await must("/api/operator/auth/sign-up/email", person)).token}` };
await must("/api/collections", { slug: "events", fields: [{ name: "n", type: "integer" }] });
for (let n = 0; n < 100; n++) await must("/api/items/events", { n });
const deploy = (path: string, source: string, more: object = {}) =>
  must(path, { source, http: { auth: "public" }, ...more }, "PUT");

/** Megabytes of the server, and of the processes that it has started. */
function megabytes(): number {
  const pids = [
    host.pid,
    ...readdirSync("/proc")
      .map(Number)
      .filter((pid) => parentOf(pid) === host.pid),
  ];
  return pids.reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(statusOf(pid))?.[1] ?? 0), 0) / 1024;
}
const statusOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
};
const parentOf = (pid: number): number =>
  Number.isInteger(pid) ? Number(/PPid:\s+(\d+)/.exec(statusOf(pid))?.[1]) : 0;

const filler = `export default ({ user }) => user; /* ${"x".repeat(20_000)} */`;
for (const runtime of RUNTIMES) {
  const shown = [`${megabytes().toFixed(0)} MB`];
  // What the first fill are caches that do not grow any more.
  for (let n = 0; n < 3 * FUNCTIONS; n++) {
    const workspace = `${runtime}${Math.floor(n / OF_A_WORKSPACE)}`;
    if (n % OF_A_WORKSPACE === 0) await must("/api/workspaces", { slug: workspace, name: workspace });
    await deploy(`/api/t/${workspace}/deployments/f${n}`, filler, { runtime });
    if (n + 1 !== FUNCTIONS && n + 1 !== 3 * FUNCTIONS) continue;
    shown.push(`${megabytes().toFixed(0)} MB after ${n + 1} deployments`);
    await Bun.sleep(IDLE_MS);
    shown.push(`${megabytes().toFixed(0)} MB idle`);
  }
  console.log(`memory, ${runtime}: ${shown.join(", ")}`);
}

const COMPUTES = `export default () => {
  let found = 0;
  for (let n = 2; n < 20000; n++) { let d = 2; while (d * d <= n && n % d !== 0) d++; if (d * d > n) found++; }
  return found;
};`;
for (const runtime of RUNTIMES) {
  await deploy(`/api/deployments/quick-${runtime}`, "export default () => 1", { runtime });
  await deploy(`/api/deployments/computes-${runtime}`, COMPUTES, { runtime, limits: { cpu_ms: 2000 } });
  await deploy(`/api/deployments/burns-${runtime}`, "export default () => { for (;;); }", {
    runtime,
    limits: { cpu_ms: 200 },
  });
}

/** Milliseconds of requests, of so many callers, for so long. */
async function timed(path: string, body?: object, callers = 1): Promise<number[]> {
  const taken: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  const call = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      await must(path, body);
      taken.push(performance.now() - began);
      if (callers === 1) await Bun.sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return taken.sort((a, b) => a - b);
}
const at = (taken: readonly number[], part: number): number => taken[Math.floor(taken.length * part)]!;
const shown = (name: string, taken: readonly number[], more = ""): void =>
  console.log(
    `${name}: p50 ${at(taken, 0.5).toFixed(1)} ms, p99 ${at(taken, 0.99).toFixed(1)} ms, of ${taken.length}${more}`,
  );

const READ = "/api/items/events?limit=10";
const alone = await timed(READ);
shown("reads, alone", alone);
for (const runtime of RUNTIMES) {
  for (const name of [`quick-${runtime}`, `computes-${runtime}`]) {
    const path = `/api/functions/${name}`;
    await must(path, {});
    const one = await timed(path, {});
    shown(name, one, `; ${(at(one, 0.5) - at(alone, 0.5)).toFixed(1)} ms more than a read`);
    const many = await timed(path, {}, CALLERS);
    shown(`${name}, ${CALLERS} callers`, many, `; ${(many.length / SECONDS).toFixed(0)} a second`);
  }
}
const together = await timed(READ, undefined, CALLERS);
shown(`reads, ${CALLERS} callers`, together, `; ${(together.length / SECONDS).toFixed(0)} a second`);

for (const runtime of RUNTIMES) {
  let isOver = false;
  let burnt = 0;
  const burning = Array.from({ length: BURNERS }, async () => {
    for (; !isOver; burnt++) await send(`/api/functions/burns-${runtime}`, {});
  });
  const beside = await timed(READ);
  isOver = true;
  await Promise.all(burning);
  const ratio = at(beside, 0.99) / at(alone, 0.99);
  const more = `; p99 ${ratio.toFixed(1)} times that of reads alone; ${(burnt / SECONDS).toFixed(1)} endless runs a second`;
  shown(`reads, beside ${BURNERS} callers of an endless function, ${runtime}`, beside, more);
}
await host.stop();
await lab.close();
process.exit(0);
