/**
 * The items grid of the admin over a large collection: time to the first rows, time to a next page, the longest tasks of
 * the browser's main thread and its memory, while the list is scrolled. It runs outside the tests, as it takes minutes:
 *
 *     npm run bun -- bench/admin-grid.ts [ITEMS] [SECONDS]
 *
 * The defaults are 1,000,000 items and 600 seconds. Of each task the trace gives two times: from its begin to its end, and
 * what the thread itself has used. On a busy machine the first holds the time of others.
 */
import { type AdminServer, openAdmin } from "../tests/admin/harness.ts";
import { type MainTask, tracedTasks } from "./long-tasks.ts";
import type { Page } from "./tasks/hand.ts";

const [items = 1_000_000, seconds = 600] = process.argv.slice(2).map(Number);
/** Rows of one request of the import. */
const PART = 50_000;
const ADDRESS = "/admin/t/default/collections/many/items?sort=rank";
/** Of one turn of the wheel: three screens, faster than people read. */
const TURN_PX = 2400;
const PAUSE_MS = 60;
/** A trace holds some hundred thousand events, so that it is taken in parts. */
const TRACE_MS = 10_000;
/** Tasks that the report shows in full. */
const SHOWN = 3;

async function fill(admin: AdminServer): Promise<void> {
  const fields = [
    { name: "title", type: "text" },
    { name: "rank", type: "integer", indexed: true },
  ];
  await admin.send("/api/collections", { slug: "many", fields });
  for (let at = 0; at < items; at += PART) {
    const rows = Array.from({ length: Math.min(PART, items - at) }, (_, row) => ({
      title: `Item ${at + row}`,
      rank: at + row,
    }));
    await admin.send("/api/items/many/import?format=json", rows);
  }
}

/** Milliseconds from the address to the first row. */
async function load(page: Page): Promise<number> {
  const began = performance.now();
  await page.goto(ADDRESS);
  await page.getByText("Item 0", { exact: true }).waitFor();
  return performance.now() - began;
}

/** Turns the wheel over the grid, as a person does: no script of the measurement runs in the page. */
async function scroll(page: Page, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    await page.mouse.wheel(0, TURN_PX);
    await page.waitForTimeout(PAUSE_MS);
  }
}

function print(name: string, value: string): void {
  console.log(`${name.padEnd(26)} ${value}`);
}

function printTasks(when: string, tasks: readonly MainTask[]): void {
  const most = (key: "wall" | "cpu"): number => Math.round(Math.max(0, ...tasks.map((task) => task[key])));
  const over = (key: "wall" | "cpu"): number => tasks.filter((task) => task[key] > 100).length;
  print(`longest task, ${when}`, `${most("wall")} ms, of its own ${most("cpu")} ms`);
  print(`over 100 ms, ${when}`, `${over("wall")}, of their own ${over("cpu")}`);
  for (const { wall, cpu, parts } of tasks.toSorted((a, b) => b.cpu - a.cpu).slice(0, SHOWN)) {
    console.log(`  ${Math.round(wall)} ms, of its own ${Math.round(cpu)} ms: ${parts.slice(0, 6).join(", ")}`);
  }
}

const admin = await openAdmin();
try {
  await fill(admin);
  const { page } = await admin.tab({ viewport: { width: 1440, height: 900 } });
  const pages: number[] = [];
  const counts: string[] = [];
  page.on("requestfinished", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (!pathname.endsWith("/items/many")) return;
    pages.push(request.timing().responseEnd);
    if (searchParams.has("meta")) counts.push(request.url());
  });
  // Once to fill the browser's cache, as for everybody who has seen the admin before.
  await load(page);
  const paint = await load(page);
  const loading = await tracedTasks(page, async () => void (await load(page)));
  const grid = page.getByRole("grid");
  await grid.hover();
  const session = await page.context().newCDPSession(page);
  const heap = async (): Promise<number> =>
    ((await session.send("Runtime.getHeapUsage")) as { usedSize: number }).usedSize;
  pages.length = 0;
  const end = performance.now() + seconds * 1000;
  const scrolling: MainTask[] = [];
  let most = 0;
  while (performance.now() < end) {
    const part = Math.min(TRACE_MS, end - performance.now());
    scrolling.push(...(await tracedTasks(page, () => scroll(page, part))));
    most = Math.max(most, await heap());
  }
  await session.send("HeapProfiler.collectGarbage");
  const sorted = pages.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  print("items", String(items));
  print("first rows", `${Math.round(paint)} ms`);
  print("next page, median / 99 %", `${at(0.5)} / ${at(0.99)} ms of ${pages.length}`);
  printTasks("loading", loading);
  printTasks("scrolling", scrolling);
  print("heap, most / at the end", `${Math.round(most / 1e6)} / ${Math.round((await heap()) / 1e6)} MB`);
  const rows = grid.getByRole("row");
  print("rows in the page", `${await rows.count()} at row ${await rows.last().getAttribute("aria-rowindex")}`);
  print("requests that count items", String(counts.length));
} finally {
  await admin.close();
}
