import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { disk, unlessMissing } from "./disk-errors.ts";
import type { DiskLayout } from "./disk-layout.ts";

const HOUR_MS = 3_600_000;
/** A write touches its draft with every chunk. */
const DRAFT_MS = 24 * HOUR_MS;

/** Removes what killed processes have left, and uploads that nobody has continued. */
export async function sweep(layout: DiskLayout, uploadMs: number): Promise<void> {
  await removeOlder(layout.drafts, DRAFT_MS);
  await removeOlder(layout.uploads, uploadMs);
}

async function removeOlder(folder: string, ageMs: number): Promise<void> {
  for (const name of await disk(unlessMissing(readdir(folder), []))) {
    const path = join(folder, name);
    const found = await disk(unlessMissing(stat(path), undefined));
    if (found && Date.now() - Math.max(found.mtimeMs, begunAt(name)) > ageMs)
      await disk(rm(path, { recursive: true, force: true }));
  }
}

/** Milliseconds since the Unix epoch, where the name says it. */
function begunAt(name: string): number {
  return Number(/^(\d{1,15})\./.exec(name)?.[1] ?? 0);
}

/** Runs the work now and, while it is called, once an hour. A failure is no failure of who calls: the next run tries again. */
export function hourly(work: () => Promise<void>): () => void {
  let next = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() < next) return;
    next = performance.now() + HOUR_MS;
    work().catch(() => undefined);
  };
}
