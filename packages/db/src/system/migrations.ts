import { DEFAULT_WORKSPACE_ID, DEFAULT_WORKSPACE_SLUG, OPERATORS_POOL_ID, OPERATORS_POOL_SLUG } from "@plinth/core";
import type { SystemSql } from "../compile/dialect.ts";
import { changeLogTables } from "./change-log-tables.ts";
import { realtimeTables } from "./realtime-tables.ts";
import { tokenTables } from "./token-tables.ts";

/** Never changed once released. */
export interface Migration {
  /** Unique among its owner's, which are applied in the order of their list. */
  readonly id: string;
  /** What differs between engines comes from the dialect. */
  statements(system: SystemSql): string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
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
  },
  {
    id: "0002_idempotency",
    statements: () => [
      `create table plinth_idempotency (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), hash text not null, state text not null,
        token text not null, lease_until bigint not null, outcome text, status bigint, etag text, body text,
        created_at bigint not null, version bigint not null)`,
      `create index plinth_idempotency_created on plinth_idempotency (created_at)`,
    ],
  },
  { id: "0003_changes", statements: changeLogTables },
  { id: "0004_realtime", statements: realtimeTables },
  { id: "0005_deferrable_references", statements: ({ makeDeferrable }) => [...makeDeferrable] },
  {
    id: "0006_operators",
    statements: () => [
      `create table plinth_operators (user_id text not null primary key references plinth_users (id) on delete cascade,
        created_at bigint not null)`,
      // Before this, the administrators of the default workspace were the operators.
      `insert into plinth_operators (user_id, created_at)
        select id, created_at from plinth_users where workspace_id = '${DEFAULT_WORKSPACE_ID}' and exists
          (select 1 from plinth_user_roles where user_id = plinth_users.id
            and workspace_id = plinth_users.workspace_id and role = 'admin')`,
    ],
  },
  { id: "0007_log_by_id_column", statements: ({ logById }) => [...logById] },
  {
    id: "0008_snake_case_definitions",
    statements: ({ renameDefinitionKeys }) => [
      renameDefinitionKeys((key) => {
        const cases = Object.entries(DEFINITION_KEYS).map(([before, now]) => `when '${before}' then '${now}'`);
        return `case ${key} ${cases.join(" ")} else ${key} end`;
      }),
    ],
  },
  {
    id: "0009_users",
    statements: () => [
      `alter table plinth_users add column blocked_at bigint`,
      `alter table plinth_users add column removal text`,
      `create table plinth_invitations (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), email text not null, roles text not null,
        hash text not null unique, created_by text, created_at bigint not null, expires_at bigint not null,
        accepted_at bigint, accepted_by text, revoked_at bigint)`,
      `create index plinth_invitations_workspace on plinth_invitations (workspace_id, id)`,
      `create table plinth_security_log (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), type text not null, outcome text not null,
        actor text, target text, address text, detail text, created_at bigint not null)`,
      `create index plinth_security_log_workspace on plinth_security_log (workspace_id, id)`,
    ],
  },
  { id: "0011_tokens", statements: tokenTables },
  {
    id: "0010_pools",
    statements: () => [
      `insert into plinth_workspaces (id, slug, name, revision, created_at)
        values ('${OPERATORS_POOL_ID}', '${OPERATORS_POOL_SLUG}', 'Operators', 1, 0)`,
      // Before this, operators had accounts of the default workspace, and the role of an administrator there.
      `update plinth_users set workspace_id = '${OPERATORS_POOL_ID}' where id in (${OPERATOR_IDS})`,
      `update plinth_sessions set workspace_id = '${OPERATORS_POOL_ID}' where user_id in (${OPERATOR_IDS})`,
      `update plinth_accounts set workspace_id = '${OPERATORS_POOL_ID}' where user_id in (${OPERATOR_IDS})`,
      `update plinth_verifications set workspace_id = '${OPERATORS_POOL_ID}' where value in (${OPERATOR_IDS})`,
      `delete from plinth_user_roles where user_id in (${OPERATOR_IDS})`,
    ],
  },
  {
    id: "0012_keys",
    statements: () => [
      `alter table plinth_api_keys add column scope text`,
      `alter table plinth_api_keys add column ip_ranges text`,
      `alter table plinth_api_keys add column rate_limit bigint`,
      `alter table plinth_api_keys add column last_used_at bigint`,
      `alter table plinth_api_keys add column secret_version bigint not null default 1`,
      `alter table plinth_api_keys add column previous_hash text`,
      `alter table plinth_api_keys add column previous_until bigint`,
      `create unique index plinth_api_keys_previous on plinth_api_keys (previous_hash)`,
      `create table plinth_limits (id text not null primary key, count bigint not null, blocked_until bigint not null,
        ends_at bigint not null)`,
      `create index plinth_limits_ends on plinth_limits (ends_at)`,
    ],
  },
  {
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
  },
  {
    id: "0014_providers",
    statements: () => [
      `create table plinth_auth_providers (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), name text not null, kind text not null,
        label text not null, provider_id text not null, client_id text not null, secret text, settings text not null,
        enabled integer not null, created_at bigint not null, updated_at bigint not null,
        unique (workspace_id, name), unique (workspace_id, provider_id))`,
      `create unique index plinth_accounts_subject on plinth_accounts (workspace_id, provider_id, account_id)`,
    ],
  },
  {
    id: "0013_passkeys",
    statements: () => [
      `create table plinth_passkeys (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id),
        user_id text not null references plinth_users (id) on delete cascade, name text, public_key text not null,
        credential_id text not null, counter bigint not null, device_type text not null, backed_up integer not null,
        transports text, aaguid text, created_at bigint not null, unique (workspace_id, credential_id))`,
      `create index plinth_passkeys_user on plinth_passkeys (user_id)`,
    ],
  },
  {
    id: "0015_impersonation",
    statements: () => [
      `alter table plinth_sessions add column impersonated_by text`,
      `alter table plinth_sessions add column impersonation_reason text`,
    ],
  },
  {
    id: "0016_organizations",
    statements: () => [
      `alter table plinth_sessions add column active_organization text`,
      `create table plinth_organization_invitations (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), organization_id text not null, email text not null,
        role text not null, hash text not null unique, created_by text, created_at bigint not null,
        expires_at bigint not null, accepted_at bigint, accepted_by text, revoked_at bigint)`,
      `create index plinth_organization_invitations_organization on plinth_organization_invitations (organization_id, id)`,
    ],
  },
  {
    id: "0018_auth_settings",
    statements: () => [
      `create table plinth_auth_settings (workspace_id text not null references plinth_workspaces (id),
        section text not null, name text not null, value text not null, updated_at bigint not null,
        primary key (workspace_id, section, name))`,
    ],
  },
  {
    id: "0020_workspace_lifecycle",
    statements: () => [
      `alter table plinth_workspaces add column archived_at bigint`,
      `alter table plinth_workspaces add column deleted_at bigint`,
      `alter table plinth_workspaces add column purge_at bigint`,
    ],
  },
  {
    id: "0020_workspace_members",
    statements: () => [
      // Before this, every operator ran the whole server.
      `alter table plinth_operators add column role text not null default 'owner'`,
      `create table plinth_workspace_members (workspace_id text not null references plinth_workspaces (id),
        user_id text not null references plinth_users (id) on delete cascade, role text not null,
        created_at bigint not null, primary key (workspace_id, user_id))`,
      `create index plinth_workspace_members_user on plinth_workspace_members (user_id)`,
      `alter table plinth_invitations add column member_of text references plinth_workspaces (id)`,
    ],
  },
  {
    id: "0024_workspace_hosts",
    statements: () => [
      `create table plinth_workspace_hosts (host text not null primary key,
        workspace_id text not null references plinth_workspaces (id), created_at bigint not null)`,
      `create index plinth_workspace_hosts_workspace on plinth_workspace_hosts (workspace_id)`,
    ],
  },
  {
    id: "0021_anonymous_users",
    statements: ({ noteChange }) => [
      `alter table plinth_users add column is_anonymous integer`,
      `create index plinth_users_anonymous on plinth_users (is_anonymous, created_at)`,
      noteChange.trigger("plinth_user_upgraded", "update of is_anonymous on plinth_users", "user", "id"),
    ],
  },
  {
    id: "0022_phone",
    statements: () => [
      `alter table plinth_users add column phone text`,
      `create unique index plinth_users_phone on plinth_users (workspace_id, phone)`,
    ],
  },
  {
    id: "0023_devices",
    statements: () => [
      `create table plinth_devices (id text not null primary key,
        user_id text not null references plinth_users (id) on delete cascade, created_at bigint not null)`,
      `create index plinth_devices_user on plinth_devices (user_id, created_at)`,
    ],
  },
  {
    id: "0023_held_slugs",
    statements: () => [
      `create table plinth_held_slugs (slug text not null primary key, held_for text, held_until bigint not null)`,
      `alter table plinth_workspaces add column archived_by text`,
      `alter table plinth_workspaces add column deleted_by text`,
    ],
  },
  {
    id: "0023_key_makers",
    statements: () => [
      `alter table plinth_api_keys add column created_by text`,
      `alter table plinth_api_keys add column rotated_by text`,
    ],
  },
  {
    id: "0026_hook_messages",
    statements: () => [
      `create table plinth_hook_messages (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id),
        user_id text not null references plinth_users (id) on delete cascade, hook text not null, data text not null,
        attempts bigint not null, due_at bigint not null, created_at bigint not null)`,
      `create index plinth_hook_messages_due on plinth_hook_messages (due_at)`,
      `create index plinth_hook_messages_user on plinth_hook_messages (user_id)`,
    ],
  },
  {
    id: "0027_token_settings",
    statements: ({ jsonMember, noteChange }) => [
      // Before this, a table of their own held them, one object for each workspace.
      ...["access_token_minutes", "audience", "claims"].map(
        (name) => `insert into plinth_auth_settings (workspace_id, section, name, value, updated_at)
          select workspace_id, 'tokens', '${name}', ${jsonMember("body", name)}, 0 from plinth_token_settings
            where ${jsonMember("body", name)} is not null`,
      ),
      `drop table plinth_token_settings`,
      `update plinth_security_log set type = 'auth_settings_change' where type = 'token_settings_change'`,
      // Tokens are verified with them. Settings rarely change, so a change of any section counts.
      ...(["insert", "update", "delete"] as const).map((when) =>
        noteChange.trigger(`plinth_auth_setting_${when}`, `${when} on plinth_auth_settings`, "keys", "workspace_id"),
      ),
    ],
  },
  {
    id: "0027_terms",
    statements: () => [
      `create table plinth_agreements (user_id text not null references plinth_users (id) on delete cascade,
        version text not null, url text not null, agreed_at bigint not null, primary key (user_id, version))`,
      // Before this, the terms were a link of the pages.
      `update plinth_auth_settings set section = 'terms', name = 'url' where section = 'pages' and name = 'terms_url'`,
    ],
  },
  { id: "0028_accent_keys", statements: ({ accentKey }) => [...accentKey] },
];

const OPERATOR_IDS = "select user_id from plinth_operators";

/** The old and the new names of collections' and fields' settings. */
const DEFINITION_KEYS = {
  uniqueTogether: "unique_together",
  indexedPaths: "indexed_paths",
  defaultSort: "default_sort",
  minLength: "min_length",
  maxLength: "max_length",
  onDelete: "on_delete",
};
