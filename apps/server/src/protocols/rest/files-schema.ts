import { FILE_STATES } from "@plinth/core";
import {
  ANY_OBJECT,
  COUNT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  open,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";

/** The item of a file, with the fields that the workspace has added; none that the caller may not see. */
export const fileSchema = (): JsonSchema =>
  open(
    object({
      id: UUID,
      "bucket?": TEXT,
      "path?": TEXT,
      "folder?": TEXT,
      "name?": TEXT,
      "size?": COUNT,
      "content_type?": TEXT,
      "sha256?": TEXT,
      "content?": UUID,
      "state?": { type: "string", enum: [...FILE_STATES] },
      "metadata?": nullable(ANY_OBJECT),
      "width?": nullable(COUNT),
      "height?": nullable(COUNT),
      "blurhash?": nullable(TEXT),
      "owner_id?": nullable(UUID),
      "version?": COUNT,
      "created_at?": INSTANT,
      "updated_at?": INSTANT,
    }),
  );

export const folderEntrySchema = (): JsonSchema => ({
  oneOf: [
    object({ kind: { type: "string", const: "folder" }, name: TEXT, path: TEXT }),
    { allOf: [fileSchema(), object({ kind: { type: "string", const: "file" } })] },
  ],
});

export const bucketSchema = (): JsonSchema =>
  object({
    name: TEXT,
    public: FLAG,
    max_bytes: COUNT,
    content_types: nullable(listOf(TEXT)),
    cache_seconds: COUNT,
    redirect: FLAG,
    versions: FLAG,
    max_versions: nullable(COUNT),
    max_total_bytes: nullable(COUNT),
    max_files: nullable(COUNT),
    max_bytes_per_user: nullable(COUNT),
    from_urls: FLAG,
    scan: FLAG,
    image_presets: nullable(ANY_OBJECT),
    created_at: INSTANT,
    updated_at: INSTANT,
  });

export const fileVersionSchema = (): JsonSchema =>
  object({ version: UUID, size: COUNT, content_type: TEXT, sha256: TEXT, created_at: INSTANT, current: FLAG });

export const restoredFileSchema = (): JsonSchema => object({ id: UUID, bucket: TEXT, path: TEXT, version: UUID });

const checkedFiles = (): JsonSchema => listOf(object({ id: UUID, bucket: TEXT, path: TEXT }));

export const fileCheckSchema = (): JsonSchema =>
  object({
    checked: COUNT,
    missing: checkedFiles(),
    wrong_size: checkedFiles(),
    wrong_bytes: checkedFiles(),
    orphans: COUNT,
    removed: COUNT,
    next_cursor: nullable(TEXT),
  });
