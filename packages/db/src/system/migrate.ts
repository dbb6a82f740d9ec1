import { DataError, type SqlDriver } from "@plinth/core";
import { MIGRATIONS, type Migration } from "./migrations.ts";

const CREATE_LEDGER = `create table if not exists plinth_migrations (id text not null primary key, applied_at bigint not null)`;
const ATTEMPTS = 40;
const PAUSE_MS = 100;

/**
 * Brings the system tables up to date. Several instances may call this at the same moment: each migration claims its
 * line in the ledger and does its work in one batch, so that it happens once and whole; who loses the race looks again.
 * Throws with the migration's name when one fails, and nothing of it remains; and where a newer Plinth has been at work,
 * whose tables this one would write to without knowing what they mean.
 */
export async function migrate(driver: SqlDriver, now: () => number): Promise<string[]> {
  await patiently(() => driver.batch([{ sql: CREATE_LEDGER, params: [] }]));
  const look = () => patiently(() => appliedIds(driver));
  let done = await look();
  requireNoneNewer(done);
  const applied: string[] = [];
  for (const migration of MIGRATIONS) {
    if (done.has(migration.id)) continue;
    if (await apply(driver, migration, now())) applied.push(migration.id);
    else done = await look();
  }
  return applied;
}

function requireNoneNewer(done: ReadonlySet<string>): void {
  const unknown = [...done].filter((id) => !MIGRATIONS.some((migration) => migration.id === id));
  if (unknown.length === 0) return;
  throw new DataError("unavailable", {
    message: `A newer Plinth has migrated this database (${unknown.toSorted().join(", ")}); run that version, or restore a backup from before the update.`,
  });
}

async function appliedIds(driver: SqlDriver): Promise<Set<string>> {
  const rows = await driver.all({ sql: "select id from plinth_migrations", params: [] });
  return new Set(rows.map((row) => row.id as string));
}

/** False when another instance applied it first. */
async function apply(driver: SqlDriver, migration: Migration, now: number): Promise<boolean> {
  const id = driver.dialect === "sqlite" ? "?1, ?2" : "$1, $2";
  const claim = { sql: `insert into plinth_migrations (id, applied_at) values (${id})`, params: [migration.id, now] };
  const work = migration.statements(driver.dialect).map((sql) => ({ sql, params: [] }));
  let failure: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await driver.batch([claim, ...work]);
      return true;
    } catch (error) {
      failure = error;
      if ((await appliedIds(driver)).has(migration.id)) return false;
      if (!(error instanceof DataError) || (error.kind !== "busy" && error.kind !== "unique")) break;
      await pause();
    }
  }
  throw new Error(`The database migration ${migration.id} failed and was rolled back: ${messageOf(failure)}`, {
    cause: failure,
  });
}

/** Postgres may refuse `create table if not exists` to the slower of two sessions. */
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
