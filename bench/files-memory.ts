/**
 * `bun bench/files-memory.ts [--gigabytes 5] [--runtime bun,node] [--doors PUT,zip]`: the memory of a server while a large file comes in
 * and goes out by each way. Each file stays until the end: the disk needs ten times its size.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../tests/support/free-port.ts";
import { NODE } from "../tests/support/runtime-suite.ts";
import { DOORS, makeFiles, type Server } from "./memory/doors.ts";
import { startPlinth } from "./peers/plinth.ts";
import { mark } from "./probes.ts";
import { forgetPeak, launch, memoryOf, type Running } from "./process.ts";

const { values: options } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "5" },
    runtime: { type: "string", default: "bun,node" },
    doors: { type: "string", default: "" },
  },
});
const size = Math.round(Math.min(Number(options.gigabytes), 20) * 1024) * 1024 ** 2;
const runtimes = options.runtime.split(",");
const named = options.doors === "" ? undefined : options.doors.split(",");
const doors = DOORS.filter(({ name }) => named === undefined || named.includes(name));
const MOST_MB = 150;
const ROOT = join(import.meta.dir, "..");

for (const runtime of runtimes) {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), "plinth-bench-memory-"));
  const running = await startOn(runtime, folder);
  try {
    await measure(runtime, folder, running);
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(runtime: string, folder: string, running: Running): Promise<void> {
  makeFiles(folder, size);
  const server = await prepared(running.url);
  console.log(`${runtime}: ${memoryOf(running.pid).now} MB before the first file, of ${size / 1024 ** 2} MB`);
  for (const door of doors) {
    forgetPeak(running.pid);
    const began = performance.now();
    await door.run({ server, folder, size });
    const seconds = (performance.now() - began) / 1000;
    const { peak, now } = memoryOf(running.pid);
    const line = `${runtime}, ${door.name}: at most ${peak} MB, then ${now}; ${(size / 1024 ** 2 / seconds).toFixed(0)} MB/s`;
    console.log(mark(line, peak, MOST_MB, "MB"));
  }
}

function startOn(runtime: string, folder: string): Promise<Running> {
  const dataDir = join(folder, "data");
  const more = { FILES_DIR: join(folder, "files") };
  return runtime === "bun" ? startBun(dataDir, more) : startNode(dataDir, more);
}

async function startBun(dataDir: string, more: Record<string, string>): Promise<Running> {
  return startPlinth(dataDir, await freePort(), undefined, more);
}

async function startNode(dataDir: string, more: Record<string, string>): Promise<Running> {
  const built = Bun.spawnSync([process.execPath, join(ROOT, "scripts/build.ts"), "node"], { stderr: "inherit" });
  if (!built.success) throw new Error("the bundle for Node was not built");
  const port = await freePort();
  return launch({
    command: [NODE, "--max-semi-space-size=4", join(ROOT, "dist/node/server.mjs")],
    env: {
      PORT: String(port),
      HOST: "127.0.0.1",
      DATA_DIR: dataDir,
      LOG_LEVEL: "warn",
      MALLOC_ARENA_MAX: "1",
      ...more,
    },
    port,
    core: undefined,
    probe: "/health",
  });
}

/** A server that has nothing but an operator, its keys and a bucket. */
async function prepared(url: string): Promise<Server> {
  const post = async <T>(path: string, body: object, token?: string): Promise<T> => {
    const headers = {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const operator = { name: "bench", email: "bench@example.com", password: crypto.randomUUID(), setup_token: "" };
  const { token } = await post<{ token: string }>("/api/operator/auth/sign-up/email", operator);
  const key = await post<{ data: { key: string } }>("/api/keys", { name: "bench", kind: "secret" }, token);
  const s3 = await post<{ data: { access_key_id: string; secret_access_key: string } }>(
    "/api/s3-keys",
    { name: "bench" },
    token,
  );
  await post("/api/buckets", { name: "bench", max_bytes: 1024 ** 4 }, token);
  return { url, key: key.data.key, s3: { id: s3.data.access_key_id, secret: s3.data.secret_access_key } };
}
