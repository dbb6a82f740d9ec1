import {
  type Collection,
  type CollectionDefinition,
  DEFAULT_COLUMNS,
  type SqlDriver,
  type SqlQuery,
  toCollection,
} from "@plinth/core";
import { and, eq } from "drizzle-orm";
import { triggerVersion } from "../changelog/triggers.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { collections, rules } from "../system/schema.ts";

type CollectionRow = typeof collections.$inferSelect;

/** By slug. An unchanged collection keeps its identity, and with it every statement compiled for it. */
export async function loadCollections(
  driver: SqlDriver,
  workspaceId: string,
  before?: ReadonlyMap<string, Collection>,
): Promise<Map<string, Collection>> {
  const rows = await systemDatabase(driver)
    .select()
    .from(collections)
    .where(eq(collections.workspaceId, workspaceId))
    .orderBy(collections.id);
  return new Map(
    rows.map((row) => {
      const known = before?.get(row.slug);
      const same = known && known.id === row.id && known.version === Number(row.version);
      return [row.slug, same ? known : collectionFromRow(row)];
    }),
  );
}

export async function findCollection(driver: SqlDriver, id: string): Promise<Collection | undefined> {
  const [row] = await systemDatabase(driver).select().from(collections).where(eq(collections.id, id));
  return row && collectionFromRow(row);
}

export function collectionFromRow(row: CollectionRow): Collection {
  const { added, ...definition } = JSON.parse(row.definition) as CollectionDefinition & Pick<Collection, "added">;
  return toCollection(definition, {
    ...(added && { added }),
    id: row.id,
    workspaceId: row.workspaceId,
    version: Number(row.version),
    table: row.tableName,
    createdAt: row.createdAt.toISOString(),
  });
}

/** The part of a collection that its owner decides. */
export function definitionOf(collection: Collection): CollectionDefinition {
  const { slug, kind, source, fields, unique_together, indexes, indexed_paths, default_sort, note, system } =
    collection;
  const columns = collection.columns === DEFAULT_COLUMNS ? undefined : collection.columns;
  return {
    slug,
    kind,
    source,
    fields,
    unique_together,
    indexes,
    indexed_paths,
    default_sort,
    note,
    columns,
    system,
  } as CollectionDefinition;
}

function storedDefinition(collection: Collection): string {
  return JSON.stringify({ ...definitionOf(collection), added: collection.added });
}

/** The entry that makes a table a collection. */
export function insertCollection(driver: SqlDriver, collection: Collection): SqlQuery {
  const entry = systemDatabase(driver)
    .insert(collections)
    .values({
      id: collection.id,
      workspaceId: collection.workspaceId,
      slug: collection.slug,
      kind: collection.kind,
      definition: storedDefinition(collection),
      version: collection.version,
      tableName: collection.table,
      createdAt: new Date(collection.createdAt),
      logged: triggerVersion(collection),
    });
  return toQuery(entry);
}

/** `tables` change too. The batch fails with a guard where another request changed the definition meanwhile. */
export function changeCollectionQueries(
  driver: SqlDriver,
  before: Collection,
  after: Collection,
  tables: readonly SqlQuery[],
): SqlQuery[] {
  const entry = systemDatabase(driver)
    .update(collections)
    .set({ definition: storedDefinition(after), version: after.version, logged: triggerVersion(after) })
    .where(isVersion(before));
  return [mustBeUnchanged(driver, before), ...tables, toQuery(entry)];
}

/** Deletes a collection's rules and its entry; guarded as a change is. */
export function deleteCollectionQueries(
  driver: SqlDriver,
  collection: Collection,
  tables: readonly SqlQuery[],
): SqlQuery[] {
  const { id, workspaceId, slug } = collection;
  const database = systemDatabase(driver);
  return [
    mustBeUnchanged(driver, collection),
    ...tables,
    toQuery(database.delete(rules).where(and(eq(rules.workspaceId, workspaceId), eq(rules.collection, slug)))),
    toQuery(database.delete(collections).where(eq(collections.id, id))),
  ];
}

export function mustBeUnchanged(driver: SqlDriver, collection: Collection): SqlQuery {
  const it = isVersion(collection);
  return mustFind(driver, "changed", systemDatabase(driver).select({ id: collections.id }).from(collections).where(it));
}

export function isVersion({ id, version }: Collection) {
  return and(eq(collections.id, id), eq(collections.version, version));
}
