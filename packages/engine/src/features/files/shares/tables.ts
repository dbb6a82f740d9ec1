import { bigint, index, ofWorkspace, primaryKey, table, text } from "@plinth/db/tables";

/** What the contents of a bucket take together, and what each user has stored there. `owner`: the user's id, empty for the whole bucket. */
export const fileShares = table(
  "plinth_files_shares",
  {
    workspaceId: ofWorkspace(),
    bucket: text("bucket").notNull(),
    owner: text("owner").notNull(),
    bytes: bigint("bytes").notNull(),
    contents: bigint("contents").notNull(),
  },
  (of) => [primaryKey({ columns: [of.workspaceId, of.bucket, of.owner] })],
);

/** Where and by whom a content was stored, until its bytes are removed. A move takes `path` along. */
export const storedContents = table(
  "plinth_files_stored",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    bucket: text("bucket").notNull(),
    path: text("path").notNull(),
    /** The id of the item. */
    file: text("file").notNull(),
    owner: text("owner").notNull(),
    bytes: bigint("bytes").notNull(),
  },
  (of) => [
    index("plinth_files_stored_path").on(of.workspaceId, of.bucket, of.path),
    index("plinth_files_stored_file").on(of.file),
  ],
);
