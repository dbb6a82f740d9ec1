import type { Migration } from "@plinth/db/tables";

export const scannerMigration: Migration = {
  id: "0009_scans",
  statements: () => [
    `alter table plinth_files_buckets add column scan integer not null default 0`,
    `create table plinth_files_unaccepted (content text not null primary key,
      workspace_id text not null references plinth_workspaces (id), file text not null, opens integer not null,
      attempts integer not null, due_at bigint not null, created_at bigint not null, refused_at bigint, reason text)`,
    `create index plinth_files_unaccepted_due on plinth_files_unaccepted (due_at)`,
  ],
};

/** Each workspace has its share of what is asked at a time. */
export const scansByWorkspaceMigration: Migration = {
  id: "0011_scans_by_workspace",
  statements: () => [
    `drop index plinth_files_unaccepted_due`,
    `create index plinth_files_unaccepted_waiting on plinth_files_unaccepted (workspace_id, due_at) where refused_at is null`,
  ],
};
