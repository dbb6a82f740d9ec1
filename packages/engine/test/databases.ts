/** A database of each kind that guarantees are tested on: empty, or with the tables of a new instance. */
import { Database } from "bun:sqlite";
import { createHash, createHmac } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { d1 } from "@plinth/adapters-cloudflare";
import { postgresJs } from "@plinth/adapters-postgres/postgres-js";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver } from "@plinth/core";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { workersD1 as d1Server } from "../../../tests/support/workers-d1.ts";
import { FEATURES, migrate } from "../src/index.ts";

export interface LogDatabases {
  readonly name: string;
  /** The reason, if there is none. */
  readonly missing?: string;
  /** Creates an empty database; each call of the result opens a new connection to it. */
  create(): Promise<() => SqlDriver>;
  /** The same with the tables of a new instance: a copy of one that is made once, as migrations take long. */
  createMigrated(): Promise<() => SqlDriver>;
  close(): Promise<void>;
}

let made = 0;

/** Migrates a database when it is first needed, and answers what names it. */
function template<Name>(make: () => Promise<{ name: Name; driver: SqlDriver }>): () => Promise<Name> {
  let ready: Promise<Name> | undefined;
  const build = async () => {
    const { name, driver } = await make();
    await migrate(driver, Date.now, FEATURES);
    await driver.close?.();
    return name;
  };
  return () => (ready ??= build());
}

export function sqlite(): LogDatabases {
  const folder = mkdtempSync(join(tmpdir(), "plinth-log-"));
  const next = () => join(folder, `${made++}.db`);
  const migrated = template(async () => {
    const name = next();
    return { name, driver: bunSqlite({ path: name }) };
  });
  return {
    name: "SQLite",
    async create() {
      const path = next();
      return () => bunSqlite({ path });
    },
    async createMigrated() {
      const path = next();
      copyFileSync(await migrated(), path);
      return () => bunSqlite({ path });
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function postgres(): Promise<LogDatabases> {
  const server = await startPostgres();
  const create = async (from?: string) => {
    const name = `plinth_log_${process.pid}_${made++}`;
    return { name, url: await server!.createDatabase(name, from) };
  };
  const migrated = template(async () => {
    const { name, url } = await create();
    return { name, driver: postgresJs({ url, max: 1 }) };
  });
  const opener =
    ({ url }: { url: string }) =>
    () =>
      postgresJs({ url, max: 4 });
  return {
    name: "Postgres",
    ...(!server && { missing: "there is no Postgres here" }),
    create: async () => opener(await create()),
    createMigrated: async () => opener(await create(await migrated())),
    close: async () => server?.stop(),
  };
}

const MOST_DATABASES = 40;
const OBJECTS = "miniflare-D1DatabaseObject";

/** Of the process: its test files come one after another, and to migrate a D1 takes more than a second. */
const shared = globalThis as { plinthMigratedD1?: Promise<string> };

export function workersD1(): LogDatabases {
  const folder = mkdtempSync(join(tmpdir(), "plinth-log-d1-"));
  const idOf = (n: number) => `log-${n}`;
  const server = d1Server({ count: MOST_DATABASES, idOf, folder });
  const fileOf = (n: number) => join(folder, "d1", OBJECTS, `${objectId(OBJECTS, idOf(n))}.sqlite`);
  let next = 0;
  const open = (n: number) => () => d1({ database: server.database(n) });
  const makeMigrated = async () => {
    const n = next++;
    await template(async () => ({ name: n, driver: open(n)() }))();
    const path = join(mkdtempSync(join(tmpdir(), "plinth-log-d1-")), "migrated.db");
    process.once("exit", () => rmSync(dirname(path), { recursive: true, force: true }));
    copyDatabase(fileOf(n), path);
    return path;
  };
  return {
    name: "D1",
    create: async () => open(next++),
    async createMigrated() {
      shared.plinthMigratedD1 ??= makeMigrated();
      const from = await shared.plinthMigratedD1;
      const n = next++;
      // workerd opens the file when the database is first used.
      mkdirSync(dirname(fileOf(n)), { recursive: true });
      copyDatabase(from, fileOf(n));
      return open(n);
    },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function copyDatabase(from: string, to: string): void {
  const source = new Database(from, { readonly: true });
  source.run("vacuum into ?", [to]);
  source.close();
}

/** The name of a Durable Object's file in workerd: the first bytes of an HMAC of its name, then one of those. */
function objectId(namespace: string, name: string): string {
  const key = createHash("sha256").update(namespace).digest();
  const hmac = (data: string | Uint8Array) => createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const first = hmac(name);
  return Buffer.concat([first, hmac(first)]).toString("hex");
}
