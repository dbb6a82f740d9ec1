import {
  type Access,
  type Collection,
  type Condition,
  type Field,
  type FieldValue,
  type Find,
  invalid,
  isObject,
  type Json,
  type JsonObject,
  MAX_HOPS,
  maskOf,
  type RelationRef,
  requireVisible,
  unknownField,
} from "@plinth/core";
import { visibleRelation } from "../access/visible-relation.ts";
import type { Scope } from "../engine.ts";
import { parseFilter, parseSort, visibleNames } from "./query-parts.ts";

/** Which fields a read returns, and which relations it replaces by their items, level by level. */
export interface Selection {
  /** Null: all stored fields. */
  readonly select: string[] | null;
  readonly expand: readonly Level[];
}

/** One relation to load: a single statement for all parents. */
export interface Level {
  readonly relation: RelationRef;
  readonly tree: Find;
  /** Slot 0 takes the parents' ids (to-many) or the ids sought (to-one). */
  readonly values: readonly FieldValue[];
  /** Parents that show the list at all, where the caller's rule does not show it on every item. */
  readonly shownOn?: Find;
  /** Items for each parent. */
  readonly limit: number;
  readonly expand: readonly Level[];
}

const DEFAULT_LEVEL_LIMIT = 50;
const MAX_LEVELS = 20;
const OPTIONS = ["fields", "expand", "filter", "sort", "limit", "offset"] as const;

interface Wanted {
  fields?: string | undefined;
  expand?: Json | undefined;
}

/** `expand` as a parameter: a list of paths, or JSON with options for each relation. */
export function parseExpandText(text: string | undefined): Json | undefined {
  if (!text?.trimStart().startsWith("{")) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid("expand", "is not valid JSON");
  }
}

export function parseSelection(
  scope: Scope,
  collection: Collection,
  access: Access,
  wanted: Wanted,
  path = "",
  depth = 0,
): Selection {
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  if (depth > MAX_HOPS) throw invalid(at("expand"), `at most ${MAX_HOPS} levels are allowed`, "LIMIT_EXCEEDED");
  const nested = new Map<string, JsonObject>();
  const own = addFields(collection, wanted.fields, nested, at("fields"));
  addExpand(wanted.expand, nested, at("expand"));
  if (nested.size > MAX_LEVELS)
    throw invalid(at("expand"), `at most ${MAX_LEVELS} relations are allowed`, "LIMIT_EXCEEDED");
  own?.forEach((name) => {
    if (!collection.byName.has(name) && collection.kind !== "document")
      throw unknownField(collection, name, at("fields"), visibleNames(collection, access));
    requireVisible(access, name, at("fields"));
  });
  const expand = [...nested].map(([name, options]) => {
    const field = collection.byName.get(name);
    if (!field) throw unknownField(collection, name, at("expand"), visibleNames(collection, access));
    if (field.type !== "relation" && field.type !== "relation_many")
      throw invalid(at("expand"), `${name} is not a relation`);
    requireVisible(access, name, at("expand"));
    const made = level(scope, field, options, at(`expand.${name}`), depth + 1);
    const mask = made.relation.via && maskOf(access, name);
    return mask ? { ...made, shownOn: idsWhere(collection, mask) } : made;
  });
  const select = own && [...new Set(["id", ...own, ...nested.keys()])];
  return { select, expand };
}

function idsWhere(collection: Collection, mask: Condition): Find {
  const id = collection.byName.get("id")!;
  const where: Condition = { kind: "in", ref: { field: id }, negated: false, operand: { slot: 0 } };
  return { collection, access: { where: mask, fields: null }, where, select: ["id"], sort: [], limit: { slot: 1 } };
}

/** Plain names are fields of this level; `author.name` and `author.*` are fields of the next. Null: all. */
function addFields(
  collection: Collection,
  text: string | undefined,
  nested: Map<string, JsonObject>,
  path: string,
): string[] | null {
  if (text === undefined || text === "*") return null;
  const own: string[] = [];
  for (const name of text.split(",").map((part) => part.trim())) {
    const dot = name.indexOf(".");
    const first = dot < 0 ? name : name.slice(0, dot);
    const type = collection.byName.get(first)?.type;
    if (dot < 0) {
      if (type === "relation_many") optionsOf(nested, first);
      else own.push(name);
      continue;
    }
    if (type !== "relation" && type !== "relation_many")
      throw invalid(path, `${first} is not a relation and has no parts`, "UNKNOWN_FIELD");
    const options = optionsOf(nested, first);
    const rest = name.slice(dot + 1);
    options.fields = options.fields === undefined ? rest : `${options.fields},${rest}`;
  }
  return own;
}

function addExpand(expand: Json | undefined, nested: Map<string, JsonObject>, path: string): void {
  if (expand === undefined || expand === "" || expand === null) return;
  if (typeof expand === "string") {
    for (const part of expand.split(",").map((text) => text.trim())) addPath(part.split("."), nested, path);
    return;
  }
  if (!isObject(expand))
    throw invalid(path, 'expected paths such as author,comments.user, or {"comments": {"limit": 5}}');
  for (const [name, options] of Object.entries(expand)) {
    const known = optionsOf(nested, name);
    if (options === true) continue;
    if (!isObject(options)) throw invalid(`${path}.${name}`, `expected true or an object with ${OPTIONS.join(", ")}`);
    for (const key of Object.keys(options)) {
      if (!(OPTIONS as readonly string[]).includes(key))
        throw invalid(
          `${path}.${name}.${key}`,
          `there is no such option; use ${OPTIONS.join(", ")}`,
          "UNKNOWN_PARAMETER",
        );
    }
    Object.assign(known, options);
  }
}

function addPath(segments: string[], nested: Map<string, JsonObject>, path: string): void {
  const [first, ...rest] = segments;
  const options = optionsOf(nested, first!);
  if (rest.length === 0) return;
  if (segments.length > MAX_HOPS)
    throw invalid(path, `a path may pass at most ${MAX_HOPS} relations`, "LIMIT_EXCEEDED");
  const inner = options.expand;
  options.expand = typeof inner === "string" ? `${inner},${rest.join(".")}` : rest.join(".");
}

function optionsOf(nested: Map<string, JsonObject>, name: string): JsonObject {
  const known = nested.get(name);
  if (known) return known;
  const options: JsonObject = {};
  nested.set(name, options);
  return options;
}

function level(scope: Scope, field: Field, options: JsonObject, path: string, depth: number): Level {
  const relation = visibleRelation(scope, field, path);
  const { target, access } = relation;
  const fields = textOption(options, "fields", path);
  const inner = parseSelection(scope, target, access, { fields, expand: options.expand }, path, depth);
  const id = target.byName.get("id")!;
  if (!relation.via) {
    for (const name of ["filter", "sort", "limit", "offset"]) {
      if (Object.hasOwn(options, name))
        throw invalid(`${path}.${name}`, `${field.name} is one item, so this has no meaning`);
    }
    const where = { kind: "in", ref: { field: id }, negated: false, operand: { slot: 0 } } as const;
    const tree: Find = { collection: target, access, where, select: inner.select, sort: [], limit: { slot: 1 } };
    return { relation, tree, values: [], limit: 1, expand: inner.expand };
  }
  const values: FieldValue[] = [[]];
  const filter = parseFilter(scope, target, options.filter, values, `${path}.filter`);
  const sort = parseSort(scope, target, access, textOption(options, "sort", path), `${path}.sort`);
  const limit = countOption(options, "limit", path, DEFAULT_LEVEL_LIMIT, 1, scope.engine.config.maxLimit);
  const offset = countOption(options, "offset", path, 0, 0, Number.MAX_SAFE_INTEGER);
  const tree: Find = {
    collection: target,
    access,
    where: filter.condition,
    select: inner.select,
    sort: sort.terms,
    limit: { value: limit },
    offset: { value: offset },
    under: { relation, parents: { slot: 0 } },
  };
  return { relation, tree, values, limit, expand: inner.expand };
}

function textOption(options: JsonObject, name: string, path: string): string | undefined {
  const value = options[name];
  if (value !== undefined && typeof value !== "string") throw invalid(`${path}.${name}`, "expected a text");
  return value;
}

function countOption(
  options: JsonObject,
  name: string,
  path: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const value = options[name] ?? fallback;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    throw invalid(`${path}.${name}`, `expected a whole number from ${min} to ${max}`);
  }
  return value;
}
