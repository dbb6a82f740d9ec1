/**
 * `bun bench/files.ts [--gigabytes 5] [--small 1000] [--seconds 5] [--folder 10000] [--rounds 3]`: a large file up and down, small files, and a
 * folder that is listed, moved and fetched as an archive; 0 leaves one out. Beside it a plain program, and one that waits for its disk as Plinth
 * does, in turns; all on one core, their client on the other. Prints the memory of the server too.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../tests/support/free-port.ts";
import { measureSmallFiles, median, type Store } from "./files/small.ts";
import { startPlinth } from "./peers/plinth.ts";
import { mark } from "./probes.ts";
import { forgetPeak, launch, memoryOf } from "./process.ts";

const { values: options } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "5" },
    small: { type: "string", default: "1000" },
    seconds: { type: "string", default: "5" },
    folder: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
  },
});
const MIB = 1024 ** 2;
const bytes = Math.min(Number(options.gigabytes), 20) * 1024 * MIB;
const [small, inFolder] = [Number(options.small), Number(options.folder)];
const rounds = Math.min(Number(options.rounds), 20);
/** Requests for files of the folder at once. */
const AT_ONCE = 16;
const CLIENT_CORE = 1;
const TARGETS = { memory: 150, ratio: 0.7 } as const;

const folder = mkdtempSync(join(tmpdir(), "plinth-bench-files-"));
const large = join(folder, "large.bin");
const stores = [await startStore(), await startBare("plain"), await startBare("plain, to the disk", "sync")];
try {
  if (small > 0) await measureSmallFiles(stores, { rounds, seconds: Number(options.seconds), count: small });
  if (bytes > 0) await aLargeFile();
  if (inFolder > 0) await aFolder(stores[0]!);
} finally {
  for (const { server } of stores) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function aLargeFile(): Promise<void> {
  await fill(large, bytes);
  const speeds = await inTurns();
  for (const way of ["up", "down"] as const) {
    const [ours, ...others] = stores.map(({ name }) => median(speeds[`${name} ${way}`]!));
    for (const [i, other] of others.entries()) {
      const line = `${way}: ${megabytes(ours!)}/s; ${stores[i + 1]!.name} ${megabytes(other)}/s, ratio ${(ours! / other).toFixed(2)}`;
      console.log(mark(line, -ours! / other, -TARGETS.ratio, ""));
    }
  }
}

async function fill(path: string, size: number): Promise<void> {
  const block = crypto.getRandomValues(new Uint8Array(65_536));
  const blocks = new Uint8Array(MIB).map((_, i) => block[i % block.length]!);
  const file = await open(path, "w");
  for (let at = 0; at < size; at += MIB) await file.write(blocks, 0, Math.min(MIB, size - at));
  await file.close();
}

async function startStore(): Promise<Store> {
  const server = await startPlinth(join(folder, "data"), await freePort(), 0, { FILES_DIR: join(folder, "files") });
  const headers = { "x-api-key": firstKey(server.url) };
  const body = JSON.stringify({ name: "bench", max_bytes: 1024 ** 4 });
  const made = await fetch(`${server.url}/api/buckets`, {
    method: "POST",
    body,
    headers: { ...headers, "content-type": "application/json" },
  });
  if (made.status !== 201) throw new Error(await made.text());
  console.log(`Plinth: ${memoryOf(server.pid).now} MB before the first file`);
  return { name: "Plinth", server, headers, at: (path) => `${server.url}/api/files/bench/${path}` };
}

/** A server that has nothing but an operator: what it holds besides would count as memory of files. */
function firstKey(url: string): string {
  const program = join(import.meta.dir, "../scripts/first-key.mjs");
  const command = ["node", program, "bench@example.com", crypto.randomUUID()];
  const { stdout, success } = Bun.spawnSync(command, { env: { ...process.env, PLINTH_URL: url }, stderr: "inherit" });
  if (!success) throw new Error("there is no key");
  return String(stdout).trim();
}

async function startBare(name: string, ...how: readonly string[]): Promise<Store> {
  const files = join(folder, name);
  mkdirSync(files);
  const port = await freePort();
  const command = [process.execPath, join(import.meta.dir, "peers/bare-files.ts"), files, String(port), ...how];
  const server = await launch({ command, port, core: 0, probe: "/health" });
  return { name, server, headers: {}, at: (path) => `${server.url}/${path}` };
}

/** Bytes a second, of each program and way. */
async function inTurns(): Promise<Record<string, number[]>> {
  const speeds: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const store of stores) {
      for (const [way, args] of [
        ["up", ["-T", large]],
        ["down", ["-o", join(folder, "back.bin")]],
      ] as const) {
        forgetPeak(store.server.pid);
        const speed = bytes / (await curl(store, "large.bin", args));
        const name = `${store.name} ${way}`;
        speeds[name] = [...(speeds[name] ?? []), speed];
        const { peak } = memoryOf(store.server.pid);
        const line = `${name}: ${megabytes(speed)}/s, at most ${peak} MB`;
        console.log(store.name === "Plinth" ? mark(line, peak, TARGETS.memory, "MB") : line);
      }
    }
  }
  return speeds;
}

/** Seconds. */
async function curl({ at, headers }: Store, path: string, args: readonly string[]): Promise<number> {
  const given = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const began = performance.now();
  const command = ["taskset", "-c", String(CLIENT_CORE), "curl", "-sS", "--fail", ...given, ...args, at(path)];
  const child = Bun.spawn(command, { stdout: "ignore", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error(`curl ${args.join(" ")} ${path} failed`);
  return (performance.now() - began) / 1000;
}

async function aFolder({ server: { url, pid }, at, headers }: Store): Promise<void> {
  await perSecond(inFolder, (n) => ok(fetch(at(`many/${n % 100}/${n}.txt`), { method: "PUT", headers, body: `${n}` })));
  forgetPeak(pid);
  await timed(`a folder of ${inFolder} files listed`, () =>
    ok(fetch(`${url}/api/folders/bench?prefix=many&limit=200`, { headers })),
  );
  const move = { bucket: "bench", from: "many", to: "moved", tree: true };
  const moving = {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(move),
  };
  await timed(`a folder of ${inFolder} files moved`, () => ok(fetch(`${url}/api/files/move`, moving)));
  await timed(`a folder of ${inFolder} files as an archive`, () =>
    ok(fetch(`${url}/api/folders/bench/zip?prefix=moved`, { headers })),
  );
  console.log(`meanwhile: at most ${memoryOf(pid).peak} MB`);
}

async function perSecond(count: number, work: (n: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return count / ((performance.now() - began) / 1000);
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  console.log(`${what}: ${(performance.now() - began).toFixed(0)} ms`);
}

async function ok(sent: Promise<Response>): Promise<void> {
  const response = await sent;
  const answer = await response.bytes();
  if (!response.ok) throw new Error(`${response.status} ${new TextDecoder().decode(answer).slice(0, 300)}`);
}

function megabytes(speed: number): string {
  return `${(speed / MIB).toFixed(0)} MB`;
}
