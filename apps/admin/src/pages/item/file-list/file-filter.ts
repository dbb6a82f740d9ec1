import type { Field, JsonObject } from "@plinth/core";

/** The files that fit a field, as a filter. */
export function fileFilter({ bucket, content_types: types, max_bytes: most }: Field): JsonObject {
  const ofType = (type: string): JsonObject => ({
    content_type: type.endsWith("/*") ? { _starts_with: type.slice(0, -1) } : type,
  });
  return {
    ...(bucket !== undefined && { bucket }),
    ...(most !== undefined && { size: { _lte: most } }),
    ...(types && { $or: types.map(ofType) }),
  };
}
