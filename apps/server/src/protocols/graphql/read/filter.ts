import { invalid, isJson, isText, isVariableName, type Json, type JsonObject } from "@plinth/core";
import type { VisibleCollections, VisibleRelation, VisibleValue } from "../schema/visible.ts";

/** A filter of the schema as the engine's: values and relations have their own names there. */
export function filterOf(collections: VisibleCollections, slug: string, given: object, path = "filter"): JsonObject {
  const parts = conditionsOf(collections, slug, given, path);
  return parts.length === 1 ? parts[0]! : { _and: parts };
}

function conditionsOf(collections: VisibleCollections, slug: string, given: object, path: string): JsonObject[] {
  const { values, relations } = collections.get(slug)!;
  return Object.entries(given).map(([name, value]: [string, unknown]): JsonObject => {
    const at = `${path}.${name}`;
    if (value === null) throw invalid(at, "expected conditions; for items without a value write {_null: true}");
    if (name === "_and" || name === "_or")
      return { [name]: (value as object[]).map((one, i) => filterOf(collections, slug, one, `${at}.${i}`)) };
    if (name === "_not") return { _not: filterOf(collections, slug, value as object, at) };
    if (name === "_document") return value as JsonObject;
    const own = values.find((one) => one.name === name);
    if (own) return { [own.field.name]: ownConditions(own, value) };
    const relation = relations.find((one) => one.name === name)!;
    return { [relation.path]: relatedConditions(collections, relation, value as object, at) };
  });
}

function relatedConditions(
  collections: VisibleCollections,
  { target, many }: VisibleRelation,
  given: object,
  path: string,
): JsonObject {
  if (!many) return { _and: conditionsOf(collections, target, given, path) };
  return Object.fromEntries(
    Object.entries(given).map(([quantifier, value]: [string, Json | object]) => {
      const at = `${path}.${quantifier}`;
      if (value === null) throw invalid(at, "expected conditions");
      return [quantifier, typeof value === "object" ? filterOf(collections, target, value, at) : (value as Json)];
    }),
  );
}

/** What is inside JSON is compared in the form of REST. */
function ownConditions({ field }: VisibleValue, given: unknown): Json {
  return isJson(field) || !isText(field) ? (given as Json) : operatorsOf(given as JsonObject);
}

function operatorsOf(given: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries<Json>(given).map(([operator, value]) => [operator, plainText(value)]));
}

/** The type says that it is a text, so one that only looks like a variable needs no other form. */
function plainText(value: Json): Json {
  if (Array.isArray(value)) return value.map((one) => (typeof one === "string" ? { $literal: one } : one));
  return typeof value !== "string" || isVariableName(value) ? value : { $literal: value };
}
