import {
  type CollectionDefinition,
  excerpt,
  FILE_COLLECTIONS,
  type Field,
  fieldType,
  invalid,
  type SystemCollection,
} from "@plinth/core";
import type { Catalog } from "../kernel/catalog.ts";
import { indexIn } from "./check-definition.ts";

/** Built-in collections that a workspace has from the first field that refers to them, in the order of their tables. */
const MADE_FOR_FIELDS: readonly (readonly (CollectionDefinition & { system: SystemCollection })[])[] = [
  FILE_COLLECTIONS,
];

/** Definitions of the built-in collections that these fields refer to, where the workspace does not have them yet. */
export function missingBuiltIns(catalog: Catalog, input: readonly Field[]): CollectionDefinition[] {
  const missing = new Set<CollectionDefinition>();
  for (const field of input) {
    const { target } = fieldType(field);
    const group = MADE_FOR_FIELDS.find((one) => one.some(({ slug }) => slug === target));
    for (const definition of group ?? []) {
      const { slug, system } = definition;
      const taken = catalog.collections.get(slug);
      if (!taken) missing.add(definition);
      else if (taken.system !== system) {
        const at = `fields.${indexIn(input, field)}.type`;
        throw invalid(
          at,
          `needs the built-in collection ${excerpt(slug)}, and this workspace has another of that name`,
        );
      }
    }
  }
  return [...missing];
}
