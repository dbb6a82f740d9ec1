import type { FileStore } from "@plinth/core";
import { contentStream } from "../../packages/conformance/src/files/content.ts";

const LOOK_MS = 20;
const WARM_BYTES = 20 * 1024 * 1024;

/** By how many bytes this process grew at most while a file of that size went through the store and came back. */
export async function memoryGrowth(store: FileStore, size: number): Promise<number> {
  await passThrough(store, WARM_BYTES);
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, LOOK_MS);
  await passThrough(store, size);
  clearInterval(timer);
  return Math.max(most, process.memoryUsage.rss()) - before;
}

async function passThrough(store: FileStore, size: number): Promise<void> {
  await store.put("large", contentStream(size), { size });
  let read = 0;
  for await (const chunk of (await store.get("large")).stream) {
    read += chunk.byteLength;
    // A reader that is slower than the store: what waits must not be in memory.
    if (read % (16 * 1024 * 1024) < chunk.byteLength) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  if (read !== size) throw new Error(`${read} of ${size} bytes came back`);
  await store.delete(["large"]);
}
