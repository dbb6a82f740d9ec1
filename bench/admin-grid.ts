/**
 * The items grid of the admin over a large collection: time to the first rows, time to a next page, the longest task of
 * the browser's main thread and its memory, while the list is scrolled. It runs outside the tests, as it takes minutes:
 *
 *     npm run bun -- bench/admin-grid.ts [ITEMS] [SECONDS]
 *
 * The defaults are 1,000,000 items and 600 seconds.
 */
import { openAdmin } from "../tests/admin/harness.ts";

const [items = 1_000_000, seconds = 600] = process.argv.slice(2).map(Number);
/** Rows of one request of the import. */
const PART = 50_000;

/** Collects what the browser reports, from before the page's first script on. */
const WATCH = `
  window.longest = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration); })
    .observe({ type: "longtask", buffered: true });`;

const admin = await openAdmin();
try {
  await admin.send("/api/collections", {
    slug: "many",
    fields: [
      { name: "title", type: "text" },
      { name: "rank", type: "integer", indexed: true },
    ],
  });
  for (let at = 0; at < items; at += PART) {
    const rows = Array.from({ length: Math.min(PART, items - at) }, (_, row) => ({
      title: `Item ${at + row}`,
      rank: at + row,
    }));
    await admin.send("/api/items/many/import?format=json", rows);
  }
  const { page } = await admin.tab({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(WATCH);
  const pages: number[] = [];
  page.on("requestfinished", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith("/items/many") && !pathname.includes("realtime")) pages.push(request.timing().responseEnd);
  });
  const address = "/admin/t/default/collections/many/items?sort=rank";
  // Once to fill the browser's cache, as for everybody who has seen the admin before.
  await page.goto(address);
  await page.getByText("Item 0", { exact: true }).waitFor();
  const began = performance.now();
  await page.goto(address);
  await page.getByText("Item 0", { exact: true }).waitFor();
  const paint = performance.now() - began;
  const grid = page.getByRole("grid");
  await page.evaluate("window.longest = 0");
  const session = await page.context().newCDPSession(page);
  const end = performance.now() + seconds * 1000;
  let [screens, most] = [0, 0];
  while (performance.now() < end) {
    await grid.evaluate((element) => element.scrollBy({ top: 2400 }));
    await page.waitForTimeout(60);
    if (++screens % 100 !== 0) continue;
    const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number };
    most = Math.max(most, usedSize);
  }
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number };
  const longest = await page.evaluate<number>("window.longest");
  const sorted = pages.toSorted((a, b) => a - b);
  console.log(`items                    ${items}`);
  console.log(`first rows               ${Math.round(paint)} ms`);
  console.log(
    `next page, median / 99 % ${Math.round(sorted[sorted.length >> 1] ?? 0)} / ${Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0)} ms of ${pages.length}`,
  );
  console.log(`longest task             ${Math.round(longest)} ms`);
  console.log(`heap, most / at the end  ${Math.round(most / 1e6)} / ${Math.round(usedSize / 1e6)} MB`);
  console.log(
    `rows in the page         ${await grid.getByRole("row").count()} at row ${await grid.getByRole("row").last().getAttribute("aria-rowindex")}`,
  );
} finally {
  await admin.close();
}
