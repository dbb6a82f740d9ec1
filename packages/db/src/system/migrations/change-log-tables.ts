import type { SystemSql } from "../../compile/dialect-system.ts";

/**
 * The log's tables (docs/decisions/006-change-log-by-triggers.md). `xid` and `seq` together are a change's position; on
 * SQLite the single writer makes `seq` alone enough.
 */
export function changeLogTables({ changeKey, key, image, logSupport }: SystemSql): string[] {
  return [
    `create table plinth_changes (${changeKey}, workspace_id text not null, collection_id text not null,
      version integer not null, item text not null, op text not null, before ${image}, after ${image},
      actor text, request_id text, at bigint not null${key})`,
    // One row: the position up to which the log has been trimmed.
    `create table plinth_changes_trimmed (id integer not null primary key, xid bigint not null, seq bigint not null)`,
    `insert into plinth_changes_trimmed (id, xid, seq) values (1, 0, 0)`,
    // `format:version` of the triggers on the collection's table.
    `alter table plinth_collections add column logged text`,
    `create table plinth_consumers (workspace_id text not null, name text not null, place text not null,
      holder text, held_until bigint not null, primary key (workspace_id, name))`,
    ...logSupport,
  ];
}
