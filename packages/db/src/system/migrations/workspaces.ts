import { DEFAULT_WORKSPACE_ID, OPERATORS_POOL_ID, OPERATORS_POOL_SLUG } from "@plinth/core";
import type { Migration } from "./migration.ts";

export const operatorsMigration: Migration = {
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
};

export const poolsMigration: Migration = {
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
};

export const organizationsMigration: Migration = {
  id: "0016_organizations",
  statements: () => [
    `alter table plinth_sessions add column active_organization text`,
    `create table plinth_organization_invitations (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), organization_id text not null, email text not null,
      role text not null, hash text not null unique, created_by text, created_at bigint not null,
      expires_at bigint not null, accepted_at bigint, accepted_by text, revoked_at bigint)`,
    `create index plinth_organization_invitations_organization on plinth_organization_invitations (organization_id, id)`,
  ],
};

export const authSettingsMigration: Migration = {
  id: "0018_auth_settings",
  statements: () => [
    `create table plinth_auth_settings (workspace_id text not null references plinth_workspaces (id),
      section text not null, name text not null, value text not null, updated_at bigint not null,
      primary key (workspace_id, section, name))`,
  ],
};

export const tokenSettingsMigration: Migration = {
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
};

export const workspaceLifecycleMigration: Migration = {
  id: "0020_workspace_lifecycle",
  statements: () => [
    `alter table plinth_workspaces add column archived_at bigint`,
    `alter table plinth_workspaces add column deleted_at bigint`,
    `alter table plinth_workspaces add column purge_at bigint`,
  ],
};

export const workspaceMembersMigration: Migration = {
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
};

export const workspaceHostsMigration: Migration = {
  id: "0024_workspace_hosts",
  statements: () => [
    `create table plinth_workspace_hosts (host text not null primary key,
      workspace_id text not null references plinth_workspaces (id), created_at bigint not null)`,
    `create index plinth_workspace_hosts_workspace on plinth_workspace_hosts (workspace_id)`,
  ],
};

export const heldSlugsMigration: Migration = {
  id: "0023_held_slugs",
  statements: () => [
    `create table plinth_held_slugs (slug text not null primary key, held_for text, held_until bigint not null)`,
    `alter table plinth_workspaces add column archived_by text`,
    `alter table plinth_workspaces add column deleted_by text`,
  ],
};

const OPERATOR_IDS = "select user_id from plinth_operators";
