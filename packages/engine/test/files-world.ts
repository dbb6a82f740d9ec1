import { afterAll } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import type { Bus, Config, FileStore, Images, JsonObject, SqlDriver, SqlQuery } from "@plinth/core";
import {
  createBucket,
  createBucketSchema,
  createRule,
  createRuleSchema,
  FEATURES,
  type FilePrecondition,
  migrate,
  openStoredFile,
  putFile,
  type RequestContext,
} from "../src/index.ts";
import { sqlite } from "./databases.ts";
import { type LogDatabases, openEngine } from "./log-world.ts";

export const HOUR_MS = 3_600_000;

interface Sent {
  readonly path?: string;
  readonly type?: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly condition?: FilePrecondition;
  readonly metadata?: JsonObject;
}

export const bodyOf = (content: string | Uint8Array<ArrayBuffer>) =>
  new Blob([content]).stream() as ReadableStream<Uint8Array>;

interface WorldOptions {
  readonly store?: FileStore;
  readonly images?: Images;
  readonly config?: Partial<Config>;
  readonly bus?: Bus;
  /** Milliseconds since the epoch; default: the time of day. */
  readonly now?: () => number;
}

/** A workspace with the bucket `photos`, whose files have at most 1,000 bytes. */
export const filesWorlds = (kind: LogDatabases) =>
  async function open({ store = memoryFileStore(), images, config, bus, now = Date.now }: WorldOptions = {}) {
    const driver = (await kind.createMigrated())();
    let ahead = 0;
    const world = await openEngine(driver, {
      files: store,
      now: () => now() + ahead,
      ...(images && { images }),
      ...(config && { config }),
      ...(bus && { bus }),
    });
    await createBucket(await world.ctx(), createBucketSchema.parse({ name: "photos", max_bytes: 1000 }));
    const put = async (content: string | Uint8Array<ArrayBuffer>, sent: Sent = {}, ctx?: RequestContext) => {
      const { path = "a/b.txt", type = "text/plain", size, sha256, condition, metadata } = sent;
      const input = {
        bucket: "photos",
        path,
        body: bodyOf(content),
        size,
        contentType: type,
        sha256,
        metadata,
        condition,
      };
      return putFile(ctx ?? (await world.ctx()), input);
    };
    const read = async (path = "a/b.txt", ctx?: RequestContext) => {
      const file = await openStoredFile(ctx ?? (await world.ctx()), { bucket: "photos", path });
      return new Response(await file.bytes()).text();
    };
    const sweep = async (by = driver) => {
      for (const { schedules = [] } of FEATURES.filter(({ name }) => name === "files")) {
        for (const { run } of schedules) while (await run(world.engine, by));
      }
    };
    const stored = async () => (await store.list()).files.length;
    const rule = async (input: JsonObject) => createRule(await world.ctx(), createRuleSchema.parse(input));
    return { ...world, driver, store, put, read, sweep, stored, rule, after: (ms: number) => (ahead += ms) };
  };

/** The same on SQLite alone, for what has nothing to do with the kind of database. */
export function sqliteFiles() {
  const databases = sqlite();
  afterAll(() => databases.close());
  return filesWorlds(databases);
}

/** The statements of one time. */
export function noted(driver: SqlDriver): { readonly driver: SqlDriver; readonly statements: SqlQuery[] } {
  const statements: SqlQuery[] = [];
  const note = <T>(queries: readonly SqlQuery[], answer: T): T => {
    statements.push(...queries);
    return answer;
  };
  return {
    statements,
    driver: {
      ...driver,
      all: (query) => note([query], driver.all(query)),
      run: (query) => note([query], driver.run(query)),
      batch: (queries) => note(queries, driver.batch(queries)),
    },
  };
}

/** What the shares of a workspace count. */
export const sharesIn = async ({ driver }: { driver: SqlDriver }) =>
  driver.all({ sql: "select owner, bytes, contents from plinth_files_shares order by owner", params: [] });

/** A database as a version left it that had no shares. */
export async function withoutShares({ driver }: { driver: SqlDriver }): Promise<void> {
  for (const sql of [
    "delete from plinth_files_shares",
    "delete from plinth_files_stored",
    "drop table plinth_files_scans",
    "delete from plinth_migrations where id = 'files/0008_backfill'",
  ])
    await driver.run({ sql, params: [] });
  await migrate(driver, Date.now, FEATURES);
}
