import { type Collection, type Condition, FilterParser, type Json } from "@plinth/core";
import type { Catalog } from "../kernel/catalog.ts";
import { fullRelation } from "./relation-ref.ts";

/** A rule's condition or check as a tree; one that is stored already has been accepted. */
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
