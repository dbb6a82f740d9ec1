import type { Migration } from "@plinth/db/tables";

/** What was stored before there were shares counts in none until its workspace has been gone through. */
export const contentScansMigration: Migration = {
  id: "0008_backfill",
  statements: () => [
    `create table plinth_files_scans (workspace_id text not null primary key references plinth_workspaces (id),
      scan text not null, after text not null)`,
    `insert into plinth_files_scans (workspace_id, scan, after)
      select workspace_id, 'shares', '' from plinth_files_usage where contents > 0`,
  ],
};
