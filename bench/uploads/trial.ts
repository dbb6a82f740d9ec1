/**
 * `bun bench/uploads/trial.ts [--uploads 1000] [--largest 200] [--at-once 6]`: real clients of tus against two servers over one Postgres and one folder, while a proxy
 * cuts their connections at random bytes, servers are killed and started again, and sessions end. Every file must arrive, with the bytes that were sent. Sizes are
 * spread evenly by their logarithm, from 1 KB to so many MB.
 */
import { spawnSync } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type HostProcess, startHost } from "../../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../../tests/matrix/lab.ts";
import { BUN_SERVER } from "../../tests/support/bun-server.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { memoryOf } from "../process.ts";
import { cuttingProxy } from "./cutting-proxy.ts";
import { uploaderOf } from "./tus-js.mjs";

const { values } = parseArgs({
  options: {
    uploads: { type: "string", default: "1000" },
    largest: { type: "string", default: "200" },
    "at-once": { type: "string", default: "6" },
    python: { type: "string", default: "10" },
  },
});
const [UPLOADS, LARGEST, AT_ONCE] = [
  Number(values.uploads),
  Number(values.largest) * 1_000_000,
  Number(values["at-once"]),
];
const CACHE = join(import.meta.dirname, "../../.cache");
const BUCKET = "trial";
const RESTART_MS = 20_000;
const PASSWORD = "correct horse battery";

const lab = await openLab({ postgres: true });
const data = { DATABASE_URL: await lab.database(), FILES_DIR: lab.folder(), PLINTH_SECRET: SECRET, SIGN_UP: "open" };
const ports = [await freePort(), await freePort()];
const start = (port: number): Promise<HostProcess> =>
  startHost({
    command: BUN_SERVER,
    cwd: lab.folder(),
    env: { ...data, PORT: String(port), APP_URL: "http://127.0.0.1:8787" },
  });
const hosts = [await start(ports[0]!)];
const setup = { "x-plinth-setup-token": await hosts[0]!.setupToken() };
hosts.push(await start(ports[1]!));

const ask = async (
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Record<string, never>> => {
  const init = body && { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(hosts[0]!.baseUrl + path, {
    ...init,
    headers: { "content-type": "application/json", ...headers },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, never>;
};
const person = (email: string) => ({ name: "Ada", email, password: PASSWORD });
const operator = await ask("/api/operator/auth/sign-up/email", person("operator@example.com"), setup);
const admin = { authorization: `Bearer ${operator.token}` };
await ask("/api/buckets", { name: BUCKET, max_bytes: LARGEST * 2 }, admin);
for (const action of ["create", "read"])
  await ask(
    "/api/permissions",
    { role: "authenticated", collection: "files", action, condition: { owner_id: "$user.id" } },
    admin,
  );
let token = (await ask("/api/auth/sign-up/email", person("ann@example.com"))).token as string;

/** Once for all that hold the old one. */
let renewals = 0;
let renewing: Promise<string> | undefined;
function renew(old: string): Promise<string> {
  if (old !== token) return Promise.resolve(token);
  renewing ??= patiently(
    async () => (await ask("/api/auth/sign-in/email", person("ann@example.com"))).token as string,
  ).then((next) => {
    renewals++;
    renewing = undefined;
    token = next;
    return next;
  });
  return renewing;
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries > 60) throw error;
      await Bun.sleep(500);
    }
  }
}

let restarts = 0;
let isOver = false;
const disturbing = (async () => {
  while (!isOver) {
    await Bun.sleep(RESTART_MS);
    if (isOver) return;
    const n = restarts++ % 2;
    process.kill(hosts[n]!.pid, "SIGKILL");
    await hosts[n]!.exited;
    hosts[n] = await start(ports[n]!);
    // The session ends, as if its token had expired.
    await fetch(`${hosts[n]!.baseUrl}/api/auth/sign-out`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
  }
})();

const noise = randomFillSync(new Uint8Array(LARGEST + 1_000_000));
const contents = Array.from({ length: UPLOADS }, () => {
  const size = Math.round(1000 * (LARGEST / 1000) ** Math.random());
  const from = Math.floor(Math.random() * 1_000_000);
  return noise.subarray(from, from + size);
});
const total = contents.reduce((sum, { byteLength }) => sum + byteLength, 0);
const proxy = await cuttingProxy(() => ports, Math.max(2_000_000, total / UPLOADS));
const endpoint = `http://127.0.0.1:${proxy.port}/api/tus`;
const upload = uploaderOf(await packageFolder());
const statuses = new Map<number, number>();
const failed: string[] = [];
let peak = 0;
const began = performance.now();
const waiting = contents.entries();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const [n, bytes] of waiting) {
      const metadata = { bucket: BUCKET, path: `js/${n}.bin` };
      const how = { deferred: n % 10 === 3, parallel: n % 10 === 7 && bytes.byteLength > 100_000 };
      const onRetry = (status: number) => statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await upload({ endpoint, bytes: Buffer.from(bytes), metadata, token, renew, onRetry, ...how }).catch(
        (error: Error) => failed.push(`${n}: ${error.message}`),
      );
      for (const { pid } of hosts) peak = Math.max(peak, rssOf(pid));
    }
  }),
);
const seconds = (performance.now() - began) / 1000;
const python = await sendByPython(Number(values.python));
isOver = true;
await disturbing;

const wrong: string[] = [];
const stored = new Map<string, string>();
for (let cursor = ""; ; ) {
  const page = (await ask("/api/items/files/query", { sort: ["id"], limit: 200, cursor }, admin)) as unknown as {
    data: { path: string; sha256: string }[];
    next_cursor: string | null;
  };
  for (const { path, sha256 } of page.data) stored.set(path, sha256);
  if (!page.next_cursor) break;
  cursor = page.next_cursor;
}
for (const [n, bytes] of contents.entries()) if (stored.get(`js/${n}.bin`) !== hashOf(bytes)) wrong.push(`js/${n}.bin`);
for (const [path, bytes] of python) if (stored.get(path) !== hashOf(bytes)) wrong.push(path);
let read = 0;
for (const n of Array.from({ length: 20 }, () => Math.floor(Math.random() * UPLOADS))) {
  const answer = await fetch(`${hosts[1]!.baseUrl}/api/files/${BUCKET}/js/${n}.bin`, { headers: admin });
  if (Buffer.compare(new Uint8Array(await answer.arrayBuffer()), contents[n]!) !== 0) wrong.push(`read js/${n}.bin`);
  read++;
}
console.log(
  JSON.stringify(
    {
      uploads: UPLOADS,
      bytes: total,
      seconds: Math.round(seconds),
      tuspy: python.size,
      cuts: proxy.cuts,
      kills: restarts,
      renewals,
      retries: Object.fromEntries(statuses),
      peak_rss_mb: peak,
      read_back: read,
      failed,
      wrong,
    },
    null,
    2,
  ),
);
proxy.close();
for (const host of hosts) await host.stop();
await lab.close();
process.exit(failed.length + wrong.length > 0 ? 1 : 0);

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function rssOf(pid: number): number {
  try {
    return memoryOf(pid).peak;
  } catch {
    // It was just killed.
    return 0;
  }
}

async function packageFolder(): Promise<string> {
  const folder = join(CACHE, "tus");
  if (!existsSync(join(folder, "node_modules/tus-js-client"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    run("npm", ["install", "--silent", "--prefix", folder, "tus-js-client@4.3.1"]);
  }
  return folder;
}

async function sendByPython(count: number): Promise<Map<string, Uint8Array>> {
  const sent = new Map<string, Uint8Array>();
  if (count === 0) return sent;
  const folder = join(CACHE, "tuspy");
  const python = join(folder, "bin/python");
  if (!existsSync(python)) {
    run("python3", ["-m", "venv", folder]);
    run(python, ["-m", "pip", "install", "--quiet", "tuspy==1.1.0"]);
  }
  const files = lab.folder();
  for (let n = 0; n < count; n++) {
    const bytes = noise.subarray(n, n + Math.round(LARGEST / 4 / (n + 1)) + 1);
    sent.set(`py-${n}.bin`, bytes);
    writeFileSync(join(files, `py-${n}.bin`), bytes);
  }
  // A session of its own, which does not end: this client cannot renew one.
  const own = await patiently(
    async () => (await ask("/api/auth/sign-in/email", person("ann@example.com"))).token as string,
  );
  const script = join(import.meta.dirname, "tus_py.py");
  const child = Bun.spawn(
    [python, script, endpoint, own, BUCKET, ...[...sent.keys()].map((name) => join(files, name))],
    {
      stdout: "ignore",
      stderr: "inherit",
    },
  );
  if ((await child.exited) !== 0) failed.push("tuspy");
  return sent;
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, [...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
