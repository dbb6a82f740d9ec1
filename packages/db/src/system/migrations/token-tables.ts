import type { SystemSql } from "../../compile/dialect-system.ts";

/** Signing keys, refresh tokens and trusted issuers, and the triggers that note what makes access tokens invalid. */
export function tokenTables({ messageKey, key, noteChange }: SystemSql): string[] {
  return [
    `create table plinth_signing_keys (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), alg text not null, state text not null,
      public_jwk text, secret text not null, created_at bigint not null, activated_at bigint, retired_at bigint,
      verifies_until bigint)`,
    `create index plinth_signing_keys_workspace on plinth_signing_keys (workspace_id)`,
    `create table plinth_refresh_tokens (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id),
      user_id text not null references plinth_users (id) on delete cascade,
      session_id text not null references plinth_sessions (id) on delete cascade,
      hash text not null unique, previous_hash text, created_at bigint not null, rotated_at bigint not null)`,
    `create index plinth_refresh_tokens_session on plinth_refresh_tokens (session_id)`,
    `create table plinth_trusted_issuers (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), issuer text not null, jwks_url text, keys text,
      audience text not null, claims text not null, created_at bigint not null, unique (workspace_id, issuer))`,
    `create table plinth_token_settings (workspace_id text not null primary key references plinth_workspaces (id),
      body text not null)`,
    `create table plinth_identity_changes (${messageKey}, kind text not null, subject text not null,
      at bigint not null${key})`,
    `create index plinth_identity_changes_at on plinth_identity_changes (at)`,
    ...noteChange.support,
    ...[
      noteChange.trigger("plinth_session_ended", "delete on plinth_sessions", "session", "id"),
      noteChange.trigger("plinth_user_changed", "update of email, blocked_at on plinth_users", "user", "id"),
      noteChange.trigger("plinth_role_given", "insert on plinth_user_roles", "user", "user_id"),
      noteChange.trigger("plinth_role_taken", "delete on plinth_user_roles", "user", "user_id"),
      noteChange.trigger("plinth_workspace_renamed", "update of slug on plinth_workspaces", "keys", "id"),
      ...(["insert", "update", "delete"] as const).flatMap((when) => [
        noteChange.trigger(`plinth_signing_key_${when}`, `${when} on plinth_signing_keys`, "keys", "workspace_id"),
        noteChange.trigger(`plinth_issuer_${when}`, `${when} on plinth_trusted_issuers`, "issuers", "workspace_id"),
        noteChange.trigger(`plinth_token_settings_${when}`, `${when} on plinth_token_settings`, "keys", "workspace_id"),
      ]),
    ],
  ];
}
