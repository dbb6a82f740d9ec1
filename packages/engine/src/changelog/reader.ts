import type { Collection, SqlDriver } from "@plinth/core";
import { changeReader, findCollection, type LogReader } from "@plinth/db";
import { type Catalog, derive } from "../kernel/catalog.ts";
import type { Engine } from "../kernel/engine.ts";

const readers = new WeakMap<Engine, WeakMap<SqlDriver, LogReader>>();

/** The change log of a database, with collections as the engine's catalogs know them. */
export function logReader(engine: Engine, driver: SqlDriver): LogReader {
  const known = readers.get(engine) ?? new WeakMap<SqlDriver, LogReader>();
  readers.set(engine, known);
  let reader = known.get(driver);
  if (!reader) {
    reader = changeReader(driver, async (workspaceId, collectionId, version) => {
      const known = byId(await engine.catalogs.get(driver, workspaceId)).get(collectionId);
      return known && known.version >= version
        ? known
        : // The catalog may be a second behind, and a reader must not take a new collection for one that is gone.
          findCollection(driver, collectionId);
    });
    known.set(driver, reader);
  }
  return reader;
}

function byId(catalog: Catalog): Map<string, Collection> {
  return derive(catalog, "collections by id", () => {
    return new Map([...catalog.collections.values()].map((collection) => [collection.id, collection]));
  });
}
