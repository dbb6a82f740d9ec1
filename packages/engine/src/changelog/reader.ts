import type { Collection, SqlDriver } from "@plinth/core";
import { changeReader, type LogReader, system, systemDatabase } from "@plinth/db";
import { eq } from "drizzle-orm";
import { type Catalog, collectionFromRow, derive } from "../kernel/catalog.ts";
import type { Engine } from "../kernel/engine.ts";
import { connectionService } from "../kernel/services.ts";

/** The change log of a database, with collections as the engine's catalogs know them. */
export const logReader = connectionService(
  "log reader",
  (engine: Engine, driver): LogReader =>
    changeReader(driver, async (workspaceId, collectionId, version) => {
      const known = byId(await engine.catalogs.get(driver, workspaceId)).get(collectionId);
      return known && known.version >= version ? known : current(driver, collectionId);
    }),
);

function byId(catalog: Catalog): Map<string, Collection> {
  return derive(catalog, "collections by id", () => {
    return new Map([...catalog.collections.values()].map((collection) => [collection.id, collection]));
  });
}

/** The catalog may be a second behind, and a reader must not take a new collection for one that is gone. */
async function current(driver: SqlDriver, collectionId: string): Promise<Collection | undefined> {
  const rows = await systemDatabase(driver)
    .select()
    .from(system.collections)
    .where(eq(system.collections.id, collectionId));
  return rows[0] && collectionFromRow(rows[0]);
}
