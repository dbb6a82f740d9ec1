import { type Collection, DataError, type SqlDriver, type SqlQuery } from "@plinth/core";
import {
  createTriggers,
  dialectOf,
  dropTriggers,
  loggedAs,
  mustFind,
  system,
  systemDatabase,
  toQuery,
} from "@plinth/db";
import { and, eq } from "drizzle-orm";

const ATTEMPTS = 5;
const PAUSE_MS = 50;

/**
 * Gives a collection the triggers that it should have: one from before there was a log, or one that an older instance
 * changed. Several instances may do so at once; who finds that the definition has changed leaves it to the others.
 */
export async function keepLogged(driver: SqlDriver, collection: Collection, logged: string | null): Promise<void> {
  if (logged === loggedAs(collection)) return;
  const dialect = dialectOf(driver);
  const { collections } = system;
  const entry = systemDatabase(driver)
    .update(collections)
    .set({ logged: loggedAs(collection) })
    .where(and(eq(collections.id, collection.id), eq(collections.version, collection.version)));
  // The entry comes first: who has it keeps the others waiting, on engines where several write at once.
  const queries = [
    toQuery(entry),
    unchanged(driver, collection),
    ...dropTriggers(dialect, collection),
    ...createTriggers(dialect, collection),
  ];
  for (let attempt = 1; ; attempt++) {
    try {
      await driver.batch(queries);
      return;
    } catch (error) {
      if (error instanceof DataError && error.kind === "guard") return;
      if (!(error instanceof DataError) || error.kind !== "busy" || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}

/** Fails the batch when another request changed the definition since this one read it. */
export function unchanged(driver: SqlDriver, { id, version }: Collection): SqlQuery {
  const { collections } = system;
  const it = and(eq(collections.id, id), eq(collections.version, version));
  return mustFind(driver, "changed", systemDatabase(driver).select({ id: collections.id }).from(collections).where(it));
}
