import type { Migration } from "@plinth/db/tables";

export const webhooksMigrations: readonly Migration[] = [
  {
    id: "0001_webhooks",
    statements: () => [
      `create table plinth_webhooks (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), name text not null, url text not null,
        form text not null, settings text not null, headers text, secrets text not null, ordered integer not null,
        enabled integer not null, disabled_reason text, start_xid bigint not null, start_seq bigint not null,
        failures bigint not null, failing_since bigint, paused_until bigint not null, created_at bigint not null,
        updated_at bigint not null)`,
      `create index plinth_webhooks_workspace on plinth_webhooks (workspace_id, id)`,
      `create index plinth_webhooks_enabled on plinth_webhooks (enabled)`,
      `create table plinth_webhooks_deliveries (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id),
        webhook_id text not null references plinth_webhooks (id) on delete cascade, type text not null,
        collection_id text, item text, xid bigint, seq bigint, order_key text, body text not null,
        state text not null, attempts bigint not null, due_at bigint not null, since bigint not null, error text,
        tries text not null, created_at bigint not null, finished_at bigint,
        constraint plinth_webhooks_deliveries_change unique (webhook_id, xid, seq))`,
      `create index plinth_webhooks_deliveries_due on plinth_webhooks_deliveries (webhook_id, state, due_at)`,
      `create index plinth_webhooks_deliveries_list on plinth_webhooks_deliveries (webhook_id, id)`,
      `create index plinth_webhooks_deliveries_order on plinth_webhooks_deliveries (order_key, state)`,
      `create index plinth_webhooks_deliveries_age on plinth_webhooks_deliveries (state, created_at)`,
      `create index plinth_webhooks_deliveries_workspace on plinth_webhooks_deliveries (workspace_id)`,
    ],
  },
  {
    id: "0002_webhooks_sizes",
    statements: () => [
      `alter table plinth_webhooks_deliveries add column size bigint not null default 0`,
      // They hold all that is counted: bodies are long, and not read for it.
      `create index plinth_webhooks_deliveries_waiting on plinth_webhooks_deliveries (webhook_id, size)
        where state = 'pending'`,
      `create index plinth_webhooks_deliveries_finished on plinth_webhooks_deliveries (webhook_id, id, size)
        where state <> 'pending'`,
    ],
  },
  {
    id: "0003_webhooks_deleted",
    statements: () => [`alter table plinth_webhooks add column deleted_at bigint`],
  },
  {
    id: "0004_webhooks_requests",
    statements: () => [`alter table plinth_webhooks_deliveries add column request_id text`],
  },
  {
    id: "0005_webhooks_next",
    statements: () => [
      `create index plinth_webhooks_deliveries_next on plinth_webhooks_deliveries (webhook_id, due_at, xid, seq)
        where state = 'pending'`,
      `drop index plinth_webhooks_deliveries_due`,
    ],
  },
];
