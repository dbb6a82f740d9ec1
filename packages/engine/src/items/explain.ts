import { type Find, fieldsOf, type Json, PlinthError } from "@plinth/core";
import type { Scope } from "../engine.ts";
import type { ListQuery } from "./list-query.ts";

/** From this many rows on, reading a table from end to end deserves a warning. */
const LARGE = 10_000;

/** `explain=1`: what would be run and how. It shows tables and rules, so it is for those with full rights. */
export async function explainList(scope: Scope, query: ListQuery): Promise<Record<string, Json>> {
  if (!scope.principal.bypass)
    throw new PlinthError("FORBIDDEN", "explain is for administrators.", { field: "explain" });
  const { statement, plan, scans } = await scope.store.explain(query.tree, bindings(scope, query));
  const index = scans.length > 0 ? wantedIndex(query.tree) : null;
  return { statement, plan: [...plan], scans: scans.map(({ table }) => table), index };
}

const noticed = new WeakSet<Find>();

/** Looks once at each new shape of query, after the answer, and names the index that a large table lacks. */
export function noticeScan(scope: Scope, query: ListQuery): void {
  if (noticed.has(query.tree) || !scope.defer) return;
  noticed.add(query.tree);
  const { log } = scope.engine;
  const work = warnOfScan(scope, query).catch((error: unknown) =>
    log.warn("a query could not be looked at for scans", { error: String(error) }),
  );
  scope.defer(work);
}

async function warnOfScan(scope: Scope, query: ListQuery): Promise<void> {
  const { collection } = query.tree;
  const { scans } = await scope.store.explain(query.tree, bindings(scope, query));
  const scan = scans.find(({ table }) => table === collection.table);
  if (!scan || !(await isLarge(scope, query, scan.rows))) return;
  const index = wantedIndex(query.tree);
  scope.engine.log.warn("a list reads a large collection from end to end", { collection: collection.slug, index });
}

async function isLarge(scope: Scope, query: ListQuery, rows: number | null): Promise<boolean> {
  if (rows !== null) return rows >= LARGE;
  const { collection } = query.tree;
  const access = { where: { kind: "and", of: [] }, fields: null } as const;
  const tree: Find = {
    collection,
    access,
    where: access.where,
    select: ["id"],
    sort: [],
    limit: { value: 1 },
    offset: { value: LARGE },
  };
  return (await scope.store.find(tree, bindings(scope, query))).rows.length > 0;
}

/** The fields that the filter and the rule ask about, then those of the order: an index on them would serve the query. */
function wantedIndex(tree: Find): string | null {
  const asked = new Set([...fieldsOf(tree.access.where), ...fieldsOf(tree.where)]);
  for (const { ref } of tree.sort) if (!ref.through && !ref.path && ref.field.name !== "id") asked.add(ref.field.name);
  return [...asked].join(", ") || null;
}

function bindings(scope: Scope, query: ListQuery) {
  return { values: query.values, variables: scope.variables };
}
