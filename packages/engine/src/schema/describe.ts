import { type Collection, type Field, type Json, systemFields } from "@plinth/core";

export type CollectionDescription = Record<string, Json>;

/** Physical names are no part of the API. */
function withoutColumn({ column: _, ...field }: Field): Omit<Field, "column"> {
  return field;
}

/** A collection as the API returns it. */
export function describeCollection(collection: Collection): CollectionDescription {
  const { slug, kind, fields, unique_together, indexes, indexed_paths } = collection;
  const { default_sort, note, id, version, createdAt, system } = collection;
  return {
    id,
    slug,
    kind,
    fields: fields.map(withoutColumn) as unknown as Json,
    ...(unique_together && { unique_together }),
    ...(indexes && { indexes }),
    ...(indexed_paths && { indexed_paths }),
    ...(default_sort && { default_sort }),
    ...(note && { note }),
    ...(system && { system }),
    system_fields: systemFields(collection.columns).map(withoutColumn) as unknown as Json,
    version,
    created_at: createdAt,
  };
}
