import { type Field, isReference, isVirtual } from "@plinth/core";
import type { CollectionInfo } from "../../../data/collections.ts";

/** A relation between two collections. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** The fields that make it, such as `author`, or `author / posts` where the other side has a list. */
  readonly fields: readonly string[];
}

/** The relations of all collections: one for each, however many lists show it. */
export function edgesOf(collections: readonly Pick<CollectionInfo, "slug" | "fields">[]): readonly Edge[] {
  const slugs = new Set(collections.map(({ slug }) => slug));
  return collections.flatMap(({ slug, fields }) =>
    fields
      .filter((field) => isReference(field) && slugs.has(field.to!))
      .map((field) => ({ from: slug, to: field.to!, fields: [field.name, ...listsOf(collections, slug, field)] })),
  );
}

function listsOf(
  collections: readonly Pick<CollectionInfo, "slug" | "fields">[],
  slug: string,
  { name, to }: Field,
): readonly string[] {
  const target = collections.find((collection) => collection.slug === to);
  const lists = (target?.fields ?? []).filter(
    (field) =>
      isVirtual(field) &&
      field.via === name &&
      (field.through === undefined ? field.to === slug : field.through === slug),
  );
  return lists.map((field) => field.name);
}
