import { DataError, type SqlDriver } from "@plinth/core";
import type { ImportResult } from "@plinth/formats";
import { bytesOf } from "@plinth/formats/testing";
import {
  acquireLock,
  type ImportOptions,
  importItems,
  isFreeForImport,
  releaseKey,
  requireSameFile,
} from "../src/index.ts";
import { openWorld, type World } from "./transfer-support.ts";

export const CHUNK = 54;
export const NDJSON: ImportOptions = { format: "ndjson" };

/** A process that dies as planned: at the nth batch from now, before its commit or right after it. */
export interface Life {
  batches: number;
  dead: boolean;
  dies?: { at: number; committed: boolean } | undefined;
  written: string[];
  /** Runs once, right after a key was read. */
  afterLook?: (() => Promise<unknown>) | undefined;
}

export async function openMortal(maxBatch = CHUNK + 6): Promise<World & { life: Life }> {
  const life: Life = { batches: 0, dead: false, written: [] };
  const wrap = (driver: SqlDriver): SqlDriver => {
    const living = <T>(work: () => Promise<T>): Promise<T> => (life.dead ? Promise.reject(gone()) : work());
    return {
      ...driver,
      capabilities: { ...driver.capabilities, maxBatch },
      run: (query) => living(() => driver.run(query)),
      all: (query) =>
        living(async () => {
          const rows = await driver.all(query);
          const { afterLook } = life;
          if (!afterLook || !query.sql.includes("plinth_idempotency")) return rows;
          life.afterLook = undefined;
          await afterLook();
          return rows;
        }),
      batch: (queries) =>
        living(async () => {
          const last = life.dies && ++life.batches === life.dies.at;
          if (last) life.dead = true;
          if (last && !life.dies!.committed) throw gone();
          if (queries.length > maxBatch) throw new Error("too much");
          const results = await driver.batch(queries);
          life.written.push(JSON.stringify(queries.map(({ params }) => params)));
          if (last) throw gone();
          return results;
        }),
    };
  };
  const world = await openWorld(wrap);
  const fields = [
    { name: "title", type: "text" },
    { name: "pages", type: "integer" },
    { name: "code", type: "text", unique: true },
  ];
  await world.create({ slug: "things", fields } as never);
  return { ...world, life };
}

const gone = (): DataError => new DataError("unavailable");
const answerFor = (data: unknown) => ({ status: 200, etag: null, body: JSON.stringify({ data }) });

/** Handles the request as a server does. */
export async function send(world: World, text: string | AsyncIterable<Uint8Array>, key = "k", options = NDJSON) {
  const source = typeof text === "string" ? bytesOf(text) : text;
  const ctx = await world.ctx();
  const replaces = (result: string) => isFreeForImport(options, result);
  const acquired = await acquireLock(ctx, { key, hash: "h", replaces });
  if ("answer" in acquired) {
    await requireSameFile(options.format, source, acquired.result!);
    return { replayed: true, result: (JSON.parse(acquired.answer.body) as { data: ImportResult }).data };
  }
  const { lock } = acquired;
  try {
    const result = await importItems({ ...ctx, lock: { ...lock, answerFor: answerFor } }, "things", source, options);
    if (result.stopped) await releaseKey(ctx, lock);
    return { replayed: false, result };
  } catch (error) {
    await releaseKey(ctx, lock);
    throw error;
  }
}
