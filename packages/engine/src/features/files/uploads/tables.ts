import { bigint, booleanColumn, index, integer, ofWorkspace, primaryKey, table, text } from "@plinth/db/tables";

/** Files that arrive over several requests. A row stands for the bytes that are in the store for it. */
export const fileUploads = table(
  "plinth_files_uploads",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    /** How its bytes arrive: `parts`, `tus`, `tus_piece` … */
    kind: text("kind").notNull(),
    /** `open`, `completing`, `done` or `ended`. */
    state: text("state").notNull(),
    bucket: text("bucket").notNull(),
    path: text("path").notNull(),
    /** The id that the content has once it is a file, and so the name of its object. */
    content: text("content").notNull(),
    /** The store's own id, from the first part on. */
    storeUpload: text("store_upload"),
    /** Bytes of each part but the last, where the server cuts them. */
    partBytes: bigint("part_bytes"),
    /** Null: not known yet. */
    size: bigint("size"),
    /** Bytes that are stored. */
    received: bigint("received").notNull(),
    /** The object that holds the bytes after the last part. */
    tail: text("tail"),
    /** All bytes are in the object of the content. */
    joined: booleanColumn("joined").notNull(),
    contentType: text("content_type"),
    /** That the bytes must have. */
    sha256: text("sha256"),
    /** JSON. Null: not given. */
    metadata: text("metadata"),
    /** JSON: the precondition of the file. */
    condition: text("condition"),
    /** What the protocol by which it comes keeps with it. */
    note: text("note"),
    principalKind: text("principal_kind").notNull(),
    /** Empty for strangers. */
    principalId: text("principal_id").notNull(),
    /** Of one that is done: the item of the file. Of a piece: the upload that it is in. */
    file: text("file"),
    createdAt: bigint("created_at").notNull(),
    expiresAt: bigint("expires_at").notNull(),
    /** Who works on it, until when, and whether another request waits for it. */
    lockToken: text("lock_token"),
    lockUntil: bigint("lock_until").notNull(),
    lockWanted: booleanColumn("lock_wanted").notNull(),
  },
  (of) => [
    index("plinth_files_uploads_owner").on(of.workspaceId, of.principalKind, of.principalId),
    index("plinth_files_uploads_expiry").on(of.expiresAt),
    index("plinth_files_uploads_state").on(of.workspaceId, of.state, of.principalKind, of.principalId),
    index("plinth_files_uploads_ended").on(of.state, of.expiresAt),
  ],
);

/** Parts of uploads that the store has. */
export const fileUploadParts = table(
  "plinth_files_upload_parts",
  {
    workspaceId: ofWorkspace(),
    upload: text("upload").notNull(),
    number: integer("number").notNull(),
    /** The store's. */
    etag: text("etag").notNull(),
    size: bigint("size").notNull(),
    /** Hexadecimal, where the client's protocol needs it. */
    md5: text("md5"),
    /** In base64, where the client's protocol has one for the upload. */
    checksum: text("checksum"),
  },
  (of) => [primaryKey({ columns: [of.upload, of.number] })],
);
