import { type Field, isReference } from "@plinth/core";
import type { CollectionInfo } from "./collections.ts";

/** The collection whose items link two sides, and its fields that lead to them. */
export interface Junction {
  readonly slug: string;
  readonly back: string;
  readonly target: string;
}

/** Of a field over a junction. The definition names the junction's fields where there is a choice. */
export function junctionOf(
  field: Field,
  slug: string,
  collections: readonly Pick<CollectionInfo, "slug" | "fields">[],
): Junction | undefined {
  const junction = collections.find((collection) => collection.slug === field.through);
  if (!junction) return undefined;
  const references = junction.fields.filter(isReference);
  const back = field.via ?? references.find(({ to }) => to === slug)?.name;
  const target = field.target ?? references.find(({ name, to }) => to === field.to && name !== back)?.name;
  return back !== undefined && target !== undefined ? { slug: junction.slug, back, target } : undefined;
}
