import type { AddedColumn, Collection, CollectionDefinition, Field } from "@plinth/core";
import { fillOf } from "@plinth/db";

/** The columns that the next version adds, and their values in existing items. */
export function addedColumns(
  before: Collection,
  definition: CollectionDefinition,
  isNew: (field: Field) => boolean,
): Record<string, AddedColumn> {
  const added: Record<string, AddedColumn> = {};
  for (const field of definition.fields) {
    const known = before.added?.[field.name];
    if (isNew(field)) added[field.name] = { version: before.version + 1, value: fillOf(field) };
    else if (known) added[field.name] = known;
  }
  return added;
}
