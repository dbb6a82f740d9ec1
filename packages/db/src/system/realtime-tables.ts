import type { SqlDialectName } from "@plinth/core";

/**
 * Messages of application channels, in the order of the change log's places, and who is present. Neither outlives its
 * moment by much.
 */
export function realtimeTables(dialect: SqlDialectName): string[] {
  const key =
    dialect === "postgres"
      ? `xid bigint not null default pg_current_xact_id()::text::bigint, seq bigint not null generated always as identity`
      : `seq integer primary key autoincrement, xid bigint not null default 0`;
  const constraint = dialect === "postgres" ? ", primary key (xid, seq)" : "";
  return [
    `create table plinth_messages (${key}, workspace_id text not null, channel text not null, event text not null,
      data text not null, sender text, at bigint not null${constraint})`,
    `create index plinth_messages_at on plinth_messages (at)`,
    `create table plinth_presence (id text not null primary key, workspace_id text not null, name text not null,
      member text not null, since bigint not null, until bigint not null)`,
    `create index plinth_presence_name on plinth_presence (workspace_id, name)`,
  ];
}
