import {
  type Collection,
  excerpt,
  fieldPolicyOf,
  invalid,
  isObject,
  type Json,
  type JsonObject,
  type Row,
} from "@plinth/core";
import { readPolicy } from "../access/read-policy.ts";
import type { RequestContext } from "../kernel/engine.ts";

/** What later operations of a batch may use of an earlier one. Known before anything runs. */
export interface KnownItem {
  readonly collection: Collection;
  /** The whole new item, or only the id of an existing one. */
  readonly row: Row;
  /** Fields in the caller's body, which the caller already knows. */
  readonly provided: readonly string[];
}

const REFERENCE = /^ops\.(\d{1,3})\.(.{1,128})$/;

/** The operation, with every `{"$ref": "ops.0.id"}` replaced by its value. */
export function resolveReferences<T extends Json>(
  ctx: RequestContext,
  value: T,
  known: readonly (KnownItem | null)[],
  path: string,
): T {
  if (Array.isArray(value)) return value.map((v, i) => resolveReferences(ctx, v, known, `${path}.${i}`)) as T;
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === "$ref") return lookUp(ctx, value.$ref!, known, `${path}.$ref`) as T;
  const resolved: JsonObject = {};
  for (const key of keys) resolved[key] = resolveReferences(ctx, value[key]!, known, `${path}.${key}`);
  return resolved as T;
}

function lookUp(ctx: RequestContext, reference: Json, known: readonly (KnownItem | null)[], path: string): Json {
  const match = typeof reference === "string" ? REFERENCE.exec(reference) : null;
  if (!match) throw invalid(path, "expected an earlier operation's field, such as ops.0.id");
  const [, index, name] = match as unknown as [string, string, string];
  if (Number(index) >= known.length) throw invalid(path, `operation ${excerpt(index)} does not come before this one`);
  const source = known[Number(index)];
  if (!source || !Object.hasOwn(source.row, name))
    throw invalid(
      path,
      `${excerpt(name)} of operation ${excerpt(index)} is not known before the batch runs${source ? "" : NO_ID}`,
    );
  if (name !== "id" && !source.provided.includes(name) && !isVisible(ctx, source.collection, name))
    throw invalid(path, `you may not read ${name}`, "FIELD_FORBIDDEN");
  return source.row[name]!;
}

/** In an upsert by other fields, the database decides which item it is, after all references were resolved. */
const NO_ID = "; use on_conflict id for an upsert that later operations refer to";

function isVisible(ctx: RequestContext, collection: Collection, name: string): boolean {
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  return policy !== null && fieldPolicyOf(policy, name) === null;
}
