import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { bigint, image, inLogOrder, sequence } from "./columns.ts";

/**
 * Tables with handwritten statements, or written by trees: their order and speed depend on the engine. Times are
 * milliseconds since the epoch.
 */

export const migrations = sqliteTable("plinth_migrations", {
  id: text("id").primaryKey(),
  appliedAt: bigint("applied_at").notNull(),
});

/** The change log, in the order of `xid` and `seq`; without `xid` where there is one writer. */
export const changes = sqliteTable(
  "plinth_changes",
  {
    ...inLogOrder(),
    collectionId: text("collection_id").notNull(),
    /** The version of the definition to read the images by. */
    version: integer("version").notNull(),
    item: text("item").notNull(),
    op: text("op").notNull(),
    before: image("before"),
    after: image("after"),
    actor: text("actor"),
    requestId: text("request_id"),
    at: bigint("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.xid, table.seq] }),
    index("plinth_changes_item").on(table.collectionId, table.item),
    index("plinth_changes_request").on(table.requestId),
  ],
);

/** One row: the position up to which the log has been trimmed. */
export const changesTrimmed = sqliteTable("plinth_changes_trimmed", {
  id: integer("id").primaryKey(),
  xid: bigint("xid").notNull(),
  seq: bigint("seq").notNull(),
});

/** One row: the origin of the current batch, where a transaction has no settings of its own. */
export const changeOrigin = sqliteTable("plinth_change_origin", {
  id: integer("id").primaryKey(),
  actor: text("actor"),
  requestId: text("request_id"),
});

/** Cursors of named consumers; one reader at a time has the lease. */
export const consumers = sqliteTable(
  "plinth_consumers",
  {
    workspaceId: text("workspace_id").notNull(),
    name: text("name").notNull(),
    place: text("place").notNull(),
    holder: text("holder"),
    heldUntil: bigint("held_until").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.name] })],
);

/** Messages of application channels, in the order of the change log's positions. */
export const messages = sqliteTable(
  "plinth_messages",
  {
    ...inLogOrder(),
    channel: text("channel").notNull(),
    event: text("event").notNull(),
    data: text("data").notNull(),
    sender: text("sender"),
    at: bigint("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.xid, table.seq] }), index("plinth_messages_at").on(table.at)],
);

/** Who is present: a row for each connection. */
export const presence = sqliteTable(
  "plinth_presence",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    name: text("name").notNull(),
    member: text("member").notNull(),
    since: bigint("since").notNull(),
    until: bigint("until").notNull(),
  },
  (table) => [index("plinth_presence_name").on(table.workspaceId, table.name)],
);

/**
 * Sessions that ended, users whose rights changed, and keys and issuers that changed: whatever makes a token that was
 * verified without the database invalid. Written by triggers.
 */
export const identityChanges = sqliteTable(
  "plinth_identity_changes",
  {
    xid: bigint("xid").notNull(),
    seq: sequence("seq").notNull(),
    kind: text("kind").notNull(),
    /** The id of the session, the user or the workspace. */
    subject: text("subject").notNull(),
    at: bigint("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.xid, table.seq] }), index("plinth_identity_changes_at").on(table.at)],
);
