/** An engine over each kind of database, for guarantees on all of them. */
import { afterAll, describe, test } from "bun:test";
import { memoryBus } from "@plinth/adapters-memory";
import {
  type Bus,
  type Config,
  DEFAULT_WORKSPACE_ID,
  type FileStore,
  type Images,
  type Mailer,
  type Principal,
  type SqlDriver,
} from "@plinth/core";
import {
  contextOf,
  createCollection,
  createEngine,
  createItems,
  FEATURES,
  type Feature,
  mailOutbox,
  migrate,
  type RequestContext,
} from "../src/index.ts";
import { type LogDatabases, postgres, sqlite, workersD1 } from "./databases.ts";

export type { LogDatabases } from "./databases.ts";
export const W = DEFAULT_WORKSPACE_ID;

/** Declares a suite for each kind of database. One that this machine lacks is skipped with the reason. */
export async function onEachDatabase(about: string, suite: (kind: LogDatabases) => void): Promise<void> {
  const databases = [sqlite(), await postgres(), workersD1()];
  afterAll(async () => {
    for (const { close } of databases) await close();
  });
  for (const kind of databases) {
    if (kind.missing) test.skip(`${about} on ${kind.name} — ${kind.missing}`, () => {});
    else describe(`${about} on ${kind.name}`, () => suite(kind));
  }
}

export const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const CONFIG = {
  maxLimit: 1000,
  maxAnswerBytes: 16_777_216,
  statementTimeoutMs: 30_000,
  changesKeepHours: 168,
  changesKeepRows: 1_000_000,
  idempotencyKeepHours: 24,
  runsKeepDays: 7,
  runsKeepCount: 1000,
  filesKeepDeletedHours: 24,
  imagesMaxPixels: 50_000_000,
  imagesMaxBytes: 33_554_432,
  imagesAtOnce: 2,
};

const root: Principal = {
  kind: "key",
  id: "k1",
  workspaceId: W,
  roles: ["admin"],
  bypass: true,
};

export interface LogEngineOptions {
  readonly config?: Partial<Config>;
  readonly now?: () => number;
  readonly bus?: Bus | undefined;
  readonly mailer?: Mailer;
  readonly features?: readonly Feature[];
  readonly databases?: ReadonlyMap<string, SqlDriver>;
  readonly files?: FileStore;
  readonly images?: Images;
  /** As `Platform.answersWait`. */
  readonly answersWait?: boolean;
  /** Work that goes on after the answer. */
  readonly defer?: (work: Promise<unknown>) => void;
}

/** One process: its engine, its connection, and the context of an operator's request. */
export async function openEngine(driver: SqlDriver, options: LogEngineOptions = {}) {
  const {
    config,
    now = Date.now,
    bus = memoryBus(),
    features = FEATURES,
    databases = new Map(),
    answersWait,
    defer,
    mailer,
    files,
    images,
  } = options;
  await migrate(driver, Date.now, features);
  const settings = { ...CONFIG, ...config } as Config;
  const engine = createEngine({
    config: settings,
    clock: { now },
    log: quiet,
    bus,
    mailer,
    outbox: mailOutbox,
    features,
    databases,
    answersWait,
    ...(files && { files: async () => files }),
    ...(images && { images: async () => images }),
  });
  const ctx = async (principal: Principal = root): Promise<RequestContext> => ({
    ...contextOf(engine, driver, principal, await engine.catalogs.get(driver, W)),
    requestId: "r1",
    ...(defer && { host: { defer } }),
  });
  const define = async () =>
    createCollection(await ctx(), { slug: "posts", kind: "managed", fields: [{ name: "n", type: "integer" }] });
  const write = async (n: number) => (await createItems(await ctx(), "posts", { n })) as { id: string };
  return { driver, engine, ctx, define, write };
}

/** On Postgres a change is visible once all earlier transactions have ended, including the server's own. */
export async function settled(driver: SqlDriver): Promise<void> {
  if (driver.dialect !== "postgres") return;
  const sql = "select 1 from plinth_changes where xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint limit 1";
  while ((await driver.all({ sql, params: [] })).length > 0) await Bun.sleep(2);
}
