import { ofWorkspace, primaryKey, table, text } from "@plinth/db/tables";

/**
 * The last revocation of the URLs of a workspace, a bucket and a file, as far as there was one. Every URL is signed with their ids, so that
 * a new one ends all that were signed before.
 */
export const urlRevocations = table(
  "plinth_files_url_revocations",
  {
    workspaceId: ofWorkspace(),
    /** Empty: all of the workspace. */
    bucket: text("bucket").notNull(),
    /** Empty: all of the bucket. */
    path: text("path").notNull(),
    id: text("id").notNull(),
  },
  (of) => [primaryKey({ columns: [of.workspaceId, of.bucket, of.path] })],
);
