import type { Collection, Field } from "@plinth/core";
import { changeCollectionQueries, definitionOf } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { nextVersion, updateTables } from "./change-tables.ts";
import { targetsOf } from "./collections.ts";
import { describeCollection } from "./describe.ts";

/** Adds fields to a collection that Plinth itself keeps: those of its definition that it was made without. */
export async function addBuiltInFields(
  ctx: RequestContext,
  before: Collection,
  fields: readonly Field[],
): Promise<void> {
  const added = fields.filter(({ name }) => !before.byName.has(name));
  const names = new Set(added.map(({ name }) => name));
  const definition = { ...definitionOf(before), fields: [...before.fields, ...added] };
  const after = nextVersion(before, definition, ({ name }) => names.has(name));
  const targetOf = targetsOf(ctx, [after]);
  await updateTables(ctx, before, {
    tables: ctx.source(before).schema.changeTable({ before, after, added: { fields: added, targetOf } }),
    queries: (own) => changeCollectionQueries(ctx.driver, before, after, own),
    data: describeCollection(after),
  });
}
