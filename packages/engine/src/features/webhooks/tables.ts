import { bigint, booleanColumn, index, ofWorkspace, sql, table, text, unique } from "@plinth/db/tables";

/** Where changes of a workspace are sent. */
export const webhooks = table(
  "plinth_webhooks",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    name: text("name").notNull(),
    url: text("url").notNull(),
    /** How messages are signed: `v1` or `v1a`. */
    form: text("form").notNull(),
    /** JSON: events, filters, what a message holds, and the names of its headers. */
    settings: text("settings").notNull(),
    /** Encrypted, because headers hold credentials. Null: none of its own. */
    headers: text("headers"),
    /** JSON: the secrets that sign, the newest first. They are derived, not stored. */
    secrets: text("secrets").notNull(),
    ordered: booleanColumn("ordered").notNull(),
    enabled: booleanColumn("enabled").notNull(),
    /** Why the server has disabled it. */
    disabledReason: text("disabled_reason"),
    /** The position in the change log after which changes are sent. */
    startXid: bigint("start_xid").notNull(),
    startSeq: bigint("start_seq").notNull(),
    /** Rounds of attempts that have failed one after another. */
    failures: bigint("failures").notNull(),
    failingSince: bigint("failing_since"),
    /** Nothing is sent to it before this time. */
    pausedUntil: bigint("paused_until").notNull(),
    createdAt: bigint("created_at").notNull(),
    updatedAt: bigint("updated_at").notNull(),
    /** Nobody sees it any more; its messages are deleted little by little, and it after them. */
    deletedAt: bigint("deleted_at"),
  },
  (of) => [
    index("plinth_webhooks_workspace").on(of.workspaceId, of.id),
    index("plinth_webhooks_enabled").on(of.enabled),
  ],
);

/** Messages that wait, and for some days those that have arrived or were given up. */
export const webhookDeliveries = table(
  "plinth_webhooks_deliveries",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    webhookId: text("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    type: text("type").notNull(),
    /** Of the change that it tells of. Null: it tells of none. */
    collectionId: text("collection_id"),
    item: text("item"),
    xid: bigint("xid"),
    seq: bigint("seq"),
    /** Messages with the same one are sent one after another. Null: it waits for none. */
    orderKey: text("order_key"),
    body: text("body").notNull(),
    /** `pending`, `delivered` or `failed`. */
    state: text("state").notNull(),
    attempts: bigint("attempts").notNull(),
    /** While an attempt is made: when another process may make one. */
    dueAt: bigint("due_at").notNull(),
    /** From when on the time is counted after which it is given up. */
    since: bigint("since").notNull(),
    /** Why it was given up. */
    error: text("error"),
    /** JSON: the latest attempts, the newest last. */
    tries: text("tries").notNull(),
    createdAt: bigint("created_at").notNull(),
    finishedAt: bigint("finished_at"),
    /** Of the request that has made the change. */
    requestId: text("request_id"),
    /** Characters of the body. */
    size: bigint("size").notNull().default(0),
  },
  (of) => [
    unique("plinth_webhooks_deliveries_change").on(of.webhookId, of.xid, of.seq),
    // A replay has one time for all its messages.
    index("plinth_webhooks_deliveries_next").on(of.webhookId, of.dueAt, of.xid, of.seq).where(sql`state = 'pending'`),
    index("plinth_webhooks_deliveries_list").on(of.webhookId, of.id),
    index("plinth_webhooks_deliveries_order").on(of.orderKey, of.state),
    index("plinth_webhooks_deliveries_age").on(of.state, of.createdAt),
    index("plinth_webhooks_deliveries_workspace").on(of.workspaceId),
    index("plinth_webhooks_deliveries_waiting").on(of.webhookId, of.size).where(sql`state = 'pending'`),
    index("plinth_webhooks_deliveries_finished").on(of.webhookId, of.id, of.size).where(sql`state <> 'pending'`),
  ],
);
