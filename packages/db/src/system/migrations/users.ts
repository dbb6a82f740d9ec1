import type { Migration } from "./migration.ts";

export const usersMigration: Migration = {
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
};

export const anonymousUsersMigration: Migration = {
  id: "0021_anonymous_users",
  statements: ({ noteChange }) => [
    `alter table plinth_users add column is_anonymous integer`,
    `create index plinth_users_anonymous on plinth_users (is_anonymous, created_at)`,
    noteChange.trigger("plinth_user_upgraded", "update of is_anonymous on plinth_users", "user", "id"),
  ],
};

export const phoneMigration: Migration = {
  id: "0022_phone",
  statements: () => [
    `alter table plinth_users add column phone text`,
    `create unique index plinth_users_phone on plinth_users (workspace_id, phone)`,
  ],
};

export const termsMigration: Migration = {
  id: "0027_terms",
  statements: () => [
    `create table plinth_agreements (user_id text not null references plinth_users (id) on delete cascade,
      version text not null, url text not null, agreed_at bigint not null, primary key (user_id, version))`,
    // Before this, the terms were a link of the pages.
    `update plinth_auth_settings set section = 'terms', name = 'url' where section = 'pages' and name = 'terms_url'`,
  ],
};

export const hookMessagesMigration: Migration = {
  id: "0026_hook_messages",
  statements: () => [
    `create table plinth_hook_messages (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id),
      user_id text not null references plinth_users (id) on delete cascade, hook text not null, data text not null,
      attempts bigint not null, due_at bigint not null, created_at bigint not null)`,
    `create index plinth_hook_messages_due on plinth_hook_messages (due_at)`,
    `create index plinth_hook_messages_user on plinth_hook_messages (user_id)`,
  ],
};

/** Schedules look for what is due in these tables. */
export const dueIndexesMigration: Migration = {
  id: "0029_due_indexes",
  statements: () => [
    `create index plinth_sessions_expires on plinth_sessions (expires_at)`,
    `create index plinth_invitations_expires on plinth_invitations (expires_at)`,
    `create index plinth_invitations_member on plinth_invitations (member_of, id)`,
    `create index plinth_organization_invitations_expires on plinth_organization_invitations (expires_at)`,
    `create index plinth_users_removal on plinth_users (removal)`,
    `create index plinth_workspaces_purge on plinth_workspaces (purge_at)`,
  ],
};
