/**
 * `bun bench/overload.ts [--postgres] [--only TEXT] [--seconds 30] [--connections 500] [--rows 100000] [--many 1000000]
 * [--fat 1000] [--strangers 10]`: a server under more slow work than it can do. Lists without an index from many
 * connections; an export and an aggregate of a large collection; strangers who list items of 1 MB. Prints how long a
 * read by key, a write and `/health/live` took meanwhile, and the memory, each beside its target.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SECRET } from "../tests/matrix/lab.ts";
import { freePort } from "../tests/support/free-port.ts";
import { startPostgres } from "../tests/support/postgres.ts";
import { fillPlinth, startPlinth } from "./peers/plinth.ts";
import { mark, type Probe, probeBeside, type Targets } from "./probes.ts";
import { forgetPeak, memoryOf } from "./process.ts";
import { type Load, measure } from "./wrk.ts";

const { values: options } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    seconds: { type: "string", default: "30" },
    connections: { type: "string", default: "500" },
    rows: { type: "string", default: "100000" },
    many: { type: "string", default: "1000000" },
    fat: { type: "string", default: "1000" },
    strangers: { type: "string", default: "10" },
  },
});
const seconds = Math.min(Number(options.seconds), 300);
const connections = Math.min(Number(options.connections), 2000);
const strangers = Math.min(Number(options.strangers), 100);
const rows = { slow: Number(options.rows), many: Number(options.many), fat: Number(options.fat) };
const FAT_BYTES = 1_000_000;
/** `MAX_ANSWER_BYTES` lets the answers of the first five through, and refuses the others. */
const LIMITS = [1, 2, 3, 5, 7, 10, 20, 100, 500, 1000];

const LIST_TARGETS: Targets = {
  "get by id": { p99: 250 },
  write: { p99: 500 },
  "/health/live": { most: 50 },
};
const EXPORT_TARGETS: Targets = { "/health/live": { most: 50 } };
const STRANGERS_MEGABYTES = 400;

const postgres = options.postgres ? await startPostgres({ durable: true }) : undefined;
if (options.postgres && !postgres) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), "plinth-overload-"));
const env: Record<string, string> = postgres
  ? { DATABASE_URL: await postgres.createDatabase("overload"), PLINTH_SECRET: SECRET }
  : {};
const server = await startPlinth(join(folder, "data"), await freePort(), 0, env);
const json = { "content-type": "application/json" };
try {
  const { url, ids, secretKey } = await fillPlinth(server.url);
  const key = { "x-api-key": secretKey };
  console.log(`${postgres ? "Postgres" : "SQLite"}, durable commits; the server on one core`);

  const probes: Record<string, Probe> = {
    "get by id": () => ask(`/api/items/posts/${ids[Math.floor(Math.random() * ids.length)]}`),
    write: () => post("/api/items/posts", { title: "one more" }),
    "/health/live": () => ask("/health/live"),
  };

  const parts: Record<string, () => Promise<void>> = {
    idle: () => beside("idle", () => Bun.sleep(2000)),
    lists: async () => {
      await collection("slow", "text", lines(rows.slow));
      await beside(`${connections} lists of ${rows.slow} items without an index`, lists, LIST_TARGETS);
    },
    export: async () => {
      await collection("many", "text", lines(rows.many));
      const work = () => Promise.all([exportMany(), aggregate()]);
      await beside(`export and aggregate of ${rows.many} items`, work, EXPORT_TARGETS);
    },
    strangers: async () => {
      await collection("fat", "longtext", fatLines(rows.fat));
      await post("/api/permissions", { role: "public", collection: "fat", action: "read", condition: {} });
      const name = `${strangers} strangers list ${rows.fat} items of 1 MB`;
      await beside(name, readByStrangers);
      const { peak } = memoryOf(server.pid);
      console.log(mark(`${name}: most memory ${peak} MB`, peak, STRANGERS_MEGABYTES, "MB"));
    },
  };
  for (const [name, part] of Object.entries(parts)) if (name.includes(options.only)) await part();

  async function beside(name: string, work: () => Promise<unknown>, targets: Targets = {}): Promise<void> {
    forgetPeak(server.pid);
    const before = memoryOf(server.pid);
    await probeBeside(name, probes, work, targets);
    const { now, peak } = memoryOf(server.pid);
    console.log(`${name}: memory ${before.now} MB before, ${now} MB after, at most ${peak} MB`);
  }

  /** Waits for an answer of 2xx and reads it. */
  async function ask(path: string, init: RequestInit = {}): Promise<void> {
    const response = await fetch(url + path, { ...init, headers: { ...key, ...init.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`);
  }

  function post(path: string, body: unknown): Promise<void> {
    return ask(path, { method: "POST", headers: json, body: JSON.stringify(body) });
  }

  async function collection(slug: string, title: "text" | "longtext", bodies: Iterator<string>): Promise<void> {
    const fields = [
      { name: "title", type: title },
      { name: "rank", type: "integer" },
    ];
    await post("/api/collections", { slug, fields });
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const { value, done } = bodies.next();
        if (done) controller.close();
        else controller.enqueue(new TextEncoder().encode(value));
      },
    });
    const ndjson = { "content-type": "application/x-ndjson" };
    await ask(`/api/items/${slug}/import`, { method: "POST", headers: ndjson, body });
  }

  async function lists(): Promise<void> {
    const filter = encodeURIComponent(JSON.stringify({ title: { _icontains: "item 9" } }));
    const paths = [`/api/items/slow?filter=${filter}&sort=-rank&limit=20`];
    const load: Load = { url, method: "GET", paths, headers: key };
    const scriptPath = join(folder, "load.lua");
    const { requestsPerSecond, errors } = await measure(load, { core: 1, seconds, scriptPath, connections });
    console.log(`lists: ${Math.round(requestsPerSecond)}/s, of these ${errors} refused in ${seconds} s`);
  }

  function aggregate(): Promise<void> {
    return post("/api/items/many/aggregate", { aggregates: { n: { count: "*" }, sum: { sum: "rank" } } });
  }

  async function exportMany(): Promise<void> {
    const response = await fetch(`${url}/api/items/many/export?format=ndjson`, { headers: key });
    if (!response.ok) throw new Error(`export: ${response.status}`);
    console.log(`export: ${Math.round((await drain(response)) / 1e6)} MB`);
  }

  /** Without a key, each with another limit, again and again; a refusal is an answer and is counted by its status. */
  async function readByStrangers(): Promise<void> {
    const end = performance.now() + seconds * 1000;
    const answers = new Map<string, number>();
    let bytes = 0;
    const read = async (limit: number): Promise<void> => {
      while (performance.now() < end) {
        const response = await fetch(`${url}/api/items/fat?limit=${limit}`);
        const size = response.ok ? await drain(response) : 0;
        const refused = response.ok ? "" : ` ${((await response.json()) as { error: { code: string } }).error.code}`;
        bytes += size;
        const answer = `limit=${limit}: ${response.status}${refused}`;
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        if (!response.ok) await Bun.sleep(20);
      }
    };
    await Promise.all(Array.from({ length: strangers }, (_, i) => read(LIMITS[i % LIMITS.length]!)));
    console.log(`strangers: ${Math.round(bytes / 1e6)} MB read`);
    for (const [answer, times] of answers) console.log(`strangers: ${answer}, ${times} times`);
  }
} finally {
  await server.stop();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function* lines(count: number): Generator<string, void> {
  for (let from = 0; from < count; from += 1000) {
    let text = "";
    for (let i = from; i < Math.min(count, from + 1000); i++)
      text += `{"title":"Item ${i}","rank":${(i * 7919) % count}}\n`;
    yield text;
  }
}

function* fatLines(count: number): Generator<string, void> {
  const title = "x".repeat(FAT_BYTES);
  for (let i = 0; i < count; i++) yield `{"title":"${title}","rank":${i}}\n`;
}

/** Read as it comes, and not kept: how many bytes it was. */
async function drain(response: Response): Promise<number> {
  let bytes = 0;
  for await (const chunk of response.body!) bytes += chunk.length;
  return bytes;
}
