import { ofWorkspace, table, text } from "@plinth/db/tables";

/** Workspaces whose contents have to be gone through once, and how far that has come. */
export const contentScans = table("plinth_files_scans", {
  workspaceId: ofWorkspace().primaryKey(),
  /** Another one where it begins again. */
  scan: text("scan").notNull(),
  /** The last content that was looked at; empty: none yet. */
  after: text("after").notNull(),
});
