import type { Migration } from "@plinth/db/tables";

export const fileUploadsMigration: Migration = {
  id: "0002_file_uploads",
  statements: () => [
    `create table plinth_files_uploads (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), kind text not null, state text not null,
      bucket text not null, path text not null, content text not null, store_upload text, part_bytes bigint, size bigint,
      received bigint not null, tail text, joined integer not null, content_type text, sha256 text, metadata text,
      condition text, note text, principal_kind text not null, principal_id text not null, file text,
      created_at bigint not null, expires_at bigint not null, lock_token text, lock_until bigint not null, lock_wanted integer not null)`,
    `create index plinth_files_uploads_owner on plinth_files_uploads (workspace_id, principal_kind, principal_id)`,
    `create index plinth_files_uploads_expiry on plinth_files_uploads (expires_at)`,
    `create index plinth_files_uploads_state on plinth_files_uploads (workspace_id, state, principal_kind, principal_id)`,
    `create index plinth_files_uploads_ended on plinth_files_uploads (state, expires_at)`,
    `create table plinth_files_upload_parts (workspace_id text not null references plinth_workspaces (id),
      upload text not null, number integer not null, etag text not null, size bigint not null, md5 text,
      primary key (upload, number))`,
  ],
};
