import type { Migration } from "@plinth/db/tables";

export const s3Migration: Migration = {
  id: "0004_s3_credentials",
  statements: () => [
    `create table plinth_files_s3_keys (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), name text not null, access_key text not null,
      secret text not null, buckets text, prefix text not null, read_only integer not null, created_at bigint not null,
      created_by text, expires_at bigint, last_used_at bigint,
      constraint plinth_files_s3_keys_access_key unique (access_key))`,
    `create table plinth_files_s3_contents (content text not null primary key,
      workspace_id text not null references plinth_workspaces (id), etag text not null, headers text)`,
  ],
};

export const s3ObjectsMigration: Migration = {
  id: "0008_s3_objects",
  statements: () => [
    ...["tags", "checksum", "parts"].map((name) => `alter table plinth_files_s3_contents add column ${name} text`),
    `alter table plinth_files_upload_parts add column checksum text`,
  ],
};
