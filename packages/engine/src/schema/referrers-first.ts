import { type Collection, isReference } from "@plinth/core";

/**
 * A collection comes before those that it refers to, as far as no circle prevents that: items, and tables, can be deleted
 * in this order.
 */
export function referrersFirst(all: Iterable<Collection>): Collection[] {
  const collections = [...all];
  const ordered = new Set<Collection>();
  const begun = new Set<Collection>();
  const add = (target: Collection): void => {
    if (begun.has(target)) return;
    begun.add(target);
    for (const other of collections) if (refersTo(other, target)) add(other);
    ordered.add(target);
  };
  for (const collection of collections) add(collection);
  return [...ordered];
}

export function refersTo({ fields }: Collection, target: Collection): boolean {
  return fields.some((field) => isReference(field) && field.to === target.slug);
}
