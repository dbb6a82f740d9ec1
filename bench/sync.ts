/**
 * `bun bench/sync.ts`: the time of a first sync of 100,000 rows over HTTP, page by page, and the time from a write to
 * those who follow. On Bun with SQLite, with the reading program on the same cores.
 */
import { setUp, startServer } from "../tests/docs/server.ts";

const ROWS = 100_000;
const PIECE = 1000;
const WRITES = 200;

const server = await startServer({});
const { PLINTH_KEY = "" } = await setUp(server.url);
const headers = { "x-api-key": PLINTH_KEY, "content-type": "application/json" };

interface Answer {
  readonly snapshots?: { readonly [shape: string]: { readonly rows: readonly unknown[] } };
  readonly next: string;
  readonly more: boolean;
}

async function post(path: string, body: unknown): Promise<string> {
  const answer = await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text;
}

/** Syncs once, and prints what it took. */
async function firstSync(shapes: object): Promise<string> {
  const pages: number[] = [];
  let [rows, chars, after] = [0, 0, undefined as string | undefined];
  for (let more = true; more; ) {
    const began = performance.now();
    const text = await post("/api/sync", { shapes, after, limit: PIECE });
    pages.push(performance.now() - began);
    const answer = JSON.parse(text) as Answer;
    for (const snapshot of Object.values(answer.snapshots ?? {})) rows += snapshot.rows.length;
    chars += text.length;
    after = answer.next;
    more = answer.more;
  }
  const total = pages.reduce((sum, ms) => sum + ms, 0);
  const tenth = Math.ceil(pages.length / 10);
  const [early, late] = [at(pages.slice(0, tenth), 0.5), at(pages.slice(-tenth), 0.5)];
  const size = (chars / 1e6).toFixed(1);
  console.log(`${rows} rows, ${size} MB: ${total.toFixed(0)} ms; a page ${early} ms at first, ${late} ms at the end`);
  return after!;
}

function at(values: readonly number[], part: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * part)]!.toFixed(1);
}

/** Writes one after another, each until a stream has told it. */
async function follow(shapes: object, after: string): Promise<void> {
  const query = new URLSearchParams({ shapes: JSON.stringify(shapes), after });
  const stream = await fetch(`${server.url}/api/sync?${query}`, {
    headers: { ...headers, accept: "text/event-stream" },
  });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const [answered, told]: [number[], number[]] = [[], []];
  for (let i = 0; i < WRITES; i++) {
    const mark = `mark ${i}.`;
    const began = performance.now();
    const write = post("/api/items/rows", { title: mark, n: 1 }).then(() => answered.push(performance.now() - began));
    for (let text = ""; !text.includes(mark); ) text += (await reader.read()).value ?? "";
    told.push(performance.now() - began);
    await write;
  }
  await reader.cancel();
  console.log(
    `answer p50 ${at(answered, 0.5)}, p99 ${at(answered, 0.99)} ms; stream p50 ${at(told, 0.5)}, p99 ${at(told, 0.99)} ms`,
  );
}

const fields = [
  { name: "title", type: "text" },
  { name: "n", type: "integer" },
  { name: "open", type: "boolean" },
];
await post("/api/collections", { slug: "rows", fields });
for (let from = 0; from < ROWS; from += PIECE) {
  const rows = Array.from({ length: PIECE }, (_, i) => ({
    title: `title of row ${from + i}`,
    n: from + i,
    open: i % 2 === 0,
  }));
  await post("/api/items/rows", rows);
}
await firstSync({ rows: {} });
await follow({ rows: {} }, await firstSync({ rows: {} }));
await server.stop();
process.exit(0);
