import { index, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { bigint, instant } from "./columns.ts";

/** Workspaces and what each has: collections, roles, rules, settings, its security log. */

/** The workspace that the row belongs to. */
export const ofWorkspace = () =>
  text("workspace_id")
    .notNull()
    .references(() => workspaces.id);

/** What most rows have. */
export const entity = () => ({
  id: text("id").primaryKey(),
  workspaceId: ofWorkspace(),
  createdAt: instant("created_at").notNull(),
});

export const workspaces = sqliteTable(
  "plinth_workspaces",
  {
    id: text("id").primaryKey(),
    slug: text("slug").notNull().unique(),
    name: text("name").notNull(),
    /**
     * Increases with every change of collections, rules, roles or keys; replicas compare it to find that they are stale.
     */
    revision: bigint("revision").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Since when nobody can use it. */
    archivedAt: instant("archived_at"),
    /** When its deletion was requested. Nobody can use it since then. */
    deletedAt: instant("deleted_at"),
    /** From when its data are deleted; 0: that has begun, and it cannot be restored. */
    purgeAt: instant("purge_at"),
    /** `server`: by an owner of the server, whom nobody else overrules. */
    archivedBy: text("archived_by"),
    deletedBy: text("deleted_by"),
  },
  (table) => [index("plinth_workspaces_purge").on(table.purgeAt)],
);

/** Host names that mean one workspace. */
export const workspaceHosts = sqliteTable(
  "plinth_workspace_hosts",
  {
    host: text("host").primaryKey(),
    workspaceId: ofWorkspace(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("plinth_workspace_hosts_workspace").on(table.workspaceId)],
);

/** Slugs that workspaces gave up, which no other may take for a while: old links, cookies and tokens still name them. */
export const heldSlugs = sqliteTable("plinth_held_slugs", {
  slug: text("slug").primaryKey(),
  /** The id of the workspace that had it; null: it is gone, and nothing may name it any more. */
  heldFor: text("held_for"),
  heldUntil: instant("held_until").notNull(),
});

export const settings = sqliteTable("plinth_settings", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});

/** The collection that the row belongs to, and goes with. */
export const ofCollection = () =>
  text("collection_id")
    .notNull()
    .references(() => collections.id, { onDelete: "cascade" });

export const collections = sqliteTable(
  "plinth_collections",
  {
    ...entity(),
    slug: text("slug").notNull(),
    kind: text("kind").notNull(),
    /** The definition as JSON. */
    definition: text("definition").notNull(),
    version: bigint("version").notNull(),
    tableName: text("table_name").notNull().unique(),
    /** Which change-log triggers the table has: see `triggerVersion`. */
    logged: text("logged"),
  },
  (table) => [unique().on(table.workspaceId, table.slug)],
);

export const roles = sqliteTable(
  "plinth_roles",
  {
    ...entity(),
    name: text("name").notNull(),
    description: text("description"),
  },
  (table) => [unique().on(table.workspaceId, table.name)],
);

export const rules = sqliteTable(
  "plinth_rules",
  {
    ...entity(),
    role: text("role").notNull(),
    collection: text("collection").notNull(),
    action: text("action").notNull(),
    /** The rule's effect, condition, fields, presets and check as JSON. */
    body: text("body").notNull(),
  },
  (table) => [index("plinth_rules_workspace").on(table.workspaceId)],
);

/** What was counted against a limit, shared by all servers: see `limits/`. */
export const limits = sqliteTable(
  "plinth_limits",
  {
    /** What is limited and for whom, hashed. */
    id: text("id").primaryKey(),
    count: bigint("count").notNull(),
    /** Until then nothing more is let through; 0: it is. */
    blockedUntil: bigint("blocked_until").notNull(),
    /** When the count begins anew. */
    endsAt: bigint("ends_at").notNull(),
  },
  (table) => [index("plinth_limits_ends").on(table.endsAt)],
);

/** What happened to accounts and rights. Ids are in the order of time. */
export const securityLog = sqliteTable(
  "plinth_security_log",
  {
    ...entity(),
    type: text("type").notNull(),
    outcome: text("outcome").notNull(),
    /** `user:id` or `key:id`; null: nobody who was signed in. */
    actor: text("actor"),
    /** The same, or `session:id`, `invitation:id`, `role:name`. */
    target: text("target"),
    address: text("address"),
    /** JSON. Never a secret. */
    detail: text("detail"),
  },
  (table) => [index("plinth_security_log_workspace").on(table.workspaceId, table.id)],
);

/** Keys under which writes happen once, with the answers that were sent: see `idempotency.ts`. */
export const idempotency = sqliteTable(
  "plinth_idempotency",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    hash: text("hash").notNull(),
    state: text("state").notNull(),
    token: text("token").notNull(),
    leaseUntil: bigint("lease_until").notNull(),
    outcome: text("outcome"),
    status: bigint("status"),
    etag: text("etag"),
    body: text("body"),
    requestId: text("request_id"),
    createdAt: bigint("created_at").notNull(),
    version: bigint("version").notNull(),
  },
  (table) => [index("plinth_idempotency_created").on(table.createdAt)],
);

/** The last push of each copy on a device: see `replicas.ts`. */
export const replicaPushes = sqliteTable(
  "plinth_replicas",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    push: bigint("push").notNull(),
    pushKey: text("push_key").notNull(),
    pushedAt: bigint("pushed_at").notNull(),
    version: bigint("version").notNull(),
  },
  (table) => [index("plinth_replicas_pushed").on(table.pushedAt)],
);
