import type { Migration } from "@plinth/db/tables";
import { s3Migration, s3ObjectsMigration } from "./s3/migrations.ts";
import { contentScansMigration } from "./scan/migrations.ts";
import { scannerMigration, scansByWorkspaceMigration } from "./scanner/migrations.ts";
import { signedUrlMigrations } from "./signed/index.ts";
import { fileUploadsMigration } from "./uploads/migrations.ts";

export const filesMigrations: readonly Migration[] = [
  {
    id: "0001_files",
    statements: () => [
      `create table plinth_files_buckets (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), name text not null, is_public integer not null,
        max_bytes bigint not null, content_types text, cache_seconds integer not null, created_at bigint not null,
        updated_at bigint not null, constraint plinth_files_buckets_name unique (workspace_id, name))`,
      `create table plinth_files_owners (workspace text not null primary key)`,
      `create table plinth_files_usage (workspace_id text not null primary key references plinth_workspaces (id),
        bytes bigint not null, contents bigint not null)`,
      `create table plinth_files_loose (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), remove integer not null, since bigint not null)`,
      `create index plinth_files_loose_since on plinth_files_loose (since)`,
    ],
  },
  fileUploadsMigration,
  ...signedUrlMigrations,
  {
    id: "0005_file_images",
    statements: () => [`alter table plinth_files_buckets add column image_presets text`],
  },
  { id: "0006_file_fields", statements: ({ deleteTarget }) => [...deleteTarget] },
  {
    id: "0006_file_shares",
    statements: () => [
      ...["max_total_bytes", "max_files", "max_bytes_per_user"].map(
        (name) => `alter table plinth_files_buckets add column ${name} bigint`,
      ),
      `create table plinth_files_shares (workspace_id text not null references plinth_workspaces (id),
        bucket text not null, owner text not null, bytes bigint not null, contents bigint not null,
        primary key (workspace_id, bucket, owner))`,
      `create table plinth_files_stored (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), bucket text not null, path text not null,
        file text not null, owner text not null, bytes bigint not null)`,
      `create index plinth_files_stored_path on plinth_files_stored (workspace_id, bucket, path)`,
      `create index plinth_files_stored_file on plinth_files_stored (file)`,
    ],
  },
  {
    id: "0006_file_versions",
    statements: () => [
      `alter table plinth_files_buckets add column versions integer not null default 0`,
      `alter table plinth_files_buckets add column max_versions integer`,
    ],
  },
  s3Migration,
  {
    id: "0007_file_sweep",
    statements: () => [`alter table plinth_files_loose add column bytes bigint not null default 0`],
  },
  {
    id: "0007_file_urls",
    statements: () => [`alter table plinth_files_buckets add column from_urls integer not null default 0`],
  },
  contentScansMigration,
  s3ObjectsMigration,
  scannerMigration,
  {
    id: "0010_stored_paths",
    statements: ({ byBytes }) => [
      ...byBytes("plinth_files_stored", "path"),
      ...byBytes("plinth_files_uploads", "path"),
    ],
  },
  scansByWorkspaceMigration,
];
