import type { Collection } from "@plinth/core";
import { changeReader, findCollection, type LogReader } from "@plinth/db";
import { type Catalog, memoize } from "../kernel/catalog.ts";
import type { Engine } from "../kernel/engine.ts";
import { connectionService } from "../kernel/services.ts";

/** The change log of a database, with collections as the engine's catalogs know them. */
export const logReader = connectionService(
  "log reader",
  (engine: Engine, driver): LogReader =>
    changeReader(driver, async (workspaceId, collectionId, version) => {
      const known = byId(await engine.catalogs.get(driver, workspaceId)).get(collectionId);
      if (known && known.version >= version) return known;
      // The catalog may be a second behind, and a reader must not take a new collection for one that is gone.
      return findCollection(driver, collectionId);
    }),
);

function byId(catalog: Catalog): Map<string, Collection> {
  return memoize(catalog, "collections by id", () => {
    return new Map([...catalog.collections.values()].map((collection) => [collection.id, collection]));
  });
}
