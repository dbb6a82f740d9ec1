import {
  type Access,
  and,
  type Collection,
  type Condition,
  DataError,
  evaluate,
  fieldsOf,
  invalid,
  isAlways,
  isUuid,
  type Json,
  type JsonObject,
  type Mutation,
  maskOf,
  PlinthError,
  type Row,
  reachesOut,
  uuidv7,
} from "@plinth/core";
import { readAccess, refusal } from "../access/read-access.ts";
import { requireWriteAccess, type WriteAccess } from "../access/write-access.ts";
import { collectionOf } from "../catalog.ts";
import type { Scope } from "../engine.ts";
import { explainDeleteError, explainWriteError } from "./errors.ts";
import { type CheckedInput, checkInput, fill, inOrder } from "./input.ts";
import { bind, byIdTree, notFound } from "./read.ts";

export const MAX_CREATE = 1000;

/** `POST /api/items/:slug`: one object or a list, all or nothing. Gives back what the caller may see of each. */
export async function createItems(scope: Scope, slug: string, body: Json): Promise<Row | Row[]> {
  const collection = collectionOf(scope.catalog, slug);
  const list = Array.isArray(body) ? body : [body];
  if (list.length === 0) throw invalid("body", "expected at least one item");
  if (list.length > MAX_CREATE)
    throw invalid("body", `at most ${MAX_CREATE} items can be created at once`, "LIMIT_EXCEEDED");
  const prepared = list.map((item, i) => prepareCreate(scope, collection, item, Array.isArray(body) ? String(i) : ""));
  const rows = prepared.map((p) => p.row);
  await insertPrepared(scope, collection, prepared);
  const access = scope.principal.bypass ? null : readAccess(scope.catalog, scope.principal, collection);
  if (scope.principal.bypass) return Array.isArray(body) ? rows : rows[0]!;
  const shown = await showCreated(scope, collection, access, rows);
  return Array.isArray(body) ? shown : shown[0]!;
}

export interface PreparedCreate {
  readonly row: Row;
  readonly access: WriteAccess;
}

/** Everything about one new item that needs no database: validation, presets, defaults, the rule's check where one row decides it. */
export function prepareCreate(scope: Scope, collection: Collection, body: Json, prefix: string): PreparedCreate {
  const input = checkInput(collection, body, "create", prefix);
  const access = requireWriteAccess(scope.catalog, scope.principal, collection, "create", input.given);
  const row = completeRow(scope, collection, input, access);
  if (!reachesOut(access.check) && !evaluate(access.check, row, bind(scope, []))) {
    throw refusal(scope.principal, "create", `this item of ${collection.slug}`);
  }
  return { row, access };
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

/** Writes prepared items as one batch; checks that reach through relations are guards in it. */
export async function insertPrepared(
  scope: Scope,
  collection: Collection,
  prepared: readonly PreparedCreate[],
): Promise<void> {
  const rows = prepared.map((p) => p.row);
  const trees: Mutation[] = [{ kind: "insert", collection, rows }];
  for (const { row, access } of prepared) {
    if (reachesOut(access.check)) trees.push(guard(collection, row.id as string, access.check));
  }
  try {
    await scope.store.mutate(trees, bind(scope, []));
  } catch (error) {
    if (error instanceof DataError && error.kind === "guard") {
      throw refusal(scope.principal, "create", `this item of ${collection.slug}`);
    }
    throw await explainWriteError(scope, error, collection, rows);
  }
}

function guard(collection: Collection, id: string, check: Condition): Mutation {
  return { kind: "guard", label: "check", collection, where: and(hasId(collection, id), check) };
}

function hasId(collection: Collection, id: string): Condition {
  return { kind: "compare", ref: { field: collection.byName.get("id")! }, op: "eq", operand: { value: id } };
}

/** New rows as the caller may read them; of a row that is out of sight, only the id. */
async function showCreated(scope: Scope, collection: Collection, access: Access | null, rows: Row[]): Promise<Row[]> {
  if (!access) return rows.map((row) => ({ id: row.id! }));
  if (!reachesOut(access.where) && ![...(access.fields?.values() ?? [])].some((mask) => mask && reachesOut(mask))) {
    return rows.map((row) => mask(scope, collection, access, row));
  }
  const ids = rows.map((row) => row.id as string);
  const { rows: seen } = await scope.store.find(
    {
      collection,
      access,
      where: { kind: "in", ref: { field: collection.byName.get("id")! }, negated: false, operand: { value: ids } },
      select: null,
      sort: [],
      limit: { value: ids.length },
    },
    bind(scope, []),
  );
  const byId = new Map(seen.map((row) => [row.id, row]));
  return rows.map((row) => byId.get(row.id!) ?? { id: row.id! });
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

/** `PATCH`: sets what is given; a document is merged by RFC 7396. */
export function patchItem(scope: Scope, slug: string, id: string, body: Json): Promise<Row> {
  const collection = collectionOf(scope.catalog, slug);
  const input = checkInput(collection, body, "partial");
  return writeItem(scope, collection, id, input.given, input.values, true);
}

/** `PUT`: what is not given gets its default, or null. Id, owner and creation time stay. */
export function replaceItem(scope: Scope, slug: string, id: string, body: Json): Promise<Row> {
  const collection = collectionOf(scope.catalog, slug);
  const input = checkInput(collection, body, "replace");
  const values = fill(collection, input.values, {}, { variables: scope.variables, uuid: () => uuidv7(scope.now) });
  // A replacement touches every declared field, so a rule must cover them all.
  const given =
    collection.kind === "document"
      ? input.given
      : [...new Set([...collection.fields.map((f) => f.name), ...input.given])];
  return writeItem(scope, collection, id, given, values, false);
}

async function writeItem(
  scope: Scope,
  collection: Collection,
  id: string,
  given: readonly string[],
  values: Row,
  merge: boolean,
): Promise<Row> {
  const access = requireWriteAccess(scope.catalog, scope.principal, collection, "update", given);
  if (!isUuid(id)) throw notFound(collection.slug, id);
  const target = hasId(collection, id.toLowerCase());
  const set: Row = { ...values, updated_at: scope.variables.now };
  const trees: Mutation[] = [{ kind: "update", collection, where: and(target, access.where), set, merge }];
  const replacesDocument = !merge && collection.kind === "document";
  if (replacesDocument || mayBreak(access, given)) trees.push(guard(collection, id.toLowerCase(), access.check));
  const readable = scope.principal.bypass || readAccess(scope.catalog, scope.principal, collection) !== null;
  if (readable) trees.push({ kind: "find", tree: byIdTree(scope, collection.slug) });
  let results: Awaited<ReturnType<typeof scope.store.mutate>>;
  try {
    results = await scope.store.mutate(trees, bind(scope, [id.toLowerCase()]));
  } catch (error) {
    if (error instanceof DataError && error.kind === "guard") throw await explainGuard(scope, collection, id, access);
    throw await explainWriteError(scope, error, collection, [values]);
  }
  if (results[0]!.changes === 0) throw notFound(collection.slug, id);
  return (readable && results.at(-1)!.rows[0]) || { id: id.toLowerCase() };
}

/** Whether a write of these fields could make a row that the rule does not allow. */
function mayBreak(access: WriteAccess, given: readonly string[]): boolean {
  if (isAlways(access.check)) return false;
  if (!access.checkFollows) return true;
  const touched = new Set([...given, "updated_at", "version"]);
  return [...fieldsOf(access.check)].some((field) => touched.has(field));
}

/** The batch is rolled back, so what the caller could change before tells "not yours" from "not so". */
async function explainGuard(
  scope: Scope,
  collection: Collection,
  id: string,
  access: WriteAccess,
): Promise<PlinthError> {
  const before = await scope.store.count(
    { collection, access: { where: access.where, fields: null }, where: hasId(collection, id.toLowerCase()) },
    bind(scope, []),
  );
  if (before === 0) return notFound(collection.slug, id);
  return new PlinthError("FORBIDDEN", `No rule lets you make this change to ${collection.slug}.`);
}

/** `DELETE`: gives back the id. */
export async function deleteItem(scope: Scope, slug: string, id: string): Promise<{ id: string }> {
  const collection = collectionOf(scope.catalog, slug);
  const access = requireWriteAccess(scope.catalog, scope.principal, collection, "delete", []);
  if (!isUuid(id)) throw notFound(slug, id);
  const where = and(hasId(collection, id.toLowerCase()), access.where);
  try {
    const [deleted] = await scope.store.mutate([{ kind: "delete", collection, where }], bind(scope, []));
    if (deleted!.changes === 0) throw notFound(slug, id);
  } catch (error) {
    throw explainDeleteError(error, collection);
  }
  return { id: id.toLowerCase() };
}
