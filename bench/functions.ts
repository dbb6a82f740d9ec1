/**
 * `bun bench/functions.ts [--seconds 15] [--burners 8] [--functions 1000]`: how long requests of others wait while functions compute without end; what a call of a function
 * costs beside a read; and what idle functions add to the memory of the server.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startHost } from "../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../tests/matrix/lab.ts";
import { BUN_SERVER } from "../tests/support/bun-server.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "15" },
    burners: { type: "string", default: "8" },
    functions: { type: "string", default: "1000" },
  },
});
const [SECONDS, BURNERS, FUNCTIONS] = [Number(values.seconds), Number(values.burners), Number(values.functions)];
/** As many as a workspace may have. */
const OF_A_WORKSPACE = 200;
const PAUSE_MS = 5;

const lab = await openLab({ postgres: false });
const host = await startHost({ command: BUN_SERVER, cwd: lab.folder(), env: { PLINTH_SECRET: SECRET } });
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
const deploy = (path: string, source: string, limits: object = {}) =>
  must(path, { source, http: { auth: "public" }, limits }, "PUT");

const megabytes = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.pid}/status`, "utf8"))![1]) / 1024;
const before = megabytes();
const filler = `export default ({ user }) => user; /* ${"x".repeat(20_000)} */`;
let deployed = 0;
/** Memory right afterwards, and when the threads have ended, which is 30 seconds after their last work. */
async function memoryAfter(functions: number): Promise<string> {
  for (; deployed < functions; deployed++) {
    const workspace = `w${Math.floor(deployed / OF_A_WORKSPACE)}`;
    if (deployed % OF_A_WORKSPACE === 0) await must("/api/workspaces", { slug: workspace, name: workspace });
    await deploy(`/api/t/${workspace}/deployments/f${deployed}`, filler);
  }
  const busy = megabytes();
  await Bun.sleep(35_000);
  return `${busy.toFixed(0)} MB after ${functions} deployments, ${megabytes().toFixed(0)} MB idle`;
}
// What the first thousand fill are caches that do not grow any more.
const memory = [await memoryAfter(FUNCTIONS), await memoryAfter(3 * FUNCTIONS)];
console.log(`memory: ${before.toFixed(0)} MB, ${memory.join(", ")}`);

await deploy("/api/deployments/quick", "export default () => 1");
await deploy("/api/deployments/burns", "export default () => { for (;;); }", { cpu_ms: 200 });

/** Milliseconds of requests, one after the other, for so long. */
async function timed(path: string, body?: object): Promise<number[]> {
  const taken: number[] = [];
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end; await Bun.sleep(PAUSE_MS)) {
    const began = performance.now();
    await must(path, body);
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b);
}
const shown = (name: string, taken: number[]): void => {
  const at = (part: number) => taken[Math.floor(taken.length * part)]!.toFixed(1);
  console.log(`${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${taken.length}`);
};

const READ = "/api/items/events?limit=10";
await must("/api/functions/quick", {});
shown("reads, alone", await timed(READ));
shown("calls of a function, alone", await timed("/api/functions/quick", {}));
let isOver = false;
let burnt = 0;
const burning = Array.from({ length: BURNERS }, async () => {
  for (; !isOver; burnt++) await send("/api/functions/burns", {});
});
shown(`reads, beside ${BURNERS} callers of a function without an end`, await timed(READ));
isOver = true;
await Promise.all(burning);
console.log(`${(burnt / SECONDS).toFixed(1)} of those a second`);
await host.stop();
await lab.close();
process.exit(0);
