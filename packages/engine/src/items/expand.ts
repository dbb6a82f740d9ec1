import { PlinthError, type Row } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { requireListable } from "./scan-fence.ts";
import type { Level } from "./selection.ts";

/** Items that one level of a request may bring in, over all parents. */
const MAX_EXPANDED = 100_000;

/** Puts related items in the place of their ids: one statement a level, however many rows. */
export async function expandRows(scope: Scope, rows: readonly Row[], levels: readonly Level[]): Promise<void> {
  for (const level of levels) {
    if (level.relation.via) await expandMany(scope, rows, level);
    else await expandOne(scope, rows, level);
  }
}

/** What the caller may not see becomes null. */
async function expandOne(scope: Scope, rows: readonly Row[], level: Level): Promise<void> {
  const name = level.relation.field.name;
  const ids = [...new Set(rows.flatMap((row) => (typeof row[name] === "string" ? [row[name]] : [])))];
  const items = new Map<string, Row>();
  if (ids.length > 0) {
    const found = await scope.store.find(level.tree, { values: [ids, ids.length], variables: scope.variables });
    for (const item of found.rows) items.set(item.id as string, item);
    await expandRows(scope, found.rows, level.expand);
  }
  for (const row of rows) {
    const id = row[name];
    if (id !== undefined) row[name] = typeof id === "string" ? (items.get(id) ?? null) : null;
  }
}

async function expandMany(scope: Scope, rows: readonly Row[], level: Level): Promise<void> {
  const name = level.relation.field.name;
  const parents = await parentsOf(scope, rows, level);
  if (parents.length * level.limit > MAX_EXPANDED) {
    const message = `${name}: ${parents.length} items with up to ${level.limit} each are more than ${MAX_EXPANDED}; ask for fewer`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: `expand.${name}.limit` });
  }
  const lists = new Map<string, Row[]>(parents.map((id) => [id, []]));
  if (parents.length > 0) {
    const values = [parents, ...level.values.slice(1)];
    await requireListable(scope, level.tree, values);
    const found = await scope.store.find(level.tree, { values, variables: scope.variables });
    found.rows.forEach((item, i) => {
      lists.get(found.parents![i]!)!.push(item);
    });
    await expandRows(scope, found.rows, level.expand);
  }
  for (const row of rows) row[name] = lists.get(row.id as string) ?? null;
}

/** The items whose list may be read; those whose list is hidden show null. */
async function parentsOf(scope: Scope, rows: readonly Row[], level: Level): Promise<string[]> {
  const ids = [...new Set(rows.map((row) => row.id as string))];
  if (!level.shownOn || ids.length === 0) return ids;
  const shown = await scope.store.find(level.shownOn, { values: [ids, ids.length], variables: scope.variables });
  return shown.rows.map((row) => row.id as string);
}
