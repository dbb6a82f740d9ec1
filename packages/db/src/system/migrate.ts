import { type DatabaseState, DataError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { schemaTimeLimit } from "../compile/isolation.ts";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import type { Migration } from "./migrations/migration.ts";

const LEDGER = "plinth_migrations";
const CREATE_LEDGER = `create table if not exists plinth_migrations (id text not null primary key, applied_at bigint not null)`;
const LIST_APPLIED = "select id from plinth_migrations";
/** A migration may rewrite a large table, and the server waits for it. */
const TIME_LIMIT_MS = 3_600_000;
const ATTEMPTS = 40;
const PAUSE_MS = 100;

/** A part of the product with tables of its own. */
export interface TableOwner {
  readonly name: string;
  readonly migrations?: readonly Migration[];
}

/**
 * Brings the system tables up to date, and then those of the features. Several instances may call this at once: each
 * migration claims its line in the ledger and does its work in the same batch, so that it happens once and completely; the
 * instance that loses the race checks again. Throws with the migration's name when one fails, and nothing of it remains.
 * Also throws where a newer Plinth has migrated the database, whose tables this one does not understand.
 */
export async function migrate(
  driver: SqlDriver,
  now: () => number,
  features: readonly TableOwner[] = [],
): Promise<string[]> {
  const migrations = [...MIGRATIONS, ...features.flatMap(migrationsOf)];
  let { done, isNew } = await patiently(() => openLedger(driver));
  requireNoneNewer(done, migrations);
  // An empty ledger that was there before is of a start that could not apply them together.
  if (isNew && (await applyTogether(driver, migrations, now()))) return migrations.map(({ id }) => id);
  const applied: string[] = [];
  if (isNew) ({ done } = await patiently(() => openLedger(driver)));
  for (const migration of migrations) {
    if (done.has(migration.id)) continue;
    if (await apply(driver, migration, now())) applied.push(migration.id);
    else ({ done } = await patiently(() => openLedger(driver)));
  }
  return applied;
}

/** How a database that was migrated before differs from this version, without changing anything. Fails on others. */
export async function migrationState(
  driver: SqlDriver,
  features: readonly TableOwner[] = [],
): Promise<Pick<DatabaseState, "pending" | "unknown">> {
  const known = [...MIGRATIONS, ...features.flatMap(migrationsOf)].map(({ id }) => id);
  const rows = await driver.all({ sql: LIST_APPLIED, params: [] });
  const done = new Set(rows.map((row) => row.id as string));
  return { pending: known.filter((id) => !done.has(id)), unknown: unknownIn(done, known) };
}

/** The ledger holds a feature's migrations under its name, so that two features may use the same numbers. */
function migrationsOf({ name, migrations = [] }: TableOwner): Migration[] {
  return migrations.map((migration) => ({ ...migration, id: `${name}/${migration.id}` }));
}

function requireNoneNewer(done: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const unknown = unknownIn(
    done,
    migrations.map(({ id }) => id),
  );
  if (unknown.length === 0) return;
  throw new DataError("unavailable", {
    message: `A newer Plinth has migrated this database (${unknown.join(", ")}); run that version, or restore a backup from before the update.`,
  });
}

function unknownIn(done: ReadonlySet<string>, known: readonly string[]): string[] {
  return [...done].filter((id) => !known.includes(id)).toSorted();
}

/** The ids of the migrations that were applied, and whether it is made now. In one batch, as a start waits for every round trip. */
async function openLedger(driver: SqlDriver): Promise<{ done: Set<string>; isNew: boolean }> {
  const find = dialectOf(driver).system.findTable(LEDGER);
  const batch = [find, CREATE_LEDGER, LIST_APPLIED].map((sql) => ({ sql, params: [] }));
  const [found, , applied] = await driver.batch(batch);
  return { done: new Set(applied!.rows.map((row) => row.id as string)), isNew: found!.rows.length === 0 };
}

/**
 * A new database gets all of them in one batch: a transaction and a round trip for each are most of a first start. False: it
 * is not known to be done, and nothing is left half done. One after another they say which one fails, and let others take part.
 * It is tried once: a host that limits the statements of a request counts those that it refuses, and would come no further.
 */
async function applyTogether(driver: SqlDriver, migrations: readonly Migration[], now: number): Promise<boolean> {
  const batch = batchOf(driver, migrations, now);
  if (batch.length > driver.capabilities.maxBatch) return false;
  try {
    await driver.batch(batch);
    return true;
  } catch {
    return false;
  }
}

function batchOf(driver: SqlDriver, migrations: readonly Migration[], now: number): SqlQuery[] {
  const dialect = dialectOf(driver);
  const insert = "insert into plinth_migrations (id, applied_at) values (?1, ?2)";
  return [
    ...schemaTimeLimit(dialect, TIME_LIMIT_MS),
    ...migrations.flatMap(({ id, statements }) => [
      numbered(dialect, insert, [id, now]),
      ...statements(dialect.system).map((sql) => ({ sql, params: [] })),
    ]),
  ];
}

/** False when another instance applied it first. */
async function apply(driver: SqlDriver, migration: Migration, now: number): Promise<boolean> {
  const batch = batchOf(driver, [migration], now);
  let failure: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await driver.batch(batch);
      return true;
    } catch (error) {
      failure = error;
      if ((await openLedger(driver)).done.has(migration.id)) return false;
      if (!(error instanceof DataError) || (error.kind !== "busy" && error.kind !== "unique")) break;
      await pause();
    }
  }
  throw new Error(`The database migration ${migration.id} failed and was rolled back: ${messageOf(failure)}`, {
    cause: failure,
  });
}

/** With two sessions, Postgres may refuse `create table if not exists` to the slower one. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const passing = error instanceof DataError && (error.kind === "busy" || error.kind === "unique");
      if (!passing || attempt >= ATTEMPTS) throw error;
      await pause();
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

function messageOf(error: unknown): string {
  const cause = error instanceof DataError ? error.cause : undefined;
  return String((cause as Error | undefined)?.message ?? (error as Error | undefined)?.message ?? error);
}
