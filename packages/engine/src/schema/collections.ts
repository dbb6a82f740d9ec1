import {
  type Collection,
  type CollectionDefinition,
  isVirtual,
  toCollection,
  uuidv7,
  withFreeColumn,
} from "@plinth/core";
import { changeCollectionQueries, definitionOf, insertCollection } from "@plinth/db";
import { requireCatalogRoom } from "../commit/room.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { authenticatedOwnerRules, ownerIndexes } from "../rules/presets.ts";
import { insertRules } from "../rules/rule-records.ts";
import { requireOwnFields } from "./built-in.ts";
import { nextVersion, slugTaken, updateTables } from "./change-tables.ts";
import { checkDefinition, mergeFields } from "./check-definition.ts";
import { checkColumns, checkIndexable, checkRequired } from "./check-tables.ts";
import type { CreateCollection, UpdateCollection } from "./definition.ts";
import { type CollectionDescription, describeCollection } from "./describe.ts";
import { missingJunctions, withCollections, withJunctionNames } from "./junctions.ts";

/** Creates the table, its indexes and its entry in one batch, together with the junctions that its lists need. */
export async function createCollection(
  ctx: RequestContext,
  input: CreateCollection & Pick<CollectionDefinition, "source">,
): Promise<CollectionDescription> {
  const { catalog, driver, now } = ctx;
  const {
    owner_scoped,
    id: _id,
    version: _version,
    created_at: _at,
    system_fields: _fields,
    system: _system,
    ...rest
  } = input;
  const taken = catalog.collections.get(input.slug);
  if (taken) throw slugTaken(input.slug, taken);
  const requested = rest as CollectionDefinition;
  if (owner_scoped && requested.fields.length > 0) requested.indexes = ownerIndexes(requested);
  const named = withJunctionNames(requested, requested.fields);
  const junctions = missingJunctions(catalog, named, requested.fields);
  const definition = checkDefinition(withCollections(catalog, junctions), named);
  checkColumns(ctx, definition);
  const requires = [requireCatalogRoom(ctx, "collections", 1 + junctions.length)];
  const made = [definition, ...junctions].map((one) => newCollection(ctx, one));
  const rules = owner_scoped ? authenticatedOwnerRules(definition.slug, now) : [];
  const { schema } = ctx.source(definition);
  const tables = made.flatMap((one) => schema.createTable(one, targetsOf(ctx, made)));
  return updateTables(ctx, made[0]!, {
    tables,
    requires,
    undo: made.toReversed().flatMap((one) => schema.dropTable(one)),
    queries: (own) => [
      ...made.map((collection) => insertCollection(driver, collection)),
      ...own,
      ...insertRules(ctx, rules),
    ],
    data: describeCollection(made[0]!),
  });
}

export function newCollection(ctx: RequestContext, definition: CollectionDefinition): Collection {
  const { workspaceId } = ctx.catalog;
  const fields = definition.fields.map(withFreeColumn);
  return toCollection(
    { ...definition, fields },
    {
      id: uuidv7(ctx.now),
      workspaceId,
      version: 1,
      table: tableName(workspaceId, definition.slug),
      createdAt: ctx.variables.now,
    },
  );
}

/** Additive: new fields, indexes and unique sets; constraints on existing fields, where the data allow it. */
export async function updateCollection(
  ctx: RequestContext,
  slug: string,
  input: UpdateCollection,
): Promise<CollectionDescription> {
  const before = collectionOf(ctx, slug);
  const changes = input.fields ?? [];
  requireOwnFields(before, changes);
  const { fields, added } = mergeFields(before, changes);
  const merged = JSON.parse(JSON.stringify({ ...definitionOf(before), ...input, fields })) as CollectionDefinition;
  const named = withJunctionNames(merged, changes);
  const junctions = missingJunctions(ctx.catalog, named, changes);
  const definition = checkDefinition(withCollections(ctx.catalog, junctions), named, changes);
  checkColumns(ctx, definition);
  const names = added.map((field) => field.name);
  const after = nextVersion(before, definition, (field) => names.includes(field.name));
  await checkRequired(ctx, before, definition, names);
  await checkIndexable(ctx, before, after);
  const made = junctions.map((one) => newCollection(ctx, one));
  const targetOf = targetsOf(ctx, [after, ...made]);
  const columns = definition.fields.filter((field) => names.includes(field.name) && !isVirtual(field));
  const { driver } = ctx;
  const { schema } = ctx.source(before);
  return updateTables(ctx, before, {
    tables: [
      ...schema.changeTable({ before, after, added: { fields: columns, targetOf } }),
      ...made.flatMap((one) => schema.createTable(one, targetOf)),
    ],
    queries: (own) => [
      ...changeCollectionQueries(driver, before, after, own),
      ...made.map((one) => insertCollection(driver, one)),
    ],
    data: describeCollection(after),
  });
}

function tableName(workspaceId: string, slug: string): string {
  return `c_${workspaceId.slice(-12)}_${slug}`;
}

export function targetsOf(ctx: RequestContext, made: readonly Collection[]): (slug: string) => Collection {
  return (slug) => made.find((one) => one.slug === slug) ?? collectionOf(ctx, slug);
}
