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

/** What the trial reads of answers. */
interface Answer {
  readonly token?: string;
  readonly data?: { readonly path: string; readonly sha256: string }[];
  readonly next_cursor?: string | null;
}

const ask = async (path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> => {
  const init = body && { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(hosts[0]!.baseUrl + path, {
    ...init,
    headers: { "content-type": "application/json", ...headers },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
};
const person = (email: string) => ({ name: "Ada", email, password: PASSWORD });
const ANN = { email: "ann@example.com", password: PASSWORD };
const operator = await ask("/api/operator/auth/sign-up/email", person("operator@example.com"), setup);
const admin = { authorization: `Bearer ${operator.token}` };
await ask("/api/buckets", { name: BUCKET, max_bytes: LARGEST * 2 }, admin);
for (const action of ["create", "read"])
  await ask(
    "/api/permissions",
    { role: "authenticated", collection: "files", action, condition: { owner_id: "$user.id" } },
    admin,
  );
const token = (await ask("/api/auth/sign-up/email", person("ann@example.com"))).token!;

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
let peak = 0;
let isOver = false;
const disturbing = (async () => {
  while (!isOver) {
    await Bun.sleep(RESTART_MS);
    if (isOver) return;
    const n = restarts++ % 2;
    peak = Math.max(peak, ...hosts.map(({ pid }) => memoryOf(pid).peak));
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
const files = Array.from({ length: UPLOADS }, (_, n) => {
  const size = Math.round(1000 * (LARGEST / 1000) ** Math.random());
  const from = Math.floor(Math.random() * 1_000_000);
  return { path: `js/${n}.bin`, from, size, deferred: n % 10 === 3, parallel: n % 10 === 7 && size > 100_000 };
});
const contents = files.map(({ from, size }) => noise.subarray(from, from + size));
const total = contents.reduce((sum, { byteLength }) => sum + byteLength, 0);
const proxy = startProxy(Math.max(2_000_000, total / UPLOADS));
const endpoint = `http://127.0.0.1:${await proxy.line()}/api/tus`;
const began = performance.now();
const sent = await sendByNode();
const seconds = (performance.now() - began) / 1000;
const python = await sendByPython(Number(values.python));
isOver = true;
await disturbing;

const failed = sent.failed;
if (!python.ok) failed.push("tuspy");
const wrong: string[] = [];
const stored = new Map<string, string>();
for (let cursor = ""; ; ) {
  const page = await ask("/api/items/files/query", { sort: ["id"], limit: 200, cursor }, admin);
  for (const { path, sha256 } of page.data!) stored.set(path, sha256);
  if (!page.next_cursor) break;
  cursor = page.next_cursor;
}
for (const [n, bytes] of contents.entries()) if (stored.get(`js/${n}.bin`) !== hashOf(bytes)) wrong.push(`js/${n}.bin`);
for (const [path, bytes] of python.sent) if (stored.get(path) !== hashOf(bytes)) wrong.push(path);
proxy.stop();
const cuts = Number(await proxy.line());
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
      tuspy: python.sent.size,
      cuts,
      kills: restarts,
      renewals: sent.renewals,
      retries: sent.statuses,
      peak_rss_mb: peak,
      read_back: read,
      failed,
      wrong,
    },
    null,
    2,
  ),
);
for (const host of hosts) await host.stop();
await lab.close();
process.exit(failed.length + wrong.length > 0 ? 1 : 0);

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function startProxy(mean: number) {
  const program = join(import.meta.dirname, "cutting-proxy.mjs");
  const child = Bun.spawn([lab.node!, program, String(mean), ...ports.map(String)], { stdout: "pipe" });
  const reader = child.stdout.getReader();
  const line = async () => new TextDecoder().decode((await reader.read()).value).trim();
  return { line, stop: () => child.kill() };
}

interface SentByNode {
  readonly statuses: Readonly<Record<string, number>>;
  readonly renewals: number;
  readonly failed: string[];
}

async function sendByNode(): Promise<SentByNode> {
  const folder = lab.folder();
  const signIn = { url: `${hosts[0]!.baseUrl}/api/auth/sign-in/email`, body: ANN };
  const given = {
    folder: await packageFolder(),
    endpoint,
    signIn,
    token,
    bucket: BUCKET,
    atOnce: AT_ONCE,
    files,
    noise: join(folder, "noise"),
  };
  writeFileSync(given.noise, noise);
  writeFileSync(join(folder, "given.json"), JSON.stringify(given));
  const program = join(import.meta.dirname, "tus-js.mjs");
  const child = Bun.spawn([lab.node!, program, join(folder, "given.json")], { stdout: "pipe", stderr: "inherit" });
  return JSON.parse(await new Response(child.stdout).text()) as SentByNode;
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

async function sendByPython(
  count: number,
): Promise<{ readonly sent: ReadonlyMap<string, Uint8Array>; readonly ok: boolean }> {
  const sent = new Map<string, Uint8Array>();
  if (count === 0) return { sent, ok: true };
  const folder = join(CACHE, "tuspy");
  const python = join(folder, "bin/python");
  if (!existsSync(python)) {
    run("python3", ["-m", "venv", folder]);
    run(python, ["-m", "pip", "install", "--quiet", "tuspy==1.1.0"]);
  }
  const folderOfFiles = lab.folder();
  for (let n = 0; n < count; n++) {
    const bytes = noise.subarray(n, n + Math.round(LARGEST / 4 / (n + 1)) + 1);
    sent.set(`py-${n}.bin`, bytes);
    writeFileSync(join(folderOfFiles, `py-${n}.bin`), bytes);
  }
  // A session of its own, which does not end: this client cannot renew one.
  const own = await patiently(async () => (await ask("/api/auth/sign-in/email", ANN)).token!);
  const script = join(import.meta.dirname, "tus_py.py");
  const child = Bun.spawn(
    [python, script, endpoint, own, BUCKET, ...[...sent.keys()].map((name) => join(folderOfFiles, name))],
    {
      stdout: "ignore",
      stderr: "inherit",
    },
  );
  return { sent, ok: (await child.exited) === 0 };
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, [...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
