import { PlinthError, type Row } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { requireListable } from "./scan-fence.ts";
import type { Level } from "./selection.ts";

/** Items that one request may bring in, counted as often as they occur in its answer. */
const MAX_EXPANDED = 100_000;

/** Puts related items in the place of their ids: one statement a level, however many rows. */
export async function expandRows(scope: Scope, rows: readonly Row[], levels: readonly Level[]): Promise<void> {
  await expandLevels({ scope, brought: 0 }, { rows, times: rows.map(() => 1), path: "expand" }, levels);
}

interface Request {
  readonly scope: Scope;
  brought: number;
}

/** Rows are objects that may stand in many places of the answer, and are written out in each. */
interface Shown {
  readonly rows: readonly Row[];
  /** How often each of them occurs. */
  readonly times: readonly number[];
  readonly path: string;
}

async function expandLevels(request: Request, shown: Shown, levels: readonly Level[]): Promise<void> {
  for (const level of levels) {
    const at: Shown = { ...shown, path: `${shown.path}.${level.relation.field.name}` };
    if (level.relation.via) await expandMany(request, at, level);
    else await expandOne(request, at, level);
  }
}

/** What the caller may not see becomes null. */
async function expandOne(request: Request, { rows, times, path }: Shown, level: Level): Promise<void> {
  const { scope } = request;
  const name = level.relation.field.name;
  const sought = new Map<string, number>();
  rows.forEach((row, i) => {
    const id = row[name];
    if (typeof id === "string") sought.set(id, (sought.get(id) ?? 0) + times[i]!);
  });
  const items = new Map<string, Row>();
  if (sought.size > 0) {
    const found = await scope.store.find(level.tree, {
      values: [[...sought.keys()], sought.size],
      variables: scope.variables,
    });
    for (const item of found.rows) items.set(item.id as string, item);
    const theirs = found.rows.map((item) => sought.get(item.id as string)!);
    await goOn(request, { rows: found.rows, times: theirs, path }, level, path);
  }
  for (const row of rows) {
    const id = row[name];
    if (id !== undefined) row[name] = typeof id === "string" ? (items.get(id) ?? null) : null;
  }
}

async function expandMany(request: Request, shown: Shown, level: Level): Promise<void> {
  const { scope } = request;
  const { rows, times, path } = shown;
  const name = level.relation.field.name;
  const parents = await parentsOf(scope, rows, level);
  if (parents.length * level.limit > MAX_EXPANDED) {
    const message = `${name}: ${parents.length} items with up to ${level.limit} each are more than ${MAX_EXPANDED}; ask for fewer`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: `${path}.limit` });
  }
  const lists = new Map<string, Row[]>(parents.map((id) => [id, []]));
  if (parents.length > 0) {
    const values = [parents, ...level.values.slice(1)];
    await requireListable(scope, level.tree, values);
    const found = await scope.store.find(level.tree, { values, variables: scope.variables });
    found.rows.forEach((item, i) => {
      lists.get(found.parents![i]!)!.push(item);
    });
    const of = new Map<string, number>();
    rows.forEach((row, i) => {
      of.set(row.id as string, (of.get(row.id as string) ?? 0) + times[i]!);
    });
    const theirs = found.parents!.map((parent) => of.get(parent)!);
    await goOn(request, { rows: found.rows, times: theirs, path }, level, `${path}.limit`);
  }
  for (const row of rows) row[name] = lists.get(row.id as string) ?? null;
}

/** Counts what a level brought in, and refuses before the next one, or the answer, is made of it. */
async function goOn(request: Request, found: Shown, level: Level, field: string): Promise<void> {
  request.brought += found.times.reduce((sum, times) => sum + times, 0);
  if (request.brought > MAX_EXPANDED) {
    const { name } = level.relation.field;
    const message = `${name}: with it, items of other collections would occur more than ${MAX_EXPANDED} times in this answer; ask for fewer`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field });
  }
  await expandLevels(request, { ...found, path: `${found.path}.expand` }, level.expand);
}

/** The items whose list may be read; those whose list is hidden show null. */
async function parentsOf(scope: Scope, rows: readonly Row[], level: Level): Promise<string[]> {
  const ids = [...new Set(rows.map((row) => row.id as string))];
  if (!level.shownOn || ids.length === 0) return ids;
  const shown = await scope.store.find(level.shownOn, { values: [ids, ids.length], variables: scope.variables });
  return shown.rows.map((row) => row.id as string);
}
