/**
 * What somebody waits for who opens the admin for the first time: bytes, requests, and the time until it can be used, with
 * an empty cache and again with a full one, beside PocketBase's admin:
 *
 *     npm run bun -- bench/admin-first-load.ts [--rounds 5] [--product plinth]
 *
 * Bytes are those on the wire, with headers, compressed as the server sends them. The server and the browser are on one
 * machine, without a network between them, so that the time is that of the programs. It prints a table in Markdown.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Page } from "./tasks/hand.ts";
import { openPlinth } from "./tasks/plinth.ts";
import { openPocketBase } from "./tasks/pocketbase.ts";
import type { Product } from "./tasks/task.ts";

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, product: { type: "string" } },
});
const PRODUCTS = { plinth: openPlinth, pocketbase: openPocketBase } as const;

const QUIET_MS = 1000;

interface Load {
  readonly bytes: number;
  readonly scriptBytes: number;
  readonly requests: number;
  readonly milliseconds: number;
}

/** From the address to a page that shows its rows and answers to clicks. */
async function load(product: Product, isCold: boolean): Promise<Load> {
  const { page } = product;
  await page.goto("about:blank");
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  if (isCold) await session.send("Network.clearBrowserCache");
  const types = new Map<string, string>();
  let [bytes, scriptBytes, requests] = [0, 0, 0];
  session.on("Network.requestWillBeSent", ({ requestId, type }) => void types.set(requestId, type ?? ""));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    requests++;
    bytes += encodedDataLength;
    if (types.get(requestId) === "Script") scriptBytes += encodedDataLength;
  });
  const began = performance.now();
  await product.openFirstPage();
  await idle(page);
  const milliseconds = performance.now() - began;
  // What it loads ahead counts too. A stream of changes stays open, so that the network is never idle.
  for (let seen = -1; seen !== requests; await page.waitForTimeout(QUIET_MS)) seen = requests;
  await session.detach();
  return { bytes, scriptBytes, requests, milliseconds };
}

/** The main thread has time for what the user does next. */
const idle = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>((resolve) => requestIdleCallback(() => resolve())));

function median(loads: readonly Load[], key: keyof Load): number {
  return loads.map((load) => load[key]).toSorted((a, b) => a - b)[Math.floor(loads.length / 2)]!;
}

function row(name: string, loads: readonly Load[]): string {
  const kb = (key: "bytes" | "scriptBytes"): string => `${Math.round(median(loads, key) / 1000)} KB`;
  const time = `${Math.round(median(loads, "milliseconds"))} ms`;
  return `| ${[name, kb("bytes"), kb("scriptBytes"), median(loads, "requests"), time].join(" | ")} |`;
}

const rows: string[] = [];
const before = loadavg()[0]!;
for (const [key, open] of Object.entries(PRODUCTS)) {
  if (options.product !== undefined && options.product !== key) continue;
  const product = await open();
  try {
    for (const [cache, isCold] of [["empty", true] as const, ["full", false] as const]) {
      const loads: Load[] = [];
      for (let round = 0; round < Number(options.rounds); round++) loads.push(await load(product, isCold));
      rows.push(row(`${product.name}, ${cache} cache`, loads));
    }
  } finally {
    await product.close();
  }
}
console.log("| Admin | On the wire | Of it scripts | Requests | Until it can be used |\n|---|---|---|---|---|");
console.log(rows.join("\n"));
console.log(`\n${cpus().length} × ${cpus()[0]!.model}, load ${before.toFixed(1)} to ${loadavg()[0]!.toFixed(1)}`);
