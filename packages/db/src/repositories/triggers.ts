import { type Collection, DataError, type SchemaEditor, type SqlDriver } from "@plinth/core";
import { sql } from "drizzle-orm";
import { createTriggers, dropTriggers, TRIGGER_VERSION_PREFIX, triggerVersion } from "../changelog/triggers.ts";
import { literal } from "../compile/dialect.ts";
import { schemaTimeLimit } from "../compile/isolation.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { collections } from "../system/schema.ts";
import { collectionFromRow, isVersion, mustBeUnchanged } from "./collections.ts";

const ATTEMPTS = 5;
const PAUSE_MS = 50;

/**
 * The schema editor for tables outside the built-in database; undefined for tables in it, or that cannot be reached.
 */
export type Editors = (collection: Collection) => SchemaEditor | undefined;

const NO_EDITORS: Editors = () => undefined;

/**
 * Gives every collection the triggers that it should have: one from before the log existed, or one that an older
 * version's instance made or changed. Several instances may do so at once. Returns which tables got new triggers.
 */
export async function ensureTriggers(driver: SqlDriver, editors: Editors = NO_EDITORS): Promise<string[]> {
  const { logged, version } = collections;
  const stale = await systemDatabase(driver)
    .select()
    .from(collections)
    .where(
      sql`${logged} is null or ${logged} <> ${sql.raw(literal(TRIGGER_VERSION_PREFIX))} || cast(${version} as text)`,
    );
  const tables: string[] = [];
  for (const row of stale) {
    const collection = collectionFromRow(row);
    const editor = editors(collection);
    if (collection.source !== undefined && !editor) continue;
    await replaceTriggers(driver, collection, editor);
    tables.push(collection.table);
  }
  return tables;
}

/** An instance that finds a changed definition leaves the triggers to the instance that changed it. */
async function replaceTriggers(driver: SqlDriver, collection: Collection, editor?: SchemaEditor): Promise<void> {
  await editor?.run(editor.replaceTriggers(collection));
  const dialect = dialectOf(driver);
  const entry = systemDatabase(driver)
    .update(collections)
    .set({ logged: triggerVersion(collection) })
    .where(isVersion(collection));
  // The entry comes first: it locks out the others, on engines where several write at once.
  const queries = [
    ...schemaTimeLimit(dialect),
    toQuery(entry),
    mustBeUnchanged(driver, collection),
    ...(editor ? [] : [...dropTriggers(dialect, collection), ...createTriggers(dialect, collection)]),
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
