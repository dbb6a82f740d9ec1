import { type Collection, invalid, isObject, type Json, type JsonObject, maskOf, type Row } from "@plinth/core";
import { readAccess } from "../access/read-access.ts";
import type { Scope } from "../kernel/engine.ts";

/** What later operations of a batch may use of an earlier one, known before anything runs. */
export interface Known {
  readonly collection: Collection;
  /** The whole new item, or only the id of one that is there. */
  readonly row: Row;
  /** Fields that the caller gave, and so knows already. */
  readonly given: readonly string[];
}

const REFERENCE = /^ops\.(\d{1,3})\.(.{1,128})$/;

/** The operation with every `{"$ref": "ops.0.id"}` replaced by the value that it stands for. */
export function resolveReferences<T extends Json>(
  scope: Scope,
  value: T,
  known: readonly (Known | null)[],
  path: string,
): T {
  if (Array.isArray(value)) return value.map((v, i) => resolveReferences(scope, v, known, `${path}.${i}`)) as T;
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === "$ref") return lookUp(scope, value.$ref!, known, `${path}.$ref`) as T;
  const resolved: JsonObject = {};
  for (const key of keys) resolved[key] = resolveReferences(scope, value[key]!, known, `${path}.${key}`);
  return resolved as T;
}

function lookUp(scope: Scope, reference: Json, known: readonly (Known | null)[], path: string): Json {
  const match = typeof reference === "string" ? REFERENCE.exec(reference) : null;
  if (!match) throw invalid(path, "expected an earlier operation's field, such as ops.0.id");
  const [, index, name] = match as unknown as [string, string, string];
  if (Number(index) >= known.length) throw invalid(path, `operation ${index} does not come before this one`);
  const source = known[Number(index)];
  if (!source || !Object.hasOwn(source.row, name))
    throw invalid(path, `${name} of operation ${index} is not known before the batch runs${source ? "" : NO_ID}`);
  if (name !== "id" && !source.given.includes(name) && !isVisible(scope, source.collection, name))
    throw invalid(path, `you may not read ${name}`, "FIELD_FORBIDDEN");
  return source.row[name]!;
}

/** Of an upsert by other fields the database decides which item it is, when everything else is already made. */
const NO_ID = "; use onConflict id for an upsert that later operations refer to";

function isVisible(scope: Scope, collection: Collection, name: string): boolean {
  const access = readAccess(scope.catalog, scope.principal, collection);
  return access !== null && maskOf(access, name) === null;
}
