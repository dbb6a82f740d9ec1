import type { Migration } from "./migration.ts";

export const secondFactorMigration: Migration = {
  id: "0013_second_factor",
  statements: () => [
    `alter table plinth_users add column two_factor_enabled integer`,
    `alter table plinth_sessions add column methods text`,
    `alter table plinth_sessions add column authenticated_at bigint`,
    `create table plinth_second_factors (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id),
      user_id text not null unique references plinth_users (id) on delete cascade, secret text not null,
      backup_codes text not null, verified integer, failed_verification_count bigint, locked_until bigint)`,
  ],
};

export const passkeysMigration: Migration = {
  id: "0013_passkeys",
  statements: () => [
    `create table plinth_passkeys (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id),
      user_id text not null references plinth_users (id) on delete cascade, name text, public_key text not null,
      credential_id text not null, counter bigint not null, device_type text not null, backed_up integer not null,
      transports text, aaguid text, created_at bigint not null, unique (workspace_id, credential_id))`,
    `create index plinth_passkeys_user on plinth_passkeys (user_id)`,
  ],
};

export const providersMigration: Migration = {
  id: "0014_providers",
  statements: () => [
    `create table plinth_auth_providers (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), name text not null, kind text not null,
      label text not null, provider_id text not null, client_id text not null, secret text, settings text not null,
      enabled integer not null, created_at bigint not null, updated_at bigint not null,
      unique (workspace_id, name), unique (workspace_id, provider_id))`,
    `create unique index plinth_accounts_subject on plinth_accounts (workspace_id, provider_id, account_id)`,
  ],
};

export const impersonationMigration: Migration = {
  id: "0015_impersonation",
  statements: () => [
    `alter table plinth_sessions add column impersonated_by text`,
    `alter table plinth_sessions add column impersonation_reason text`,
  ],
};

export const devicesMigration: Migration = {
  id: "0023_devices",
  statements: () => [
    `create table plinth_devices (id text not null primary key,
      user_id text not null references plinth_users (id) on delete cascade, created_at bigint not null)`,
    `create index plinth_devices_user on plinth_devices (user_id, created_at)`,
  ],
};
