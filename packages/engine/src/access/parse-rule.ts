import { type Collection, type Condition, FilterParser, FULL_ACCESS, invalid, type Json } from "@plinth/core";
import type { Catalog } from "../catalog.ts";

/** A rule's condition or check as a tree. Rules see everything: what they reach through is not itself under rules. */
export function parseRuleCondition(catalog: Catalog, collection: Collection, condition: Json, path: string): Condition {
  const parser = new FilterParser({
    mode: "inline",
    relation: (_from, field, at) => {
      const target = catalog.collections.get(field.to!);
      if (!target) throw invalid(at, `${field.name} points to the missing collection ${field.to}`);
      return { field, target, access: FULL_ACCESS };
    },
  });
  return parser.parse(collection, condition, path).condition;
}
