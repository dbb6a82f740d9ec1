import {
  type Collection,
  type CollectionDefinition,
  DataError,
  type Field,
  fieldNamesOf,
  PlinthError,
  type SqlQuery,
  toCollection,
} from "@plinth/core";
import type { Write } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import type { Requirement } from "../commit/requirement.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { isBuiltIn } from "../kernel/sources.ts";
import { addedColumns } from "./added-columns.ts";
import type { CollectionDescription } from "./describe.ts";

export function nextVersion(
  before: Collection,
  definition: CollectionDefinition,
  isNew: (field: Field) => boolean,
): Collection {
  const { id, workspaceId, version, table, createdAt } = before;
  const added = addedColumns(before, definition, isNew);
  return toCollection(definition, { id, workspaceId, version: version + 1, table, createdAt, added });
}

interface SchemaUpdate {
  readonly tables: readonly SqlQuery[];
  /** Drops columns or tables, with their data. */
  readonly takesAway?: boolean;
  /** Reverts the changes to tables of another database if the update of the entry fails. */
  readonly undo?: readonly SqlQuery[];
  readonly requires?: readonly Requirement[];
  /** The update of the entry, with the table statements that belong to its batch. */
  queries(tables: readonly SqlQuery[]): SqlQuery[];
  readonly data: CollectionDescription;
}

/**
 * Tables of the built-in database change in the batch of their entry. Tables of another database change separately:
 * additions first and removals last. A failure in between then leaves a table or column without an entry, but never an
 * entry without its table.
 */
export async function updateTables(
  ctx: RequestContext,
  collection: Collection,
  change: SchemaUpdate,
): Promise<CollectionDescription> {
  const { tables, takesAway = false, undo = [], queries, requires, data } = change;
  const entry = (own: readonly SqlQuery[]) =>
    commitCollectionChange(ctx, collection, { queries: queries(own), ...(requires && { requires }), data });
  if (isBuiltIn(collection)) return entry(tables);
  const { schema } = ctx.source(collection);
  if (!takesAway) await schema.run(tables);
  try {
    await entry([]);
  } catch (error) {
    if (undo.length > 0) await schema.run(undo);
    throw error;
  }
  if (takesAway) await schema.run(tables);
  return data;
}

function commitCollectionChange(
  ctx: RequestContext,
  collection: Collection,
  write: Write<CollectionDescription>,
): Promise<CollectionDescription> {
  return commitMetadataChange(ctx, write).catch((error: unknown) => {
    throw explain(error, collection, ctx.engine.config.schemaTimeoutMs);
  });
}

function explain(error: unknown, collection: Collection, schemaTimeoutMs: number): unknown {
  const { slug } = collection;
  if (!(error instanceof DataError)) return error;
  if (error.kind === "time_limit") {
    const message = `Changing the table of ${slug} took longer than the ${schemaTimeoutMs / 1000} s that it may (SCHEMA_TIMEOUT_MS); nothing was changed.`;
    return new PlinthError("LIMIT_EXCEEDED", message, { schema_timeout_ms: schemaTimeoutMs }, { cause: error });
  }
  if (error.kind === "guard")
    return new PlinthError("CONFLICT", `${slug} was changed by someone else; read it again.`, undefined, {
      cause: error,
    });
  if (error.kind === "too_large") {
    const message = `An item of ${slug} has a text that is too long for an index.`;
    return new PlinthError("CONFLICT", message, undefined, { cause: error });
  }
  if (error.kind !== "unique") return error;
  const own = (error.columns ?? []).every(
    (column) => column === "slug" || column === "workspace_id" || column === "table_name",
  );
  if (own && error.columns?.length) return slugTaken(slug);
  const [field = "unique"] = fieldNamesOf(collection, error.columns ?? []);
  return new PlinthError("CONFLICT", `${field}: existing items have equal values`, { field }, { cause: error });
}

export function slugTaken(slug: string, by?: Collection): PlinthError {
  const builtIn = by?.system ? "; it is built in, and PATCH /api/collections/:slug adds fields to it" : "";
  return new PlinthError("CONFLICT", `slug: the collection ${slug} already exists${builtIn}`, { field: "slug" });
}
