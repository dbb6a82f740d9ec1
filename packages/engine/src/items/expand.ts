import {
  type Access,
  type Collection,
  type Field,
  type Find,
  invalid,
  type JsonObject,
  MAX_HOPS,
  type Row,
  requireVisible,
  unknownField,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-access.ts";
import { derive, rightsKey } from "../catalog.ts";
import type { Scope } from "../engine.ts";

/** One relation to replace by its item, and what to expand in that. */
export interface ExpandPath {
  readonly field: Field;
  readonly target: Collection;
  readonly access: Access;
  readonly inner: readonly ExpandPath[];
}

const MAX_PATHS = 20;

export function parseExpand(
  scope: Scope,
  collection: Collection,
  access: Access,
  text: string | undefined,
): ExpandPath[] {
  if (text === undefined || text === "") return [];
  const paths = text.split(",").map((path) => path.trim().split("."));
  if (paths.length > MAX_PATHS) throw invalid("expand", `at most ${MAX_PATHS} paths are allowed`, "LIMIT_EXCEEDED");
  if (paths.some((path) => path.length > MAX_HOPS)) {
    throw invalid("expand", `a path may pass at most ${MAX_HOPS} relations`, "LIMIT_EXCEEDED");
  }
  return group(scope, collection, access, paths);
}

function group(scope: Scope, collection: Collection, access: Access, paths: readonly string[][]): ExpandPath[] {
  const names = [...new Set(paths.map((path) => path[0]!))];
  return names.map((name) => {
    const field = collection.byName.get(name);
    if (!field) throw unknownField(collection, name, "expand");
    if (field.type !== "relation") throw invalid("expand", `${name} is not a relation`);
    requireVisible(access, name, "expand");
    const target = scope.catalog.collections.get(field.to!);
    if (!target) throw invalid("expand", `${name} points to the missing collection ${field.to}`);
    const targetAccess = requireReadAccess(scope.catalog, scope.principal, target);
    const rest = paths.filter((path) => path[0] === name && path.length > 1).map((path) => path.slice(1));
    return { field, target, access: targetAccess, inner: group(scope, target, targetAccess, rest) };
  });
}

/** Replaces ids by items, in place: one statement a path, however many rows. What the caller may not see becomes null. */
export async function expandRows(scope: Scope, rows: readonly Row[], paths: readonly ExpandPath[]): Promise<void> {
  for (const path of paths) {
    const name = path.field.name;
    const ids = [...new Set(rows.flatMap((row) => (typeof row[name] === "string" ? [row[name]] : [])))];
    const items = new Map<string, JsonObject>();
    if (ids.length > 0) {
      const found = await scope.store.find(byIds(scope, path), {
        values: [ids, ids.length],
        variables: scope.variables,
      });
      for (const item of found.rows) items.set(item.id as string, item);
      await expandRows(scope, found.rows, path.inner);
    }
    for (const row of rows) {
      const id = row[name];
      if (id !== undefined) row[name] = typeof id === "string" ? (items.get(id) ?? null) : null;
    }
  }
}

function byIds(scope: Scope, { target, access }: ExpandPath): Find {
  return derive(scope.catalog, `expand|${rightsKey(scope.principal)}|${target.slug}`, () => ({
    collection: target,
    access,
    where: { kind: "in", ref: { field: target.byName.get("id")! }, negated: false, operand: { slot: 0 } },
    select: null,
    sort: [],
    limit: { slot: 1 },
  }));
}
