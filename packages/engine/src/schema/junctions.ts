import {
  type Collection,
  type CollectionDefinition,
  type Field,
  fieldType,
  invalid,
  isVirtual,
  orderOf,
  referenceField,
  toCollection,
} from "@plinth/core";
import type { Catalog } from "../kernel/catalog.ts";
import { indexIn } from "./check-definition.ts";

/**
 * Junctions are ordinary collections: two relations that are unique together, and any fields that an application adds.
 */

/**
 * Lists over a junction need not name its ends: their default names are the collections that they point to. `input` has
 * the fields of the request.
 */
export function withJunctionNames(definition: CollectionDefinition, input: readonly Field[]): CollectionDefinition {
  const fields = definition.fields.map((field): Field => {
    if (!isVirtual(field) || !field.through || (field.via && field.target)) return field;
    if (field.to === definition.slug) {
      throw invalid(
        `fields.${indexIn(input, field)}.via`,
        "both sides are one collection; name the two relations with via and target",
      );
    }
    return { ...field, via: field.via ?? definition.slug, target: field.target ?? field.to! };
  });
  return { ...definition, fields };
}

/** Definitions of the junctions that do not exist yet. */
export function missingJunctions(
  catalog: Catalog,
  definition: CollectionDefinition,
  input: readonly Field[],
): CollectionDefinition[] {
  const missing = new Map<string, CollectionDefinition>();
  for (const field of definition.fields) {
    const { through, to, via, target } = field;
    if (!through || catalog.collections.has(through) || missing.has(through)) continue;
    if (through === definition.slug || !/^[a-z][a-z0-9_]{0,39}$/.test(through)) {
      throw invalid(
        `fields.${indexIn(input, field)}.through`,
        "must start with a letter, hold only a-z, 0-9 and _, and have at most 40 characters",
      );
    }
    if (!to || (to !== definition.slug && !catalog.collections.has(to))) continue;
    const order = orderOf(field);
    const end = (name: string, slug: string): Field =>
      referenceField(name, { to: slug, required: true, on_delete: "cascade" });
    missing.set(through, {
      slug: through,
      kind: "managed",
      ...(definition.source !== undefined && { source: definition.source }),
      fields: [
        end(via!, definition.slug),
        fieldType(field).link?.(field) ?? end(target!, to),
        ...(order ? [order] : []),
      ],
      unique_together: [[via!, target!]],
    });
  }
  return [...missing.values()];
}

/** The catalog with these collections added, to check references to them. */
export function withCollections(catalog: Catalog, definitions: readonly CollectionDefinition[]): Catalog {
  if (definitions.length === 0) return catalog;
  const identity = { id: "", workspaceId: catalog.workspaceId, version: 0, table: "", createdAt: "" };
  const added = definitions.map((definition): [string, Collection] => [
    definition.slug,
    toCollection(definition, identity),
  ]);
  return { ...catalog, collections: new Map([...catalog.collections, ...added]) };
}
