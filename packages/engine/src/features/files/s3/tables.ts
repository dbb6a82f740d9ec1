import { bigint, booleanColumn, ofWorkspace, table, text } from "@plinth/db/tables";

/** Access keys of clients of S3. Their secrets are stored encrypted, as a signature is checked by the secret itself. */
export const s3Keys = table("plinth_files_s3_keys", {
  id: text("id").primaryKey(),
  workspaceId: ofWorkspace(),
  name: text("name").notNull(),
  accessKey: text("access_key").notNull().unique("plinth_files_s3_keys_access_key"),
  /** Encrypted. */
  secret: text("secret").notNull(),
  /** JSON: names of buckets. Null: all of them. */
  buckets: text("buckets"),
  /** Keys begin with it. */
  prefix: text("prefix").notNull(),
  readOnly: booleanColumn("read_only").notNull(),
  createdAt: bigint("created_at").notNull(),
  createdBy: text("created_by"),
  expiresAt: bigint("expires_at"),
  lastUsedAt: bigint("last_used_at"),
});

/** What clients of S3 have said of the contents that they have stored. */
export const s3Contents = table("plinth_files_s3_contents", {
  content: text("content").primaryKey(),
  workspaceId: ofWorkspace(),
  etag: text("etag").notNull(),
  /** JSON: headers that are sent with the bytes. */
  headers: text("headers"),
  /** JSON: names and values. */
  tags: text("tags"),
  /** JSON: of the whole, as `ObjectChecksum` has it. Null: nobody has asked for one. */
  checksum: text("checksum"),
  /** JSON: the parts in which it came, as `ObjectPart` has them. */
  parts: text("parts"),
});
