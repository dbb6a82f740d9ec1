import {
  type Access,
  and,
  type Collection,
  evaluate,
  isAlways,
  type Json,
  type JsonObject,
  type Mutation,
  maskOf,
  type Row,
  reachesOut,
  uuidv7,
} from "@plinth/core";
import { readAccess, refusal } from "../access/read-access.ts";
import { requireWriteAccess, type WriteAccess } from "../access/write-access.ts";
import type { Scope } from "../engine.ts";
import { explainWriteError } from "../items/errors.ts";
import { type CheckedInput, checkInput, fill, inOrder } from "../items/input.ts";
import { bind } from "../items/read.ts";
import { hasId, hasIdAmong } from "./conditions.ts";
import type { Part } from "./plan.ts";

export interface PreparedCreate {
  readonly row: Row;
  readonly access: WriteAccess;
  /** Fields that the caller gave. */
  readonly given: readonly string[];
}

/**
 * Everything about one new item that needs no database: validation, presets, defaults, the rule's check where one row
 * decides it. `lists` are relations that the request writes along with it.
 */
export function prepareCreate(
  scope: Scope,
  collection: Collection,
  body: Json,
  prefix: string,
  lists: readonly string[] = [],
): PreparedCreate {
  const input = checkInput(collection, body, "create", prefix);
  const fields = lists.length > 0 ? [...input.given, ...lists] : input.given;
  const access = requireWriteAccess(scope.catalog, scope.principal, collection, "create", fields);
  const row = completeRow(scope, collection, input, access);
  if (!reachesOut(access.check) && !evaluate(access.check, row, bind(scope, []))) {
    throw refusal(scope.principal, "create", `this item of ${collection.slug}`);
  }
  return { row, access, given: input.given };
}

function completeRow(scope: Scope, collection: Collection, input: CheckedInput, access: WriteAccess): Row {
  const uuid = (): string => uuidv7(scope.now);
  const owner = scope.principal.kind === "user" ? (scope.principal.id ?? null) : null;
  const row = fill(collection, input.values, access.presets, { variables: scope.variables, uuid });
  row.id ??= uuid();
  row.created_at = scope.variables.now;
  row.updated_at = scope.variables.now;
  if (!("owner_id" in row)) row.owner_id = owner;
  row.version = 1;
  return inOrder(collection, row);
}

/** New items of one collection; checks that reach through relations are guards after the insert. */
export function createPart(
  scope: Scope,
  collection: Collection,
  prepared: readonly PreparedCreate[],
  operation?: number,
): Part {
  const rows = prepared.map((p) => p.row);
  const trees: Mutation[] = [{ kind: "insert", collection, rows }];
  for (const { row, access } of prepared) {
    if (!reachesOut(access.check)) continue;
    const where = and(hasId(collection, row.id as string), access.check);
    trees.push({ kind: "guard", label: "check", collection, where });
  }
  return {
    trees,
    ...(operation !== undefined && { operation }),
    get makes() {
      return rows.map((row) => row.id as string);
    },
    explain: (error, _reason, made) =>
      error.kind === "guard"
        ? refusal(scope.principal, "create", `this item of ${collection.slug}`)
        : explainWriteError(scope, error, collection, rows, made),
  };
}

/** New rows as the caller may read them; of a row that is out of sight, only the id. */
export function showCreated(scope: Scope, collection: Collection, rows: readonly Row[]): Row[] | Promise<Row[]> {
  if (scope.principal.bypass) return rows as Row[];
  const access = readAccess(scope.catalog, scope.principal, collection);
  if (!access) return rows.map((row) => ({ id: row.id! }));
  const decided = !reachesOut(access.where) && ![...(access.fields?.values() ?? [])].some((m) => m && reachesOut(m));
  if (decided) return rows.map((row) => mask(scope, collection, access, row));
  return showById(
    scope,
    collection,
    rows.map((row) => row.id as string),
  );
}

/** Items as the caller may read them now; of one that is out of sight, only the id. */
export async function showById(scope: Scope, collection: Collection, ids: readonly string[]): Promise<Row[]> {
  const access = readAccess(scope.catalog, scope.principal, collection);
  if (!access) return ids.map((id) => ({ id }));
  const { rows } = await scope.store.find(
    {
      collection,
      access,
      where: hasIdAmong(collection, ids),
      select: null,
      sort: [],
      limit: { value: ids.length },
    },
    bind(scope, []),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? { id });
}

function mask(scope: Scope, collection: Collection, access: Access, row: Row): Row {
  const bindings = bind(scope, []);
  if (!isAlways(access.where) && !evaluate(access.where, row, bindings)) return { id: row.id! };
  if (!access.fields) return row;
  const shown: JsonObject = {};
  for (const name of Object.keys(row)) {
    const condition = maskOf(access, name);
    if (condition === undefined) continue;
    const visible = condition === null || evaluate(condition, row, bindings);
    if (visible) shown[name] = row[name]!;
    else if (collection.byName.has(name)) shown[name] = null;
  }
  return shown;
}
