import { type Collection, type Condition, type DataError, FULL_ACCESS, type Row } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { bind } from "../items/read.ts";
import type { Part } from "./plan.ts";

/** The part that failed: by the engine's word, or where it does not say (D1, Neon) by looking for the cause. */
export async function locatePart(scope: Scope, parts: readonly Part[], error: DataError): Promise<Part | undefined> {
  if (parts.length === 1) return parts[0];
  if (error.statementIndex !== undefined) {
    let rest = error.statementIndex - (scope.claim ? 1 : 0);
    return parts.find((part) => {
      rest -= part.trees.length;
      return rest < 0;
    });
  }
  const suspects = parts.filter((part) => writtenRows(part).length > 0);
  if (error.kind === "unique") return (await duplicate(scope, suspects, error.columns ?? [])) ?? suspects[0];
  if (error.kind === "foreign_key") return (await dangling(scope, parts)) ?? parts[0];
  return suspects[0] ?? parts[0];
}

interface Written {
  collection: Collection;
  row: Row;
}

export function writtenRows(part: Part): Written[] {
  return part.trees.flatMap((tree) => {
    if (tree.kind === "insert") return tree.rows.map((row) => ({ collection: tree.collection, row }));
    return tree.kind === "update" ? [{ collection: tree.collection, row: tree.set }] : [];
  });
}

/** The first part that writes a value which an earlier one writes or another item already has. */
async function duplicate(scope: Scope, parts: readonly Part[], columns: readonly string[]): Promise<Part | undefined> {
  const seen = new Set<string>();
  for (const part of parts) {
    for (const { collection, row } of writtenRows(part)) {
      if (columns.length === 0 || !columns.every((name) => row[name] !== undefined && row[name] !== null)) continue;
      const key = JSON.stringify([collection.slug, ...columns.map((name) => row[name])]);
      const equal = columns.map((name): Condition => {
        const field = collection.byName.get(name)!;
        return { kind: "compare", ref: { field }, op: "eq", operand: { value: row[name]! } };
      });
      if (seen.has(key) || (await exists(scope, collection, { kind: "and", of: equal }))) return part;
      seen.add(key);
    }
  }
  return undefined;
}

/** The first part that refers to an item which is not there; else the one that takes away what others refer to. */
async function dangling(scope: Scope, parts: readonly Part[]): Promise<Part | undefined> {
  const made = new Set(parts.flatMap((part) => part.makes ?? []));
  for (const part of parts) {
    for (const { collection, row } of writtenRows(part)) {
      for (const field of collection.fields) {
        const id = row[field.name];
        const target = scope.catalog.collections.get(field.to ?? "");
        if (field.type !== "relation" || typeof id !== "string" || made.has(id) || !target) continue;
        const isIt: Condition = {
          kind: "compare",
          ref: { field: target.byName.get("id")! },
          op: "eq",
          operand: { value: id },
        };
        if (!(await exists(scope, target, isIt))) return part;
      }
    }
  }
  return parts.find((part) => part.trees.some((tree) => tree.kind === "delete"));
}

async function exists(scope: Scope, collection: Collection, where: Condition): Promise<boolean> {
  return (await scope.store.count({ collection, access: FULL_ACCESS, where }, bind(scope, []))) > 0;
}
