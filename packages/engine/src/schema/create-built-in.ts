import type { CollectionDefinition, Rule, SqlQuery } from "@plinth/core";
import { insertCollection } from "@plinth/db";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import type { Requirement } from "../commit/requirement.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { insertRules } from "../rules/rule-records.ts";
import { slugTaken } from "./change-tables.ts";
import { newCollection, targetsOf } from "./collections.ts";
import { type CollectionDescription, describeCollection } from "./describe.ts";

/**
 * Makes collections that Plinth itself keeps, with rules and with what is stored beside them: all or nothing. Each may refer to those
 * before it.
 */
export async function createBuiltIn<T = CollectionDescription[]>(
  ctx: RequestContext,
  definitions: readonly CollectionDefinition[],
  rules: readonly Rule[],
  beside?: { readonly queries: readonly SqlQuery[]; readonly requires: readonly Requirement[]; readonly data: T },
): Promise<T> {
  const { catalog, driver } = ctx;
  for (const { slug } of definitions) {
    const taken = catalog.collections.get(slug);
    if (taken) throw slugTaken(slug, taken);
  }
  const made = definitions.map((definition) => newCollection(ctx, definition));
  const { schema } = ctx.source(made[0]!);
  const targets = targetsOf(ctx, made);
  const queries = [
    ...made.map((collection) => insertCollection(driver, collection)),
    ...made.flatMap((collection) => schema.createTable(collection, targets)),
    ...insertRules(ctx, rules),
    ...(beside?.queries ?? []),
  ];
  const data = beside ? beside.data : (made.map(describeCollection) as T);
  return commitMetadataChange(ctx, { queries, data, ...(beside && { requires: beside.requires }) });
}
