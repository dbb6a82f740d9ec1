import {
  type Access,
  and,
  type Collection,
  evaluate,
  type Find,
  FULL_ACCESS,
  isAlways,
  type Json,
  type JsonObject,
  type Mutated,
  type Mutation,
  maskOf,
  type Row,
  reachesOut,
  uuidv7,
} from "@plinth/core";
import { readAccess, refusal } from "../access/read-access.ts";
import { requireWriteAccess, type WriteAccess } from "../access/write-access.ts";
import { namesToTell, requireRightToGive } from "../access/write-input.ts";
import type { Scope } from "../kernel/engine.ts";
import { hasId, hasIdAmong } from "../read/conditions.ts";
import { bind } from "../read/read.ts";
import { explainWriteError } from "./errors.ts";
import { type CheckedInput, checkInput, fill, inOrder } from "./input.ts";
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
  const draft = draftCreate(scope, collection, body, prefix, lists);
  const { row, access } = draft;
  if (!reachesOut(access.check) && !evaluate(access.check, row, bind(scope, []))) {
    throw refusal(scope.principal, "create", `this item of ${collection.slug}`);
  }
  return draft;
}

/** The same before the check is asked. */
export function draftCreate(
  scope: Scope,
  collection: Collection,
  body: Json,
  prefix: string,
  lists: readonly string[] = [],
): PreparedCreate {
  const { catalog, principal } = scope;
  requireRightToGive(catalog, principal, collection, "create", body, lists);
  const input = checkInput(collection, body, "create", prefix, namesToTell(catalog, principal, collection, "create"));
  const fields = lists.length > 0 ? [...input.given, ...lists] : input.given;
  const access = requireWriteAccess(catalog, principal, collection, "create", fields);
  return { row: completeRow(scope, collection, input, access), access, given: input.given };
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

export interface CreatePart extends Part {
  /** The new items as the caller may read them; of one that is out of sight, only the id. */
  answer(results: readonly Mutated[]): Row[];
}

/**
 * New items of one collection; checks that reach through relations are guards after the insert. Where the read rule does
 * too, the items are read back in the same batch.
 */
export function createPart(
  scope: Scope,
  collection: Collection,
  prepared: readonly PreparedCreate[],
  operation?: number,
): CreatePart {
  const rows = prepared.map((p) => p.row);
  const trees: Mutation[] = [{ kind: "insert", collection, rows }];
  for (const { row, access } of prepared) {
    if (!reachesOut(access.check)) continue;
    const where = and(hasId(collection, row.id as string), access.check);
    trees.push({ kind: "guard", label: "check", collection, where });
  }
  const access = readAccess(scope.catalog, scope.principal, collection);
  const readBack = access !== null && !isDecidedAlone(access);
  if (readBack) {
    const ids = rows.map((row) => row.id as string);
    trees.push({ kind: "find", tree: findAmong(collection, access, ids) });
  }
  return {
    trees,
    answer(results) {
      if (readBack) return inOrderOf(rows, results.at(-1)!.rows);
      return access ? rows.map((row) => mask(scope, collection, access, row)) : rows.map((row) => ({ id: row.id! }));
    },
    ...(operation !== undefined && { operation }),
    get makes() {
      return rows.map((row) => row.id as string);
    },
    explain: (error, _reason, around) =>
      error.kind === "guard"
        ? refusal(scope.principal, "create", `this item of ${collection.slug}`)
        : explainWriteError(scope, error, collection, trees, around),
  };
}

/** Whether a new row shows by itself what of it may be read. */
function isDecidedAlone(access: Access): boolean {
  return !reachesOut(access.where) && ![...(access.fields?.values() ?? [])].some((m) => m && reachesOut(m));
}

function findAmong(collection: Collection, access: Access, ids: readonly string[]): Find {
  const where = hasIdAmong(collection, ids);
  return { collection, access, where, select: null, sort: [], limit: { value: ids.length } };
}

function inOrderOf(rows: readonly Row[], found: readonly Row[]): Row[] {
  const byId = new Map(found.map((row) => [row.id, row]));
  return rows.map((row) => byId.get(row.id!) ?? { id: row.id! });
}

/** A new item, asked for only where it does not show by itself what of it may be read. */
export async function showNew(scope: Scope, collection: Collection, row: Row): Promise<Row> {
  const access = readAccess(scope.catalog, scope.principal, collection);
  if (access && isDecidedAlone(access)) return mask(scope, collection, access, row);
  return (await showById(scope, collection, [row.id as string]))[0]!;
}

/** Items as the caller may read them now; of one that is out of sight, only the id. */
export async function showById(scope: Scope, collection: Collection, ids: readonly string[]): Promise<Row[]> {
  return (await findById(scope, collection, ids)).map((row, i) => row ?? { id: ids[i]! });
}

/** The same, and nothing of one that is out of sight. */
export async function findById(
  scope: Scope,
  collection: Collection,
  ids: readonly string[],
): Promise<(Row | undefined)[]> {
  const access = readAccess(scope.catalog, scope.principal, collection);
  if (!access) return ids.map(() => undefined);
  const { rows } = await scope.source(collection).store.find(findAmong(collection, access, ids), bind(scope, []));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

function mask(scope: Scope, collection: Collection, access: Access, row: Row): Row {
  if (access === FULL_ACCESS) return row;
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
