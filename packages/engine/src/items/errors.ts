import { type Collection, DataError, PlinthError, type Row } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { violatedSet } from "./duplicates.ts";

const NONE: ReadonlySet<string> = new Set();

/**
 * What a database refused, in the words of the API. Looks up which reference was at fault where the engine does not say;
 * items that the same batch `made` are gone with it, and not at fault.
 */
export async function explainWriteError(
  scope: Scope,
  error: unknown,
  collection: Collection,
  rows: readonly Row[],
  made: ReadonlySet<string> = NONE,
): Promise<unknown> {
  if (!(error instanceof DataError)) return error;
  const options = { cause: error };
  switch (error.kind) {
    case "unique": {
      const known = rows.every((row) => row.id !== undefined) ? await violatedSet(scope, collection, rows) : undefined;
      const fields = (known ?? error.columns ?? []).filter((column) => collection.byName.has(column));
      const named =
        fields.length > 0
          ? `${fields.join(" and ")}: another item of ${collection.slug} already has this value`
          : undefined;
      return new PlinthError("UNIQUE_VIOLATION", named, { field: fields[0] ?? collection.slug, fields }, options);
    }
    case "foreign_key":
      return (
        (await missingReference(scope, collection, rows, made, error)) ??
        new PlinthError("REFERENCE_NOT_FOUND", undefined, undefined, options)
      );
    case "not_null": {
      const field = error.columns?.[0] ?? collection.slug;
      return new PlinthError("VALIDATION", `${field}: is required`, { field }, options);
    }
    default:
      return unavailable(error);
  }
}

export function explainDeleteError(error: unknown, collection: Collection): unknown {
  if (error instanceof DataError && error.kind === "foreign_key") {
    return new PlinthError(
      "REFERENCE_IN_USE",
      `Other items still refer to this item of ${collection.slug}.`,
      undefined,
      { cause: error },
    );
  }
  return unavailable(error);
}

function unavailable(error: unknown): unknown {
  if (!(error instanceof DataError)) return error;
  const options = { cause: error };
  if (error.kind === "busy" || error.kind === "timeout" || error.kind === "unavailable") {
    return new PlinthError("UNAVAILABLE", "The database cannot take this right now; try again.", undefined, options);
  }
  if (error.kind === "too_large") {
    return new PlinthError("LIMIT_EXCEEDED", "This is more than the database takes at once.", undefined, options);
  }
  return error;
}

async function missingReference(
  scope: Scope,
  collection: Collection,
  rows: readonly Row[],
  made: ReadonlySet<string>,
  cause: DataError,
): Promise<PlinthError | undefined> {
  for (const field of collection.fields) {
    if (field.type !== "relation") continue;
    const target = scope.catalog.collections.get(field.to!);
    const named = rows.map((row) => row[field.name]).filter((id): id is string => typeof id === "string");
    const ids = [...new Set(named)].filter((id) => !made.has(id));
    if (!target || ids.length === 0) continue;
    const idField = target.byName.get("id")!;
    const found = await scope.store.count(
      {
        collection: target,
        access: { where: { kind: "and", of: [] }, fields: null },
        where: { kind: "in", ref: { field: idField }, negated: false, operand: { value: ids } },
      },
      { values: [], variables: scope.variables },
    );
    if (found < ids.length) {
      return new PlinthError(
        "REFERENCE_NOT_FOUND",
        `${field.name}: there is no such item in ${target.slug}`,
        { field: field.name },
        { cause },
      );
    }
  }
  return undefined;
}
