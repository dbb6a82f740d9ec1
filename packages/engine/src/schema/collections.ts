import {
  type Collection,
  type CollectionDefinition,
  completeField,
  isVirtual,
  type SqlQuery,
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
import { requireBuiltInSets, requireOwnFields } from "./built-in.ts";
import { nextVersion, slugTaken, updateTables } from "./change-tables.ts";
import { checkDefinition, mergeFields } from "./check-definition.ts";
import { checkColumns, checkIndexable, checkRequired } from "./check-tables.ts";
import type { CreateCollection, UpdateCollection } from "./definition.ts";
import { type CollectionDescription, describeCollection } from "./describe.ts";
import { missingJunctions, withCollections, withJunctionNames } from "./junctions.ts";
import { missingBuiltIns } from "./missing-built-ins.ts";

/** Creates the table, its indexes and its entry in one batch, together with the junctions that its lists need. */
export async function createCollection(
  ctx: RequestContext,
  input: CreateCollection & Pick<CollectionDefinition, "source">,
): Promise<CollectionDescription> {
  const { catalog, driver, now } = ctx;
  const { owner_scoped, id: _id, version: _version, created_at: _at, system_fields: _fields, ...rest } = input;
  const taken = catalog.collections.get(input.slug);
  if (taken) throw slugTaken(input.slug, taken);
  const requested = {
    ...rest,
    fields: rest.fields.map((field) => completeField(field, rest.slug)),
  } as CollectionDefinition;
  if (owner_scoped && requested.fields.length > 0) requested.indexes = ownerIndexes(requested);
  const named = withJunctionNames(requested, requested.fields);
  const builtIns = missingBuiltIns(catalog, requested.fields);
  const junctions = missingJunctions(withCollections(catalog, builtIns), named, requested.fields);
  const definition = checkDefinition(withCollections(catalog, [...builtIns, ...junctions]), named);
  checkColumns(ctx, definition);
  const requires = [requireCatalogRoom(ctx, "collections", 1 + builtIns.length + junctions.length)];
  const own = newCollection(ctx, definition);
  const made = [...newCollections(ctx, builtIns), own, ...newCollections(ctx, junctions)];
  const rules = owner_scoped ? authenticatedOwnerRules(definition.slug, now) : [];
  const { schema } = ctx.source(definition);
  const tables = made.flatMap((one) => schema.createTable(one, targetsOf(ctx, made)));
  return updateTables(ctx, own, {
    tables,
    requires,
    undo: made.toReversed().flatMap((one) => schema.dropTable(one)),
    queries: (statements) => [
      ...made.map((collection) => insertCollection(driver, collection)),
      ...statements,
      ...insertRules(ctx, rules),
    ],
    data: describeCollection(own),
  });
}

function newCollections(ctx: RequestContext, definitions: readonly CollectionDefinition[]): Collection[] {
  return definitions.map((one) => newCollection(ctx, one));
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
  const { after, added, tables, entries } = planChange(ctx, before, input);
  await checkRequired(ctx, before, after, added);
  await checkIndexable(ctx, before, after);
  return updateTables(ctx, before, { tables, queries: entries, data: describeCollection(after) });
}

export interface CollectionChange {
  readonly after: Collection;
  /** Names of the new fields. */
  readonly added: readonly string[];
  /** The junctions and built-in collections that new fields need. */
  readonly made: readonly Collection[];
  readonly tables: readonly SqlQuery[];
  /** The update of the entry with the table statements of its batch, and the entries of what is made. */
  entries(tables: readonly SqlQuery[]): SqlQuery[];
}

/** Checks a change by the catalog, without a look at the items. */
export function planChange(ctx: RequestContext, before: Collection, input: UpdateCollection): CollectionChange {
  const changes = input.fields ?? [];
  requireOwnFields(before, changes);
  requireBuiltInSets(before, input);
  const { fields, added } = mergeFields(before, changes);
  const merged = JSON.parse(JSON.stringify({ ...definitionOf(before), ...input, fields })) as CollectionDefinition;
  const named = withJunctionNames(merged, changes);
  const builtIns = missingBuiltIns(ctx.catalog, changes);
  const junctions = missingJunctions(withCollections(ctx.catalog, builtIns), named, changes);
  const definition = checkDefinition(withCollections(ctx.catalog, [...builtIns, ...junctions]), named, changes);
  checkColumns(ctx, definition);
  const names = added.map((field) => field.name);
  const after = nextVersion(before, definition, (field) => names.includes(field.name));
  const first = newCollections(ctx, builtIns);
  const made = newCollections(ctx, junctions);
  const targetOf = targetsOf(ctx, [...first, after, ...made]);
  const columns = definition.fields.filter((field) => names.includes(field.name) && !isVirtual(field));
  const { driver } = ctx;
  const { schema } = ctx.source(before);
  return {
    after,
    added: names,
    made: [...first, ...made],
    tables: [
      ...first.flatMap((one) => schema.createTable(one, targetOf)),
      ...schema.changeTable({ before, after, added: { fields: columns, targetOf } }),
      ...made.flatMap((one) => schema.createTable(one, targetOf)),
    ],
    entries: (tables) => [
      ...changeCollectionQueries(driver, before, after, tables),
      ...[...first, ...made].map((one) => insertCollection(driver, one)),
    ],
  };
}

function tableName(workspaceId: string, slug: string): string {
  return `c_${workspaceId.slice(-12)}_${slug}`;
}

export function targetsOf(ctx: RequestContext, made: readonly Collection[]): (slug: string) => Collection {
  return (slug) => made.find((one) => one.slug === slug) ?? collectionOf(ctx, slug);
}
