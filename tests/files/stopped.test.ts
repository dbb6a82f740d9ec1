/** A server ends before each call that a write of a file makes, to its database and to its store, one run for each. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskFileStore } from "../../packages/adapters-files/src/disk-file-store.ts";
import { s3FileStore } from "../../packages/adapters-s3/src/s3-file-store.ts";
import type { FileStore, SqlDriver } from "../../packages/core/src/index.ts";
import { contextOf, deleteFile, putFile } from "../../packages/engine/src/index.ts";
import { bodyOf, HOUR_MS, sqliteFiles } from "../../packages/engine/test/files-world.ts";
import { W } from "../../packages/engine/test/log-world.ts";
import { startS3 } from "../support/s3-server.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-stopped-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = sqliteFiles();

/** Lets so many calls through; whoever makes a later one hears nothing any more. */
class Stop {
  readonly #reached = Promise.withResolvers<"stopped">();
  readonly reached = this.#reached.promise;
  #left: number;

  constructor(calls: number) {
    this.#left = calls;
  }

  async pass<T>(call: () => T | Promise<T>): Promise<T> {
    if (this.#left-- > 0) return call();
    this.#reached.resolve("stopped");
    return new Promise(() => {});
  }

  driver(driver: SqlDriver): SqlDriver {
    return {
      ...driver,
      all: (query) => this.pass(async () => driver.all(query)),
      run: (query) => this.pass(() => driver.run(query)),
      batch: (queries) => this.pass(() => driver.batch(queries)),
    };
  }

  /** Also between a call and its answer. */
  store(store: FileStore): FileStore {
    const twice = async <T>(call: () => Promise<T>): Promise<T> => {
      const answer = await this.pass(call);
      return this.pass(async () => answer);
    };
    return {
      ...store,
      put: (...args) => twice(() => store.put(...args)),
      delete: (keys) => twice(() => store.delete(keys)),
    };
  }
}

async function stopEverywhere(store: FileStore): Promise<void> {
  const world = await open({ store });
  const { ctx, driver, engine, put, read, sweep, after } = world;
  const at = (path: string) => ({ bucket: "photos", path });
  const works: Record<string, (stopped: Awaited<ReturnType<typeof ctx>>, path: string) => Promise<unknown>> = {
    "a new file": (stopped, path) => putFile(stopped, input(path, "new")),
    "a replaced file": (stopped, path) => putFile(stopped, input(path, "new")),
    "a refused file": (stopped, path) => putFile(stopped, { ...input(path, "new"), sha256: "0".repeat(64) }),
    "a deleted file": (stopped, path) => deleteFile(stopped, at(path), undefined),
  };
  const allowed: Record<string, readonly (string | undefined)[]> = {
    "a new file": [undefined, "new"],
    "a replaced file": ["old", "new"],
    "a refused file": [undefined],
    "a deleted file": ["old", undefined],
  };
  const found = async (path: string) => read(path).catch(({ code }) => (code === "NOT_FOUND" ? undefined : code));
  for (const [what, work] of Object.entries(works)) {
    let stops = 0;
    for (let ended = false; !ended; stops++) {
      const path = `${what}/${stops}`;
      if (allowed[what]!.includes("old")) await put("old", { path });
      const stop = new Stop(stops);
      const halting = { ...engine, files: async () => stop.store(store) };
      const { principal, catalog } = await ctx();
      const stopped = { ...contextOf(halting, stop.driver(driver), principal, catalog), requestId: `r-${stops}` };
      const outcome = await Promise.race([stop.reached, work(stopped, path).catch(() => "failed")]);
      ended = outcome !== "stopped";
      expect({ what, stops, one: allowed[what]!.includes(await found(path)) }).toEqual({ what, stops, one: true });
    }
    expect(stops).toBeGreaterThan(1);
  }
  const before = await everything(world);
  expect(before.missing).toEqual([]);
  for (let days = 0; days < 3; days++) {
    after(25 * HOUR_MS);
    await sweep();
  }
  const left = await everything(world);
  expect(left).toEqual({ ...left, missing: [], keys: left.contents, loose: 0, usage: left.sizes });
  expect(left.files).toEqual(left.contents);
}

function input(path: string, content: string) {
  const nothing = { size: undefined, contentType: "text/plain", metadata: undefined, condition: undefined };
  return { bucket: "photos", path, body: bodyOf(content), sha256: undefined, ...nothing };
}

/** What the database and the store have. */
async function everything({ driver, store }: { readonly driver: SqlDriver; readonly store: FileStore }) {
  const rows = (sql: string) => driver.all({ sql, params: [] });
  const files = (await rows("select content from c_000000000001_files order by content")).map(({ content }) => content);
  const contents = await rows("select id, size from c_000000000001_file_contents order by id");
  const [usage] = await rows("select bytes from plinth_files_usage");
  const loose = (await rows("select id from plinth_files_loose")).length;
  const keys = (await store.list()).files.map(({ key }) => key.slice(W.length + 1)).sort();
  return {
    files,
    contents: contents.map(({ id }) => id as string),
    sizes: contents.reduce((sum, { size }) => sum + Number(size), 0),
    usage: Number(usage!.bytes),
    loose,
    keys,
    missing: contents.filter(({ id }) => !keys.includes(id as string)),
  };
}

test("on a disk, it leaves no file without bytes, and after the sweep no bytes without a file", async () => {
  await stopEverywhere(diskFileStore({ folder: join(folder, "files") }));
});

test("in S3 it does the same", async () => {
  const server = await startS3();
  try {
    await stopEverywhere(s3FileStore({ ...server, forcePathStyle: true }));
  } finally {
    await server.stop();
  }
});
