import type { Field } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";

/** A field of another collection that leads to this one. */
export interface Reference {
  readonly collection: string;
  readonly field: string;
}

/** What must go before the collection can be deleted. */
export function referencesTo(collections: readonly CollectionInfo[], slug: string): readonly Reference[] {
  return collections
    .filter((other) => other.slug !== slug)
    .flatMap(({ slug: collection, fields }) =>
      fields
        .filter(({ to, through }) => to === slug || through === slug)
        .map(({ name: field }) => ({ collection, field })),
    );
}

/** Lists that need this relation, as `collection.field`. */
export function listsOver(collections: readonly CollectionInfo[], slug: string, name: string): readonly string[] {
  return collections.flatMap(({ slug: collection, fields }) =>
    fields.filter((field) => uses(field, slug, name)).map((field) => `${collection}.${field.name}`),
  );
}

function uses({ to, through, via, target }: Field, slug: string, name: string): boolean {
  if (through !== undefined) return through === slug && (via === name || target === name);
  return to === slug && via === name;
}
