import { type Change, type Collection, isEqual, type Json, type Row } from "@plinth/core";
import { differences } from "./diff.ts";
import type { ConflictReason, Inverse } from "./undo-plan.ts";

export type Judged =
  | { readonly inverse: Inverse }
  | { readonly conflict: { readonly reason: ConflictReason; readonly fields: readonly string[] } }
  /** It is as it was before the change. */
  | "done";

/**
 * What takes a change back, given the item as it is now. Fields that others have changed since are a conflict. `only`: the
 * other fields are left out, because later changes that are also undone have brought them back already.
 */
export function inverseOf(change: Change, collection: Collection, row: Row | null, only?: ReadonlySet<string>): Judged {
  const { item: id, before, after } = change;
  if (before === null) {
    if (row === null) return "done";
    const changed = differences(after, row).filter(({ field }) => !isStateOfFile(collection, field));
    if (changed.length > 0) return conflict("changed", changed);
    return { inverse: { kind: "delete", collection, id, row } };
  }
  if (after === null) {
    if (row === null) return { inverse: { kind: "restore", collection, id, row: before as Row } };
    const changed = differences(before, row);
    return changed.length > 0 ? conflict("exists", changed) : "done";
  }
  const left = differences(before, after).filter(({ field, before: was }) => {
    return (!only || only.has(field)) && !isEqual(valueIn(row, field), was);
  });
  if (left.length === 0) return "done";
  if (row === null) return conflict("missing", left);
  const changed = left.filter(({ field, after: is }) => !isEqual(valueIn(row, field), is));
  if (changed.length > 0) return conflict("changed", changed);
  const fields = left.map(({ field }) => field);
  return changeTo(collection, id, row, before as Row, [
    ...fields,
    ...backToQuarantine(collection, before as Row, fields),
  ]);
}

/** Which the server and administrators change: an upload whose file has been accepted since is undone as one that has not. */
const isStateOfFile = ({ system }: Collection, field: string): boolean => system === "files" && field === "state";

/** Bytes that were in quarantine when others took their place come back into it, whatever became of those. */
function backToQuarantine({ system }: Collection, before: Row, fields: readonly string[]): string[] {
  const isBack = system === "files" && before.state === "quarantined" && fields.includes("content");
  return isBack && !fields.includes("state") ? ["state"] : [];
}

/** Brings an item to an earlier state, whoever has changed it since. */
export function returnTo(target: Row, collection: Collection, id: string, row: Row | null): Judged {
  if (row === null) return { inverse: { kind: "restore", collection, id, row: target } };
  const fields = differences(row, target).map(({ field }) => field);
  return fields.length === 0 ? "done" : changeTo(collection, id, row, target, fields);
}

function changeTo(collection: Collection, id: string, row: Row, target: Row, fields: readonly string[]): Judged {
  const next = withNextVersion(row);
  for (const field of fields) {
    if (Object.hasOwn(target, field)) next[field] = target[field]!;
    else delete next[field];
  }
  return { inverse: { kind: "update", collection, id, row, next, fields } };
}

function conflict(reason: ConflictReason, differing: readonly { readonly field: string }[]): Judged {
  return { conflict: { reason, fields: differing.map(({ field }) => field) } };
}

function valueIn(row: Row | null, field: string): Json {
  return (row?.[field] ?? null) as Json;
}

/** A write of an item counts its version up. */
export function withNextVersion(row: Row): Row {
  return typeof row.version === "number" ? { ...row, version: row.version + 1 } : { ...row };
}
