import { FULL_ACCESS, isObject, type Json, type JsonObject, type Row } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { bind } from "../items/read.ts";
import type { Outcome } from "./claim.ts";
import { hasValues } from "./conditions.ts";
import { showById } from "./create.ts";
import type { StoredAnswer } from "./idempotency.ts";

/** The answer to a write that was done, from what it left behind. */
export async function rebuildAnswer(scope: Scope, outcome: Outcome): Promise<StoredAnswer> {
  const body = (await rebuild(scope, outcome.body as JsonObject)) as JsonObject;
  const version = isObject(body.data) ? body.data.version : undefined;
  return {
    status: outcome.created ? 201 : 200,
    etag: typeof version === "number" ? `"${version}"` : null,
    body: JSON.stringify(body),
  };
}

async function rebuild(scope: Scope, value: Json): Promise<Json> {
  if (Array.isArray(value)) {
    const rebuilt: Json[] = [];
    for (const one of value) rebuilt.push(await rebuild(scope, one));
    return rebuilt;
  }
  if (!isObject(value)) return value;
  if (value.$row) {
    const [slug, id] = value.$row as [string, string];
    const collection = scope.catalog.collections.get(slug);
    const row = collection ? (await showById(scope, collection, [id]))[0]! : { id };
    return value.$with ? { ...row, ...((await rebuild(scope, value.$with)) as JsonObject) } : row;
  }
  if (value.$key) return byKey(scope, ...(value.$key as [string, Row]));
  const rebuilt: JsonObject = {};
  for (const [name, part] of Object.entries(value)) rebuilt[name] = await rebuild(scope, part);
  return rebuilt;
}

/** An item that is known by its unique values only. */
async function byKey(scope: Scope, slug: string, values: Row): Promise<Json> {
  const collection = scope.catalog.collections.get(slug);
  if (!collection) return null;
  const where = hasValues(collection, Object.keys(values), values);
  const tree = { collection, access: FULL_ACCESS, where, select: ["id"], sort: [], limit: { value: 1 } };
  const { rows } = await scope.store.find(tree, bind(scope, []));
  return rows.length > 0 ? (await showById(scope, collection, [rows[0]!.id as string]))[0]! : null;
}
