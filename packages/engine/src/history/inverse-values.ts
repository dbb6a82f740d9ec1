import { type Collection, type JsonObject, PlinthError, type Row } from "@plinth/core";
import { requireUndoAccess } from "../access/write-policy.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { prepareChange } from "../write/change.ts";
import { prepareCreate } from "../write/create.ts";
import type { Inverse, PreparedInverse, UndoConflict } from "./undo-plan.ts";

const SET_BY_THE_SERVER = ["id", "created_at", "updated_at", "version"] as const;

/** Checks the values against the collection as it is now: its fields may have got other rules since. */
export function prepareInverse(ctx: RequestContext, inverse: Inverse): PreparedInverse | UndoConflict {
  const { collection, id } = inverse;
  try {
    return prepared(ctx, inverse);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    // A caller who may not write the collection at all gets no plan; what nobody may write is a conflict.
    if (error.status === 403 && !collection.system) throw error;
    const { issues, field } = error.details ?? {};
    const fields = issues?.map((issue) => issue.field) ?? (field === undefined ? [] : [field]);
    return { collection: collection.slug, item: id, reason: "invalid", fields, message: error.message };
  }
}

function prepared(ctx: RequestContext, inverse: Inverse): PreparedInverse {
  const { collection, id, row } = inverse;
  if (inverse.kind === "delete") {
    requireUndoAccess(ctx.catalog, ctx.principal, collection, "delete", []);
    return inverse;
  }
  if (inverse.kind === "restore") {
    const body = { ...without(row, SET_BY_THE_SERVER), id };
    const restored = { created_at: row.created_at ?? null, version: row.version ?? null };
    return { ...inverse, create: prepareCreate(ctx, collection, body, "", { stored: true, restored }) };
  }
  const { next, fields } = inverse;
  const change = prepareUpdate(ctx, collection, next, fields);
  requireUndoAccess(ctx.catalog, ctx.principal, collection, "update", change.provided);
  return { ...inverse, change };
}

function prepareUpdate(ctx: RequestContext, collection: Collection, next: Row, fields: readonly string[]) {
  if (collection.kind === "document") {
    const body = without(next, SET_BY_THE_SERVER);
    if (!fields.includes("owner_id")) delete body.owner_id;
    return prepareChange(ctx, collection, body, "replace", "", { undo: true });
  }
  const body = Object.fromEntries(fields.map((field) => [field, next[field] ?? null])) as JsonObject;
  return prepareChange(ctx, collection, body, "partial", "", { undo: true });
}

function without(row: Row, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name))) as JsonObject;
}
