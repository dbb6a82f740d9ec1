import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { SqlDriver } from "@plinth/core";
import { pglite } from "../src/pglite.ts";

/**
 * A new PGlite in memory, for tests that are not about its start: most of that is `initdb`, whose result is made once in a
 * process, and in a run of `npm test` once for all of them.
 */
export const memoryPglite = (): SqlDriver => pglite({ memory: true, data: () => (empty ??= emptyData()) });

let empty: Promise<Blob> | undefined;

async function emptyData(): Promise<Blob> {
  const cache = process.env.PLINTH_TEST_CACHE;
  const kept = cache && join(cache, "pglite.tar");
  if (kept && existsSync(kept)) return Bun.file(kept);
  const first = await PGlite.create();
  const data = await first.dumpDataDir("none");
  await first.close();
  if (kept) {
    await Bun.write(`${kept}.${process.pid}`, data);
    renameSync(`${kept}.${process.pid}`, kept);
  }
  return data;
}
