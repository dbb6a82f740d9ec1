import type { SystemSql } from "../../compile/dialect-system.ts";

/**
 * Messages of application channels, in the order of the change log's positions, and who is present. Both are
 * short-lived.
 */
export function realtimeTables({ messageKey, key }: SystemSql): string[] {
  return [
    `create table plinth_messages (${messageKey}, workspace_id text not null, channel text not null, event text not null,
      data text not null, sender text, at bigint not null${key})`,
    `create index plinth_messages_at on plinth_messages (at)`,
    `create table plinth_presence (id text not null primary key, workspace_id text not null, name text not null,
      member text not null, since bigint not null, until bigint not null)`,
    `create index plinth_presence_name on plinth_presence (workspace_id, name)`,
  ];
}
