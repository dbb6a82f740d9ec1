/**
 * `bun bench/overload.ts [--seconds 30] [--connections 500] [--rows 100000] [--many 1000000]`: a server with SQLite under
 * more slow work than it can do. First lists without an index from many connections, then an export and an aggregate
 * of a large collection beside them. Prints how long a read by key, a write and `/health/live` took meanwhile.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fill, startPlinth } from "./setup.ts";
import { type Load, measure } from "./wrk.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    connections: { type: "string", default: "500" },
    rows: { type: "string", default: "100000" },
    many: { type: "string", default: "1000000" },
  },
});
const seconds = Math.min(Number(options.seconds), 300);
const connections = Math.min(Number(options.connections), 2000);
const EVERY_MS = 20;

const folder = mkdtempSync(join(tmpdir(), "plinth-overload-"));
const server = await startPlinth(join(folder, "data"), 18_790, 0);
try {
  const { url, ids, secretKey } = await fill(server.url);
  const headers = { "x-api-key": secretKey };
  await collection("slow", Number(options.rows));
  await collection("many", Number(options.many));

  /** Waits for an answer of 200 and reads it. */
  async function ask(path: string, init: RequestInit = {}): Promise<void> {
    const response = await fetch(url + path, { ...init, headers: { ...headers, ...init.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`);
  }

  async function collection(slug: string, rows: number): Promise<void> {
    const fields = [
      { name: "title", type: "text" },
      { name: "rank", type: "integer" },
    ];
    const type = { "content-type": "application/json" };
    await ask("/api/collections", { method: "POST", headers: type, body: JSON.stringify({ slug, fields }) });
    const lines = function* (): Generator<Uint8Array, void> {
      for (let from = 0; from < rows; from += 1000) {
        let text = "";
        for (let i = from; i < Math.min(rows, from + 1000); i++)
          text += `{"title":"Item ${i}","rank":${(i * 7919) % rows}}\n`;
        yield new TextEncoder().encode(text);
      }
    };
    const rest = lines();
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const { value, done } = rest.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
    const ndjson = { "content-type": "application/x-ndjson" };
    await ask(`/api/items/${slug}/import`, { method: "POST", headers: ndjson, body });
  }

  const probes: Record<string, () => Promise<void>> = {
    "get by id": () => ask(`/api/items/posts/${ids[Math.floor(Math.random() * ids.length)]}`),
    write: () => {
      const body = JSON.stringify({ title: "one more" });
      return ask("/api/items/posts", { method: "POST", headers: { "content-type": "application/json" }, body });
    },
    "/health/live": () => ask("/health/live"),
  };

  /** Each probe again and again, in its own connection, until the work is done. */
  async function beside(name: string, work: Promise<unknown>): Promise<void> {
    let done = false;
    const probing = Object.entries(probes).map(async ([probe, run]) => {
      const times: number[] = [];
      let failed = 0;
      while (!done) {
        const began = performance.now();
        await run().catch(() => failed++);
        times.push(performance.now() - began);
        await Bun.sleep(EVERY_MS);
      }
      report(`${name}: ${probe}`, times, failed);
    });
    await work.finally(() => {
      done = true;
    });
    await Promise.all(probing);
    console.log(`${name}: memory ${memoryOf(server.pid)} MB`);
  }

  const filter = encodeURIComponent(JSON.stringify({ title: { _icontains: "item 9" } }));
  const load: Load = { url, method: "GET", paths: [`/api/items/slow?filter=${filter}&sort=-rank&limit=20`], headers };
  const lists = async (duration: number) => {
    const scriptPath = join(folder, "load.lua");
    const { requestsPerSecond, errors } = await measure(load, { core: 1, seconds: duration, scriptPath, connections });
    console.log(`lists: ${Math.round(requestsPerSecond)}/s, of these ${errors} refused in ${duration} s`);
  };
  const aggregate = () => {
    const body = JSON.stringify({ aggregates: { n: { count: "*" }, sum: { sum: "rank" } } });
    const type = { "content-type": "application/json" };
    return ask("/api/items/many/aggregate", { method: "POST", headers: type, body });
  };

  await beside("idle", Bun.sleep(2000));
  await beside(`${connections} lists`, lists(seconds));
  await beside("export and aggregate", Promise.all([exportMany(), aggregate()]));

  /** Read as it comes, and not kept. */
  async function exportMany(): Promise<void> {
    const response = await fetch(`${url}/api/items/many/export?format=ndjson`, { headers });
    if (!response.ok) throw new Error(`export: ${response.status}`);
    let bytes = 0;
    for await (const chunk of response.body!) bytes += chunk.length;
    console.log(`export: ${Math.round(bytes / 1e6)} MB`);
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function report(name: string, times: number[], failed: number): void {
  times.sort((a, b) => a - b);
  const at = (part: number) => (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0).toFixed(1);
  console.log(`${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms of ${times.length}, ${failed} failed`);
}

function memoryOf(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024);
}
