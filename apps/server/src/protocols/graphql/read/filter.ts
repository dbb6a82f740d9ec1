import {
  type Field,
  invalid,
  isJson,
  isObject,
  isText,
  isVariableName,
  type Json,
  type JsonObject,
} from "@plinth/core";
import type { VisibleCollections, VisibleRelation } from "../schema/visible.ts";

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
    if (own) return operatorsOf(own.field.name, own.field, value as Json, at);
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

/** Operators on a value of `field`. What is inside JSON is compared in the form of REST. */
export function operatorsOf(name: string, field: Field, given: Json, path: string): JsonObject {
  if (isJson(field)) return { [name]: given };
  const { _literal, _now, ...rest } = given as JsonObject;
  const operators = isText(field) ? mapped(rest, plainText) : rest;
  const others = [
    ...(_literal === undefined ? [] : [mapped(partOf(_literal, `${path}._literal`), literal)]),
    ...(_now === undefined ? [] : [mapped(partOf(_now, `${path}._now`), relativeTime)]),
  ];
  if (others.length === 0) return { [name]: operators };
  const parts = Object.keys(operators).length > 0 ? [operators, ...others] : others;
  return { _and: parts.map((one) => ({ [name]: one })) };
}

function partOf(value: Json, path: string): JsonObject {
  if (!isObject(value)) throw invalid(path, "expected operators");
  return value;
}

function mapped(operators: JsonObject, each: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries<Json>(operators).map(([operator, value]) => [operator, each(value)]));
}

/** The type says that it is a text, so one that only looks like a variable needs no other form. */
function plainText(value: Json): Json {
  return typeof value === "string" && isVariableName(value) ? value : literal(value);
}

function literal(value: Json): Json {
  if (Array.isArray(value)) return value.map(literal);
  return typeof value === "string" ? { $literal: value } : value;
}

/** What is null is as if it had been left out. */
function relativeTime(value: Json): Json {
  if (!isObject(value)) return value;
  const given = withoutNulls(value);
  return Object.keys(given).length > 0 ? { $now: given } : "$now";
}

function withoutNulls(value: JsonObject): JsonObject {
  const entries = Object.entries<Json>(value).filter(([, part]) => part !== null);
  return Object.fromEntries(entries.map(([name, part]) => [name, isObject(part) ? withoutNulls(part) : part]));
}
