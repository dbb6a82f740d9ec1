import {
  ALWAYS,
  and,
  type Collection,
  type Condition,
  type Field,
  FilterParser,
  type Json,
  NEVER,
  not,
  or,
  SYSTEM_FIELDS,
} from "@plinth/core";
import type { Catalog } from "../kernel/catalog.ts";
import { fullRelation } from "./relation-ref.ts";

/** A rule's condition or check as a tree. A stored one was already validated. */
export function parseRuleCondition(
  catalog: Catalog,
  collection: Collection,
  condition: Json,
  path: string,
  { stored = true } = {},
): Condition {
  const parser = new FilterParser({
    mode: "inline",
    stored,
    relation: (_from, field, at) => fullRelation(catalog, field, at),
  });
  return parser.parse(collection, condition, path).condition;
}

/** The same for a rule for every collection: a field that this collection does not have is null in all its items. */
export function parseCommonCondition(
  catalog: Catalog,
  collection: Collection,
  condition: Json,
  path: string,
): Condition {
  const absent = new Map<string, Field>();
  for (const field of Object.values(SYSTEM_FIELDS)) {
    if (!collection.byName.has(field.name)) absent.set(field.name, { ...field });
  }
  if (absent.size === 0) return parseRuleCondition(catalog, collection, condition, path);
  const whole = { ...collection, byName: new Map([...collection.byName, ...absent]) };
  return withNulls(parseRuleCondition(catalog, whole, condition, path), new Set(absent.values()));
}

function withNulls(condition: Condition, absent: ReadonlySet<Field>): Condition {
  switch (condition.kind) {
    case "and":
      return and(...condition.of.map((part) => withNulls(part, absent)));
    case "or":
      return or(...condition.of.map((part) => withNulls(part, absent)));
    case "not":
      return not(withNulls(condition.of, absent));
    case "some":
      return condition;
    default:
      if (!absent.has(condition.ref.field)) return condition;
      return condition.kind === "null" || condition.kind === "empty" ? ALWAYS : NEVER;
  }
}
