import { DEFAULT_WORKSPACE_ID, DEFAULT_WORKSPACE_SLUG } from "@plinth/core";
import { changeLogTables } from "./change-log-tables.ts";
import type { Migration } from "./migration.ts";
import { realtimeTables } from "./realtime-tables.ts";

export const foundationMigration: Migration = {
  id: "0001_foundation",
  statements: ({ functions }) => [
    `create table plinth_settings (key text not null primary key, value text not null)`,
    `create table plinth_workspaces (id text not null primary key, slug text not null unique, name text not null,
      revision bigint not null, created_at bigint not null)`,
    `create table plinth_collections (id text not null primary key, workspace_id text not null references plinth_workspaces (id),
      slug text not null, kind text not null, definition text not null, version bigint not null,
      table_name text not null unique, created_at bigint not null, unique (workspace_id, slug))`,
    `create table plinth_roles (id text not null primary key, workspace_id text not null references plinth_workspaces (id),
      name text not null, description text, created_at bigint not null, unique (workspace_id, name))`,
    `create table plinth_users (id text not null primary key, workspace_id text not null references plinth_workspaces (id),
      name text not null, email text not null, email_verified integer not null, image text,
      created_at bigint not null, updated_at bigint not null, unique (workspace_id, email))`,
    `create table plinth_sessions (id text not null primary key, workspace_id text not null references plinth_workspaces (id),
      user_id text not null references plinth_users (id) on delete cascade, token text not null unique,
      expires_at bigint not null, ip_address text, user_agent text, created_at bigint not null, updated_at bigint not null)`,
    `create index plinth_sessions_user on plinth_sessions (user_id)`,
    `create table plinth_accounts (id text not null primary key, workspace_id text not null references plinth_workspaces (id),
      user_id text not null references plinth_users (id) on delete cascade, account_id text not null, provider_id text not null,
      access_token text, refresh_token text, id_token text, access_token_expires_at bigint, refresh_token_expires_at bigint,
      scope text, password text, created_at bigint not null, updated_at bigint not null)`,
    `create index plinth_accounts_user on plinth_accounts (user_id)`,
    `create table plinth_verifications (id text not null primary key, workspace_id text not null references plinth_workspaces (id),
      identifier text not null, value text not null, expires_at bigint not null, created_at bigint not null, updated_at bigint not null)`,
    `create index plinth_verifications_identifier on plinth_verifications (identifier)`,
    `create table plinth_user_roles (workspace_id text not null references plinth_workspaces (id),
      user_id text not null references plinth_users (id) on delete cascade, role text not null,
      primary key (workspace_id, user_id, role))`,
    `create table plinth_rules (id text not null primary key, workspace_id text not null references plinth_workspaces (id),
      role text not null, collection text not null, action text not null, body text not null, created_at bigint not null)`,
    `create index plinth_rules_workspace on plinth_rules (workspace_id)`,
    `create table plinth_api_keys (id text not null primary key, workspace_id text not null references plinth_workspaces (id),
      kind text not null, name text not null, prefix text not null, hash text not null unique,
      created_at bigint not null, expires_at bigint, revoked_at bigint)`,
    `create index plinth_api_keys_workspace on plinth_api_keys (workspace_id)`,
    `insert into plinth_workspaces (id, slug, name, revision, created_at)
      values ('${DEFAULT_WORKSPACE_ID}', '${DEFAULT_WORKSPACE_SLUG}', 'Default', 1, 0)`,
    ...["public", "authenticated", "admin"].map(
      (name, i) => `insert into plinth_roles (id, workspace_id, name, created_at)
      values ('00000000-0000-7000-8000-00000000001${i}', '${DEFAULT_WORKSPACE_ID}', '${name}', 0)`,
    ),
    ...functions,
  ],
};

export const idempotencyMigration: Migration = {
  id: "0002_idempotency",
  statements: () => [
    `create table plinth_idempotency (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), hash text not null, state text not null,
      token text not null, lease_until bigint not null, outcome text, status bigint, etag text, body text,
      created_at bigint not null, version bigint not null)`,
    `create index plinth_idempotency_created on plinth_idempotency (created_at)`,
  ],
};

export const replicasMigration: Migration = {
  id: "0033_replicas",
  statements: () => [
    `create table plinth_replicas (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), push bigint not null, push_key text not null,
      pushed_at bigint not null, version bigint not null)`,
    `create index plinth_replicas_pushed on plinth_replicas (pushed_at)`,
  ],
};

export const changesMigration: Migration = { id: "0003_changes", statements: changeLogTables };

export const realtimeMigration: Migration = { id: "0004_realtime", statements: realtimeTables };

export const deferrableReferencesMigration: Migration = {
  id: "0005_deferrable_references",
  statements: ({ makeDeferrable }) => [...makeDeferrable],
};

export const logByIdColumnMigration: Migration = {
  id: "0007_log_by_id_column",
  statements: ({ logById }) => [...logById],
};

export const snakeCaseDefinitionsMigration: Migration = {
  id: "0008_snake_case_definitions",
  statements: ({ renameDefinitionKeys }) => [
    renameDefinitionKeys((key) => {
      const cases = Object.entries(DEFINITION_KEYS).map(([before, now]) => `when '${before}' then '${now}'`);
      return `case ${key} ${cases.join(" ")} else ${key} end`;
    }),
  ],
};

/** For the history of an item, and for what a request has changed. */
export const changeIndexesMigration: Migration = {
  id: "0030_change_indexes",
  statements: () => [
    `create index plinth_changes_item on plinth_changes (collection_id, item)`,
    `create index plinth_changes_request on plinth_changes (request_id) where request_id is not null`,
    // Absent: the key was first used by a version that did not store it.
    `alter table plinth_idempotency add column request_id text`,
  ],
};

export const accentKeysMigration: Migration = { id: "0028_accent_keys", statements: ({ accentKey }) => [...accentKey] };

/** The old and the new names of collections' and fields' settings. */
const DEFINITION_KEYS = {
  uniqueTogether: "unique_together",
  indexedPaths: "indexed_paths",
  defaultSort: "default_sort",
  minLength: "min_length",
  maxLength: "max_length",
  onDelete: "on_delete",
};
