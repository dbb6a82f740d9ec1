import type { Migration } from "@plinth/db/tables";

export const signedUrlMigrations: readonly Migration[] = [
  {
    id: "0003_file_signatures",
    statements: () => [
      `create table plinth_files_url_revocations (workspace_id text not null references plinth_workspaces (id),
        bucket text not null, path text not null, id text not null, primary key (workspace_id, bucket, path))`,
      `alter table plinth_files_buckets add column redirect integer not null default 0`,
    ],
  },
];
