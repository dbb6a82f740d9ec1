import {
  type Collection,
  type CollectionDefinition,
  DataError,
  DEFAULT_COLUMNS,
  type Field,
  invalid,
  isVirtual,
  type Json,
  PlinthError,
  type SqlQuery,
  systemFields,
  toCollection,
  uuidv7,
} from "@plinth/core";
import {
  changeCollectionQueries,
  definitionOf,
  deleteCollectionQueries,
  insertCollection,
  insertRule,
} from "@plinth/db";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { isBuiltIn } from "../kernel/sources.ts";
import { ownerRules } from "../rules/presets.ts";
import { rulesLost } from "../rules/rules.ts";
import { addedColumns } from "./added-columns.ts";
import { checkDefinition, mergeFields } from "./check-definition.ts";
import type { CreateCollection, UpdateCollection } from "./definition.ts";
import { missingJunctions, withCollections, withJunctionNames } from "./junctions.ts";

type Described = Record<string, Json>;

/** A collection as the API returns it. */
export function describeCollection(collection: Collection): Described {
  const { slug, kind, fields, unique_together, indexes, indexed_paths } = collection;
  const { default_sort, note, id, version, createdAt } = collection;
  return {
    id,
    slug,
    kind,
    fields: fields as unknown as Json,
    ...(unique_together && { unique_together }),
    ...(indexes && { indexes }),
    ...(indexed_paths && { indexed_paths }),
    ...(default_sort && { default_sort }),
    ...(note && { note }),
    system_fields: systemFields(collection.columns).map(({ column: _, ...field }) => field) as unknown as Json,
    version,
    created_at: createdAt,
  };
}

/** Creates the table, its indexes and its entry in one batch, together with the junctions that its lists need. */
export async function createCollection(
  ctx: RequestContext,
  input: CreateCollection & Pick<CollectionDefinition, "source">,
): Promise<Described> {
  const { catalog, driver, now } = ctx;
  const { owner_scoped, ...rest } = input;
  if (catalog.collections.has(input.slug)) throw taken(input.slug);
  const requested = rest as CollectionDefinition;
  const named = withJunctionNames(requested, requested.fields);
  const junctions = missingJunctions(catalog, named, requested.fields);
  const definition = checkDefinition(withCollections(catalog, junctions), named);
  checkColumns(ctx, definition);
  const made = [definition, ...junctions].map((one) => newCollection(ctx, one));
  const rules = owner_scoped ? ownerRules(definition.slug, now) : [];
  const { schema } = ctx.source(definition);
  const tables = made.flatMap((one) => schema.createTable(one, targetsOf(ctx, made)));
  return changeTables(ctx, made[0]!, {
    tables,
    undo: made.toReversed().flatMap((one) => schema.dropTable(one)),
    queries: (own) => [
      ...made.map((collection) => insertCollection(driver, collection)),
      ...own,
      ...rules.map((rule) => insertRule(driver, catalog.workspaceId, rule, new Date(now))),
    ],
    data: describeCollection(made[0]!),
  });
}

function newCollection(ctx: RequestContext, definition: CollectionDefinition): Collection {
  const { workspaceId } = ctx.catalog;
  const table = tableName(workspaceId, definition.slug);
  return toCollection(definition, {
    id: uuidv7(ctx.now),
    workspaceId,
    version: 1,
    table,
    createdAt: ctx.variables.now,
  });
}

/** Additive: new fields, indexes and unique sets; constraints on existing fields, where the data allow it. */
export async function updateCollection(ctx: RequestContext, slug: string, input: UpdateCollection): Promise<Described> {
  const before = collectionOf(ctx.catalog, slug);
  const changes = input.fields ?? [];
  const { fields, added } = mergeFields(before, changes);
  const merged = JSON.parse(JSON.stringify({ ...definitionOf(before), ...input, fields })) as CollectionDefinition;
  const named = withJunctionNames(merged, changes);
  const junctions = missingJunctions(ctx.catalog, named, changes);
  const definition = checkDefinition(withCollections(ctx.catalog, junctions), named, changes);
  checkColumns(ctx, definition);
  const names = added.map((field) => field.name);
  const after = nextVersion(before, definition, (field) => names.includes(field.name));
  await checkRequired(ctx, before, definition, names);
  const made = junctions.map((one) => newCollection(ctx, one));
  const targetOf = targetsOf(ctx, [after, ...made]);
  const columns = definition.fields.filter((field) => names.includes(field.name) && !isVirtual(field));
  const { driver } = ctx;
  const { schema } = ctx.source(before);
  return changeTables(ctx, before, {
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

/** Deletes a field and its values. `confirm` must repeat its name, unless the field stores no values. */
export async function deleteField(
  ctx: RequestContext,
  slug: string,
  name: string,
  confirm: string | undefined,
): Promise<Described> {
  const before = collectionOf(ctx.catalog, slug);
  const field = before.fields.find((f) => f.name === name);
  if (!field)
    throw new PlinthError("NOT_FOUND", `${slug} has no field ${name.slice(0, 100)} to delete.`, {
      field: name,
    });
  const users = [...ctx.catalog.collections.values()].filter((other) =>
    other.fields.some(
      (f) =>
        (f.to === slug && !f.through && f.via === name) ||
        (f.through === slug && (f.via === name || f.target === name)),
    ),
  );
  if (users.length > 0) {
    throw new PlinthError("REFERENCE_IN_USE", `Lists of ${users.map((u) => u.slug).join(", ")} use ${slug}.${name}.`, {
      field: name,
    });
  }
  if (!isVirtual(field) && confirm !== name) {
    throw new PlinthError(
      "CONFIRMATION_REQUIRED",
      `This deletes ${name} of every item; repeat with ?confirm=${name}.`,
      { field: "confirm" },
    );
  }
  const without = <T extends string[]>(sets: T[] | undefined): T[] | undefined =>
    sets?.filter((set) => !set.includes(name));
  const definition = checkDefinition(ctx.catalog, {
    ...definitionOf(before),
    fields: before.fields.filter((f) => f.name !== name),
    unique_together: without(before.unique_together),
    indexes: without(before.indexes),
  } as CollectionDefinition);
  const lost = rulesLost(ctx.catalog, withCollections(ctx.catalog, [definition]));
  if (lost.length > 0) {
    const names = lost.map(
      (rule) =>
        `${rule.id} (${rule.role} may ${rule.effect === "deny" ? "not " : ""}${rule.action} ${rule.collection})`,
    );
    throw new PlinthError("REFERENCE_IN_USE", `Rules use ${slug}.${name}: ${names.join(", ")}.`, {
      field: name,
      rules: lost.map((rule) => rule.id),
    });
  }
  const after = nextVersion(before, definition, () => false);
  const dropped = isVirtual(field) ? [] : [field];
  return changeTables(ctx, before, {
    tables: ctx.source(before).schema.changeTable({ before, after, dropped }),
    takesAway: true,
    queries: (own) => changeCollectionQueries(ctx.driver, before, after, own),
    data: describeCollection(after),
  });
}

function nextVersion(
  before: Collection,
  definition: CollectionDefinition,
  isNew: (field: Field) => boolean,
): Collection {
  const { id, workspaceId, version, table, createdAt } = before;
  const added = addedColumns(before, definition, isNew);
  return toCollection(definition, { id, workspaceId, version: version + 1, table, createdAt, added });
}

/** Drops the table with all its data. `confirm` must repeat the slug. */
export async function deleteCollection(
  ctx: RequestContext,
  slug: string,
  confirm: string | undefined,
): Promise<Described> {
  const collection = collectionOf(ctx.catalog, slug);
  const users = [...ctx.catalog.collections.values()].filter(
    (other) => other.slug !== slug && other.fields.some((field) => field.to === slug || field.through === slug),
  );
  if (users.length > 0) {
    const names = users.map((other) => other.slug);
    throw new PlinthError("REFERENCE_IN_USE", `${names.join(", ")} refer to ${slug}.`, {
      field: "slug",
      collections: names,
    });
  }
  if (confirm !== slug) {
    const policy = { where: { kind: "and", of: [] }, fields: null } as const;
    const items = await ctx
      .source(collection)
      .store.count({ collection, policy, where: policy.where }, { values: [], variables: ctx.variables });
    throw new PlinthError(
      "CONFIRMATION_REQUIRED",
      `This deletes ${slug} and its ${items} items; repeat with ?confirm=${slug}.`,
      {
        field: "confirm",
        items,
      },
    );
  }
  return changeTables(ctx, collection, {
    tables: ctx.source(collection).schema.dropTable(collection),
    takesAway: true,
    queries: (own) => deleteCollectionQueries(ctx.driver, collection, own),
    data: { slug },
  });
}

function tableName(workspaceId: string, slug: string): string {
  return `c_${workspaceId.slice(-12)}_${slug}`;
}

function targetsOf(ctx: RequestContext, made: readonly Collection[]): (slug: string) => Collection {
  return (slug) => made.find((one) => one.slug === slug) ?? collectionOf(ctx.catalog, slug);
}

function checkColumns(ctx: RequestContext, definition: CollectionDefinition): void {
  const { name, capabilities } = ctx.source(definition).store;
  const { maxColumns } = capabilities;
  const own = systemFields(definition.columns ?? DEFAULT_COLUMNS).length;
  const count = definition.fields.filter((field) => !isVirtual(field)).length + own;
  if (count > maxColumns) {
    throw invalid(
      "fields",
      `${count} columns are too many: ${name} allows ${maxColumns}, of which ${own} are system fields`,
      "LIMIT_EXCEEDED",
    );
  }
}

/** A field can become required, or be added as required, only if every existing item has a value for it. */
async function checkRequired(
  ctx: RequestContext,
  before: Collection,
  after: CollectionDefinition,
  added: readonly string[],
): Promise<void> {
  const policy = { where: { kind: "and", of: [] }, fields: null } as const;
  const bindings = { values: [], variables: ctx.variables };
  for (const field of after.fields) {
    if (!field.required || before.byName.get(field.name)?.required) continue;
    const isNew = added.includes(field.name);
    if (isNew && field.default !== undefined && field.default !== "$now" && field.default !== "$uuid") continue;
    const where = isNew ? policy.where : ({ kind: "null", ref: { field } } as const);
    const missing = await ctx.source(before).store.count({ collection: before, policy, where }, bindings);
    if (missing > 0) {
      throw new PlinthError(
        "CONFLICT",
        `${field.name}: cannot be required, because ${missing} items have no value for it; give a constant default`,
        {
          field: field.name,
          items: missing,
        },
      );
    }
  }
}

interface TableChange {
  readonly tables: readonly SqlQuery[];
  /** Drops columns or tables, with their data. */
  readonly takesAway?: boolean;
  /** Reverts the changes to tables of another database if the update of the entry fails. */
  readonly undo?: readonly SqlQuery[];
  /** The update of the entry, with the table statements that belong to its batch. */
  queries(tables: readonly SqlQuery[]): SqlQuery[];
  readonly data: Described;
}

/**
 * Tables of the built-in database change in the batch of their entry. Tables of another database change separately:
 * additions first and removals last. A failure in between then leaves a table or column without an entry, but never an
 * entry without its table.
 */
async function changeTables(ctx: RequestContext, collection: Collection, change: TableChange): Promise<Described> {
  const { slug } = collection;
  const { tables, takesAway = false, undo = [], queries, data } = change;
  if (isBuiltIn(collection)) return commitCollectionChange(ctx, slug, queries(tables), data);
  const { schema } = ctx.source(collection);
  if (!takesAway) await schema.run(tables);
  try {
    await commitCollectionChange(ctx, slug, queries([]), data);
  } catch (error) {
    if (undo.length > 0) await schema.run(undo);
    throw error;
  }
  if (takesAway) await schema.run(tables);
  return data;
}

function commitCollectionChange(
  ctx: RequestContext,
  slug: string,
  queries: SqlQuery[],
  data: Described,
): Promise<Described> {
  return commitMetadataChange(ctx, { queries, data }).catch((error: unknown) => {
    throw explain(error, slug);
  });
}

function explain(error: unknown, slug: string): unknown {
  if (!(error instanceof DataError)) return error;
  if (error.kind === "guard")
    return new PlinthError("CONFLICT", `${slug} was changed by someone else; read it again.`, undefined, {
      cause: error,
    });
  if (error.kind !== "unique") return error;
  const own = (error.columns ?? []).every(
    (column) => column === "slug" || column === "workspace_id" || column === "table_name",
  );
  if (own && error.columns?.length) return taken(slug);
  const field = error.columns?.[0] ?? "unique";
  return new PlinthError("CONFLICT", `${field}: existing items have equal values`, { field }, { cause: error });
}

function taken(slug: string): PlinthError {
  return new PlinthError("CONFLICT", `slug: the collection ${slug} already exists`, { field: "slug" });
}
