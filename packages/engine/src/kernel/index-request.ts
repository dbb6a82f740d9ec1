import type { Collection, Condition, FoldedIndex, Json } from "@plinth/core";
import { conjuncts, indexName, isLookup } from "./indexes.ts";

const FOLDED = /^(.+) \((indexed_\w+)\)$/;

/** What to change in a collection so that it has an index: a body of `PATCH /api/collections/:slug`. */
export interface IndexRequest {
  /** Of the first index that it makes. */
  readonly index: readonly string[];
  readonly body: { readonly [setting: string]: Json };
}

/**
 * `missing`: from `missingIndexFields`. Conditions that must all hold get one index together, those compared for equality first;
 * alternatives get an index each. Null: no setting makes this index.
 */
export function indexRequest(
  collection: Collection,
  missing: readonly string[],
  conditions: readonly Condition[],
): IndexRequest | null {
  const plain = missing.filter((name) => !FOLDED.test(name));
  if (collection.kind === "document") return pathsRequest(collection, plain);
  const together = plain.length === missing.length && plain.length > 1 && !areAlternatives(plain, conditions);
  if (together) return setRequest(collection, equalFirst(plain, conditions));
  const [only] = plain;
  if (missing.length === 1 && only !== undefined && !collection.fields.some(({ name }) => name === only))
    return setRequest(collection, [only, "id"]);
  return fieldsRequest(collection, missing);
}

function setRequest(collection: Collection, index: readonly string[]): IndexRequest {
  return { index, body: { indexes: [...(collection.indexes ?? []), index] as Json } };
}

function pathsRequest(collection: Collection, paths: readonly string[]): IndexRequest | null {
  const own = paths.filter((path) => !collection.byName.has(path));
  if (own.length === 0) return null;
  return { index: [own[0]!], body: { indexed_paths: [...(collection.indexed_paths ?? []), ...own] } };
}

function fieldsRequest(collection: Collection, missing: readonly string[]): IndexRequest | null {
  const settings = new Map<string, Set<"indexed" | FoldedIndex>>();
  for (const one of missing) {
    const [, name = one, setting = "indexed"] = FOLDED.exec(one) ?? [];
    settings.set(name, (settings.get(name) ?? new Set()).add(setting as "indexed" | FoldedIndex));
  }
  const fields = collection.fields.flatMap(({ column: _, ...field }) => {
    const made = settings.get(field.name);
    return made ? [{ ...field, ...Object.fromEntries([...made].map((setting) => [setting, true])) }] : [];
  });
  return fields.length === 0 ? null : { index: [fields[0]!.name], body: { fields: fields as unknown as Json } };
}

/** Whether one of them is compared in one of several alternatives only. */
function areAlternatives(names: readonly string[], conditions: readonly Condition[]): boolean {
  const needed = new Set(lookupsOf(conditions).map(({ name }) => name));
  return !names.every((name) => needed.has(name)) && conditions.flatMap(conjuncts).some(({ kind }) => kind === "or");
}

function equalFirst(names: readonly string[], conditions: readonly Condition[]): string[] {
  const equal = new Set(lookupsOf(conditions).flatMap(({ name, isEqual }) => (isEqual ? name : [])));
  return [...names.filter((name) => equal.has(name)), ...names.filter((name) => !equal.has(name))];
}

function lookupsOf(conditions: readonly Condition[]): { name: string; isEqual: boolean }[] {
  return conditions.flatMap(conjuncts).flatMap((one) => {
    const name = isLookup(one) ? indexName(one.ref) : undefined;
    return name === undefined ? [] : [{ name, isEqual: one.kind === "compare" && one.op === "eq" }];
  });
}
