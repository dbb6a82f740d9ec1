/**
 * `bun bench/uploads/trial.ts [--uploads 1000] [--smallest 1] [--largest 200] [--at-once 6] [--minutes 600] [--s3]`: real clients of tus against two servers over one Postgres and one
 * store, while a proxy cuts their connections at random bytes, servers are killed and started again, and sessions end. Every file must arrive, with the bytes that were
 * sent, and what a rule forbids must be refused as such. Sizes are spread evenly by their logarithm, from and to so many MB. The store is a folder, or versitygw. What
 * has arrived is compared in the store and removed from it at once, so that the disk need not hold it all.
 */
import { createHash, randomFillSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { diskFileStore } from "../../packages/adapters-files/src/disk-file-store.ts";
import { s3FileStore } from "../../packages/adapters-s3/src/s3-file-store.ts";
import type { FileStore } from "../../packages/core/src/index.ts";
import { type HostProcess, startHost } from "../../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../../tests/matrix/lab.ts";
import { BUN_SERVER } from "../../tests/support/bun-server.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { s3Settings, startVersitygw } from "../../tests/support/s3-server.ts";
import { memoryOf } from "../process.ts";
import { pythonWithTus, type SentByNode, startProxy, tusJsFolder } from "./programs.ts";

const { values } = parseArgs({
  options: {
    uploads: { type: "string", default: "1000" },
    smallest: { type: "string", default: "1" },
    largest: { type: "string", default: "200" },
    minutes: { type: "string", default: "600" },
    s3: { type: "boolean", default: false },
    "at-once": { type: "string", default: "6" },
    python: { type: "string", default: "10" },
  },
});
const MB = 1_000_000;
const [UPLOADS, AT_ONCE] = [Number(values.uploads), Number(values["at-once"])];
const [SMALLEST, LARGEST] = [Number(values.smallest) * MB, Number(values.largest) * MB];
const BUCKET = "trial";
/** Of which no rule speaks. */
const CLOSED = "closed";
/** Files of it are read back by a server before they are removed from the store. */
const READ_EVERY = 20;
const RESTART_MS = 20_000;
const PASSWORD = "correct horse battery";

const lab = await openLab({ postgres: true });
const server = values.s3 ? await startVersitygw() : undefined;
const folder = lab.folder();
const store: FileStore = server ? s3FileStore({ ...server, forcePathStyle: true }) : diskFileStore({ folder });
const place: Readonly<Record<string, string>> = server
  ? { ...(await s3Settings(server)), S3_BUCKET: server.bucket }
  : { FILES_DIR: folder };
const data = { DATABASE_URL: await lab.database(), ...place, PLINTH_SECRET: SECRET, SIGN_UP: "open" };
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

interface StoredItem {
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
  readonly content: string;
}

/** What the trial reads of answers. */
interface Answer {
  readonly token?: string;
  readonly data?: readonly StoredItem[];
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
for (const name of [BUCKET, CLOSED]) await ask("/api/buckets", { name, max_bytes: LARGEST * 2 }, admin);
const rule = { role: "authenticated", collection: "files" };
await ask("/api/permissions", { ...rule, action: "create", check: { bucket: BUCKET } }, admin);
await ask("/api/permissions", { ...rule, action: "read", condition: { owner_id: "$user.id" } }, admin);
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
    hosts[n] = await patiently(() => start(ports[n]!));
    // The session ends, as if its token had expired.
    await fetch(`${hosts[n]!.baseUrl}/api/auth/sign-out`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
  }
})();

const noise = randomFillSync(new Uint8Array(LARGEST + 1_000_000));
const files = Array.from({ length: UPLOADS }, (_, n) => {
  const size = Math.round(SMALLEST * (LARGEST / SMALLEST) ** Math.random());
  const from = Math.floor(Math.random() * 1_000_000);
  const bucket = n % 50 === 49 ? CLOSED : BUCKET;
  return { bucket, path: `js/${n}.bin`, from, size, deferred: n % 10 === 3, parallel: n % 10 === 7 };
});
const expected = new Map<string, Uint8Array>();
for (const { bucket, path, from, size } of files)
  if (bucket === BUCKET) expected.set(path, noise.subarray(from, from + size));
const bytesOf = (all: Iterable<Uint8Array>) => [...all].reduce((sum, { byteLength }) => sum + byteLength, 0);
const proxy = startProxy(lab.node!, Math.max(2_000_000, bytesOf(expected.values()) / UPLOADS), ports);
const endpoint = `http://127.0.0.1:${await proxy.line()}/api/tus`;
const began = performance.now();
const arrived = new Set<string>();
/** The ids of their items. */
const compared = new Set<string>();
const wrong: string[] = [];
let read = 0;
let cursor: string | undefined;
/** The first part of all keys. */
let workspace: string | undefined;
let said = 0;
const comparing = (async () => {
  while (!isOver) {
    if (arrived.size >= said + 50) {
      said = arrived.size;
      console.error(`${said} files, ${Math.round(process.uptime())} s`);
    }
    await compareArrived().catch((error: unknown) => console.error(String(error)));
    await Bun.sleep(1000);
  }
})();
const sent = await sendByNode();
const seconds = (performance.now() - began) / 1000;
const python = await sendByPython(Number(values.python));
isOver = true;
await disturbing;
await comparing;
// All once more: an item may come later than one whose id is greater.
cursor = undefined;
await compareArrived();

const failed = sent.failed;
const begun = new Set(sent.begun);
for (const { path } of files) if (!begun.has(path)) expected.delete(path);
if (!python.ok) failed.push("tuspy");
for (const path of expected.keys()) if (!arrived.has(path)) failed.push(`${path} is not there`);
const closed = files.filter(({ bucket, path }) => bucket === CLOSED && begun.has(path)).length;
if (sent.refused.length !== closed) failed.push(`${sent.refused.length} of ${closed} were refused`);
for (const answer of sent.refused) if (!/^403 .*FORBIDDEN/.test(answer)) failed.push(answer);
proxy.stop();
const cuts = Number(await proxy.line());
console.log(
  JSON.stringify(
    {
      uploads: begun.size,
      store: values.s3 ? "S3" : "folder",
      bytes: bytesOf(expected.values()),
      seconds: Math.round(seconds),
      tuspy: python.sent.size,
      cuts,
      kills: restarts,
      renewals: sent.renewals,
      retries: sent.statuses,
      begun_again: sent.restarts,
      refused_by_rule: sent.refused.length,
      compared: arrived.size,
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
await server?.stop();
await lab.close();
process.exit(failed.length + wrong.length > 0 ? 1 : 0);

/** The files since the last one: what the item says, what is in the store, and of some what a server answers. */
async function compareArrived(): Promise<void> {
  for (;;) {
    const query = { sort: ["id"], limit: 200, ...(cursor !== undefined && { filter: { id: { _gt: cursor } } }) };
    const { data: page = [] } = await ask("/api/items/files/query", query, admin);
    for (const item of page) {
      await compare(item);
      cursor = item.id;
    }
    if (page.length < 200) return;
  }
}

async function compare({ id, path, sha256, content }: StoredItem): Promise<void> {
  if (compared.has(id)) return;
  const bytes = expected.get(path);
  if (!bytes) return void wrong.push(`${path} was not sent`);
  workspace ??= (await store.list({ limit: 1 })).files[0]!.key.split("/")[0]!;
  const key = `${workspace}/${content}`;
  const isSame = (await hashInStore(key)) === hashOf(bytes);
  if (!isSame || sha256 !== hashOf(bytes)) wrong.push(path);
  if (arrived.size % READ_EVERY === 0) {
    const answer = await fetch(`${hosts[1]!.baseUrl}/api/files/${BUCKET}/${path}`, { headers: admin });
    if (Buffer.compare(new Uint8Array(await answer.arrayBuffer()), bytes) !== 0) wrong.push(`read ${path}`);
    read++;
  }
  if (arrived.has(path)) wrong.push(`${path} came twice`);
  arrived.add(path);
  compared.add(id);
  await store.delete([key]);
}

async function hashInStore(key: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of (await store.get(key)).stream) hash.update(chunk);
  return hash.digest("hex");
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function sendByNode(): Promise<SentByNode> {
  const own = lab.folder();
  const signIn = { url: `${hosts[0]!.baseUrl}/api/auth/sign-in/email`, body: ANN };
  const given = {
    folder: tusJsFolder(),
    endpoint,
    signIn,
    token,
    closed: CLOSED,
    until: Date.now() + Number(values.minutes) * 60_000,
    atOnce: AT_ONCE,
    files,
    noise: join(own, "noise"),
  };
  writeFileSync(given.noise, noise);
  writeFileSync(join(own, "given.json"), JSON.stringify(given));
  const program = join(import.meta.dirname, "tus-js.mjs");
  const child = Bun.spawn([lab.node!, program, join(own, "given.json")], { stdout: "pipe", stderr: "inherit" });
  return JSON.parse(await new Response(child.stdout).text()) as SentByNode;
}

async function sendByPython(
  count: number,
): Promise<{ readonly sent: ReadonlyMap<string, Uint8Array>; readonly ok: boolean }> {
  const sent = new Map<string, Uint8Array>();
  if (count === 0) return { sent, ok: true };
  const python = pythonWithTus();
  const folderOfFiles = lab.folder();
  for (let n = 0; n < count; n++) {
    const bytes = noise.subarray(n, n + Math.round(LARGEST / 4 / (n + 1)) + 1);
    sent.set(`py-${n}.bin`, bytes);
    expected.set(`py-${n}.bin`, bytes);
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
