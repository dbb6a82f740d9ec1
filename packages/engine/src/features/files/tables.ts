import { bigint, booleanColumn, index, integer, ofWorkspace, table, text, unique } from "@plinth/db/tables";

/** Where files are: what may be stored there, and who reads it without a rule. */
export const buckets = table(
  "plinth_files_buckets",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    name: text("name").notNull(),
    /** Anybody reads its files. */
    isPublic: booleanColumn("is_public").notNull(),
    /** Bytes of one file. */
    maxBytes: bigint("max_bytes").notNull(),
    /** JSON: media types, or `image/*`. Null: all. */
    contentTypes: text("content_types"),
    /** Seconds for which caches may keep a file of a public bucket. */
    cacheSeconds: integer("cache_seconds").notNull(),
    /** Readers are sent to the store, where it has URLs. */
    redirect: booleanColumn("redirect").notNull(),
    /** What its files may take together, and those of each user in it. Null: as much as the workspace. */
    maxTotalBytes: bigint("max_total_bytes"),
    maxFiles: bigint("max_files"),
    maxBytesPerUser: bigint("max_bytes_per_user"),
    /** Keeps the contents that its files have had. */
    versions: booleanColumn("versions").notNull(),
    /** Of one file; null: all. */
    maxVersions: integer("max_versions"),
    /** The server fetches files for it from elsewhere. */
    fromUrls: booleanColumn("from_urls").notNull().default(false),
    /** The workspace's scanner is asked before its new files can be read. */
    scan: booleanColumn("scan").notNull().default(false),
    /** JSON: what may be made of its pictures by anybody who reads them, by name. */
    imagePresets: text("image_presets"),
    createdAt: bigint("created_at").notNull(),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [unique("plinth_files_buckets_name").on(of.workspaceId, of.name)],
);

/** What the contents of a workspace take together, those included that no file has any more. */
export const fileUsage = table("plinth_files_usage", {
  workspaceId: ofWorkspace().primaryKey(),
  bytes: bigint("bytes").notNull(),
  contents: bigint("contents").notNull(),
});

/**
 * Bytes in the store that no item of `file_contents` stands for: those that are being sent, and those that are to be removed
 * (`remove`).
 */
export const loose = table(
  "plinth_files_loose",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    remove: booleanColumn("remove").notNull(),
    since: bigint("since").notNull(),
    /** What the usage of the workspace has of an upload that is not stored yet. */
    bytes: bigint("bytes").notNull().default(0),
  },
  (of) => [index("plinth_files_loose_since").on(of.since)],
);

/**
 * Workspaces that have had a bucket. No column refers to the workspace, so that the row outlives it: then its bytes are removed, and the row
 * after them.
 */
export const owners = table("plinth_files_owners", { workspace: text("workspace").primaryKey() });
