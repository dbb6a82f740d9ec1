import {
  type Collection,
  DataError,
  failureOf,
  fieldNamesOf,
  isReference,
  type Mutation,
  PlinthError,
  type Row,
} from "@plinth/core";
import { readPolicy } from "../access/read-policy.ts";
import { isReportable } from "../access/writable-fields.ts";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { referrersOf } from "../read/referrers.ts";
import { violatedSet } from "./duplicates.ts";
import type { MadeItems } from "./made-items.ts";

/** The rest of the failed batch, which was rolled back with it. */
export interface FailedBatch {
  /** The items that it created. */
  readonly made: MadeItems;
  /** Its writes before those that failed. */
  readonly before: readonly Mutation[];
}

/**
 * Maps a database error for `trees` to the API's error. Finds the cause itself where databases do not report it, or
 * differ.
 */
export async function explainWriteError(
  ctx: RequestContext,
  error: unknown,
  collection: Collection,
  trees: readonly Mutation[],
  { made, before }: FailedBatch,
): Promise<unknown> {
  if (!(error instanceof DataError)) return error;
  const options = { cause: error };
  switch (error.kind) {
    case "unique": {
      const known = await violatedSet(ctx, collection, trees, before);
      const all = known?.filter((name) => collection.byName.has(name)) ?? fieldNamesOf(collection, error.columns ?? []);
      const fields = all.filter((name) => isReportable(ctx.catalog, ctx.principal, collection, name));
      const others = fields.length < all.length ? " together with others that you may not see" : "";
      const named =
        fields.length > 0
          ? `${fields.join(" and ")}: another item of ${collection.slug} already has this value${others}`
          : undefined;
      return new PlinthError("UNIQUE_VIOLATION", named, { field: fields[0] ?? collection.slug, fields }, options);
    }
    case "foreign_key":
      return (
        (await missingReference(ctx, collection, trees, made, error)) ??
        new PlinthError("REFERENCE_NOT_FOUND", undefined, undefined, options)
      );
    case "not_null": {
      const [name = collection.slug] = fieldNamesOf(collection, error.columns ?? []);
      const field = isReportable(ctx.catalog, ctx.principal, collection, name) ? name : collection.slug;
      return new PlinthError("VALIDATION", `${field}: is required`, { field }, options);
    }
    default:
      return unavailable(error);
  }
}

/**
 * `ids` are the items to delete, if known. Whatever refers to them, the first sentence is the same; the second lists
 * only what the caller may read.
 */
export async function explainDeleteError(
  ctx: RequestContext,
  error: unknown,
  collection: Collection,
  ids: readonly string[] = [],
): Promise<unknown> {
  if (!(error instanceof DataError) || error.kind !== "foreign_key") return unavailable(error);
  const referrers = ids.length > 0 ? await referrersOf(ctx, collection, ids) : [];
  const seen = referrers.map(({ collection: slug, field, items }) => `${items} of ${slug} by ${field}`);
  const rule = `An item of ${collection.slug} cannot be deleted while others refer to it or to what goes with it.`;
  return new PlinthError(
    "REFERENCE_IN_USE",
    seen.length > 0 ? `${rule} Those that you can see: ${seen.join(", ")}.` : rule,
    seen.length > 0 ? { referrers } : undefined,
    { cause: error },
  );
}

function unavailable(error: unknown): unknown {
  if (!(error instanceof DataError)) return error;
  const options = { cause: error };
  if (error.kind === "too_large") {
    return new PlinthError(
      "LIMIT_EXCEEDED",
      "The request is too large for the database; split it into smaller requests.",
      undefined,
      options,
    );
  }
  return failureOf(error) ?? error;
}

/** The target's name, for callers who may read any of it. */
export function inNamed(ctx: RequestContext, target: Collection): string {
  return readPolicy(ctx.catalog, ctx.principal, target) ? ` in ${target.slug}` : "";
}

/** The values that a write stores. */
function rowsIn(tree: Mutation): readonly Row[] {
  if (tree.kind === "insert") return tree.rows;
  if (tree.kind === "update_each") return tree.rows.map(({ values }) => values);
  return tree.kind === "update" ? [tree.set] : [];
}

async function missingReference(
  ctx: RequestContext,
  collection: Collection,
  trees: readonly Mutation[],
  made: MadeItems,
  cause: DataError,
): Promise<PlinthError | undefined> {
  const rows = trees.flatMap(rowsIn);
  for (const field of collection.fields) {
    if (!isReference(field)) continue;
    const target = ctx.catalog.collections.get(field.to!);
    const named = rows.map((row) => row[field.name]).filter((id): id is string => typeof id === "string");
    if (!target) continue;
    const ids = [...new Set(named)].filter((id) => !made.has(target, id));
    if (ids.length === 0) continue;
    const idField = target.byName.get("id")!;
    const found = await ctx.source(target).store.count(
      {
        collection: target,
        policy: { where: { kind: "and", of: [] }, fields: null },
        where: { kind: "in", ref: { field: idField }, negated: false, operand: { value: ids } },
      },
      bind(ctx, []),
    );
    if (found < ids.length) {
      return new PlinthError(
        "REFERENCE_NOT_FOUND",
        `${field.name}: there is no such item${inNamed(ctx, target)}`,
        { field: field.name },
        { cause },
      );
    }
  }
  return undefined;
}
