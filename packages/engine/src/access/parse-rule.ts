import { type Collection, type Condition, FilterParser, type Json } from "@plinth/core";
import type { Catalog } from "../catalog.ts";
import { fullRelation } from "./relation-ref.ts";

/** A rule's condition or check as a tree. */
export function parseRuleCondition(catalog: Catalog, collection: Collection, condition: Json, path: string): Condition {
  const parser = new FilterParser({
    mode: "inline",
    relation: (_from, field, at) => fullRelation(catalog, field, at),
  });
  return parser.parse(collection, condition, path).condition;
}
