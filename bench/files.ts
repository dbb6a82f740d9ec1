/**
 * `bun bench/files.ts [--gigabytes 5] [--small 1000] [--folder 10000] [--rounds 3]`: a large file up and down, small files, and a
 * folder that is listed, moved and fetched as an archive. Beside it a plain program, in turns; both on one core, their client on the
 * other. Prints the memory of the server too.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../tests/support/free-port.ts";
import { startPlinth } from "./peers/plinth.ts";
import { mark } from "./probes.ts";
import { forgetPeak, launch, memoryOf, type Running } from "./process.ts";

const { values: options } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "5" },
    small: { type: "string", default: "1000" },
    folder: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
  },
});
const MIB = 1024 ** 2;
const bytes = Math.min(Number(options.gigabytes), 20) * 1024 * MIB;
const [small, inFolder] = [Number(options.small), Number(options.folder)];
const rounds = Math.min(Number(options.rounds), 20);
/** Requests for small files at once. */
const AT_ONCE = 16;
const SMALL_BYTES = 10_000;
const CLIENT_CORE = 1;
const TARGETS = { memory: 150, ratio: 0.7, small: 200 } as const;

interface Store {
  readonly name: string;
  readonly server: Running;
  at(path: string): string;
  readonly headers: Record<string, string>;
}

const folder = mkdtempSync(join(tmpdir(), "plinth-bench-files-"));
const large = join(folder, "large.bin");
await fill(large, bytes);
const stores = [await startStore(), await startBare()];
try {
  const speeds = await inTurns();
  for (const way of ["up", "down"] as const) {
    const [ours, bare] = stores.map(({ name }) => median(speeds[`${name} ${way}`]!));
    console.log(`${way}: ${megabytes(ours!)}/s; plain ${megabytes(bare!)}/s`);
    console.log(mark(`${way}: ratio ${(ours! / bare!).toFixed(2)}`, -ours! / bare!, -TARGETS.ratio, ""));
  }
  await smallFiles();
  await aFolder(stores[0]!);
} finally {
  for (const { server } of stores) await server.stop();
  rmSync(folder, { recursive: true, force: true });
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

async function startBare(): Promise<Store> {
  const files = join(folder, "bare");
  mkdirSync(files);
  const port = await freePort();
  const command = [process.execPath, join(import.meta.dir, "peers/bare-files.ts"), files, String(port)];
  const server = await launch({ command, port, core: 0, probe: "/health" });
  return { name: "plain", server, headers: {}, at: (path) => `${server.url}/${path}` };
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

/** In turns too; the plain program does not wait for its disk. */
async function smallFiles(): Promise<void> {
  const speeds: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const { name, at, headers } of stores) {
      const file = (n: number): string => at(`small/${round}-${n}.txt`);
      const sent = { ...headers, "content-type": "text/plain" };
      const body = "x".repeat(SMALL_BYTES);
      const up = await perSecond(small, (n) => ok(fetch(file(n), { method: "PUT", headers: sent, body })));
      const down = await perSecond(small, (n) => ok(fetch(file(n), { headers })));
      for (const [way, speed] of Object.entries({ up, down })) {
        speeds[`${name} ${way}`] = [...(speeds[`${name} ${way}`] ?? []), speed];
      }
    }
  }
  for (const way of ["up", "down"]) {
    const [ours, bare] = stores.map(({ name }) => median(speeds[`${name} ${way}`]!));
    const line = `small files ${way}: ${ours!.toFixed(0)}/s; plain ${bare!.toFixed(0)}/s, ratio ${(ours! / bare!).toFixed(2)}`;
    console.log(mark(line, -ours!, -TARGETS.small, ""));
  }
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
